"""Marks locked and published by two people, looked at again; tickets scanned; seats that can change places."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0019_rechecks"
down_revision = "0018_cutoffs_released"


def upgrade() -> None:
    for name in ("locked_at",):
        op.add_column("sittings", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("locked_by", "published_by"):
        op.add_column("sittings", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_sittings_{name}"), "sittings", "accounts", [name], ["id"])
    op.create_check_constraint(op.f("ck_sittings_two_people"), "sittings", "published_by <> locked_by")
    op.add_column("seats", sa.Column("present_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("seats", sa.Column("present_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_seats_present_by"), "seats", "accounts", ["present_by"], ["id"])
    op.drop_constraint(op.f("uq_seats_room_id_number"), "seats")
    op.create_unique_constraint(
        op.f("uq_seats_room_id_number"), "seats", ["room_id", "number"], deferrable=True, initially="DEFERRED"
    )
    op.create_table(
        "rechecks",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_student", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("mark_before", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("mark", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("parts", postgresql.JSONB(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'proposed', 'upheld', 'stands')", name=op.f("ck_rechecks_state")),
        sa.CheckConstraint(
            "state NOT IN ('proposed', 'upheld') OR proposed_by IS NOT NULL",
            name=op.f("ck_rechecks_proposed_by_somebody"),
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_rechecks_two_people")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_rechecks_seat_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_rechecks_asked_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_rechecks_proposed_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name=op.f("fk_rechecks_confirmed_by")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_rechecks_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
    )
    op.create_index(op.f("ix_rechecks_cycle_id"), "rechecks", ["cycle_id"])
    op.create_index(
        "uq_rechecks_waiting",
        "rechecks",
        ["seat_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'proposed')"),
    )
    op.execute(audit.guard("rechecks"))


def downgrade() -> None:
    op.drop_table("rechecks")
    op.drop_constraint(op.f("uq_seats_room_id_number"), "seats")
    op.create_unique_constraint(op.f("uq_seats_room_id_number"), "seats", ["room_id", "number"])
    op.drop_constraint(op.f("fk_seats_present_by"), "seats")
    op.drop_column("seats", "present_by")
    op.drop_column("seats", "present_at")
    op.drop_constraint(op.f("ck_sittings_two_people"), "sittings")
    for name in ("published_by", "locked_by"):
        op.drop_constraint(op.f(f"fk_sittings_{name}"), "sittings")
        op.drop_column("sittings", name)
    op.drop_column("sittings", "locked_at")
