"""Packs of the yearly audit of minors' data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0048_consent"
down_revision = "0047_support"


def upgrade() -> None:
    op.create_table(
        "compliance_audits",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_compliance_audits_file_id_files")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_compliance_audits_made_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_audits")),
    )
    op.create_index(op.f("ix_compliance_audits_year"), "compliance_audits", ["year"])
    op.execute(audit.guard("compliance_audits"))


def downgrade() -> None:
    op.drop_table("compliance_audits")
