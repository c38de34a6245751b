"""Scanned proofs of a mentor's standing, degree and title."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0023_mentor_evidence"
down_revision = "0022_disclosures"


def upgrade() -> None:
    op.create_table(
        "mentor_evidence",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_mentor_evidence_file_id")),
        sa.ForeignKeyConstraint(["nomination_id"], ["nominations.id"], name=op.f("fk_mentor_evidence_nomination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_evidence")),
        sa.UniqueConstraint("nomination_id", "kind", name=op.f("uq_mentor_evidence_nomination_id_kind")),
    )
    op.execute(audit.guard("mentor_evidence"))


def downgrade() -> None:
    op.drop_table("mentor_evidence")
