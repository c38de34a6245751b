"""Report sessions of the mid-term evaluation, judgements by dimension, problems until they are solved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0034_midterm"
down_revision = "0033_editions_of_dossiers"
TABLES = ("midterm_sessions", "midterm_problems", "midterm_talks")
ADDED = (("judgements", postgresql.JSONB(), "{}"), ("questions", sa.String(length=4000), ""))


def upgrade() -> None:
    op.create_table(
        "midterm_sessions",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("talk_minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'ended', 'cancelled')", name=op.f("ck_midterm_sessions_state")
        ),
        sa.CheckConstraint("current >= 0", name=op.f("ck_midterm_sessions_current")),
        sa.CheckConstraint("talk_minutes > 0", name=op.f("ck_midterm_sessions_talk_minutes")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_midterm_sessions_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_midterm_sessions_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_sessions")),
    )
    op.create_index("ix_midterm_sessions_city_id", "midterm_sessions", ["city_id"], unique=False)
    op.create_index(op.f("ix_midterm_sessions_cycle_id"), "midterm_sessions", ["cycle_id"], unique=False)
    op.create_table(
        "midterm_problems",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("owner_role", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("solution", sa.String(length=2000), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'solved') = (solved_at IS NOT NULL)", name=op.f("ck_midterm_problems_solved_at")),
        sa.CheckConstraint(
            "owner_role IN ('mentor', 'student', 'guide_teacher', 'school', 'university', 'city_office')",
            name=op.f("ck_midterm_problems_owner_role"),
        ),
        sa.CheckConstraint("state IN ('open', 'solved')", name=op.f("ck_midterm_problems_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_midterm_problems_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_midterm_problems_enrolment_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["accounts.id"], name=op.f("fk_midterm_problems_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_problems")),
    )
    op.create_index(op.f("ix_midterm_problems_cycle_id"), "midterm_problems", ["cycle_id"], unique=False)
    op.create_index("ix_midterm_problems_enrolment_id", "midterm_problems", ["enrolment_id"], unique=False)
    op.create_table(
        "midterm_talks",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slides_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_midterm_talks_position")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_midterm_talks_enrolment_id")),
        sa.ForeignKeyConstraint(["session_id"], ["midterm_sessions.id"], name=op.f("fk_midterm_talks_session_id")),
        sa.ForeignKeyConstraint(["slides_id"], ["files.id"], name=op.f("fk_midterm_talks_slides_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_talks")),
        sa.UniqueConstraint("session_id", "enrolment_id", name=op.f("uq_midterm_talks_session_id_enrolment_id")),
    )
    op.create_index("ix_midterm_talks_enrolment_id", "midterm_talks", ["enrolment_id"], unique=False)
    for name, kind, default in ADDED:
        op.add_column("midterm_evaluations", sa.Column(name, kind, nullable=False, server_default=default))
        op.alter_column("midterm_evaluations", name, server_default=None)
    for table in TABLES:
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name, _, _ in reversed(ADDED):
        op.drop_column("midterm_evaluations", name)
