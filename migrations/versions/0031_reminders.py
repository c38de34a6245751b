"""Reminders: what waits to be sent and how it went, how people want to be reached, and the groups of offices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0031_reminders"
down_revision = "0030_activities"
GUARDED = ("group_channels", "mail_preferences", "outbox_batches")


def upgrade() -> None:
    op.create_table(
        "group_channels",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=100), nullable=False),
        sa.Column("url_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('wecom', 'dingtalk', 'feishu')", name=op.f("ck_group_channels_kind")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_group_channels_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_channels")),
    )
    op.create_index("ix_group_channels_unit", "group_channels", ["unit_id"], unique=False)
    op.create_table(
        "mail_preferences",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("mail_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mail_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('zh-CN', 'en')", name=op.f("ck_mail_preferences_language")),
        sa.CheckConstraint("mode IN ('at_once', 'daily', 'off')", name=op.f("ck_mail_preferences_mode")),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_mail_preferences_digest_hour")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mail_preferences_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_preferences")),
        sa.UniqueConstraint("account_id", name=op.f("uq_mail_preferences_account_id")),
    )
    op.create_table(
        "outbox_batches",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("audience", postgresql.JSONB(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reminder') = (rule IS NOT NULL)", name=op.f("ck_outbox_batches_reminder_has_rule")
        ),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_outbox_batches_released_at")
        ),
        sa.CheckConstraint("kind IN ('reminder', 'announcement')", name=op.f("ck_outbox_batches_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'released', 'cancelled')", name=op.f("ck_outbox_batches_state")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_outbox_batches_author_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_outbox_batches_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_outbox_batches_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_batches")),
    )
    op.create_index(op.f("ix_outbox_batches_cycle_id"), "outbox_batches", ["cycle_id"], unique=False)
    op.create_index(
        "ix_outbox_batches_due", "outbox_batches", ["release_at"], unique=False, postgresql_where="state = 'waiting'"
    )
    op.create_index(op.f("ix_outbox_batches_unit_id"), "outbox_batches", ["unit_id"], unique=False)
    op.create_table(
        "outbox_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("channel IN ('mail', 'sms', 'group', 'code')", name=op.f("ck_outbox_deliveries_channel")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'void')", name=op.f("ck_outbox_deliveries_state")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_outbox_deliveries_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["outbox_batches.id"], name=op.f("fk_outbox_deliveries_batch_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group_channels.id"], name=op.f("fk_outbox_deliveries_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_deliveries")),
    )
    op.create_index(op.f("ix_outbox_deliveries_account_id"), "outbox_deliveries", ["account_id"], unique=False)
    op.create_index(op.f("ix_outbox_deliveries_batch_id"), "outbox_deliveries", ["batch_id"], unique=False)
    op.create_index(op.f("ix_outbox_deliveries_group_id"), "outbox_deliveries", ["group_id"], unique=False)
    op.create_index(
        "ix_outbox_deliveries_waiting",
        "outbox_deliveries",
        ["next_at"],
        unique=False,
        postgresql_where="state = 'waiting'",
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("thing_type", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("sms_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_outbox_messages_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["outbox_batches.id"], name=op.f("fk_outbox_messages_batch_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_outbox_messages_cycle_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox_deliveries.id"], name=op.f("fk_outbox_messages_mail_id")),
        sa.ForeignKeyConstraint(["sms_id"], ["outbox_deliveries.id"], name=op.f("fk_outbox_messages_sms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("cycle_id", "rule", "thing_id", "account_id", "occasion", name="uq_outbox_messages_cause"),
    )
    op.create_index(op.f("ix_outbox_messages_account_id"), "outbox_messages", ["account_id"], unique=False)
    op.create_index(op.f("ix_outbox_messages_batch_id"), "outbox_messages", ["batch_id"], unique=False)
    op.create_index(op.f("ix_outbox_messages_mail_id"), "outbox_messages", ["mail_id"], unique=False)
    op.create_index(
        "ix_outbox_messages_open", "outbox_messages", ["rule"], unique=False, postgresql_where="ended_at IS NULL"
    )
    op.create_index(
        "ix_outbox_messages_unsent",
        "outbox_messages",
        ["account_id"],
        unique=False,
        postgresql_where="told_at IS NOT NULL AND ended_at IS NULL AND removed_at IS NULL AND (mail_id IS NULL OR sms_id IS NULL)",
    )
    op.create_index(op.f("ix_outbox_messages_sms_id"), "outbox_messages", ["sms_id"], unique=False)
    for table in GUARDED:
        op.execute(audit.guard(table))


def downgrade() -> None:
    for table in ("outbox_messages", "outbox_deliveries", "outbox_batches", "mail_preferences", "group_channels"):
        op.drop_table(table)
