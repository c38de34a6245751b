"""What waits to be sent, to whom it goes, how it went; and what each person and each office has chosen."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful, new_id
from miaopu.core.sealing import SEALED
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

BATCH_STATES = ("waiting", "held", "released", "cancelled")
# Whatever goes to more than one person: it can be looked at, held and taken back until it has gone.
BATCH_FLOW = Flow(
    thing="outbox_batch",
    states=BATCH_STATES,
    edges=(
        Edge(("waiting", "held"), "release", "released", P.OUTBOX_RELEASE),
        Edge(("waiting",), "hold", "held", P.OUTBOX_RELEASE),
        Edge(("waiting", "held"), "cancel", "cancelled", P.OUTBOX_RELEASE, needs_reason=True, aside=True),
        # By the clock, when every cause is gone and nobody is left to be told.
        Edge(("waiting", "held"), "lapse", "cancelled", P.OUTBOX_RELEASE, form=True, aside=True),
    ),
)
KINDS = ("reminder", "announcement")
DELIVERY_STATES = ("waiting", "sent", "failed", "void")
DELIVERY_CHANNELS = ("mail", "sms", "group", "code")
ROBOTS = ("wecom", "dingtalk", "feishu")
MODES = ("at_once", "daily", "off")
PERSONAL = {"personal": True}


class Batch(Stateful, Base):
    """Messages that go together. `release_at` is when a rule's batch goes by itself; None waits for a person."""

    __tablename__ = "outbox_batches"
    __thing__ = "outbox_batch"
    __table_args__ = (
        CheckConstraint(one_of("state", BATCH_STATES), name="state"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("(kind = 'reminder') = (rule IS NOT NULL)", name="reminder_has_rule"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_at"),
        Index("ix_outbox_batches_due", "release_at", postgresql_where="state = 'waiting'"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str | None] = mapped_column(String(40))
    # The office that can hold it.
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(4000), default="")
    # By what the recipients of an announcement were chosen.
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    channels: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    release_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class Message(Base):
    """One cause told to one person, once: the unique key is what two workers at the same moment meet."""

    __tablename__ = "outbox_messages"
    __audit__ = False
    __table_args__ = (
        UniqueConstraint("cycle_id", "rule", "thing_id", "account_id", "occasion", name="uq_outbox_messages_cause"),
        Index("ix_outbox_messages_open", "rule", postgresql_where="ended_at IS NULL"),
        # What a mail or a short message may still be made of: looked for every few seconds.
        Index(
            "ix_outbox_messages_unsent",
            "account_id",
            postgresql_where="told_at IS NOT NULL AND ended_at IS NULL AND removed_at IS NULL"
            " AND (mail_id IS NULL OR sms_id IS NULL)",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    batch_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("outbox_batches.id"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    # `announcement` for what a person wrote.
    rule: Mapped[str] = mapped_column(String(40))
    thing_type: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[uuid.UUID]
    occasion: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    channels: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]
    # When the line came into the inbox, and when the cause was found to be gone.
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    mail_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("outbox_deliveries.id"), index=True)
    sms_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("outbox_deliveries.id"), index=True)


class Delivery(Base):
    """One thing that leaves the platform: a mail (of several messages), an SMS, a line in a group, a code."""

    __tablename__ = "outbox_deliveries"
    __audit__ = False
    __table_args__ = (
        CheckConstraint(one_of("channel", DELIVERY_CHANNELS), name="channel"),
        CheckConstraint(one_of("state", DELIVERY_STATES), name="state"),
        Index("ix_outbox_deliveries_waiting", "next_at", postgresql_where="state = 'waiting'"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_channels.id"), index=True)
    batch_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("outbox_batches.id"), index=True)
    # A code and where it goes; wiped when it was sent.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))


class Preference(Row, Base):
    """How a person wants to be reached besides the inbox. An address counts once its owner has sent back the code."""

    __tablename__ = "mail_preferences"
    __thing__ = "mail_preference"
    __table_args__ = (
        UniqueConstraint("account_id"),
        CheckConstraint(one_of("mode", MODES), name="mode"),
        CheckConstraint(one_of("language", ("zh-CN", "en")), name="language"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    mode: Mapped[str] = mapped_column(String(16), default="at_once")
    digest_hour: Mapped[int] = mapped_column(Integer, default=18)
    sms: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="zh-CN")
    mail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    # The mail host said that there is nobody: nothing is sent there until another address is confirmed.
    mail_failed_at: Mapped[datetime | None]
    asked_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    code_hash: Mapped[str | None] = mapped_column(String(64), info=PERSONAL)
    code_until: Mapped[datetime | None]


class GroupChannel(Row, Base):
    """A robot of a group (企业微信、钉钉、飞书) that an office has registered. Address and secret are sealed."""

    __tablename__ = "group_channels"
    __thing__ = "group_channel"
    __table_args__ = (
        CheckConstraint(one_of("kind", ROBOTS), name="kind"),
        Index("ix_group_channels_unit", "unit_id"),
    )

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(60))
    host: Mapped[str] = mapped_column(String(100))
    url_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
