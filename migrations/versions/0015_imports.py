"""Workbooks that units bring in; ranks proved by a year's table; one living registration for one person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0015_imports"
down_revision = "0014_outcomes"


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('checking', 'faulty', 'ready', 'entering', 'entered', 'failed')", name=op.f("ck_imports_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_imports_account_id")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_imports_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_imports_cycle_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_imports_file_id")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_imports_job_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name=op.f("fk_imports_membership_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_imports_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_account_id"), "imports", ["account_id"])
    op.create_index(op.f("ix_imports_unit_id"), "imports", ["unit_id"])
    op.create_index("ix_imports_unit", "imports", ["cycle_id", "unit_id", "created_at"])
    op.execute(audit.guard("imports"))
    op.add_column("registrations", sa.Column("rank_import_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_registrations_rank_import_id"), "registrations", "imports", ["rank_import_id"], ["id"]
    )
    op.create_index(
        "uq_registrations_identity",
        "registrations",
        ["cycle_id", "identity_index"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('withdrawn', 'rejected')"),
    )


def downgrade() -> None:
    op.drop_index("uq_registrations_identity", "registrations")
    op.drop_constraint(op.f("fk_registrations_rank_import_id"), "registrations")
    op.drop_column("registrations", "rank_import_id")
    op.drop_table("imports")
