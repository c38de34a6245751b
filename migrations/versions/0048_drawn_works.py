"""Works judged blind get a name that is drawn, where it was computed from the evaluation's id."""

import sqlalchemy as sa
from alembic import op

revision = "0048_drawn_works"
down_revision = "0047_support"

DRAWN = "'W' || upper(left(replace(gen_random_uuid()::text, '-', ''), 10))"


def upgrade() -> None:
    # A default that is not constant is computed for each row there is.
    op.add_column(
        "annual_evaluations", sa.Column("work", sa.String(length=11), nullable=False, server_default=sa.text(DRAWN))
    )
    op.create_unique_constraint(op.f("uq_annual_evaluations_cycle_id_work"), "annual_evaluations", ["cycle_id", "work"])


def downgrade() -> None:
    op.drop_column("annual_evaluations", "work")
