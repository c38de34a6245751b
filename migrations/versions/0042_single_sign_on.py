"""Single sign-on of universities: which provider a unit trusts, and who is who there."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0042_single_sign_on"
down_revision = "0041_sign_in"
GUARDED = ("sso_providers", "sso_identities")


def upgrade() -> None:
    """Both tables are part of the trail."""
    op.create_table(
        "sso_providers",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_claim", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_sso_providers_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_providers")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_sso_providers_unit_id")),
    )
    op.create_table(
        "sso_identities",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sso_identities_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["sso_providers.id"], name=op.f("fk_sso_identities_provider_id_sso_providers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sso_identities")),
    )
    op.create_index(op.f("ix_sso_identities_account_id"), "sso_identities", ["account_id"], unique=False)
    op.create_index(op.f("ix_sso_identities_provider_id"), "sso_identities", ["provider_id"], unique=False)
    op.create_index("uq_sso_identities_who", "sso_identities", ["issuer", "subject"], unique=True)
    for table in GUARDED:
        op.execute(audit.guard(table))


def downgrade() -> None:
    """Without them."""
    for table in reversed(GUARDED):
        op.drop_table(table)
