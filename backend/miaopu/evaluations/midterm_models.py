"""Report sessions of the mid-term evaluation (P23): when a city's students of a subject report, and in which order."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.access import Permission as P
from miaopu.people.models import one_of
from miaopu.programme.flow import Edge, Flow

SESSION_STATES = ("planned", "running", "ended", "cancelled")
SESSION_FLOW = Flow(
    thing="midterm_session",
    states=SESSION_STATES,
    edges=(
        Edge(("planned",), "begin", "running", P.MIDTERM_ARRANGE, form=True),
        Edge(("running",), "next", "running", P.MIDTERM_ARRANGE, form=True),
        # Pressed too soon: the one before has the floor again.
        Edge(("running",), "back", "running", P.MIDTERM_ARRANGE, form=True, aside=True),
        Edge(("running",), "end", "ended", P.MIDTERM_ARRANGE, form=True),
        Edge(("planned",), "cancel", "cancelled", P.MIDTERM_ARRANGE, needs_reason=True, aside=True),
    ),
)


class MidtermSession(Stateful, Base):
    """A city's report session of a subject. `current` is the place in the order of who has the floor, 0 before."""

    __tablename__ = "midterm_sessions"
    __thing__ = "midterm_session"
    __table_args__ = (
        CheckConstraint(one_of("state", SESSION_STATES), name="state"),
        CheckConstraint("talk_minutes > 0", name="talk_minutes"),
        CheckConstraint("current >= 0", name="current"),
        Index("ix_midterm_sessions_city_id", "city_id"),
    )

    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    starts_at: Mapped[datetime]
    talk_minutes: Mapped[int] = mapped_column(Integer)
    place: Mapped[str] = mapped_column(String(200))
    # What the order was drawn from; anybody can draw it again. Put by hand afterwards, it no longer says the order.
    seed: Mapped[str] = mapped_column(String(64))
    by_hand: Mapped[bool] = mapped_column(default=False)
    current: Mapped[int] = mapped_column(Integer, default=0)


class MidtermTalk(Row, Base):
    """A student's turn in a session, the slides, and when the student really spoke."""

    __tablename__ = "midterm_talks"
    __thing__ = "midterm_talk"
    __trail__ = ("midterm_session", "session_id")
    __table_args__ = (
        UniqueConstraint("session_id", "enrolment_id"),
        CheckConstraint("position > 0", name="position"),
        Index("ix_midterm_talks_enrolment_id", "enrolment_id"),
    )

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("midterm_sessions.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    position: Mapped[int] = mapped_column(Integer)
    slides_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id"))
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
