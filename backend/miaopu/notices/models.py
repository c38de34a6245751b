"""The inbox of each person, and the outbox of messages that leave the platform."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, new_id
from miaopu.core.sealing import SEALED


class Notice(Base):
    """One line in one inbox. The words are the client's; here is what happened, to what, and why."""

    __tablename__ = "notices"
    __audit__ = False
    __table_args__ = (Index("ix_notices_inbox", "account_id", "created_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cycles.id"))
    kind: Mapped[str] = mapped_column(String(80))
    thing_type: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[uuid.UUID | None]
    title: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]


class OutboxMessage(Base):
    """A message for a channel outside the platform (SMS, mail), waiting to be released."""

    __tablename__ = "outbox"
    __audit__ = False

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(16))
    to_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(80))
    # Sealed: it can hold a one-time link and a phone number.
    sealed: Mapped[bytes] = mapped_column(info=SEALED)
    thing_type: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
