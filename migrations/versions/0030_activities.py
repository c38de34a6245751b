"""The school's own training (P19), and activities outside with the family's consent (P20)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0030_activities"
down_revision = "0029_contacts"

TABLES = ("lessons", "lesson_students", "activities", "participations", "activity_consents")


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_account_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("line", sa.String(length=500), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('recorded', 'returned', 'confirmed')", name=op.f("ck_lessons_state")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_lessons_minutes")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_lessons_city_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name=op.f("fk_lessons_confirmed_by")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_lessons_cycle_id")),
        sa.ForeignKeyConstraint(["school_id"], ["units.id"], name=op.f("fk_lessons_school_id")),
        sa.ForeignKeyConstraint(["teacher_account_id"], ["accounts.id"], name=op.f("fk_lessons_teacher_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("teacher_account_id", "starts_at", name=op.f("uq_lessons_teacher_account_id_starts_at")),
    )
    op.create_index(op.f("ix_lessons_cycle_id"), "lessons", ["cycle_id"], unique=False)
    op.create_index("ix_lessons_school_starts", "lessons", ["school_id", "starts_at"], unique=False)
    op.create_table(
        "lesson_students",
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_lesson_students_enrolment_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_lesson_students_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_students")),
        sa.UniqueConstraint("lesson_id", "enrolment_id", name=op.f("uq_lesson_students_lesson_id_enrolment_id")),
    )
    op.create_index("ix_lesson_students_enrolment_id", "lesson_students", ["enrolment_id"], unique=False)
    op.create_table(
        "activities",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("programme", sa.String(length=4000), nullable=False),
        sa.Column("cost", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recommend_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("city_places", postgresql.JSONB(), nullable=False),
        sa.Column("subjects", postgresql.JSONB(), nullable=False),
        sa.Column("cities", postgresql.JSONB(), nullable=False),
        sa.Column("needs_consent", sa.Boolean(), nullable=False),
        sa.Column("report", sa.String(length=8000), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'reported' OR report <> ''", name=op.f("ck_activities_reported")),
        sa.CheckConstraint(
            "state IN ('draft', 'announced', 'chosen', 'held', 'reported', 'cancelled')",
            name=op.f("ck_activities_state"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_activities_period")),
        sa.CheckConstraint("taken >= 0 AND taken <= places", name=op.f("ck_activities_places")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_activities_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_activities_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index(op.f("ix_activities_cycle_id"), "activities", ["cycle_id"], unique=False)
    op.create_index("ix_activities_cycle_starts", "activities", ["cycle_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_activities_unit_id"), "activities", ["unit_id"], unique=False)
    op.create_table(
        "participations",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("put_forward_by", sa.Uuid(), nullable=False),
        sa.Column("put_forward_as", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decision_reason", sa.String(length=2000), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=True),
        sa.Column("days", postgresql.JSONB(), nullable=True),
        sa.Column("student_line", sa.String(length=500), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "consent IS NULL OR consent IN ('given', 'refused', 'withdrawn')", name=op.f("ck_participations_consent")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'chosen', 'waiting', 'not_chosen', 'withdrawn')",
            name=op.f("ck_participations_state"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_participations_activity_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_participations_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_participations_enrolment_id")),
        sa.ForeignKeyConstraint(["put_forward_by"], ["accounts.id"], name=op.f("fk_participations_put_forward_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("activity_id", "enrolment_id", name=op.f("uq_participations_activity_id_enrolment_id")),
    )
    op.create_index(op.f("ix_participations_cycle_id"), "participations", ["cycle_id"], unique=False)
    op.create_index("ix_participations_enrolment_id", "participations", ["enrolment_id"], unique=False)
    op.create_table(
        "activity_consents",
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("text", postgresql.JSONB(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision IN ('given', 'refused', 'withdrawn')", name=op.f("ck_activity_consents_decision")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_activity_consents_account_id")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participations.id"], name=op.f("fk_activity_consents_participation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_consents")),
    )
    op.create_index("ix_activity_consents_participation_id", "activity_consents", ["participation_id"], unique=False)
    for table in TABLES:
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
