"""Shapes of the feedback: what is asked, said and summed up (P21)."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.programme.plan_feedback import Point, Question

TEXT = 2000
About = Literal["student", "mentoring"]


class FeedbackForm(BaseModel):
    """Answers to the plan's questions of a point, by their codes: a step of the scale, or words."""

    enrolment_id: uuid.UUID
    point: str = Field(max_length=32)
    answers: dict[str, int | Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT)]]


class FeedbackItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    mentor_name: str
    about: About
    point: str
    answers: dict[str, int | str]
    written_at: datetime
    version: int


class Feedbacks(BaseModel):
    items: list[FeedbackItem]
    total: int


class FeedbackStudent(BaseModel):
    """A student whom one's feedback is about (or of whose mentoring it is), with what was answered already."""

    enrolment_id: uuid.UUID
    student_name: str
    mentor_name: str
    answers: dict[str, int | str] | None


class FeedbackAsked(BaseModel):
    """What is asked of the reader now; no point where it is not the time. `next` opens next, in this year."""

    point: Point | None
    next: Point | None
    about: About
    scale: int
    questions: list[Question]
    students: list[FeedbackStudent]


class FeedbackSum(BaseModel):
    """The means of one city at one point; no means where too few have answered."""

    city_name: str
    point: str
    answers: int
    means: dict[str, float] | None


class FeedbackSums(BaseModel):
    items: list[FeedbackSum]
    total: int
