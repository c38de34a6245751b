"""Plans, stages, places and cells of a cycle."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0005_programme"
down_revision = "0004_notices"


def upgrade() -> None:
    op.create_table(
        "demo_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offset_seconds", sa.Double(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_clock")),
    )
    op.create_table(
        "cycle_cells",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("university_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_cells_cycle_id")),
        sa.ForeignKeyConstraint(["university_id"], ["units.id"], name=op.f("fk_cycle_cells_university_id")),
        sa.PrimaryKeyConstraint("cycle_id", "university_id", "subject", name=op.f("pk_cycle_cells")),
    )
    op.create_table(
        "cycle_cities",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name=op.f("ck_cycle_cities_places")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_cycle_cities_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_cities_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_cities")),
        sa.UniqueConstraint("cycle_id", "city_id", name=op.f("uq_cycle_cities_cycle_id_city_id")),
    )
    op.create_table(
        "cycle_schools",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_schools_cycle_id")),
        sa.ForeignKeyConstraint(["school_id"], ["units.id"], name=op.f("fk_cycle_schools_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_schools")),
        sa.UniqueConstraint("cycle_id", "school_id", name=op.f("uq_cycle_schools_cycle_id_school_id")),
    )
    op.create_table(
        "cycle_subjects",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_subjects_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", "code", name=op.f("pk_cycle_subjects")),
    )
    op.create_table(
        "plan_versions",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_plan_versions_cycle_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["accounts.id"], name=op.f("fk_plan_versions_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_plan_versions_cycle_id_number")),
    )
    op.create_table(
        "stages",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "code IN ('nomination', 'registration', 'registration_review', 'written_test', 'cutoff', 'interview', 'pairing', 'meeting', 'training', 'initial_evaluation', 'midterm_evaluation', 'annual_evaluation', 'final_evaluation', 'certificates', 'acceptance')",
            name=op.f("ck_stages_code"),
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_stages_window")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_stages_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
        sa.UniqueConstraint("cycle_id", "code", name=op.f("uq_stages_cycle_id_code")),
    )
    for table in ("cycle_cells", "cycle_cities", "cycle_schools", "cycle_subjects", "plan_versions", "stages"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in (
        "stages",
        "plan_versions",
        "cycle_subjects",
        "cycle_schools",
        "cycle_cities",
        "cycle_cells",
        "demo_clock",
    ):
        op.drop_table(table)
