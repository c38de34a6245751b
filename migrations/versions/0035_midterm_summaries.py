"""The cities' summaries of the mid-term evaluation, filed by the region with a number."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0035_midterm_summaries"
down_revision = "0034_midterm"


def upgrade() -> None:
    op.create_table(
        "midterm_summaries",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filing_number", sa.String(length=60), nullable=True),
        sa.Column("filed_digest", sa.String(length=64), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'filed') = (filing_number IS NOT NULL)", name=op.f("ck_midterm_summaries_filed_has_number")
        ),
        sa.CheckConstraint("state IN ('handed_in', 'returned', 'filed')", name=op.f("ck_midterm_summaries_state")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_midterm_summaries_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_midterm_summaries_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_summaries")),
        sa.UniqueConstraint("filing_number", name=op.f("uq_midterm_summaries_filing_number")),
    )
    op.create_index(op.f("ix_midterm_summaries_cycle_id"), "midterm_summaries", ["cycle_id"], unique=False)
    op.create_index(
        "uq_midterm_summaries_open",
        "midterm_summaries",
        ["cycle_id", "city_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'filed'"),
    )
    op.execute(audit.guard("midterm_summaries"))


def downgrade() -> None:
    op.drop_table("midterm_summaries")
