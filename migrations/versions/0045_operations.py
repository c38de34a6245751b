"""What the installation does for itself: backups, restore drills, looks through the chain."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045_operations"
down_revision = "0044_heads"


def upgrade() -> None:
    """A table of runs, no part of the trail."""
    op.create_table(
        "upkeep_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("kind IN ('backup', 'drill', 'chain')", name=op.f("ck_upkeep_runs_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep_runs")),
    )
    op.create_index("ix_upkeep_runs_kind_began", "upkeep_runs", ["kind", "began_at"], unique=False)


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_upkeep_runs_kind_began", table_name="upkeep_runs")
    op.drop_table("upkeep_runs")
