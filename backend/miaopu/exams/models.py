"""The written test and the cutoffs (P14, P15)."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode as S
from miaopu.programme.plan_choosing import Ties

Mark = Numeric(6, 2)


class Sitting(Row, Base):
    """One subject's test in one city: when and where."""

    __tablename__ = "sittings"
    __thing__ = "sitting"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "subject"], ["cycle_subjects.cycle_id", "cycle_subjects.code"]),
        UniqueConstraint("cycle_id", "city_id", "subject"),
        CheckConstraint("starts_at < ends_at", name="time"),
        CheckConstraint("published_by <> locked_by", name="two_people"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(200))
    # Published with the seats: anybody can seat again and find the same (P16a).
    seed: Mapped[str] = mapped_column(String(64))
    # Marks are locked by one person and published, with all that are locked, by another.
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class ExamRoom(Row, Base):
    """A room of a sitting."""

    __tablename__ = "exam_rooms"
    __thing__ = "exam_room"
    __trail__ = ("sitting", "sitting_id")
    __table_args__ = (
        UniqueConstraint("sitting_id", "name"),
        CheckConstraint("capacity >= 1", name="capacity"),
    )

    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int] = mapped_column(Integer)


class Seat(Row, Base):
    """One student's seat, ticket, attendance and mark. Marks are entered twice, by two people."""

    __tablename__ = "seats"
    __thing__ = "seat"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        UniqueConstraint("registration_id"),
        # Asked at the end of a transaction: seats drawn anew change places with one another.
        UniqueConstraint("room_id", "number", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("ticket_number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("NOT (absent AND mark IS NOT NULL)", name="absent_without_mark"),
        Index("ix_seats_sitting", "sitting_id"),
        # Written once and updated at least twice: pages with room keep the marks of a city off the indexes.
        {"postgresql_with": {"fillfactor": 33}},
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sittings.id"))
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_rooms.id"))
    number: Mapped[int] = mapped_column(Integer)
    ticket_number: Mapped[str] = mapped_column(String(40))
    # Which of the sitting's draws gave the seat (late registrations come in a second), and whether people changed it.
    draw: Mapped[int] = mapped_column(Integer, default=1)
    by_hand: Mapped[bool] = mapped_column(default=False)
    # When the ticket was scanned at the door, and by whom.
    present_at: Mapped[datetime | None]
    present_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    absent: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[Decimal | None] = mapped_column(Mark)
    # Marks of the parts of the paper by code, where the plan names any; they add up to the mark.
    parts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    # The second entry confirms the first; while they differ nothing can be published.
    second_absent: Mapped[bool | None]
    second_mark: Mapped[Decimal | None] = mapped_column(Mark)
    second_parts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    second_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


RECHECK_STATES = ("open", "proposed", "upheld", "stands")
RECHECK_FLOW = Flow(
    thing="recheck",
    states=RECHECK_STATES,
    edges=(
        Edge(("open",), "stand", "stands", P.EXAM_MARK, needs_reason=True),
        Edge(("open",), "propose", "proposed", P.EXAM_MARK, form=True),
        # Two people: who proposes another mark does not confirm it.
        Edge(("proposed",), "confirm", "upheld", P.EXAM_MARK),
        Edge(("proposed",), "refuse", "open", P.EXAM_MARK, needs_reason=True),
    ),
)  # fmt: skip


class Recheck(Stateful, Base):
    """A published mark looked at again: asked for by the student, or found wrong by the office (P14)."""

    __tablename__ = "rechecks"
    __thing__ = "recheck"
    __table_args__ = (
        CheckConstraint(one_of("state", RECHECK_STATES), name="state"),
        CheckConstraint("state NOT IN ('proposed', 'upheld') OR proposed_by IS NOT NULL", name="proposed_by_somebody"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        Index("uq_rechecks_waiting", "seat_id", unique=True, postgresql_where="state IN ('open', 'proposed')"),
    )

    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seats.id"))
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Of the student's own will, or an error that the office found.
    by_student: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(2000), info={"personal": True})
    answer: Mapped[str] = mapped_column(String(2000), default="", info={"personal": True})
    mark_before: Mapped[Decimal | None] = mapped_column(Mark)
    mark: Mapped[Decimal | None] = mapped_column(Mark)
    parts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class SubjectPlaces(Row, Base):
    """How many of a city's places a subject gets (reading); the sum is the city's places."""

    __tablename__ = "subject_places"
    __thing__ = "subject_places"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "subject"], ["cycle_subjects.cycle_id", "cycle_subjects.code"]),
        UniqueConstraint("cycle_id", "city_id", "subject"),
        CheckConstraint("places >= 0", name="places"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    places: Mapped[int] = mapped_column(Integer)


CUTOFF_STATES = ("proposed", "confirmed", "released")
TIES = get_args(Ties)
CUTOFF_FLOW = Flow(
    thing="cutoff",
    states=CUTOFF_STATES,
    edges=(
        Edge(("proposed",), "confirm", "confirmed", P.CUTOFF_CONFIRM, S.CUTOFF),
        # All lines that are ready, at one moment, by somebody else than who confirmed them.
        Edge(("confirmed",), "release", "released", P.CUTOFF_CONFIRM, S.CUTOFF, form=True),
        # A mark was corrected after the line had been confirmed.
        Edge(("confirmed",), "reopen", "proposed", P.CUTOFF_CONFIRM, S.CUTOFF, needs_reason=True),
    ),
)  # fmt: skip


class Cutoff(Stateful, Base):
    """The line of one subject in one city: proposed from marks and places, confirmed, released by the region (P15)."""

    __tablename__ = "cutoffs"
    __thing__ = "cutoff"
    __table_args__ = (
        UniqueConstraint("cycle_id", "city_id", "subject"),
        CheckConstraint(one_of("state", CUTOFF_STATES), name="state"),
        CheckConstraint(one_of("ties", TIES), name="ties"),
        # Another line than the computed one has a reason.
        CheckConstraint("line IS NOT DISTINCT FROM computed_line OR reason <> ''", name="set_line_has_reason"),
        CheckConstraint("released_by <> confirmed_by", name="two_people"),
        CheckConstraint("draw_value IS NULL OR draw_source <> ''", name="drawn_from_a_source"),
    )

    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    places: Mapped[int] = mapped_column(Integer)
    candidates: Mapped[int] = mapped_column(Integer)
    computed_line: Mapped[Decimal | None] = mapped_column(Mark)
    line: Mapped[Decimal | None] = mapped_column(Mark)
    # What becomes of those who tie at the computed line.
    ties: Mapped[Ties] = mapped_column(String(20), default="all_in")
    reaching: Mapped[int] = mapped_column(Integer)
    off_ratio: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    # A lottery (RFC 3797): the future public number, when it is known, and what it was.
    draw_source: Mapped[str] = mapped_column(String(500), default="")
    draws_at: Mapped[datetime | None]
    draw_value: Mapped[str | None] = mapped_column(String(500))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    released_at: Mapped[datetime | None]
    released_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class CutoffLot(Row, Base):
    """One who stands at the line of a lottery. The pool is public by the random lot, which only its holder can link."""

    __tablename__ = "cutoff_lots"
    __thing__ = "cutoff_lot"
    __trail__ = ("cutoff", "cutoff_id")
    __table_args__ = (UniqueConstraint("registration_id"), UniqueConstraint("cutoff_id", "lot"))

    cutoff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cutoffs.id"), index=True)
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    lot: Mapped[str] = mapped_column(String(16), info={"personal": True})
