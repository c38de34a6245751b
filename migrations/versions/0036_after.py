"""Former students: their word on being followed, what they are asked to; more of where they went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0036_after"
down_revision = "0035_midterm_summaries"
GUARDED = ("alumni", "alumni_consents", "alumni_activities", "alumni_guests")


def upgrade() -> None:
    op.create_table(
        "alumni",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'agreed', 'refused', 'withdrawn')", name=op.f("ck_alumni_state")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_alumni_account_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_alumni_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alumni")),
        sa.UniqueConstraint("account_id", name=op.f("uq_alumni_account_id")),
    )
    op.create_index(op.f("ix_alumni_cycle_id"), "alumni", ["cycle_id"], unique=False)
    op.create_table(
        "alumni_activities",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'sent', 'cancelled')", name=op.f("ck_alumni_activities_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_alumni_activities_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_alumni_activities_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alumni_activities")),
    )
    op.create_index(op.f("ix_alumni_activities_cycle_id"), "alumni_activities", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_alumni_activities_unit_id"), "alumni_activities", ["unit_id"], unique=False)
    op.create_table(
        "alumni_consents",
        sa.Column("alumnus_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision IN ('agreed', 'refused', 'withdrawn')", name=op.f("ck_alumni_consents_decision")),
        sa.ForeignKeyConstraint(["alumnus_id"], ["alumni.id"], name=op.f("fk_alumni_consents_alumnus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alumni_consents")),
    )
    op.create_index("ix_alumni_consents_alumnus_id", "alumni_consents", ["alumnus_id"], unique=False)
    op.create_table(
        "alumni_guests",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('invited', 'coming', 'declined')", name=op.f("ck_alumni_guests_state")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_alumni_guests_account_id")),
        sa.ForeignKeyConstraint(["activity_id"], ["alumni_activities.id"], name=op.f("fk_alumni_guests_activity_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_alumni_guests_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_alumni_guests_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alumni_guests")),
        sa.UniqueConstraint("activity_id", "account_id", name=op.f("uq_alumni_guests_activity_id_account_id")),
    )
    op.create_index(op.f("ix_alumni_guests_account_id"), "alumni_guests", ["account_id"], unique=False)
    op.create_index(op.f("ix_alumni_guests_cycle_id"), "alumni_guests", ["cycle_id"], unique=False)
    for name, length, filled in (("kind", 20, "university"), ("research", 1000, ""), ("said_by", 32, "school")):
        op.add_column(
            "tracking_entries", sa.Column(name, sa.String(length=length), nullable=False, server_default=filled)
        )
        op.alter_column("tracking_entries", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_tracking_entries_kind"), "tracking_entries", "kind IN ('university', 'postgraduate', 'work', 'other')"
    )
    for table in GUARDED:
        op.execute(audit.guard(table))


def downgrade() -> None:
    op.drop_constraint(op.f("ck_tracking_entries_kind"), "tracking_entries")
    op.drop_column("tracking_entries", "said_by")
    op.drop_column("tracking_entries", "research")
    op.drop_column("tracking_entries", "kind")
    op.drop_index(op.f("ix_alumni_guests_cycle_id"), table_name="alumni_guests")
    op.drop_index(op.f("ix_alumni_guests_account_id"), table_name="alumni_guests")
    op.drop_table("alumni_guests")
    op.drop_index("ix_alumni_consents_alumnus_id", table_name="alumni_consents")
    op.drop_table("alumni_consents")
    op.drop_index(op.f("ix_alumni_activities_unit_id"), table_name="alumni_activities")
    op.drop_index(op.f("ix_alumni_activities_cycle_id"), table_name="alumni_activities")
    op.drop_table("alumni_activities")
    op.drop_index(op.f("ix_alumni_cycle_id"), table_name="alumni")
    op.drop_table("alumni")
