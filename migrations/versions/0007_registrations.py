"""Registrations, choices of mentors, consents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0007_registrations"
down_revision = "0006_nominations"


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_account_id", sa.Uuid(), nullable=True),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("entry_year", sa.Integer(), nullable=True),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_index", sa.String(length=64), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("year_size", sa.Integer(), nullable=True),
        sa.Column("subject_rank", sa.Integer(), nullable=True),
        sa.Column("overall_rank", sa.Integer(), nullable=True),
        sa.Column("rank_basis", sa.String(length=200), nullable=False),
        sa.Column("school_statement", sa.Boolean(), nullable=False),
        sa.Column("eligibility", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("returning", sa.Boolean(), nullable=False),
        sa.Column("accepts_adjustment", sa.Boolean(), nullable=False),
        sa.Column("interests", sa.String(length=4000), nullable=False),
        sa.Column("motivation", sa.String(length=4000), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'school_recommended', 'city_recommended', 'eligible', 'seated', 'tested', 'absent', 'shortlisted', 'not_shortlisted', 'interviewed', 'selected', 'reserve', 'not_selected', 'paired', 'filed', 'enrolled', 'withdrawn', 'rejected')",
            name=op.f("ck_registrations_state"),
        ),
        sa.CheckConstraint("overall_rank BETWEEN 1 AND year_size", name=op.f("ck_registrations_overall_rank")),
        sa.CheckConstraint("subject_rank BETWEEN 1 AND year_size", name=op.f("ck_registrations_subject_rank")),
        sa.CheckConstraint("year_size >= 1", name=op.f("ck_registrations_year_size")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_registrations_account_id")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_registrations_city_id")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject"],
            ["cycle_subjects.cycle_id", "cycle_subjects.code"],
            name=op.f("fk_registrations_cycle_id_subject"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_registrations_cycle_id")),
        sa.ForeignKeyConstraint(
            ["guardian_account_id"], ["accounts.id"], name=op.f("fk_registrations_guardian_account_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["units.id"], name=op.f("fk_registrations_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("cycle_id", "account_id", name=op.f("uq_registrations_cycle_id_account_id")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_registrations_cycle_id_number")),
    )
    op.create_index(op.f("ix_registrations_account_id"), "registrations", ["account_id"], unique=False)
    op.create_index(
        "ix_registrations_city_subject_state",
        "registrations",
        ["cycle_id", "city_id", "subject", "state"],
        unique=False,
    )
    op.create_index(op.f("ix_registrations_cycle_id"), "registrations", ["cycle_id"], unique=False)
    op.create_index(
        op.f("ix_registrations_guardian_account_id"), "registrations", ["guardian_account_id"], unique=False
    )
    op.create_index("ix_registrations_identity", "registrations", ["identity_index"], unique=False)
    op.create_index("ix_registrations_school_state", "registrations", ["cycle_id", "school_id", "state"], unique=False)
    op.create_table(
        "consents",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_name", sa.String(length=100), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("publication", sa.Boolean(), nullable=False),
        sa.Column("national_programme", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_consents_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_consents_token_hash")),
    )
    op.create_index(op.f("ix_consents_registration_id"), "consents", ["registration_id"], unique=False)
    op.create_table(
        "mentor_choices",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_mentor_choices_rank")),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_mentor_choices_mentor_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_mentor_choices_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", "rank", name=op.f("pk_mentor_choices")),
        sa.UniqueConstraint("registration_id", "mentor_id", name=op.f("uq_mentor_choices_registration_id_mentor_id")),
    )
    op.create_index("ix_mentor_choices_mentor", "mentor_choices", ["mentor_id"], unique=False)
    for table in ("consents", "mentor_choices", "registrations"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("mentor_choices", "consents", "registrations"):
        op.drop_table(table)
