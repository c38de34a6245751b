"""Summaries in sections with numbers and papers; appraisals on a sheet, proposed and decided by two people."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0039_appraisals"
down_revision = "0038_panel"


def added() -> tuple[sa.Column[Any], ...]:
    """What appraisals get."""
    return (
        sa.Column("state", sa.String(length=32), nullable=False, server_default="decided"),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("scores", postgresql.JSONB(), nullable=False, server_default="{}"),
        sa.Column("numbers", postgresql.JSONB(), nullable=True),
        sa.Column("grade", sa.String(length=32), nullable=True),
        sa.Column("asked", sa.String(length=2000), nullable=False, server_default=""),
        sa.Column("answer", sa.String(length=2000), nullable=False, server_default=""),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    )


# What was written before goes on as the first section, the one file as a paper; marks given in percent keep their
# total and get the grade of the plan in force.
GRADED = """
UPDATE appraisals SET state_since = at, decided_at = at, grade = coalesce(
    (SELECT g.value ->> 'code' FROM cycles c, jsonb_array_elements(c.plan #> '{appraisal,grades}') g
     WHERE c.id = appraisals.cycle_id AND appraisals.total >= (g.value ->> 'from_points')::numeric
     ORDER BY (g.value ->> 'from_points')::numeric DESC LIMIT 1),
    CASE WHEN total >= 90 THEN 'excellent' WHEN total >= 75 THEN 'good' WHEN total >= 60 THEN 'qualified'
         ELSE 'unqualified' END)
"""


def upgrade() -> None:
    # Rows are rewritten in bulk by the change itself, which is no act of a person.
    for table in ("summaries", "appraisals"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    op.create_table(
        "summary_papers",
        sa.Column("summary_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_summary_papers_file_id")),
        sa.ForeignKeyConstraint(["summary_id"], ["summaries.id"], name=op.f("fk_summary_papers_summary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_papers")),
        sa.UniqueConstraint("summary_id", "kind", name=op.f("uq_summary_papers_summary_id_kind")),
    )
    op.execute(
        "INSERT INTO summary_papers (id, version, summary_id, kind, file_id, at) "
        "SELECT gen_random_uuid(), 1, id, 'other', file_id, state_since FROM summaries WHERE file_id IS NOT NULL"
    )
    op.add_column("summaries", sa.Column("sections", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.add_column("summaries", sa.Column("numbers", postgresql.JSONB(), nullable=True))
    op.execute("UPDATE summaries SET sections = jsonb_build_object('work', text) WHERE text <> ''")
    op.alter_column("summaries", "sections", server_default=None)
    op.drop_column("summaries", "text")
    op.drop_column("summaries", "file_id")

    for column in added():
        op.add_column("appraisals", column)
    op.drop_constraint(op.f("ck_appraisals_score"), "appraisals")
    op.alter_column(
        "appraisals", "score", new_column_name="total", type_=sa.Numeric(precision=7, scale=2), nullable=True
    )
    op.execute(GRADED)
    for name in ("state", "state_since", "scores", "asked", "answer"):
        op.alter_column("appraisals", name, server_default=None)
    op.drop_column("appraisals", "at")
    states = "state IN ('draft', 'asked', 'proposed', 'decided')"
    op.create_check_constraint(op.f("ck_appraisals_state"), "appraisals", states)
    op.create_check_constraint(op.f("ck_appraisals_total"), "appraisals", "total >= 0")
    op.create_check_constraint(op.f("ck_appraisals_two_people"), "appraisals", "decided_by <> proposed_by")
    op.create_check_constraint(
        op.f("ck_appraisals_decided"),
        "appraisals",
        "state <> 'decided' OR (total IS NOT NULL AND grade IS NOT NULL)",
    )
    for name in ("proposed_by", "decided_by"):
        op.create_foreign_key(op.f(f"fk_appraisals_{name}"), "appraisals", "accounts", [name], ["id"])
    op.create_index(op.f("ix_appraisals_cycle_id"), "appraisals", ["cycle_id"], unique=False)
    op.execute(audit.guard("summary_papers"))
    for table in ("summaries", "appraisals"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def downgrade() -> None:
    for table in ("summaries", "appraisals"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    op.drop_index(op.f("ix_appraisals_cycle_id"), table_name="appraisals")
    for name in ("state", "total", "two_people", "decided"):
        op.drop_constraint(op.f(f"ck_appraisals_{name}"), "appraisals")
    # A sheet under way has no place in the older table.
    op.execute("DELETE FROM appraisals WHERE total IS NULL OR total > 100")
    op.add_column("appraisals", sa.Column("at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE appraisals SET at = coalesce(decided_at, state_since)")
    op.alter_column("appraisals", "at", nullable=False)
    op.alter_column(
        "appraisals", "total", new_column_name="score", type_=sa.Numeric(precision=5, scale=2), nullable=False
    )
    op.create_check_constraint(op.f("ck_appraisals_score"), "appraisals", "score >= 0 AND score <= 100")
    for column in reversed(added()):
        op.drop_column("appraisals", column.name)
    op.add_column("summaries", sa.Column("text", sa.String(length=20000), nullable=False, server_default=""))
    op.add_column("summaries", sa.Column("file_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_summaries_file_id"), "summaries", "files", ["file_id"], ["id"])
    op.execute(
        "UPDATE summaries SET text = coalesce((SELECT left(string_agg(s.value, E'\\n'), 20000) "
        "FROM jsonb_each_text(sections) s), ''), file_id = (SELECT file_id FROM summary_papers p "
        "WHERE p.summary_id = summaries.id ORDER BY p.at LIMIT 1)"
    )
    op.alter_column("summaries", "text", server_default=None)
    op.drop_column("summaries", "numbers")
    op.drop_column("summaries", "sections")
    op.drop_table("summary_papers")
    for table in ("summaries", "appraisals"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
