"""What the endpoints of planned meetings take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf
from miaopu.training.schemas import Line, Long, Mode, Present

AppointmentState = Literal["planned", "held", "called_off"]
Place = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Way = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Minutes = Annotated[int, Field(ge=1, le=1440)]
Students = Annotated[list[uuid.UUID], Field(min_length=1, max_length=60)]


class AppointmentForm(BaseModel):
    """A meeting to come: one's own students are asked to it."""

    mentor_id: uuid.UUID
    starts_at: AwareDatetime
    minutes: Minutes
    activity: str = Field(max_length=32)
    title: Line
    place: Place = ""
    directions: Way = ""
    on_campus: bool
    students: Students


class AppointmentEdit(BaseModel):
    """Another time, place or company; who was asked is told."""

    version: int = Field(ge=1)
    starts_at: AwareDatetime | None = None
    minutes: Minutes | None = None
    activity: str | None = Field(default=None, max_length=32)
    title: Line | None = None
    place: Place | None = None
    directions: Way | None = None
    on_campus: bool | None = None
    students: Students | None = None


class Held(BaseModel):
    """What became of a meeting: who came and how. What is left out is as it was planned."""

    version: int = Field(ge=1)
    starts_at: AwareDatetime | None = None
    minutes: Minutes | None = None
    title: Line | None = None
    on_campus: bool | None = None
    notes: Long = ""
    attendance: list[Present] = Field(min_length=1, max_length=60)


class AppointmentItem(BaseModel):
    id: uuid.UUID
    mentor_id: uuid.UUID
    mentor_name: str
    starts_at: datetime
    minutes: int
    activity: str
    title: str
    place: str
    directions: str
    on_campus: bool
    asked: int
    checked_in: int
    session_id: uuid.UUID | None
    state: AppointmentState
    state_since: datetime
    version: int


class AppointmentPage(PageOf):
    items: list[AppointmentItem]


class AppointmentGuestShown(BaseModel):
    """A student asked to a meeting; `mode` once it was held."""

    enrolment_id: uuid.UUID
    student_name: str
    checked_in_at: datetime | None
    mode: Mode | None


class AppointmentRecord(AppointmentItem, RecordOf):
    state: AppointmentState
    guests: list[AppointmentGuestShown]


class Clash(BaseModel):
    """Another meeting of one of these people at that time."""

    who: str
    title: str
    starts_at: datetime
    minutes: int


class Planned(BaseModel):
    """A meeting was planned or changed; what it clashes with is said, and does not forbid it."""

    id: uuid.UUID
    version: int
    clashes: list[Clash]


class Door(BaseModel):
    """What stands at the door just now: the QR, six digits to type, and how long they last."""

    url: str
    svg: str
    digits: str
    seconds: int
    left: int
    asked: int
    present: list[str]


class DoorCheckIn(BaseModel):
    """The code of the QR, or the six digits."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=64)]


class DoorPassed(BaseModel):
    """`again` where one had checked in before."""

    title: str
    at: datetime
    again: bool


class PhoneMeeting(BaseModel):
    """A meeting to come, with the students of the reader who are asked to it."""

    id: uuid.UUID
    title: str
    mentor_name: str
    starts_at: datetime
    minutes: int
    place: str
    directions: str
    on_campus: bool
    state: AppointmentState
    version: int
    guests: list[AppointmentGuestShown]


class PhoneSession(BaseModel):
    """A meeting that was held."""

    id: uuid.UUID
    title: str
    mentor_name: str
    starts_at: datetime
    on_campus: bool
    version: int
    present: list[str]


class PhoneStudent(BaseModel):
    """A student of the reader: whom the mentor meets, or the family's child."""

    enrolment_id: uuid.UUID
    student_name: str
    state: str
    mentor_id: uuid.UUID
    mentor_name: str
    university_name: str
    # As whose student the reader may record a meeting: the mentor's, or the co-mentor's where that is the reader.
    through: uuid.UUID | None
    logs_waiting: int
    logs_missing: int


class ActivityName(BaseModel):
    code: str
    zh: str
    en: str


class Phone(BaseModel):
    """The first page of a phone: what comes, what was, whom it is about."""

    now: datetime
    activities: list[ActivityName]
    coming: list[PhoneMeeting]
    held: list[PhoneSession]
    students: list[PhoneStudent]
