"""Supervision: means by the plan, findings that are answered, model cases with their consents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0037_supervision"
down_revision = "0036_after"
GUARDED = ("findings", "model_cases", "model_case_people")


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'open' OR answer <> ''", name=op.f("ck_findings_answered")),
        sa.CheckConstraint("state IN ('open', 'answered', 'accepted')", name=op.f("ck_findings_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_findings_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_findings_unit_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["supervision_visits.id"], name=op.f("fk_findings_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_cycle_id"), "findings", ["cycle_id"], unique=False)
    op.create_index("ix_findings_unit_state", "findings", ["unit_id", "state"], unique=False)
    op.create_index(op.f("ix_findings_visit_id"), "findings", ["visit_id"], unique=False)
    op.create_table(
        "model_cases",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=8000), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'refused', 'published')", name=op.f("ck_model_cases_state")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_model_cases_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_model_cases_unit_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["supervision_visits.id"], name=op.f("fk_model_cases_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_cases")),
    )
    op.create_index(op.f("ix_model_cases_cycle_id"), "model_cases", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_model_cases_unit_id"), "model_cases", ["unit_id"], unique=False)
    op.create_index(op.f("ix_model_cases_visit_id"), "model_cases", ["visit_id"], unique=False)
    op.create_table(
        "model_case_people",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(length=20), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "said IS NULL OR said IN ('given', 'refused', 'withdrawn')", name=op.f("ck_model_case_people_said")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_model_case_people_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["model_cases.id"], name=op.f("fk_model_case_people_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_case_people")),
        sa.UniqueConstraint("case_id", "account_id", name=op.f("uq_model_case_people_case_id_account_id")),
    )
    op.create_index(op.f("ix_model_case_people_account_id"), "model_case_people", ["account_id"], unique=False)
    # Changes of type, not of rows: what was written stays in the note, and no row changes without its entry.
    op.execute(
        "ALTER TABLE supervision_visits ALTER COLUMN findings TYPE varchar(8600) USING means || E'\\n' || findings"
    )
    op.alter_column("supervision_visits", "findings", new_column_name="note")
    op.execute("ALTER TABLE supervision_visits ALTER COLUMN means TYPE jsonb USING '[]'::jsonb")
    op.execute(
        "INSERT INTO model_cases (id, version, cycle_id, state, state_since, visit_id, unit_id, title, text) "
        "SELECT gen_random_uuid(), 1, cycle_id, 'proposed', now(), id, unit_id, left(note, 60), left(note, 8000) "
        "FROM supervision_visits WHERE model_case"
    )
    op.drop_column("supervision_visits", "model_case")
    for table in GUARDED:
        op.execute(audit.guard(table))


def downgrade() -> None:
    op.add_column("supervision_visits", sa.Column("model_case", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("supervision_visits", "model_case", server_default=None)
    op.execute("ALTER TABLE supervision_visits ALTER COLUMN means TYPE varchar(500) USING left(means::text, 500)")
    op.execute("ALTER TABLE supervision_visits ALTER COLUMN note TYPE varchar(8000) USING left(note, 8000)")
    op.alter_column("supervision_visits", "note", new_column_name="findings")
    op.drop_index(op.f("ix_model_case_people_account_id"), table_name="model_case_people")
    op.drop_table("model_case_people")
    op.drop_index(op.f("ix_model_cases_visit_id"), table_name="model_cases")
    op.drop_index(op.f("ix_model_cases_unit_id"), table_name="model_cases")
    op.drop_index(op.f("ix_model_cases_cycle_id"), table_name="model_cases")
    op.drop_table("model_cases")
    op.drop_index(op.f("ix_findings_visit_id"), table_name="findings")
    op.drop_index("ix_findings_unit_state", table_name="findings")
    op.drop_index(op.f("ix_findings_cycle_id"), table_name="findings")
    op.drop_table("findings")
