"""Erasures when the time is over, by two people; requests to put one's own data right."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.people.models import one_of

ERASED_KINDS = ("identity", "guardian", "application", "growth")
TEXT = 1000


class Erasure(Row, Base):
    """One kind of data of one cycle: proposed, confirmed by somebody else, done. Counts, never values (PIPL 47)."""

    __tablename__ = "erasures"
    __thing__ = "erasure"
    __table_args__ = (
        CheckConstraint(one_of("kind", ERASED_KINDS), name="kind"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        CheckConstraint("done_at IS NULL OR confirmed_at IS NOT NULL", name="done"),
        Index("uq_erasures_open", "cycle_id", "kind", unique=True, postgresql_where="done_at IS NULL"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    # What was found when it was proposed, and what was erased once it is done.
    rows: Mapped[int] = mapped_column(Integer, default=0)
    files: Mapped[int] = mapped_column(Integer, default=0)


class Correction(Row, Base):
    """What a student or guardian wants put right (PIPL 46), and what the office answered."""

    __tablename__ = "corrections"
    __thing__ = "correction"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (granted IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered",
        ),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    field: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(TEXT), info={"personal": True})
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(TEXT), default="", info={"personal": True})
