"""A second step of the sign-in, links for a new password, devices that are known again, tries that survive a crash."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0041_sign_in"
down_revision = "0040_chosen_year"

MOMENT = sa.DateTime(timezone=True)
AUDITED = ("second_factors", "password_links")


def upgrade() -> None:
    """Two tables with a trail, one of passing questions, and more of each sign-in."""
    op.execute("ALTER TABLE attempts SET LOGGED")
    op.add_column("sign_ins", sa.Column("device_hash", sa.LargeBinary(), nullable=True))
    op.add_column("sign_ins", sa.Column("second_step_at", MOMENT, nullable=True))
    op.create_index(
        "ix_sign_ins_revoked_at", "sign_ins", ["revoked_at"], postgresql_where=sa.text("revoked_at IS NOT NULL")
    )
    op.create_table(
        "second_factors",
        sa.Column(
            "account_id",
            sa.Uuid(),
            sa.ForeignKey("accounts.id", name=op.f("fk_second_factors_account_id_accounts")),
            nullable=False,
        ),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery", postgresql.ARRAY(sa.String(64)), nullable=False),
        sa.Column("set_up_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("account_id", name=op.f("uq_second_factors_account_id")),
    )
    op.create_table(
        "sign_in_challenges",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "account_id",
            sa.Uuid(),
            sa.ForeignKey("accounts.id", name=op.f("fk_sign_in_challenges_account_id_accounts")),
            nullable=False,
        ),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column(
            "sign_in_id",
            sa.Uuid(),
            sa.ForeignKey("sign_ins.id", name=op.f("fk_sign_in_challenges_sign_in_id_sign_ins")),
            nullable=True,
        ),
        sa.Column(
            "membership_id",
            sa.Uuid(),
            sa.ForeignKey("memberships.id", name=op.f("fk_sign_in_challenges_membership_id_memberships")),
            nullable=True,
        ),
        sa.Column(
            "cycle_id",
            sa.Uuid(),
            sa.ForeignKey("cycles.id", name=op.f("fk_sign_in_challenges_cycle_id_cycles")),
            nullable=True,
        ),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("step IN ('verify', 'set_up')", name=op.f("ck_sign_in_challenges_step")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_challenges")),
    )
    op.create_index(op.f("ix_sign_in_challenges_account_id"), "sign_in_challenges", ["account_id"])
    op.create_index(op.f("ix_sign_in_challenges_sign_in_id"), "sign_in_challenges", ["sign_in_id"])
    op.create_table(
        "password_links",
        sa.Column(
            "account_id",
            sa.Uuid(),
            sa.ForeignKey("accounts.id", name=op.f("fk_password_links_account_id_accounts")),
            nullable=False,
        ),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_by",
            sa.Uuid(),
            sa.ForeignKey("accounts.id", name=op.f("fk_password_links_made_by_accounts")),
            nullable=True,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_links_token_hash")),
    )
    op.create_index(op.f("ix_password_links_account_id"), "password_links", ["account_id"])
    for table in AUDITED:
        op.execute(audit.guard(table))


def downgrade() -> None:
    """Without all of it."""
    op.drop_table("password_links")
    op.drop_table("sign_in_challenges")
    op.drop_table("second_factors")
    op.drop_index("ix_sign_ins_revoked_at", table_name="sign_ins")
    op.drop_column("sign_ins", "second_step_at")
    op.drop_column("sign_ins", "device_hash")
    op.execute("ALTER TABLE attempts SET UNLOGGED")
