"""What the endpoints of activities take and answer (P20)."""

import datetime as dt
import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.people.roles import Role
from miaopu.programme.batches import BatchOf
from miaopu.programme.flow import RecordOf

ActivityState = Literal["draft", "announced", "chosen", "held", "reported", "cancelled"]
ActivityAction = Literal["announce", "close_choice", "hold", "cancel"]
ParticipationState = Literal["proposed", "chosen", "waiting", "not_chosen", "withdrawn"]
ParticipationAction = Literal["choose", "put_on_waiting_list", "decline", "step_back"]
ChoiceAction = Literal["choose", "put_on_waiting_list", "decline"]
ConsentWord = Literal["given", "refused", "withdrawn"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Places = Annotated[int, Field(ge=1, le=100_000)]


class ActivityForm(BaseModel):
    """An activity of one's own unit."""

    kind: str = Field(max_length=32)
    title: Line
    place: Line
    description: Long = ""
    programme: Long = ""
    cost: Short = ""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    recommend_until: AwareDatetime
    places: Places
    city_places: dict[uuid.UUID, Places] = Field(default_factory=dict)
    subjects: list[str] = Field(default_factory=list, max_length=50)
    cities: list[uuid.UUID] = Field(default_factory=list, max_length=50)


class ActivityEdit(ActivityForm):
    """What is to stand from now on, as a whole."""

    version: int = Field(ge=1)


class ActivityItem(BaseModel):
    id: uuid.UUID
    unit_id: uuid.UUID
    organiser_name: str
    kind: str
    activity_title: str
    place: str
    cost: str
    starts_at: datetime
    ends_at: datetime
    recommend_until: datetime
    places: int
    taken: int
    needs_consent: bool
    state: ActivityState
    state_since: datetime
    version: int


class ActivityPage(PageOf):
    items: list[ActivityItem]


class ParticipationLine(BaseModel):
    """A student of an activity, as far as the reader sees the student; `listed` says that nothing is lacking."""

    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    school_name: str
    subject: str
    put_forward_by_name: str
    put_forward_as: Role
    reason: str
    state: ParticipationState
    decision_reason: str
    consent: ConsentWord | None
    listed: bool
    days: list[dt.date] | None
    student_line: str
    version: int


class ActivityFile(BaseModel):
    id: uuid.UUID
    name: str


class ActivityRecord(ActivityItem, RecordOf):
    state: ActivityState
    description: str
    programme: str
    subjects: list[str]
    cities: list[uuid.UUID]
    city_places: dict[uuid.UUID, int]
    report: str
    files: list[ActivityFile]
    organises: bool = Field(description="the reader's unit organises it, or the reader is the region's office")
    participations: list[ParticipationLine]


class PutForward(BaseModel):
    """Students put forward for an activity, with the reason."""

    enrolment_ids: list[uuid.UUID] = Field(min_length=1, max_length=100)
    reason: Given


class PutForwardDone(BaseModel):
    ids: list[uuid.UUID]


class ChoiceBatch(BatchOf):
    action: ChoiceAction


class ConsentGiven(BaseModel):
    version: int = Field(ge=1)
    decision: ConsentWord


class ConsentLine(BaseModel):
    """An activity that a guardian is asked about, or has answered for; with the text that is agreed to."""

    id: uuid.UUID
    activity_id: uuid.UUID
    student_name: str
    activity_title: str
    organiser_name: str
    kind: str
    place: str
    cost: str
    starts_at: datetime
    ends_at: datetime
    description: str
    state: ParticipationState
    consent: ConsentWord | None
    said_at: datetime | None
    open: bool = Field(description="can still be answered, or withdrawn")
    version: int


class ConsentLines(BaseModel):
    text_zh: str
    text_en: str
    text_version: str
    items: list[ConsentLine]


class Here(BaseModel):
    """On which days one was there; none for who did not come."""

    participation_id: uuid.UUID
    days: list[dt.date] = Field(max_length=60)


class AttendanceForm(BaseModel):
    version: int = Field(ge=1)
    lines: list[Here] = Field(min_length=1, max_length=1000)


class ReportForm(BaseModel):
    version: int = Field(ge=1)
    report: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
    file_ids: list[uuid.UUID] = Field(default_factory=list, max_length=20)


class StudentLine(BaseModel):
    version: int = Field(ge=1)
    student_line: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class ActivityOf(BaseModel):
    """One activity as a student's file tells it."""

    activity_id: uuid.UUID
    activity_title: str
    kind: str
    organiser_name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: ParticipationState
    reason: str
    decision_reason: str
    consent: ConsentWord | None
    days: list[dt.date] | None
    student_line: str
    activity_state: ActivityState


class ActivitiesOf(BaseModel):
    items: list[ActivityOf]
    total: int
