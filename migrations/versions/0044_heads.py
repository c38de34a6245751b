"""Daily heads of the trail, the keys of those who countersign them, and what they signed; commitments of what families hand in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0044_heads"
down_revision = "0043_personal"
# Written out: what this migration does stays what it was.
GROWING = ("audit_tree_heads", "audit_tree_nodes", "countersignatures")


def upgrade() -> None:
    """Tables that only grow, and one of the trail."""
    op.create_table(
        "audit_tree_heads",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kid", sa.String(length=20), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_audit_tree_heads_size")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_tree_heads")),
    )
    op.create_table(
        "audit_tree_nodes",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_audit_tree_nodes")),
    )
    op.create_table(
        "countersigner_keys",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["registered_by"], ["accounts.id"], name=op.f("fk_countersigner_keys_registered_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_countersigner_keys_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersigner_keys")),
        sa.UniqueConstraint("public", name=op.f("uq_countersigner_keys_public")),
    )
    op.create_index("ix_countersigner_keys_unit_id", "countersigner_keys", ["unit_id"], unique=False)
    op.create_table(
        "countersignatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["countersigner_keys.id"], name=op.f("fk_countersignatures_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersignatures")),
    )
    op.create_index("uq_countersignatures_key_size", "countersignatures", ["key_id", "size"], unique=True)
    op.create_table(
        "commitments",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(value IS NULL) = (salt IS NULL)", name=op.f("ck_commitments_forgotten_whole")),
        sa.CheckConstraint("kind IN ('choices', 'mark')", name=op.f("ck_commitments_kind")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_commitments_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_registration_id"), "commitments", ["registration_id"], unique=False)
    op.execute(audit.guard("countersigner_keys"))
    op.execute(audit.guard("commitments"))
    for table in GROWING:
        op.execute(
            f"CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        )


def downgrade() -> None:
    """Without heads."""
    op.drop_index(op.f("ix_commitments_registration_id"), table_name="commitments")
    op.drop_table("commitments")
    op.drop_table("countersignatures")
    op.drop_index("ix_countersigner_keys_unit_id", table_name="countersigner_keys")
    op.drop_table("countersigner_keys")
    op.drop_table("audit_tree_nodes")
    op.drop_table("audit_tree_heads")
