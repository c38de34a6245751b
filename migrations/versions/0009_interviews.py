"""Panels, slots, score sheets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0009_interviews"
down_revision = "0008_exams"


def upgrade() -> None:
    op.create_table(
        "panels",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes_each", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_panels_city_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject"],
            ["cycle_subjects.cycle_id", "cycle_subjects.code"],
            name=op.f("fk_panels_cycle_id_subject"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_panels_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
        sa.UniqueConstraint("cycle_id", "city_id", "name", name=op.f("uq_panels_cycle_id_city_id_name")),
    )
    op.create_table(
        "interview_results",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("interview", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("spread", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=8, scale=4), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('selected', 'reserve', 'not_selected')", name=op.f("ck_interview_results_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_interview_results_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_results")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_interview_results_registration_id")),
    )
    op.create_table(
        "panel_members",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_panel_members_account_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_panel_members_mentor_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_panel_members_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_members")),
        sa.UniqueConstraint("panel_id", "mentor_id", name=op.f("uq_panel_members_panel_id_mentor_id")),
    )
    op.create_index(op.f("ix_panel_members_account_id"), "panel_members", ["account_id"], unique=False)
    op.create_index(op.f("ix_panel_members_panel_id"), "panel_members", ["panel_id"], unique=False)
    op.create_table(
        "slots",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missed_reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_slots_panel_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_slots_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("panel_id", "position", name=op.f("uq_slots_panel_id_position")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_slots_registration_id")),
    )
    op.create_index(op.f("ix_slots_panel_id"), "slots", ["panel_id"], unique=False)
    op.create_table(
        "score_sheets",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("level_comment", sa.String(length=500), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("far_off_reason", sa.String(length=500), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_score_sheets_account_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_score_sheets_registration_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_score_sheets_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheets")),
        sa.UniqueConstraint("slot_id", "account_id", name=op.f("uq_score_sheets_slot_id_account_id")),
    )
    op.create_index(op.f("ix_score_sheets_slot_id"), "score_sheets", ["slot_id"], unique=False)
    for table in ("interview_results", "panel_members", "panels", "score_sheets", "slots"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("score_sheets", "slots", "panel_members", "interview_results", "panels"):
        op.drop_table(table)
