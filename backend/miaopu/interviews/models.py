"""Panels, slots, score sheets and results of the interviews (P16)."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

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

ROUND_STATES = ("arranging", "proposed", "released")
ROUND_FLOW = Flow(
    thing="interview_round",
    states=ROUND_STATES,
    edges=(
        # Quietly: the city sees the verdict, nobody else.
        Edge(("arranging",), "propose", "proposed", P.INTERVIEW_DECIDE, S.INTERVIEW),
        Edge(("proposed",), "reopen", "arranging", P.INTERVIEW_DECIDE, S.INTERVIEW, needs_reason=True),
        # All that are ready, at one moment, by somebody else than who proposed them.
        Edge(("proposed",), "release", "released", P.INTERVIEW_DECIDE, S.INTERVIEW, form=True),
    ),
)  # fmt: skip

OFFER_STATES = ("offered", "accepted", "declined", "lapsed")
OFFER_FLOW = Flow(
    thing="place_offer",
    states=OFFER_STATES,
    edges=(
        Edge(("offered",), "accept", "accepted", P.PLACE_ACCEPT),
        Edge(("offered",), "decline", "declined", P.PLACE_ACCEPT, needs_reason=True),
        Edge(("offered",), "lapse", "lapsed", P.INTERVIEW_DECIDE),
    ),
)  # fmt: skip


class InterviewRound(Stateful, Base):
    """The interviews of one subject in one city, from the first panel to the published verdict (P16)."""

    __tablename__ = "interview_rounds"
    __thing__ = "interview_round"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "subject"], ["cycle_subjects.cycle_id", "cycle_subjects.code"]),
        UniqueConstraint("cycle_id", "city_id", "subject"),
        CheckConstraint(one_of("state", ROUND_STATES), name="state"),
        CheckConstraint("released_by <> proposed_by", name="two_people"),
    )

    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    # Groups and order are drawn from it; its hash is out before, it itself after.
    seed: Mapped[str] = mapped_column(String(64))
    # Decides ties that nothing else decides; drawn with the verdict, so that nobody can score with it in mind.
    lots: Mapped[str | None] = mapped_column(String(64))
    # Before which panels whom could not come when groups were drawn, by pseudonym and panel's name: to draw again.
    barred: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info={"personal": True})
    method: Mapped[str | None] = mapped_column(String(20))
    places: Mapped[int | None] = mapped_column(Integer)
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    released_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    released_at: Mapped[datetime | None]


class Panel(Row, Base):
    """A mentors' panel of one subject in one city."""

    __tablename__ = "panels"
    __thing__ = "panel"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "subject"], ["cycle_subjects.cycle_id", "cycle_subjects.code"]),
        UniqueConstraint("cycle_id", "city_id", "name"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(200))
    room: Mapped[str] = mapped_column(String(60), default="")
    starts_at: Mapped[datetime]
    minutes_each: Mapped[int] = mapped_column(Integer)
    # Each a begin and an end, as texts with their offset.
    breaks: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)

    def pauses(self) -> list[tuple[datetime, datetime]]:
        """The breaks as moments."""
        return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in self.breaks]


class PanelMember(Row, Base):
    """A mentor on a panel."""

    __tablename__ = "panel_members"
    __thing__ = "panel_member"
    __trail__ = ("panel", "panel_id")
    __table_args__ = (UniqueConstraint("panel_id", "mentor_id"),)

    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panels.id"), index=True)
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)


class DeclaredConflict(Row, Base):
    """A panellist who says why they must not judge somebody; what the platform finds itself is not kept."""

    __tablename__ = "declared_conflicts"
    __thing__ = "declared_conflict"
    __trail__ = ("registration", "registration_id")
    __inner__ = True
    __table_args__ = (UniqueConstraint("registration_id", "account_id"),)

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), info={"personal": True})
    declared_at: Mapped[datetime] = mapped_column(default=clock.now)


class ClearedNamesake(Row, Base):
    """The office's word that a guardian and a panellist of one name are two people (P16); taken back, it is gone."""

    __tablename__ = "cleared_namesakes"
    __thing__ = "cleared_namesake"
    __trail__ = ("registration", "registration_id")
    __inner__ = True
    __table_args__ = (UniqueConstraint("registration_id", "account_id"),)

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), info={"personal": True})
    cleared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    cleared_at: Mapped[datetime] = mapped_column(default=clock.now)


class Slot(Row, Base):
    """A student's turn before a panel."""

    __tablename__ = "slots"
    __thing__ = "slot"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        UniqueConstraint("registration_id"),
        UniqueConstraint("panel_id", "position"),
        CheckConstraint(one_of("given", ("drawn", "moved", "late")), name="given"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panels.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[datetime]
    missed_reason: Mapped[str] = mapped_column(String(500), default="")
    # How the turn came about: drawn, drawn and moved by hand, or given to somebody who came after the draw.
    given: Mapped[str] = mapped_column(String(10), default="drawn")
    invited_at: Mapped[datetime | None]


class ScoreSheet(Row, Base):
    """One panel member's sheet for one student; a number for each scored dimension, three steps for the level."""

    __tablename__ = "score_sheets"
    __thing__ = "score_sheet"
    __trail__ = ("registration", "registration_id")
    __inner__ = True
    __table_args__ = (UniqueConstraint("slot_id", "account_id"),)

    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("slots.id"), index=True)
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    scores: Mapped[dict[str, Any]] = mapped_column(JSONB)
    score: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    # Personality and psychology: seen by the panel and the region only, never a number.
    level: Mapped[str | None] = mapped_column(String(32), info={"personal": True})
    level_comment: Mapped[str] = mapped_column(String(500), default="", info={"personal": True})
    comment: Mapped[str] = mapped_column(String(2000), default="", info={"personal": True})
    # What an experiment or an observation showed, by the plan's extra forms: in words, beside the scores.
    extras: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info={"personal": True})
    # Judged when the whole panel has scored; it then asks for a reason.
    far_off: Mapped[bool] = mapped_column(default=False)
    far_off_reason: Mapped[str] = mapped_column(String(500), default="")
    # Submitted is final, unless the office opens the sheet again with a reason.
    locked: Mapped[bool] = mapped_column(default=True)
    submitted_at: Mapped[datetime]


class Result(Row, Base):
    """A student's total and place among those of the subject and city; public to nobody before the release."""

    __tablename__ = "interview_results"
    __thing__ = "interview_result"
    __trail__ = ("registration", "registration_id")
    __inner__ = True
    __table_args__ = (
        UniqueConstraint("registration_id"),
        CheckConstraint(one_of("outcome", ("selected", "reserve", "not_selected")), name="outcome"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    mark: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    # By the plan's method; `raw` is the plain mean of the panel.
    interview: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    raw: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    spread: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    total: Mapped[Decimal] = mapped_column(Numeric(8, 4))
    rank: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(64))


class PlaceOffer(Stateful, Base):
    """A place that fell free, offered to the next of the reserve until a moment (P16)."""

    __tablename__ = "place_offers"
    __thing__ = "place_offer"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        CheckConstraint(one_of("state", OFFER_STATES), name="state"),
        Index("ix_place_offers_round_id", "round_id"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interview_rounds.id"))
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime]
