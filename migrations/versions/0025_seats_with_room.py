"""Seats in pages with room: both entries of the marks of a whole city are made without touching an index."""

from alembic import op

revision = "0025_seats_with_room"
down_revision = "0024_growth_drafts"


def upgrade() -> None:
    op.execute("ALTER TABLE seats SET (fillfactor = 33)")


def downgrade() -> None:
    op.execute("ALTER TABLE seats RESET (fillfactor)")
