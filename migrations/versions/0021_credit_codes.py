"""The unified social credit code of a unit (GB 32100)."""

import sqlalchemy as sa
from alembic import op

revision = "0021_credit_codes"
down_revision = "0020_interviews_in_depth"


def upgrade() -> None:
    op.add_column("units", sa.Column("credit_code", sa.String(length=18), nullable=True))
    op.create_unique_constraint(op.f("uq_units_credit_code"), "units", ["credit_code"])


def downgrade() -> None:
    op.drop_constraint(op.f("uq_units_credit_code"), "units")
    op.drop_column("units", "credit_code")
