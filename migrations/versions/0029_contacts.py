"""The contact chain; leaving in the middle and changes of mentor; who had which place from when to when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0029_contacts"
down_revision = "0028_plan_editions"
GUARDED = ("contact_threads", "contact_posts", "place_changes", "place_change_voices", "mentorships")


def upgrade() -> None:
    op.create_table(
        "contact_threads",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("with_team", sa.Boolean(), nullable=False),
        sa.Column("with_guide", sa.Boolean(), nullable=False),
        sa.Column("with_guardian", sa.Boolean(), nullable=False),
        sa.Column("with_student", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_role", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("region_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'with_region' OR region_at IS NOT NULL", name=op.f("ck_contact_threads_region_since")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'with_city', 'with_region', 'answered')", name=op.f("ck_contact_threads_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('with_city', 'with_region') OR due_at IS NOT NULL",
            name=op.f("ck_contact_threads_escalated_is_due"),
        ),
        sa.CheckConstraint(
            "NOT with_student OR (with_guide AND with_guardian)", name=op.f("ck_contact_threads_student_not_alone")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_contact_threads_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_contact_threads_enrolment_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["accounts.id"], name=op.f("fk_contact_threads_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_threads")),
    )
    op.create_index(op.f("ix_contact_threads_cycle_id"), "contact_threads", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_contact_threads_enrolment_id"), "contact_threads", ["enrolment_id"], unique=False)
    op.create_table(
        "place_changes",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("old_mentor_id", sa.Uuid(), nullable=False),
        sa.Column("new_mentor_id", sa.Uuid(), nullable=True),
        sa.Column("new_university_id", sa.Uuid(), nullable=True),
        sa.Column("reason_kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_role", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awaiting", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filing_number", sa.String(length=60), nullable=True),
        sa.Column("filed_digest", sa.String(length=64), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'mentor_change') = (new_mentor_id IS NOT NULL)", name=op.f("ck_place_changes_new_mentor")
        ),
        sa.CheckConstraint("kind IN ('departure', 'mentor_change')", name=op.f("ck_place_changes_kind")),
        sa.CheckConstraint(
            "state <> 'filed' OR filing_number IS NOT NULL", name=op.f("ck_place_changes_filed_has_number")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'filed', 'refused', 'taken_back')", name=op.f("ck_place_changes_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'filed') OR cardinality(awaiting) = 0",
            name=op.f("ck_place_changes_all_confirmed"),
        ),
        sa.CheckConstraint("new_mentor_id <> old_mentor_id", name=op.f("ck_place_changes_another_mentor")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_place_changes_cycle_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_place_changes_enrolment_id")),
        sa.ForeignKeyConstraint(["new_mentor_id"], ["nominations.id"], name=op.f("fk_place_changes_new_mentor_id")),
        sa.ForeignKeyConstraint(["new_university_id"], ["units.id"], name=op.f("fk_place_changes_new_university_id")),
        sa.ForeignKeyConstraint(["old_mentor_id"], ["nominations.id"], name=op.f("fk_place_changes_old_mentor_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_place_changes_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_changes")),
        sa.UniqueConstraint("filing_number", name=op.f("uq_place_changes_filing_number")),
    )
    op.create_index(op.f("ix_place_changes_cycle_id"), "place_changes", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_place_changes_enrolment_id"), "place_changes", ["enrolment_id"], unique=False)
    op.create_index("ix_place_changes_new_mentor", "place_changes", ["new_mentor_id"], unique=False)
    op.create_index(op.f("ix_place_changes_new_university_id"), "place_changes", ["new_university_id"], unique=False)
    op.create_index(op.f("ix_place_changes_old_mentor_id"), "place_changes", ["old_mentor_id"], unique=False)
    op.create_index(
        "uq_place_changes_open",
        "place_changes",
        ["enrolment_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
    )
    op.create_table(
        "contact_marks",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_marks_account_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["contact_threads.id"], name=op.f("fk_contact_marks_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_marks")),
        sa.UniqueConstraint("thread_id", "account_id", name=op.f("uq_contact_marks_thread_id_account_id")),
    )
    op.create_index(op.f("ix_contact_marks_account_id"), "contact_marks", ["account_id"], unique=False)
    op.create_table(
        "contact_posts",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("mentions", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_reason <> ''", name=op.f("ck_contact_posts_withdrawn_has_reason")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_posts_account_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["contact_threads.id"], name=op.f("fk_contact_posts_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_posts")),
    )
    op.create_index("ix_contact_posts_account", "contact_posts", ["account_id", "at"], unique=False)
    op.create_index("ix_contact_posts_thread", "contact_posts", ["thread_id", "at", "id"], unique=False)
    op.create_table(
        "mentorships",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_mentorships_order")),
        sa.ForeignKeyConstraint(["change_id"], ["place_changes.id"], name=op.f("fk_mentorships_change_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_mentorships_enrolment_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["nominations.id"], name=op.f("fk_mentorships_mentor_id")),
        sa.ForeignKeyConstraint(["university_id"], ["units.id"], name=op.f("fk_mentorships_university_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorships")),
    )
    op.create_index(op.f("ix_mentorships_enrolment_id"), "mentorships", ["enrolment_id"], unique=False)
    op.create_index("ix_mentorships_mentor", "mentorships", ["mentor_id", "started_at"], unique=False)
    op.create_index(
        "uq_mentorships_current",
        "mentorships",
        ["enrolment_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "place_change_voices",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_place_change_voices_account_id")),
        sa.ForeignKeyConstraint(["change_id"], ["place_changes.id"], name=op.f("fk_place_change_voices_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_change_voices")),
        sa.UniqueConstraint("change_id", "part", name=op.f("uq_place_change_voices_change_id_part")),
    )
    # Who is in training now began with the mentor of today; before there were changes there was no other.
    op.execute(
        "INSERT INTO mentorships (id, version, enrolment_id, mentor_id, university_id, started_at, ended_at) "
        "SELECT gen_random_uuid(), 1, id, mentor_id, university_id, LEAST(COALESCE(active_from, state_since), state_since), ended_at "
        "FROM enrolments"
    )
    for table in GUARDED:
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("contact_marks", "contact_posts", "contact_threads", "mentorships", "place_change_voices"):
        op.drop_table(table)
    op.drop_table("place_changes")
