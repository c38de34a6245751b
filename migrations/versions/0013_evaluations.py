"""Evaluations and certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0013_evaluations"
down_revision = "0012_growth"


def upgrade() -> None:
    op.create_table(
        "annual_evaluations",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("report_title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=4000), nullable=False),
        sa.Column("materials", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mentor_level", sa.String(length=32), nullable=True),
        sa.Column("mentor_opinion", sa.String(length=4000), nullable=False),
        sa.Column("mean", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'graded' OR grade IS NOT NULL", name=op.f("ck_annual_evaluations_grade")),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'mentor_evaluated', 'recommended', 'city_qualified', 'city_unqualified', 'graded')",
            name=op.f("ck_annual_evaluations_state"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_annual_evaluations_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_annual_evaluations_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_evaluations")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_annual_evaluations_enrolment_id")),
    )
    op.create_index(op.f("ix_annual_evaluations_cycle_id"), "annual_evaluations", ["cycle_id"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("mentor_name", sa.String(length=100), nullable=False),
        sa.Column("university_name", sa.String(length=100), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("grade IN ('excellent', 'qualified')", name=op.f("ck_certificates_grade")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_certificates_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_certificates_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint("cycle_id", "serial", name=op.f("uq_certificates_cycle_id_serial")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_certificates_enrolment_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
    )
    op.create_table(
        "initial_evaluations",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("opinions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'submitted')", name=op.f("ck_initial_evaluations_state")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_initial_evaluations_by")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_initial_evaluations_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_initial_evaluations_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initial_evaluations")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_initial_evaluations_enrolment_id")),
    )
    op.create_index(op.f("ix_initial_evaluations_cycle_id"), "initial_evaluations", ["cycle_id"], unique=False)
    op.create_table(
        "midterm_evaluations",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("opinion", sa.String(length=4000), nullable=False),
        sa.Column("second_half", sa.String(length=4000), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("objection_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.String(length=2000), nullable=False),
        sa.Column("overturned", sa.Boolean(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("passed OR reason <> ''", name=op.f("ck_midterm_evaluations_fail_has_reason")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'confirmed', 'objected', 'filed')",
            name=op.f("ck_midterm_evaluations_state"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> by", name=op.f("ck_midterm_evaluations_two_people")
        ),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_midterm_evaluations_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name=op.f("fk_midterm_evaluations_confirmed_by")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_midterm_evaluations_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_midterm_evaluations_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_evaluations")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_midterm_evaluations_enrolment_id")),
    )
    op.create_index(op.f("ix_midterm_evaluations_cycle_id"), "midterm_evaluations", ["cycle_id"], unique=False)
    op.create_table(
        "final_sheets",
        sa.Column("annual_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", sa.Numeric(precision=7, scale=4), nullable=True),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("recused_reason", sa.String(length=500), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("recused_reason = '' OR score IS NULL", name=op.f("ck_final_sheets_recused_without_score")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_final_sheets_account_id")),
        sa.ForeignKeyConstraint(["annual_id"], ["annual_evaluations.id"], name=op.f("fk_final_sheets_annual_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_sheets")),
        sa.UniqueConstraint("annual_id", "account_id", name=op.f("uq_final_sheets_annual_id_account_id")),
    )
    op.create_index(op.f("ix_final_sheets_account_id"), "final_sheets", ["account_id"], unique=False)
    for table in ("annual_evaluations", "certificates", "final_sheets", "initial_evaluations", "midterm_evaluations"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("final_sheets", "midterm_evaluations", "initial_evaluations", "certificates", "annual_evaluations"):
        op.drop_table(table)
