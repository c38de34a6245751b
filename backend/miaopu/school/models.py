"""The school's own training of its students: recorded by the guide teacher, confirmed by the school (P19)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode as S

LESSON_STATES = ("recorded", "returned", "confirmed")
LESSON_FLOW = Flow(
    thing="lesson",
    states=LESSON_STATES,
    edges=(
        Edge(("recorded",), "confirm", "confirmed", P.LESSON_CONFIRM),
        Edge(("recorded",), "return_for_changes", "returned", P.LESSON_CONFIRM, needs_reason=True),
        Edge(LESSON_STATES, "correct", "recorded", P.LESSON_RECORD, S.TRAINING, form=True, aside=True),
    ),
)


class Lesson(Stateful, Base):
    """One training session at the school; `minutes` is computed from its beginning and end."""

    __tablename__ = "lessons"
    __thing__ = "lesson"
    __table_args__ = (
        CheckConstraint(one_of("state", LESSON_STATES), name="state"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        UniqueConstraint("teacher_account_id", "starts_at"),
        Index("ix_lessons_school_starts", "school_id", "starts_at"),
    )

    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    teacher_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    line: Mapped[str] = mapped_column(String(500), default="")
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class LessonStudent(Row, Base):
    """A student who came."""

    __tablename__ = "lesson_students"
    __thing__ = "lesson_student"
    __trail__ = ("lesson", "lesson_id")
    __table_args__ = (
        UniqueConstraint("lesson_id", "enrolment_id"),
        Index("ix_lesson_students_enrolment_id", "enrolment_id"),
    )

    lesson_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lessons.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
