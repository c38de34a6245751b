"""Training plans, sessions, attendance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0011_training"
down_revision = "0010_pairings"


def upgrade() -> None:
    op.create_table(
        "training_sessions",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("by_mentor", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("on_campus", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.String(length=4000), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_training_sessions_minutes")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_training_sessions_cycle_id")),
        sa.ForeignKeyConstraint(["given_by"], ["accounts.id"], name=op.f("fk_training_sessions_given_by")),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_training_sessions_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sessions")),
    )
    op.create_index(op.f("ix_training_sessions_cycle_id"), "training_sessions", ["cycle_id"], unique=False)
    op.create_index("ix_training_sessions_mentor", "training_sessions", ["mentor_id", "starts_at"], unique=False)
    op.create_table(
        "attendances",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("log_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode IN ('face_to_face', 'remote', 'absent')", name=op.f("ck_attendances_mode")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_attendances_enrolment_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.id"], name=op.f("fk_attendances_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("session_id", "enrolment_id", name=op.f("uq_attendances_session_id_enrolment_id")),
    )
    op.create_index(op.f("ix_attendances_enrolment_id"), "attendances", ["enrolment_id"], unique=False)
    op.create_table(
        "training_plans",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("aims", sa.String(length=4000), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("student_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("teacher_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'agreed' OR student_agreed_at IS NOT NULL", name=op.f("ck_training_plans_agreed_by_student")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'confirmed', 'agreed')", name=op.f("ck_training_plans_state")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_training_plans_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_training_plans_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_plans")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_training_plans_enrolment_id")),
    )
    op.create_index(op.f("ix_training_plans_cycle_id"), "training_plans", ["cycle_id"], unique=False)
    for table in ("attendances", "training_plans", "training_sessions"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("training_plans", "attendances", "training_sessions"):
        op.drop_table(table)
