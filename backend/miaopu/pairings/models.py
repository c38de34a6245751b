"""Places, pairs and enrolments: who learns from whom (P8, P12a, P16b), and the training year's states (P17–P26)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode as S

ENROLMENT_STATES = ("enrolled", "active", "withdrawn", "excellent", "qualified", "unqualified", "alumni")
ENROLMENT_FLOW = Flow(
    thing="enrolment",
    states=ENROLMENT_STATES,
    edges=(
        # The first meeting makes the pair active (P16b).
        Edge(("enrolled",), "meet", "active", P.MEETING_ARRANGE, S.MEETING, form=True),
        # Of one's own will: no mark against the student. Taken only by a filed departure (`changing`).
        Edge(("enrolled", "active"), "leave", "withdrawn", P.ENROLMENT_LEAVE, form=True, aside=True),
        # Takes effect when the objection period is over, so outside the evaluation's window (P23).
        Edge(("active",), "fail_midterm", "withdrawn", P.EVALUATION_FILE, needs_reason=True, form=True),
        Edge(("active",), "grade_excellent", "excellent", P.EVALUATION_GRADE, S.FINAL_EVALUATION, form=True),
        Edge(("active",), "grade_qualified", "qualified", P.EVALUATION_GRADE, S.FINAL_EVALUATION, form=True),
        Edge(("active",), "grade_unqualified", "unqualified", P.EVALUATION_GRADE, S.FINAL_EVALUATION, form=True),
        # What an upheld objection puts right on the published list (P16a)
        Edge(
            ("qualified", "unqualified"), "regrade_excellent", "excellent", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("excellent", "unqualified"), "regrade_qualified", "qualified", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("excellent", "qualified"), "regrade_unqualified", "unqualified", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("excellent", "qualified", "unqualified"), "graduate", "alumni", P.CERTIFICATE_ISSUE, S.CERTIFICATES,
            form=True,
        ),
    ),
)  # fmt: skip

ROUND_STATES = ("proposed", "confirmed", "filed")
ROUND_FLOW = Flow(
    thing="pairing",
    states=ROUND_STATES,
    edges=(
        Edge(("proposed",), "confirm", "confirmed", P.PAIRING_CONFIRM, S.PAIRING),
        # Filing (备案) informs the region: it records, it does not approve.
        Edge(("confirmed",), "file", "filed", P.PAIRING_FILE, S.PAIRING),
    ),
)


class PairingRound(Stateful, Base):
    """A city's pairs of one round: proposed by the platform, confirmed by the city, filed with the region."""

    __tablename__ = "pairing_rounds"
    __thing__ = "pairing"
    __table_args__ = (
        UniqueConstraint("cycle_id", "city_id", "number"),
        UniqueConstraint("filing_number"),
        CheckConstraint(one_of("state", ROUND_STATES), name="state"),
        CheckConstraint("state <> 'filed' OR filing_number IS NOT NULL", name="filed_has_number"),
    )

    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int] = mapped_column(Integer)
    # What the proposal was made from (`field.kept_as`): it can be explained and found again afterwards.
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": True})
    filed_at: Mapped[datetime | None]
    filing_number: Mapped[str | None] = mapped_column(String(60))
    # The receipt of the filing: SHA-256 of the list as it was filed.
    filed_digest: Mapped[str | None] = mapped_column(String(64))


class Pair(Row, Base):
    """A student and a mentor of a round; `choice` is the rank of the student's choice, None when adjusted."""

    __tablename__ = "pairs"
    __thing__ = "pair"
    __trail__ = ("pairing", "round_id")
    __table_args__ = (
        UniqueConstraint("registration_id"),
        CheckConstraint("mentor_id = proposed_mentor_id OR reason <> ''", name="change_has_reason"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pairing_rounds.id"), index=True)
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"), index=True)
    proposed_mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    choice: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(2000), default="")


class Meeting(Row, Base):
    """The first meeting of mentors, students, guide teachers and parents of a city (P16b)."""

    __tablename__ = "meetings"
    __thing__ = "meeting"

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    starts_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(200))
    agenda: Mapped[str] = mapped_column(String(4000), default="")
    held_at: Mapped[datetime | None]


class MeetingGuest(Row, Base):
    """Who of one student's circle came to the first meeting."""

    __tablename__ = "meeting_guests"
    __thing__ = "meeting_guest"
    __trail__ = ("meeting", "meeting_id")
    __table_args__ = (UniqueConstraint("meeting_id", "enrolment_id"),)

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    student: Mapped[bool] = mapped_column(default=False)
    guardian: Mapped[bool] = mapped_column(default=False)
    guide_teacher: Mapped[bool] = mapped_column(default=False)
    mentor: Mapped[bool] = mapped_column(default=False)


class Enrolment(Stateful, Base):
    """A student in training with a mentor. Everything of the training year hangs on this row.

    `grade` keeps excellent | qualified | unqualified when the state has gone on to alumni.
    """

    __tablename__ = "enrolments"
    __thing__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        CheckConstraint(one_of("state", ENROLMENT_STATES), name="state"),
        CheckConstraint("state NOT IN ('excellent', 'qualified', 'unqualified') OR grade = state", name="grade"),
        CheckConstraint("state = 'enrolled' OR state = 'withdrawn' OR active_from IS NOT NULL", name="active_from"),
        Index("ix_enrolments_mentor_state", "mentor_id", "state"),
        Index("ix_enrolments_city_state", "cycle_id", "city_id", "state"),
        Index("ix_enrolments_school", "school_id"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    # The student's account; the mentor is a nomination.
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    guardian_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    # P12a: a second mentor of another subject, laboratory or university.
    co_mentor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("nominations.id"), index=True)
    university_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(400))
    number: Mapped[str] = mapped_column(String(40))
    guide_teacher_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    active_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(20))
