"""Meetings that are planned, who is asked to them, and who checked in at the door (P9, P10)."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0027_appointments"
down_revision = "0026_namesakes"


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("directions", sa.String(length=1000), nullable=False),
        sa.Column("on_campus", sa.Boolean(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'held') = (session_id IS NOT NULL)", name=op.f("ck_appointments_held_has_session")
        ),
        sa.CheckConstraint("state IN ('planned', 'held', 'called_off')", name=op.f("ck_appointments_state")),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_appointments_minutes")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_appointments_cycle_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_appointments_mentor_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.id"], name=op.f("fk_appointments_session_id")),
        sa.ForeignKeyConstraint(["set_by"], ["accounts.id"], name=op.f("fk_appointments_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("session_id", name=op.f("uq_appointments_session_id")),
    )
    op.create_index(op.f("ix_appointments_cycle_id"), "appointments", ["cycle_id"], unique=False)
    op.create_index("ix_appointments_mentor", "appointments", ["mentor_id", "starts_at"], unique=False)
    op.create_table(
        "appointment_guests",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_appointment_guests_appointment_id")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_appointment_guests_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_guests")),
        sa.UniqueConstraint(
            "appointment_id", "enrolment_id", name=op.f("uq_appointment_guests_appointment_id_enrolment_id")
        ),
    )
    op.create_index(op.f("ix_appointment_guests_enrolment_id"), "appointment_guests", ["enrolment_id"], unique=False)
    op.execute(audit.guard("appointments"))
    op.execute(audit.guard("appointment_guests"))


def downgrade() -> None:
    op.drop_index(op.f("ix_appointment_guests_enrolment_id"), table_name="appointment_guests")
    op.drop_table("appointment_guests")
    op.drop_index("ix_appointments_mentor", table_name="appointments")
    op.drop_index(op.f("ix_appointments_cycle_id"), table_name="appointments")
    op.drop_table("appointments")
