"""Summaries, appraisals, supervision, tracking."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0014_outcomes"
down_revision = "0013_evaluations"


def upgrade() -> None:
    op.create_table(
        "appraisals",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("comment", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_appraisals_score")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_appraisals_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_appraisals_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisals")),
        sa.UniqueConstraint("cycle_id", "city_id", name=op.f("uq_appraisals_cycle_id_city_id")),
    )
    op.create_table(
        "supervision_visits",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("means", sa.String(length=500), nullable=False),
        sa.Column("findings", sa.String(length=8000), nullable=False),
        sa.Column("model_case", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_supervision_visits_account_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_supervision_visits_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_supervision_visits_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_visits")),
    )
    op.create_index("ix_supervision_visits_unit", "supervision_visits", ["cycle_id", "unit_id"], unique=False)
    op.create_table(
        "summaries",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'accepted')", name=op.f("ck_summaries_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_summaries_cycle_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_summaries_file_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_summaries_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summaries")),
        sa.UniqueConstraint("cycle_id", "unit_id", name=op.f("uq_summaries_cycle_id_unit_id")),
    )
    op.create_index(op.f("ix_summaries_cycle_id"), "summaries", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_summaries_unit_id"), "summaries", ["unit_id"], unique=False)
    op.create_table(
        "tracking_entries",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("university_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_tracking_entries_year")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_tracking_entries_enrolment_id")),
        sa.ForeignKeyConstraint(["university_id"], ["units.id"], name=op.f("fk_tracking_entries_university_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_entries")),
        sa.UniqueConstraint("enrolment_id", "year", name=op.f("uq_tracking_entries_enrolment_id_year")),
    )
    op.create_index(op.f("ix_tracking_entries_enrolment_id"), "tracking_entries", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_tracking_entries_university_id"), "tracking_entries", ["university_id"], unique=False)
    for table in ("appraisals", "summaries", "supervision_visits", "tracking_entries"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("tracking_entries", "summaries", "supervision_visits", "appraisals"):
        op.drop_table(table)
