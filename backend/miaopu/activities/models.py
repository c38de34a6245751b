"""Camps, conferences, talks and visits (研学活动), who was put forward and chosen, and the family's consent (P20)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

ACTIVITY_STATES = ("draft", "announced", "chosen", "held", "reported", "cancelled")
ACTIVITY_FLOW = Flow(
    thing="activity",
    states=ACTIVITY_STATES,
    edges=(
        Edge(("draft",), "announce", "announced", P.ACTIVITY_ORGANISE),
        Edge(("announced",), "close_choice", "chosen", P.ACTIVITY_ORGANISE),
        Edge(("chosen",), "hold", "held", P.ACTIVITY_ORGANISE),
        Edge(("held",), "report", "reported", P.ACTIVITY_ORGANISE, form=True),
        Edge(
            ("draft", "announced", "chosen"), "cancel", "cancelled", P.ACTIVITY_ORGANISE,
            needs_reason=True, aside=True,
        ),
    ),
)  # fmt: skip

PARTICIPATION_STATES = ("proposed", "chosen", "waiting", "not_chosen", "withdrawn")
# Of whom a family may still be asked.
CONCERNED = ("proposed", "chosen", "waiting")
PARTICIPATION_FLOW = Flow(
    thing="participation",
    states=PARTICIPATION_STATES,
    edges=(
        Edge(("proposed", "waiting", "not_chosen"), "choose", "chosen", P.ACTIVITY_CHOOSE, needs_reason=True),
        Edge(("proposed",), "put_on_waiting_list", "waiting", P.ACTIVITY_CHOOSE, needs_reason=True),
        Edge(("proposed", "waiting", "chosen"), "decline", "not_chosen", P.ACTIVITY_CHOOSE, needs_reason=True),
        Edge(("proposed", "waiting", "chosen"), "step_back", "withdrawn", P.ACTIVITY_WISH, needs_reason=True),
    ),
)
CONSENTS = ("given", "refused", "withdrawn")


class Activity(Stateful, Base):
    """What a unit organises. `taken` counts the chosen; whoever changes it holds the lock on this row."""

    __tablename__ = "activities"
    __thing__ = "activity"
    __table_args__ = (
        CheckConstraint(one_of("state", ACTIVITY_STATES), name="state"),
        CheckConstraint("taken >= 0 AND taken <= places", name="places"),
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("state <> 'reported' OR report <> ''", name="reported"),
        Index("ix_activities_cycle_starts", "cycle_id", "starts_at"),
    )

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(4000), default="")
    programme: Mapped[str] = mapped_column(String(4000), default="")
    # What a family pays, as it is told; empty where it pays nothing.
    cost: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    recommend_until: Mapped[datetime]
    places: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    # Places of a city, by its unit's id; a city that is not named has no limit of its own.
    city_places: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    # Whom it is for: subjects' codes and cities' ids; empty for everybody.
    subjects: Mapped[list[str]] = mapped_column(JSONB, default=list)
    cities: Mapped[list[str]] = mapped_column(JSONB, default=list)
    # As the plan said of its kind when it was made.
    needs_consent: Mapped[bool]
    report: Mapped[str] = mapped_column(String(8000), default="")


class Participation(Stateful, Base):
    """One student and one activity: put forward by whom and why, chosen or not, consent, attendance."""

    __tablename__ = "participations"
    __thing__ = "participation"
    __trail__ = ("activity", "activity_id")
    __table_args__ = (
        UniqueConstraint("activity_id", "enrolment_id"),
        CheckConstraint(one_of("state", PARTICIPATION_STATES), name="state"),
        CheckConstraint("consent IS NULL OR " + one_of("consent", CONSENTS), name="consent"),
        Index("ix_participations_enrolment_id", "enrolment_id"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activities.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    put_forward_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    put_forward_as: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(2000))
    decision_reason: Mapped[str] = mapped_column(String(2000), default="")
    # The guardian's last word; every word is a row of `activity_consents`.
    consent: Mapped[str | None] = mapped_column(String(20))
    # The local days on which the student was there, as ISO dates; None until attendance is taken.
    days: Mapped[list[str] | None] = mapped_column(JSONB)
    student_line: Mapped[str] = mapped_column(String(500), default="")


class ActivityConsent(Row, Base):
    """What a guardian said, to which text, when and from where; never changed, a later word is another row."""

    __tablename__ = "activity_consents"
    __thing__ = "activity_consent"
    __trail__ = ("participation", "participation_id")
    __table_args__ = (
        CheckConstraint(one_of("decision", CONSENTS), name="decision"),
        Index("ix_activity_consents_participation_id", "participation_id"),
    )

    participation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[str] = mapped_column(String(40))
    text: Mapped[dict[str, Any]] = mapped_column(JSONB)
    address: Mapped[str] = mapped_column(String(64), info={"personal": True})
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
