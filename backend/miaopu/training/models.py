"""Training plans, sessions and who came (P9, P10, P17, P18)."""

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
from miaopu.programme.plan import StageCode as S

PLAN_STATES = ("draft", "proposed", "confirmed", "agreed")
# The mentor drafts, the university confirms, student and guide teacher agree (reading on P17).
PLAN_FLOW = Flow(
    thing="training_plan",
    states=PLAN_STATES,
    edges=(
        Edge(("draft",), "propose", "proposed", P.TRAINING_PLAN, S.TRAINING),
        Edge(("proposed",), "confirm", "confirmed", P.TRAINING_PLAN_CONFIRM, S.TRAINING),
        Edge(("proposed",), "return_for_changes", "draft", P.TRAINING_PLAN_CONFIRM, S.TRAINING, needs_reason=True),
        # Two recorded agreements; the last of them makes it `agreed`.
        Edge(("confirmed",), "agree", "agreed", P.TRAINING_PLAN_AGREE, S.TRAINING, form=True),
        Edge(("confirmed",), "ask_for_changes", "draft", P.TRAINING_PLAN_AGREE, S.TRAINING, needs_reason=True),
        Edge(("confirmed", "agreed"), "revise", "draft", P.TRAINING_PLAN, S.TRAINING, needs_reason=True),
    ),
)


class TrainingPlan(Stateful, Base):
    """One student's plan of the year; `revision` counts the times it was taken up again."""

    __tablename__ = "training_plans"
    __thing__ = "training_plan"
    __table_args__ = (
        UniqueConstraint("enrolment_id"),
        CheckConstraint(one_of("state", PLAN_STATES), name="state"),
        CheckConstraint("state <> 'agreed' OR student_agreed_at IS NOT NULL", name="agreed_by_student"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    topic: Mapped[str] = mapped_column(String(200), default="")
    aims: Mapped[str] = mapped_column(String(4000), default="")
    # Steps of the year, as `schemas.Step`: a means of P18, what, when, who leads it, and its id.
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    # What the co-mentor's part is, where there is one (P12a).
    co_mentor_part: Mapped[str] = mapped_column(String(2000), default="")
    revision: Mapped[int] = mapped_column(Integer, default=1)
    student_agreed_at: Mapped[datetime | None]
    teacher_agreed_at: Mapped[datetime | None]


class PlanEdition(Row, Base):
    """A plan as it was proposed, and when it was agreed: kept when the plan goes on (P17)."""

    __tablename__ = "training_plan_editions"
    __thing__ = "training_plan_edition"
    __trail__ = ("training_plan", "plan_id")
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_plans.id"))
    number: Mapped[int] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(String(200))
    aims: Mapped[str] = mapped_column(String(4000))
    co_mentor_part: Mapped[str] = mapped_column(String(2000))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    student_agreed_at: Mapped[datetime | None]
    teacher_agreed_at: Mapped[datetime | None]


STEP_STATES = ("open", "under_way", "done", "dropped")


class StepProgress(Row, Base):
    """How far a step of a plan is. No new edition: what was agreed stays as it was."""

    __tablename__ = "training_step_progress"
    __thing__ = "training_step"
    __trail__ = ("training_plan", "plan_id")
    __table_args__ = (
        UniqueConstraint("plan_id", "step_id"),
        CheckConstraint(one_of("state", STEP_STATES), name="state"),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_plans.id"))
    step_id: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))


class Session(Row, Base):
    """A meeting of the training, given by a mentor or a member of the team."""

    __tablename__ = "training_sessions"
    __thing__ = "training_session"
    __table_args__ = (
        CheckConstraint("minutes >= 1", name="minutes"),
        Index("ix_training_sessions_mentor", "mentor_id", "starts_at"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    given_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    by_mentor: Mapped[bool]
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(Integer)
    activity: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")
    on_campus: Mapped[bool]
    notes: Mapped[str] = mapped_column(String(4000), default="")
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)


class Attendance(Row, Base):
    """How one student took part in a session."""

    __tablename__ = "attendances"
    __thing__ = "attendance"
    __trail__ = ("training_session", "session_id")
    __table_args__ = (
        UniqueConstraint("session_id", "enrolment_id"),
        CheckConstraint(one_of("mode", ("face_to_face", "remote", "absent")), name="mode"),
    )

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_sessions.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    mode: Mapped[str] = mapped_column(String(20))
    # When the student's log of this session falls due (P11).
    log_due_at: Mapped[datetime]
