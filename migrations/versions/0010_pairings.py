"""Pairings, enrolments, first meetings."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0010_pairings"
down_revision = "0009_interviews"


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("agenda", sa.String(length=4000), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_meetings_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_meetings_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_city_id"), "meetings", ["city_id"], unique=False)
    op.create_table(
        "pairing_rounds",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'confirmed', 'filed')", name=op.f("ck_pairing_rounds_state")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_pairing_rounds_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_pairing_rounds_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_rounds")),
        sa.UniqueConstraint("cycle_id", "city_id", "number", name=op.f("uq_pairing_rounds_cycle_id_city_id_number")),
    )
    op.create_index(op.f("ix_pairing_rounds_cycle_id"), "pairing_rounds", ["cycle_id"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_account_id", sa.Uuid(), nullable=True),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("co_mentor_id", sa.Uuid(), nullable=True),
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("guide_teacher_account_id", sa.Uuid(), nullable=True),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'enrolled' OR state = 'withdrawn' OR active_from IS NOT NULL",
            name=op.f("ck_enrolments_active_from"),
        ),
        sa.CheckConstraint(
            "state IN ('enrolled', 'active', 'withdrawn', 'excellent', 'qualified', 'unqualified', 'alumni')",
            name=op.f("ck_enrolments_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('excellent', 'qualified', 'unqualified') OR grade = state", name=op.f("ck_enrolments_grade")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_enrolments_account_id")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_enrolments_city_id")),
        sa.ForeignKeyConstraint(["co_mentor_id"], ["nominations.id"], name=op.f("fk_enrolments_co_mentor_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_enrolments_cycle_id")),
        sa.ForeignKeyConstraint(
            ["guardian_account_id"], ["accounts.id"], name=op.f("fk_enrolments_guardian_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["guide_teacher_account_id"], ["accounts.id"], name=op.f("fk_enrolments_guide_teacher_account_id")
        ),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_enrolments_mentor_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_enrolments_registration_id")),
        sa.ForeignKeyConstraint(["school_id"], ["units.id"], name=op.f("fk_enrolments_school_id")),
        sa.ForeignKeyConstraint(["university_id"], ["units.id"], name=op.f("fk_enrolments_university_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_enrolments_registration_id")),
    )
    op.create_index(op.f("ix_enrolments_account_id"), "enrolments", ["account_id"], unique=False)
    op.create_index("ix_enrolments_city_state", "enrolments", ["cycle_id", "city_id", "state"], unique=False)
    op.create_index(op.f("ix_enrolments_co_mentor_id"), "enrolments", ["co_mentor_id"], unique=False)
    op.create_index(op.f("ix_enrolments_cycle_id"), "enrolments", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_enrolments_guardian_account_id"), "enrolments", ["guardian_account_id"], unique=False)
    op.create_index(
        op.f("ix_enrolments_guide_teacher_account_id"), "enrolments", ["guide_teacher_account_id"], unique=False
    )
    op.create_index("ix_enrolments_mentor_state", "enrolments", ["mentor_id", "state"], unique=False)
    op.create_index("ix_enrolments_school", "enrolments", ["school_id"], unique=False)
    op.create_table(
        "pairs",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_mentor_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("mentor_id = proposed_mentor_id OR reason <> ''", name=op.f("ck_pairs_change_has_reason")),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_pairs_mentor_id")),
        sa.ForeignKeyConstraint(["proposed_mentor_id"], ["nominations.id"], name=op.f("fk_pairs_proposed_mentor_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_pairs_registration_id")),
        sa.ForeignKeyConstraint(["round_id"], ["pairing_rounds.id"], name=op.f("fk_pairs_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_pairs_registration_id")),
    )
    op.create_index(op.f("ix_pairs_mentor_id"), "pairs", ["mentor_id"], unique=False)
    op.create_index(op.f("ix_pairs_round_id"), "pairs", ["round_id"], unique=False)
    op.create_table(
        "meeting_guests",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("student", sa.Boolean(), nullable=False),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.Column("guide_teacher", sa.Boolean(), nullable=False),
        sa.Column("mentor", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_meeting_guests_enrolment_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_guests_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_guests")),
        sa.UniqueConstraint("meeting_id", "enrolment_id", name=op.f("uq_meeting_guests_meeting_id_enrolment_id")),
    )
    op.create_index(op.f("ix_meeting_guests_enrolment_id"), "meeting_guests", ["enrolment_id"], unique=False)
    for table in ("enrolments", "meeting_guests", "meetings", "pairing_rounds", "pairs"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("meeting_guests", "pairs", "enrolments", "pairing_rounds", "meetings"):
        op.drop_table(table)
