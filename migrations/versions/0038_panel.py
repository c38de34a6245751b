"""A city's panel of judges for the annual evaluation: its seed by subject, the sheets of its judges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0038_panel"
down_revision = "0037_supervision"
TABLES = ("panel_rounds", "panel_sheets")


def upgrade() -> None:
    op.create_table(
        "panel_rounds",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_panel_rounds_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_panel_rounds_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_rounds")),
        sa.UniqueConstraint("cycle_id", "city_id", "subject", name=op.f("uq_panel_rounds_cycle_id_city_id_subject")),
    )
    op.create_table(
        "panel_sheets",
        sa.Column("annual_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scores", postgresql.JSONB(), nullable=False),
        sa.Column("score", sa.Numeric(precision=7, scale=4), nullable=True),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("recused_reason", sa.String(length=500), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("recused_reason = '' OR score IS NULL", name=op.f("ck_panel_sheets_recused_without_score")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_panel_sheets_account_id")),
        sa.ForeignKeyConstraint(["annual_id"], ["annual_evaluations.id"], name=op.f("fk_panel_sheets_annual_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_sheets")),
        sa.UniqueConstraint("annual_id", "account_id", name=op.f("uq_panel_sheets_annual_id_account_id")),
    )
    op.create_index(op.f("ix_panel_sheets_account_id"), "panel_sheets", ["account_id"], unique=False)
    for table in TABLES:
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
