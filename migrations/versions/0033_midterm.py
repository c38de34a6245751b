"""Report sessions of the mid-term evaluation, their turns and slides."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0033_midterm"
down_revision = "0031_reminders"
TABLES = ("midterm_sessions", "midterm_talks")


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
    for table in TABLES:
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
