"""Growth logs."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0012_growth"
down_revision = "0011_training"


def upgrade() -> None:
    op.create_table(
        "growth_logs",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("did", sa.String(length=4000), nullable=False),
        sa.Column("learned", sa.String(length=4000), nullable=False),
        sa.Column("next_steps", sa.String(length=4000), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.String(length=2000), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name=op.f("ck_growth_logs_submitted_at")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted')", name=op.f("ck_growth_logs_state")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_growth_logs_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_growth_logs_enrolment_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_growth_logs_file_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["accounts.id"], name=op.f("fk_growth_logs_reviewed_by")),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.id"], name=op.f("fk_growth_logs_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_logs")),
        sa.UniqueConstraint("enrolment_id", "session_id", name=op.f("uq_growth_logs_enrolment_id_session_id")),
    )
    op.create_index(op.f("ix_growth_logs_cycle_id"), "growth_logs", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_growth_logs_session_id"), "growth_logs", ["session_id"], unique=False)
    for table in ("growth_logs",):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("growth_logs",):
        op.drop_table(table)
