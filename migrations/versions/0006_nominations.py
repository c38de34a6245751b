"""Mentors: nominations, teams, approvals, objections."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0006_nominations"
down_revision = "0005_programme"


def upgrade() -> None:
    op.create_table(
        "nominations",
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("standing_reason", sa.String(length=1000), nullable=False),
        sa.Column("degree", sa.String(length=20), nullable=False),
        sa.Column("degree_reason", sa.String(length=1000), nullable=False),
        sa.Column("degree_exception_by", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("research", sa.String(length=2000), nullable=False),
        sa.Column("introduction", sa.String(length=4000), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("notice_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_number", sa.String(length=60), nullable=True),
        sa.Column("letter_code", sa.String(length=40), nullable=True),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'appointed' OR letter_number IS NOT NULL", name=op.f("ck_nominations_appointed_has_letter")
        ),
        sa.CheckConstraint(
            "state <> 'on_notice' OR notice_ends_at IS NOT NULL", name=op.f("ck_nominations_notice_has_end")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'recommended', 'city_reviewed', 'profile_submitted', 'region_reviewed', 'approved', 'on_notice', 'appointed', 'rejected')",
            name=op.f("ck_nominations_state"),
        ),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_nominations_capacity")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_nominations_taken")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_nominations_account_id")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_nominations_city_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "university_id", "subject"],
            ["cycle_cells.cycle_id", "cycle_cells.university_id", "cycle_cells.subject"],
            name=op.f("fk_nominations_cycle_id_university_id_subject"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_nominations_cycle_id")),
        sa.ForeignKeyConstraint(
            ["degree_exception_by"], ["accounts.id"], name=op.f("fk_nominations_degree_exception_by")
        ),
        sa.ForeignKeyConstraint(["university_id"], ["units.id"], name=op.f("fk_nominations_university_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
        sa.UniqueConstraint(
            "cycle_id",
            "university_id",
            "subject",
            "name",
            name=op.f("uq_nominations_cycle_id_university_id_subject_name"),
        ),
        sa.UniqueConstraint("letter_code", name=op.f("uq_nominations_letter_code")),
        sa.UniqueConstraint("letter_number", name=op.f("uq_nominations_letter_number")),
    )
    op.create_index(op.f("ix_nominations_account_id"), "nominations", ["account_id"], unique=False)
    op.create_index("ix_nominations_city_state", "nominations", ["cycle_id", "city_id", "state"], unique=False)
    op.create_index(op.f("ix_nominations_cycle_id"), "nominations", ["cycle_id"], unique=False)
    op.create_table(
        "nomination_approvals",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_nomination_approvals_account_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nominations.id"], name=op.f("fk_nomination_approvals_nomination_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_approvals")),
        sa.UniqueConstraint("nomination_id", "role", name=op.f("uq_nomination_approvals_nomination_id_role")),
    )
    op.create_index(
        op.f("ix_nomination_approvals_nomination_id"), "nomination_approvals", ["nomination_id"], unique=False
    )
    op.create_table(
        "objections",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_objections_state")),
        sa.ForeignKeyConstraint(["nomination_id"], ["nominations.id"], name=op.f("fk_objections_nomination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("receipt", name=op.f("uq_objections_receipt")),
    )
    op.create_index(op.f("ix_objections_nomination_id"), "objections", ["nomination_id"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("degree", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("title_level", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=200), nullable=False),
        sa.Column("may_review", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_team_members_account_id")),
        sa.ForeignKeyConstraint(["nomination_id"], ["nominations.id"], name=op.f("fk_team_members_nomination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
        sa.UniqueConstraint("nomination_id", "name", name=op.f("uq_team_members_nomination_id_name")),
    )
    op.create_index(op.f("ix_team_members_account_id"), "team_members", ["account_id"], unique=False)
    op.create_index(op.f("ix_team_members_nomination_id"), "team_members", ["nomination_id"], unique=False)
    for table in ("nomination_approvals", "nominations", "objections", "team_members"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("team_members", "objections", "nomination_approvals", "nominations"):
        op.drop_table(table)
