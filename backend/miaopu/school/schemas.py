"""What the endpoints of the school's training take and answer (P19)."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.programme.flow import RecordOf

LessonState = Literal["recorded", "returned", "confirmed"]
LessonAction = Literal["confirm", "return_for_changes"]


class LessonForm(BaseModel):
    """A training session of the guide teacher's own."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    kind: str = Field(max_length=32)
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    line: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    enrolment_ids: list[uuid.UUID] = Field(min_length=1, max_length=100)


class LessonCorrection(LessonForm):
    """What is right, as a whole; the school confirms it anew."""

    version: int = Field(ge=1)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class LessonItem(BaseModel):
    id: uuid.UUID
    teacher_name: str
    school_name: str
    starts_at: datetime
    minutes: int
    kind: str
    lesson_title: str
    present: int
    state: LessonState
    state_since: datetime
    version: int


class LessonPage(PageOf):
    items: list[LessonItem]


class LessonStudentLine(BaseModel):
    enrolment_id: uuid.UUID
    student_name: str


class LessonRecord(LessonItem, RecordOf):
    state: LessonState
    line: str
    students: list[LessonStudentLine]


class TermHours(BaseModel):
    """One teacher's confirmed training of a term, and what the school has not confirmed yet."""

    teacher_id: uuid.UUID
    teacher_name: str
    school_name: str
    lessons: int
    minutes: int
    hours: Figure = Field(description="teaching hours (课时), by the plan's length of one")
    unconfirmed: int


class HoursShown(BaseModel):
    term: str
    hour_minutes: int
    items: list[TermHours]
    total_minutes: int
    total_hours: Figure
