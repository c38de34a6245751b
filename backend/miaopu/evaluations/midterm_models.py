"""Report sessions of the mid-term evaluation, the problems it found, and the cities' summaries (P23)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.people.roles import Role
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

PROBLEM_STATES = ("open", "solved")
PROBLEM_FLOW = Flow(
    thing="midterm_problem",
    states=PROBLEM_STATES,
    edges=(
        # The reason is the solution.
        Edge(("open",), "solve", "solved", P.PROBLEM_SOLVE, needs_reason=True),
        Edge(("solved",), "reopen", "open", P.PROBLEM_RAISE, needs_reason=True, aside=True),
    ),
)
SUMMARY_STATES = ("handed_in", "returned", "filed")
SUMMARY_FLOW = Flow(
    thing="midterm_summary",
    states=SUMMARY_STATES,
    edges=(
        Edge(("returned",), "hand_in", "handed_in", P.MIDTERM_SUM, form=True),
        # Filing (备案) informs the region: it records, numbers the paper, and a fail takes effect.
        Edge(("handed_in",), "file", "filed", P.EVALUATION_FILE),
        Edge(("handed_in",), "return_for_changes", "returned", P.EVALUATION_FILE, needs_reason=True),
    ),
)
# One of each stands around a student, so that a role says who it is.
OWNERS = (Role.MENTOR, Role.STUDENT, Role.GUIDE_TEACHER, Role.SCHOOL, Role.UNIVERSITY, Role.CITY_OFFICE)


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


class MidtermProblem(Stateful, Base):
    """What stands in a student's way, whose it is to solve, and by when."""

    __tablename__ = "midterm_problems"
    __thing__ = "midterm_problem"
    __table_args__ = (
        CheckConstraint(one_of("state", PROBLEM_STATES), name="state"),
        CheckConstraint(one_of("owner_role", OWNERS), name="owner_role"),
        CheckConstraint("(state = 'solved') = (solved_at IS NOT NULL)", name="solved_at"),
        Index("ix_midterm_problems_enrolment_id", "enrolment_id"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    text: Mapped[str] = mapped_column(String(2000))
    owner_role: Mapped[str] = mapped_column(String(32))
    due_on: Mapped[date]
    raised_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    solution: Mapped[str] = mapped_column(String(2000), default="")
    solved_at: Mapped[datetime | None]


class MidtermSummary(Stateful, Base):
    """A city's summary of its students' evaluations; `lines` are as handed in and never change with later data."""

    __tablename__ = "midterm_summaries"
    __thing__ = "midterm_summary"
    __table_args__ = (
        UniqueConstraint("filing_number"),
        CheckConstraint(one_of("state", SUMMARY_STATES), name="state"),
        CheckConstraint("(state = 'filed') = (filing_number IS NOT NULL)", name="filed_has_number"),
        # A city sums up once; who is judged later comes with another summary after it.
        Index(
            "uq_midterm_summaries_open", "cycle_id", "city_id", unique=True, postgresql_where=text("state <> 'filed'")
        ),
    )

    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    words: Mapped[str] = mapped_column(String(4000))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info={"personal": True})
    handed_in_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    filing_number: Mapped[str | None] = mapped_column(String(60))
    # The receipt of the filing: SHA-256 of the summary as it was filed.
    filed_digest: Mapped[str | None] = mapped_column(String(64))
