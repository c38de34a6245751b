"""Looks through somebody else's eyes, for support: who, at whom, why, from when to when."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0047_support"
down_revision = "0045_operations"


def upgrade() -> None:
    op.create_table(
        "support_sessions",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_membership_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_support_sessions_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_support_sessions_membership_id_memberships")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_support_sessions_person_id_accounts")),
        sa.ForeignKeyConstraint(
            ["person_membership_id"],
            ["memberships.id"],
            name=op.f("fk_support_sessions_person_membership_id_memberships"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_sessions")),
    )
    op.create_index(op.f("ix_support_sessions_account_id"), "support_sessions", ["account_id"])
    op.create_index(op.f("ix_support_sessions_person_id"), "support_sessions", ["person_id"])
    op.execute(audit.guard("support_sessions"))


def downgrade() -> None:
    op.drop_table("support_sessions")
