"""A sign-in keeps the year that was chosen on its device."""

import sqlalchemy as sa
from alembic import op

revision = "0040_chosen_year"
down_revision = "0039_appraisals"


def upgrade() -> None:
    """One more column of the families of tokens, which are no part of the trail."""
    op.add_column("sign_ins", sa.Column("cycle_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_sign_ins_cycle_id_cycles"), "sign_ins", "cycles", ["cycle_id"], ["id"])


def downgrade() -> None:
    """Without it."""
    op.drop_constraint(op.f("fk_sign_ins_cycle_id_cycles"), "sign_ins", type_="foreignkey")
    op.drop_column("sign_ins", "cycle_id")
