"""The trail's chain commits to words by a salted digest, so that they can be erased; workbooks that were erased say when; contacts are sealed."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit_guards

revision = "0051_erasable"
down_revision = "0050_doctor"


def upgrade() -> None:
    """Entries that are there stay as they are: their hashes cover their words, and published heads their hashes."""
    op.add_column("audit_entries", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("audit_entries", sa.Column("digest", sa.LargeBinary(), nullable=True))
    for statement in audit_guards.DIGESTS:
        op.execute(statement)
    op.add_column("objections", sa.Column("contact_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("imports", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Entries that have a digest no longer verify: the hash of before covers words."""
    op.drop_column("imports", "erased_at")
    op.drop_column("objections", "contact_sealed")
    for statement in audit_guards.UNDIGESTED:
        op.execute(statement)
    op.drop_column("audit_entries", "digest")
    op.drop_column("audit_entries", "salt")
