"""What a pairing was made from, and the number and receipt of its filing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_pairing_explained"
down_revision = "0016_materials"


def upgrade() -> None:
    empty = sa.text("'{}'::jsonb")
    op.add_column("pairing_rounds", sa.Column("inputs", postgresql.JSONB(), nullable=False, server_default=empty))
    op.alter_column("pairing_rounds", "inputs", server_default=None)
    op.add_column("pairing_rounds", sa.Column("filing_number", sa.String(length=60), nullable=True))
    op.add_column("pairing_rounds", sa.Column("filed_digest", sa.String(length=64), nullable=True))
    # Lists filed before there were numbers keep their order.
    op.execute("ALTER TABLE pairing_rounds DISABLE TRIGGER USER")
    op.execute(
        "UPDATE pairing_rounds SET filing_number = 'F-' || left(id::text, 8) || '-' || number WHERE state = 'filed'"
    )
    op.execute("ALTER TABLE pairing_rounds ENABLE TRIGGER USER")
    op.create_unique_constraint(op.f("uq_pairing_rounds_filing_number"), "pairing_rounds", ["filing_number"])
    op.create_check_constraint(
        op.f("ck_pairing_rounds_filed_has_number"), "pairing_rounds", "state <> 'filed' OR filing_number IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_pairing_rounds_filed_has_number"), "pairing_rounds")
    op.drop_constraint(op.f("uq_pairing_rounds_filing_number"), "pairing_rounds")
    op.drop_column("pairing_rounds", "filed_digest")
    op.drop_column("pairing_rounds", "filing_number")
    op.drop_column("pairing_rounds", "inputs")
