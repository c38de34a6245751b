"""Lists on public notice in editions, objections with a clock, receipts of the family, what draws are made again by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0022_disclosures"
down_revision = "0021_credit_codes"


def upgrade() -> None:
    _disclosures()
    _objections()
    _records()
    _column("registrations", sa.Column("receipt", sa.String(length=40), nullable=False), "''")
    op.execute("ALTER TABLE registrations DISABLE TRIGGER USER")
    # Random, as the platform draws them for new registrations; two UUIDs are 244 random bits, hashed to 64.
    op.execute(
        "UPDATE registrations SET receipt = (SELECT string_agg(substr(h, i, 4), '-') FROM (SELECT upper(encode("
        "sha256(convert_to(registrations.id::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), "
        "'hex')) AS h) AS drawn, generate_series(1, 13, 4) AS i)"
    )
    op.execute("ALTER TABLE registrations ENABLE TRIGGER USER")
    _column("seats", sa.Column("draw", sa.Integer(), nullable=False), "1")
    _column("seats", sa.Column("by_hand", sa.Boolean(), nullable=False), "false")
    _column("slots", sa.Column("given", sa.String(length=10), nullable=False), "'drawn'")
    op.create_check_constraint(op.f("ck_slots_given"), "slots", "given IN ('drawn', 'moved', 'late')")
    _column("interview_rounds", sa.Column("barred", postgresql.JSONB(), nullable=False), "'{}'")


def _records() -> None:
    op.create_table(
        "public_records",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("complete", sa.String(), nullable=False),
        sa.Column("complete_digest", sa.String(length=64), nullable=False),
        sa.Column("contents_digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_public_records_number")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_public_records_cycle_id")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_public_records_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_records")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_public_records_cycle_id_number")),
    )
    op.execute(audit.guard("public_records"))


def _column(table: str, column: sa.Column[object], default: str) -> None:
    """A column that nobody may leave out, also for the rows that are there."""
    column.server_default = sa.DefaultClause(sa.text(default))
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("unnamed", sa.Integer(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("evidence_digest", sa.String(length=64), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('mentor', 'shortlist', 'selected', 'final')", name=op.f("ck_disclosures_kind")),
        sa.CheckConstraint("state IN ('standing', 'replaced')", name=op.f("ck_disclosures_state")),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_disclosures_edition")),
        sa.CheckConstraint("began_at < ends_at", name=op.f("ck_disclosures_period")),
        sa.CheckConstraint("edition = 1 OR reason <> ''", name=op.f("ck_disclosures_correction_has_reason")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_disclosures_city_id")),
        sa.ForeignKeyConstraint(["released_by"], ["accounts.id"], name=op.f("fk_disclosures_released_by")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_disclosures_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
        sa.UniqueConstraint(
            "kind", "thing_id", "subject", "edition", name=op.f("uq_disclosures_kind_thing_id_subject_edition")
        ),
    )
    op.create_index(op.f("ix_disclosures_cycle_id"), "disclosures", ["cycle_id"])
    op.create_index(
        "uq_disclosures_standing",
        "disclosures",
        ["kind", "thing_id", "subject"],
        unique=True,
        postgresql_where=sa.text("state = 'standing'"),
    )
    # Mentors' notices of before: their list is the one line, what the approvals rested on was not kept with it.
    op.execute(
        "INSERT INTO disclosures (id, version, cycle_id, state, state_since, kind, thing_id, city_id, subject, edition, "
        "began_at, ends_at, lines, unnamed, evidence, evidence_digest, reason) "
        "SELECT gen_random_uuid(), 1, n.cycle_id, 'standing', n.notice_began_at, 'mentor', n.id, n.city_id, n.subject, 1, "
        "n.notice_began_at, n.notice_ends_at, jsonb_build_array(jsonb_build_object('name', n.name, "
        "'university_name', u.name, 'title', n.title)), 0, '{}', encode(sha256('{}'), 'hex'), '' "
        "FROM nominations n JOIN units u ON u.id = n.university_id WHERE n.notice_began_at IS NOT NULL"
    )
    op.execute(audit.guard("disclosures"))


def _objections() -> None:
    op.rename_table("objections", "objections_of_mentors")
    for name in ("pk", "uq"):
        suffix = "_receipt" if name == "uq" else ""
        op.execute(
            f"ALTER TABLE objections_of_mentors RENAME CONSTRAINT {name}_objections{suffix} TO {name}_old_objections"
        )
    op.create_table(
        "objections",
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_by_id", sa.Uuid(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'reviewing', 'upheld', 'dismissed')", name=op.f("ck_objections_state")),
        sa.CheckConstraint(
            "(state IN ('upheld', 'dismissed')) = (answered_at IS NOT NULL)", name=op.f("ck_objections_answered")
        ),
        sa.CheckConstraint(
            "corrected_by_id IS NULL OR state = 'upheld'", name=op.f("ck_objections_corrected_when_upheld")
        ),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosures.id"], name=op.f("fk_objections_disclosure_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["accounts.id"], name=op.f("fk_objections_reviewer_id")),
        sa.ForeignKeyConstraint(["corrected_by_id"], ["disclosures.id"], name=op.f("fk_objections_corrected_by_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_objections_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("receipt", name=op.f("uq_objections_receipt")),
    )
    op.create_index(op.f("ix_objections_cycle_id"), "objections", ["cycle_id"])
    op.create_index("ix_objections_disclosure_id", "objections", ["disclosure_id"])
    op.execute(
        "INSERT INTO objections (id, version, cycle_id, state, state_since, disclosure_id, receipt, about, text, "
        "contact, raised_at, due_at, answer, answered_at) "
        "SELECT o.id, o.version, d.cycle_id, o.state, coalesce(o.answered_at, o.raised_at), d.id, o.receipt, '', "
        "o.text, o.contact, o.raised_at, d.ends_at, o.answer, o.answered_at "
        "FROM objections_of_mentors o JOIN disclosures d ON d.kind = 'mentor' AND d.thing_id = o.nomination_id"
    )
    op.drop_table("objections_of_mentors")
    op.execute(audit.guard("objections"))


def downgrade() -> None:
    """Mentors' objections go back; those to lists of students have no place in the old table."""
    for table, name in (
        ("interview_rounds", "barred"), ("slots", "given"), ("seats", "by_hand"), ("seats", "draw"),
        ("registrations", "receipt"),
    ):  # fmt: skip
        op.drop_column(table, name)
    op.drop_table("public_records")
    op.rename_table("objections", "objections_to_lists")
    op.execute("ALTER TABLE objections_to_lists RENAME CONSTRAINT pk_objections TO pk_old_objections")
    op.execute("ALTER TABLE objections_to_lists RENAME CONSTRAINT uq_objections_receipt TO uq_old_objections")
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
    op.create_index(op.f("ix_objections_nomination_id"), "objections", ["nomination_id"])
    op.execute(
        "INSERT INTO objections (id, version, nomination_id, receipt, text, contact, state, answer, raised_at, "
        "answered_at) SELECT o.id, o.version, d.thing_id, o.receipt, o.text, o.contact, "
        "CASE o.state WHEN 'reviewing' THEN 'open' ELSE o.state END, o.answer, o.raised_at, o.answered_at "
        "FROM objections_to_lists o JOIN disclosures d ON d.id = o.disclosure_id WHERE d.kind = 'mentor'"
    )
    op.drop_table("objections_to_lists")
    op.drop_table("disclosures")
    op.execute(audit.guard("objections"))
