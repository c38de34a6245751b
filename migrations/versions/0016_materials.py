"""Papers handed in with a registration."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0016_materials"
down_revision = "0015_imports"


def upgrade() -> None:
    op.create_table(
        "application_materials",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_application_materials_file_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_application_materials_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_materials")),
        sa.UniqueConstraint("registration_id", "kind", name=op.f("uq_application_materials_registration_id_kind")),
    )
    op.execute(audit.guard("application_materials"))


def downgrade() -> None:
    op.drop_table("application_materials")
