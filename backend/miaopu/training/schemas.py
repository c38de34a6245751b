"""What the endpoints of training plans and sessions take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf
from miaopu.training.rules import MonthState

TrainingPlanState = Literal["draft", "proposed", "confirmed", "agreed"]
TrainingPlanAction = Literal["propose", "confirm", "return_for_changes", "ask_for_changes", "revise"]
Mode = Literal["face_to_face", "remote", "absent"]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Part = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


StepState = Literal["open", "under_way", "done", "dropped"]
Leader = Literal["mentor", "co_mentor", "team_member"]


class Step(BaseModel):
    """One step of a plan: a means of P18, what, and in which month.

    `id` names it through all editions; who writes a new step leaves it out. `detail` says author, place or source.
    """

    id: str = Field(default="", max_length=8, pattern=r"^[0-9a-f]*$")
    activity: str = Field(max_length=32)
    title: Line
    detail: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    month: int = Field(ge=1, le=12)
    milestone: bool = False
    led_by: Leader = "mentor"


class StepShown(Step):
    """A step with how far it is; `late` when its month is over and it is neither done nor dropped."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    state: StepState = "open"
    note: str = ""
    at: datetime | None = None
    late: bool = False


class StepMark(BaseModel):
    """How far a step is, with a line."""

    state: StepState
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class StepChange(BaseModel):
    """What became of a step from one edition to the next."""

    change: Literal["added", "removed", "changed"]
    step: StepShown
    before: StepShown | None


class PlanEditionShown(BaseModel):
    """A plan as it was proposed, and what differs from the edition before."""

    number: int
    topic: str
    aims: str
    co_mentor_part: str
    steps: list[StepShown]
    proposed_at: datetime
    student_agreed_at: datetime | None
    teacher_agreed_at: datetime | None
    changed: list[Literal["topic", "aims", "co_mentor_part"]]
    changes: list[StepChange]


class PlanEditions(BaseModel):
    items: list[PlanEditionShown]
    total: int


class TrainingPlanForm(BaseModel):
    enrolment_id: uuid.UUID
    topic: Line
    aims: Long = ""
    co_mentor_part: Part = ""
    steps: list[Step] = Field(default_factory=list, max_length=60)


class TrainingPlanEdit(BaseModel):
    version: int = Field(ge=1)
    topic: Line | None = None
    aims: Long | None = None
    co_mentor_part: Part | None = None
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
    co_mentor_name: str | None
    co_mentor_part: str
    # What the student wrote when registering: what the plan is made from.
    interests: str
    motivation: str
    steps: list[StepShown]
    editions: int


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
