"""Written test and cutoffs."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0008_exams"
down_revision = "0007_registrations"


def upgrade() -> None:
    op.create_table(
        "cutoffs",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("computed_line", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("line", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("reaching", sa.Integer(), nullable=False),
        sa.Column("off_ratio", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "line IS NOT DISTINCT FROM computed_line OR reason <> ''", name=op.f("ck_cutoffs_set_line_has_reason")
        ),
        sa.CheckConstraint("state IN ('proposed', 'confirmed')", name=op.f("ck_cutoffs_state")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_cutoffs_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cutoffs_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cutoffs")),
        sa.UniqueConstraint("cycle_id", "city_id", "subject", name=op.f("uq_cutoffs_cycle_id_city_id_subject")),
    )
    op.create_index(op.f("ix_cutoffs_cycle_id"), "cutoffs", ["cycle_id"], unique=False)
    op.create_table(
        "sittings",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_sittings_time")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_sittings_city_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject"],
            ["cycle_subjects.cycle_id", "cycle_subjects.code"],
            name=op.f("fk_sittings_cycle_id_subject"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_sittings_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
        sa.UniqueConstraint("cycle_id", "city_id", "subject", name=op.f("uq_sittings_cycle_id_city_id_subject")),
    )
    op.create_table(
        "subject_places",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_subject_places_places")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_subject_places_city_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject"],
            ["cycle_subjects.cycle_id", "cycle_subjects.code"],
            name=op.f("fk_subject_places_cycle_id_subject"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_subject_places_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_places")),
        sa.UniqueConstraint("cycle_id", "city_id", "subject", name=op.f("uq_subject_places_cycle_id_city_id_subject")),
    )
    op.create_table(
        "exam_rooms",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_exam_rooms_capacity")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_exam_rooms_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_rooms")),
        sa.UniqueConstraint("sitting_id", "name", name=op.f("uq_exam_rooms_sitting_id_name")),
    )
    op.create_index(op.f("ix_exam_rooms_sitting_id"), "exam_rooms", ["sitting_id"], unique=False)
    op.create_table(
        "seats",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket_number", sa.String(length=40), nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("second_absent", sa.Boolean(), nullable=True),
        sa.Column("second_mark", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT (absent AND mark IS NOT NULL)", name=op.f("ck_seats_absent_without_mark")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_seats_number")),
        sa.ForeignKeyConstraint(["entered_by"], ["accounts.id"], name=op.f("fk_seats_entered_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_seats_registration_id")),
        sa.ForeignKeyConstraint(["room_id"], ["exam_rooms.id"], name=op.f("fk_seats_room_id")),
        sa.ForeignKeyConstraint(["second_by"], ["accounts.id"], name=op.f("fk_seats_second_by")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_seats_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_seats_registration_id")),
        sa.UniqueConstraint("room_id", "number", name=op.f("uq_seats_room_id_number")),
        sa.UniqueConstraint("ticket_number", name=op.f("uq_seats_ticket_number")),
    )
    op.create_index("ix_seats_sitting", "seats", ["sitting_id"], unique=False)
    for table in ("cutoffs", "exam_rooms", "seats", "sittings", "subject_places"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("seats", "exam_rooms", "subject_places", "sittings", "cutoffs"):
        op.drop_table(table)
