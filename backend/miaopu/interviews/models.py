"""Panels, slots, score sheets and results of the interviews (P16)."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row
from miaopu.people.models import one_of


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
    starts_at: Mapped[datetime]
    minutes_each: Mapped[int] = mapped_column(Integer)


class PanelMember(Row, Base):
    """A mentor on a panel."""

    __tablename__ = "panel_members"
    __thing__ = "panel_member"
    __trail__ = ("panel", "panel_id")
    __table_args__ = (UniqueConstraint("panel_id", "mentor_id"),)

    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panels.id"), index=True)
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)


class Slot(Row, Base):
    """A student's turn before a panel."""

    __tablename__ = "slots"
    __thing__ = "slot"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (UniqueConstraint("registration_id"), UniqueConstraint("panel_id", "position"))

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    panel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("panels.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[datetime]
    missed_reason: Mapped[str] = mapped_column(String(500), default="")


class ScoreSheet(Row, Base):
    """One panel member's sheet for one student; a number for each scored dimension, three steps for the level."""

    __tablename__ = "score_sheets"
    __thing__ = "score_sheet"
    __trail__ = ("registration", "registration_id")
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
    far_off_reason: Mapped[str] = mapped_column(String(500), default="")
    submitted_at: Mapped[datetime]


class Result(Row, Base):
    """A student's total and place among those of the subject and city."""

    __tablename__ = "interview_results"
    __thing__ = "interview_result"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        UniqueConstraint("registration_id"),
        CheckConstraint(one_of("outcome", ("selected", "reserve", "not_selected")), name="outcome"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    mark: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    interview: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    spread: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    total: Mapped[Decimal] = mapped_column(Numeric(8, 4))
    rank: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(64))
