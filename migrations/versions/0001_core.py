"""The trail, idempotency keys, throttles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit_guards

revision = "0001_core"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("bucket", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_attempts")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("thing_type", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=True),
        sa.Column("part_type", sa.String(length=40), nullable=True),
        sa.Column("part_id", sa.Uuid(), nullable=True),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_thing", "audit_entries", ["thing_type", "thing_id", "id"], unique=False)
    op.create_index("uq_audit_entries_lane", "audit_entries", ["lane", "seq"], unique=True)
    op.create_table(
        "audit_heads",
        sa.Column("lane", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_keys")),
    )
    for statement in audit_guards.FUNCTIONS:
        op.execute(statement)


def downgrade() -> None:
    for statement in audit_guards.DROP_FUNCTIONS:
        op.execute(statement)
    for table in ("idempotency_keys", "audit_heads", "audit_entries", "attempts"):
        op.drop_table(table)
