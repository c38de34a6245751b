"""Editions and progress of training plans, the mentor's leave to the team, feedback (P17, P18, P21)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0028_plan_editions"
down_revision = "0027_appointments"

NAME_STEPS = """
    UPDATE training_plans SET steps = (
        SELECT jsonb_agg(
            step || jsonb_build_object('id', substr(md5(training_plans.id::text || place::text), 1, 8)) ORDER BY place
        )
        FROM jsonb_array_elements(training_plans.steps) WITH ORDINALITY AS one(step, place)
    )
    WHERE jsonb_array_length(steps) > 0
"""


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("point", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("about IN ('student', 'mentoring')", name=op.f("ck_feedback_about")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_feedback_enrolment_id")),
        sa.ForeignKeyConstraint(["written_by"], ["accounts.id"], name=op.f("fk_feedback_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("enrolment_id", "point", "about", name=op.f("uq_feedback_enrolment_id_point_about")),
    )
    op.create_table(
        "training_plan_editions",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("aims", sa.String(length=4000), nullable=False),
        sa.Column("co_mentor_part", sa.String(length=2000), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("student_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("teacher_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name=op.f("fk_training_plan_editions_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_plan_editions")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_training_plan_editions_plan_id_number")),
    )
    op.create_table(
        "training_step_progress",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'under_way', 'done', 'dropped')", name=op.f("ck_training_step_progress_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_training_step_progress_account_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name=op.f("fk_training_step_progress_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_step_progress")),
        sa.UniqueConstraint("plan_id", "step_id", name=op.f("uq_training_step_progress_plan_id_step_id")),
    )
    op.add_column("team_members", sa.Column("may_record", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("team_members", "may_record", server_default=None)
    op.add_column("team_members", sa.Column("students", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.add_column(
        "training_plans", sa.Column("co_mentor_part", sa.String(length=2000), nullable=False, server_default="")
    )
    op.alter_column("training_plans", "co_mentor_part", server_default=None)
    # Steps get a name, so that somebody can say how far each is; nothing of what they say changes.
    op.execute("SELECT set_config('miaopu.audited', 'yes', true)")
    op.execute(NAME_STEPS)
    op.execute(audit.guard("feedback"))
    op.execute(audit.guard("training_plan_editions"))
    op.execute(audit.guard("training_step_progress"))


def downgrade() -> None:
    op.drop_column("training_plans", "co_mentor_part")
    op.drop_column("team_members", "students")
    op.drop_column("team_members", "may_record")
    op.drop_table("training_step_progress")
    op.drop_table("training_plan_editions")
    op.drop_table("feedback")
