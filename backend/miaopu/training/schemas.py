"""What the endpoints of training plans and sessions take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf
from miaopu.training.rules import MonthState

TrainingPlanState = Literal["draft", "proposed", "confirmed", "agreed"]
TrainingPlanAction = Literal["propose", "confirm", "return_for_changes", "ask_for_changes", "revise"]
Mode = Literal["face_to_face", "remote", "absent"]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Step(BaseModel):
    """One step of a plan: a means of P18, what, and in which month."""

    activity: str = Field(max_length=32)
    title: Line
    month: int = Field(ge=1, le=12)


class TrainingPlanForm(BaseModel):
    enrolment_id: uuid.UUID
    topic: Line
    aims: Long = ""
    steps: list[Step] = Field(default_factory=list, max_length=60)


class TrainingPlanEdit(BaseModel):
    version: int = Field(ge=1)
    topic: Line | None = None
    aims: Long | None = None
    steps: list[Step] | None = Field(default=None, max_length=60)


class Agreement(BaseModel):
    version: int = Field(ge=1)


class TrainingPlanItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    subject: str
    mentor_name: str
    university_name: str
    topic: str
    revision: int
    student_agreed_at: datetime | None
    teacher_agreed_at: datetime | None
    state: TrainingPlanState
    state_since: datetime
    version: int


class TrainingPlanPage(PageOf):
    items: list[TrainingPlanItem]


class TrainingPlanRecord(TrainingPlanItem, RecordOf):
    state: TrainingPlanState
    aims: str
    steps: list[Step]


class Present(BaseModel):
    enrolment_id: uuid.UUID
    mode: Mode


class SessionForm(BaseModel):
    """A session that took place. One on campus counts against P10, one face to face against P9."""

    mentor_id: uuid.UUID
    starts_at: AwareDatetime
    minutes: int = Field(ge=1, le=1440)
    activity: str = Field(max_length=32)
    title: Line
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    on_campus: bool
    notes: Long = ""
    attendance: list[Present] = Field(min_length=1, max_length=60)


class SessionEdit(BaseModel):
    """A correction; the attendance given replaces the one before."""

    version: int = Field(ge=1)
    title: Line | None = None
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    on_campus: bool | None = None
    notes: Long | None = None
    attendance: list[Present] | None = Field(default=None, min_length=1, max_length=60)


class SessionItem(BaseModel):
    id: uuid.UUID
    mentor_id: uuid.UUID
    mentor_name: str
    given_by_name: str
    by_mentor: bool
    starts_at: datetime
    minutes: int
    activity: str
    title: str
    place: str
    on_campus: bool
    present: int
    version: int


class SessionPage(PageOf):
    items: list[SessionItem]


class AttendanceItem(BaseModel):
    enrolment_id: uuid.UUID
    student_name: str
    mode: Mode
    log_due_at: datetime


class SessionRecord(SessionItem):
    notes: str
    attendance: list[AttendanceItem]


class MonthCount(BaseModel):
    year: int
    month: int
    face_to_face: int
    remote: int
    needed: int
    state: MonthState


class ProgressShown(BaseModel):
    """The counters of one student against P9 and P10, as of now."""

    enrolment_id: uuid.UUID
    months: list[MonthCount]
    campus_visits: int
    campus_needed: int
    campus_state: MonthState
    by_mentor: int
    sessions: int
