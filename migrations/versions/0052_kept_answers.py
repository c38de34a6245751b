"""Answers kept for requests that are sent again are sealed; those in clear go."""

from alembic import op

revision = "0052_kept_answers"
down_revision = "0051_erasable"


def upgrade() -> None:
    """No secret is at hand here to seal them with: a request of before is done once more, or refused by its own rule."""
    op.execute("DELETE FROM idempotency_keys")


def downgrade() -> None:
    """What is sealed nobody could read."""
    op.execute("DELETE FROM idempotency_keys")
