"""Former students: the word each gave on being followed, where they went, what their city asks them to (P29–P31)."""

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

# Enrolments whose training is over: what makes a student a former one.
FORMER = ("excellent", "qualified", "unqualified", "alumni")

ALUMNUS_STATES = ("asked", "agreed", "refused", "withdrawn")
ALUMNUS_FLOW = Flow(
    thing="alumnus",
    states=ALUMNUS_STATES,
    edges=(
        Edge(("asked", "refused", "withdrawn"), "agree", "agreed", P.ALUMNI_CONSENT, form=True),
        Edge(("asked",), "refuse", "refused", P.ALUMNI_CONSENT, form=True),
        Edge(("agreed",), "withdraw", "withdrawn", P.ALUMNI_CONSENT, form=True, aside=True),
    ),
)

ACTIVITY_STATES = ("draft", "sent", "cancelled")
ACTIVITY_FLOW = Flow(
    thing="alumni_activity",
    states=ACTIVITY_STATES,
    edges=(
        Edge(("draft",), "send", "sent", P.ALUMNI_INVITE),
        Edge(("draft", "sent"), "cancel", "cancelled", P.ALUMNI_INVITE, needs_reason=True, aside=True),
    ),
)

GUEST_STATES = ("invited", "coming", "declined")
GUEST_FLOW = Flow(
    thing="alumni_guest",
    states=GUEST_STATES,
    edges=(
        Edge(("invited", "declined"), "accept", "coming", P.ALUMNI_ANSWER, form=True),
        Edge(("invited", "coming"), "decline", "declined", P.ALUMNI_ANSWER, form=True),
    ),
)

KINDS = ("university", "postgraduate", "work", "other")
# What says something of a person stays out of the trail, which cannot forget.
PERSONAL = {"personal": True}


class Alumnus(Stateful, Base):
    """A person who was in training, and the last word on being followed; `cycle_id` is of the last year of training.

    Made with the first word: who never said one has no row, and counts as asked.
    """

    __tablename__ = "alumni"
    __thing__ = "alumnus"
    __table_args__ = (
        UniqueConstraint("account_id"),
        CheckConstraint(one_of("state", ALUMNUS_STATES), name="state"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))


class AlumnusConsent(Row, Base):
    """One word of a former student, to which text; never changed, a later word is another row."""

    __tablename__ = "alumni_consents"
    __thing__ = "alumnus_consent"
    __trail__ = ("alumnus", "alumnus_id")
    __table_args__ = (
        CheckConstraint(one_of("decision", ALUMNUS_STATES[1:]), name="decision"),
        Index("ix_alumni_consents_alumnus_id", "alumnus_id"),
    )

    alumnus_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("alumni.id"))
    decision: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[str] = mapped_column(String(40))
    text: Mapped[dict[str, Any]] = mapped_column(JSONB)
    address: Mapped[str] = mapped_column(String(64), info=PERSONAL)
    said_at: Mapped[datetime] = mapped_column(default=clock.now)


class TrackingEntry(Row, Base):
    """Where a former student is in a year; `university_id` where it is one of the programme's universities (P30)."""

    __tablename__ = "tracking_entries"
    __thing__ = "tracking_entry"
    __trail__ = ("enrolment", "enrolment_id")
    __table_args__ = (
        UniqueConstraint("enrolment_id", "year"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    year: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), info=PERSONAL)
    institution: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    university_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True, info=PERSONAL)
    # The major, or the profession.
    field: Mapped[str] = mapped_column(String(200), default="", info=PERSONAL)
    research: Mapped[str] = mapped_column(String(1000), default="", info=PERSONAL)
    note: Mapped[str] = mapped_column(String(2000), default="", info=PERSONAL)
    # Who said it last: the school, or the person.
    said_by: Mapped[str] = mapped_column(String(32), default="school")


class AlumniActivity(Stateful, Base):
    """What a city asks former students to (P31)."""

    __tablename__ = "alumni_activities"
    __thing__ = "alumni_activity"
    __table_args__ = (CheckConstraint(one_of("state", ACTIVITY_STATES), name="state"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(4000), default="")
    starts_at: Mapped[datetime]


class AlumniGuest(Stateful, Base):
    """One former student who is asked, and the answer."""

    __tablename__ = "alumni_guests"
    __thing__ = "alumni_guest"
    __trail__ = ("alumni_activity", "activity_id")
    __table_args__ = (
        UniqueConstraint("activity_id", "account_id"),
        CheckConstraint(one_of("state", GUEST_STATES), name="state"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("alumni_activities.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True, info=PERSONAL)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), info=PERSONAL)
    message: Mapped[str] = mapped_column(String(500), default="", info=PERSONAL)
