"""Drafts of growth logs that follow a student from device to device; photos and receipts of logs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0024_growth_drafts"
down_revision = "0023_mentor_evidence"

ADDED = ("reading", "discussed", "heard", "hard")
TEXTS = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")
PHOTOS = postgresql.ARRAY(sa.Uuid())


def upgrade() -> None:
    for name in ADDED:
        op.add_column("growth_logs", sa.Column(name, sa.String(length=4000), nullable=False, server_default=""))
        op.alter_column("growth_logs", name, server_default=None)
    op.add_column("growth_logs", sa.Column("photos", PHOTOS, nullable=False, server_default="{}"))
    op.alter_column("growth_logs", "photos", server_default=None)
    op.add_column("growth_logs", sa.Column("receipt_number", sa.String(length=40), nullable=True))
    op.create_unique_constraint(
        op.f("uq_growth_logs_cycle_id_receipt_number"), "growth_logs", ["cycle_id", "receipt_number"]
    )
    op.create_table(
        "growth_drafts",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(length=4000), nullable=False) for name in TEXTS),
        sa.Column("photos", PHOTOS, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_growth_drafts_enrolment_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.id"], name=op.f("fk_growth_drafts_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_drafts")),
        sa.UniqueConstraint("enrolment_id", "session_id", name=op.f("uq_growth_drafts_enrolment_id_session_id")),
    )
    op.create_index(op.f("ix_growth_drafts_session_id"), "growth_drafts", ["session_id"])
    op.execute(audit.guard("growth_drafts"))


def downgrade() -> None:
    op.drop_table("growth_drafts")
    op.drop_constraint(op.f("uq_growth_logs_cycle_id_receipt_number"), "growth_logs")
    for name in ("receipt_number", "photos", *ADDED):
        op.drop_column("growth_logs", name)
