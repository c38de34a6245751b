"""A dossier is kept as it was handed in, each time (P24)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0033_editions_of_dossiers"
down_revision = "0032_judging"


def upgrade() -> None:
    op.create_table(
        "annual_editions",
        sa.Column("annual_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("report_title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=4000), nullable=False),
        sa.Column("materials", postgresql.JSONB(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["annual_id"], ["annual_evaluations.id"], name=op.f("fk_annual_editions_annual_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_editions")),
        sa.UniqueConstraint("annual_id", "number", name=op.f("uq_annual_editions_annual_id_number")),
    )
    op.execute(audit.guard("annual_editions"))


def downgrade() -> None:
    op.drop_table("annual_editions")
