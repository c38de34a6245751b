"""What the endpoints of pairs, meetings and enrolments take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.programme.flow import RecordOf

RoundState = Literal["proposed", "confirmed", "filed"]
RoundAction = Literal["confirm", "file"]
EnrolmentState = Literal["enrolled", "active", "withdrawn", "excellent", "qualified", "unqualified", "alumni"]
EnrolmentAction = Literal["leave"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]


class PairChange(BaseModel):
    """Another mentor for a student, with the reason. Caps are never broken; a blocking pair is shown, not refused."""

    version: int = Field(ge=1)
    mentor_id: uuid.UUID
    reason: Reason


class PairAdd(BaseModel):
    """A student of the selected or the reserve whom the proposal left without a mentor."""

    registration_id: uuid.UUID
    mentor_id: uuid.UUID
    reason: Reason


class BlockingPair(BaseModel):
    """Student and mentor who would both rather have each other."""

    registration_id: uuid.UUID
    mentor_id: uuid.UUID


class PairChanged(BaseModel):
    id: uuid.UUID
    version: int
    blocking: list[BlockingPair]


class RoundItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    number: int
    pairs: int
    first_choices: int
    adjusted: int
    changed: int
    filed_at: datetime | None
    state: RoundState
    state_since: datetime
    version: int


class RoundPage(PageOf):
    items: list[RoundItem]


class PairItem(BaseModel):
    id: uuid.UUID
    registration_id: uuid.UUID
    registration_number: str
    student_name: str
    school_name: str
    subject: str
    total: Figure | None
    mentor_id: uuid.UUID
    mentor_name: str
    university_name: str
    choice: int | None
    changed: bool
    reason: str
    version: int


class Unpaired(BaseModel):
    registration_id: uuid.UUID
    registration_number: str
    student_name: str
    subject: str


class MentorSeats(BaseModel):
    mentor_id: uuid.UUID
    mentor_name: str
    subject: str
    capacity: int
    paired: int


class RoundRecord(RoundItem, RecordOf):
    state: RoundState
    pair_list: list[PairItem]
    unpaired: list[Unpaired]
    mentors: list[MentorSeats]


class MeetingForm(BaseModel):
    starts_at: AwareDatetime
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    agenda: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class Attendance(BaseModel):
    """Who of a student's circle came."""

    enrolment_id: uuid.UUID
    student: bool = True
    guardian: bool = False
    guide_teacher: bool = False
    mentor: bool = True


class MeetingHeld(BaseModel):
    """The meeting took place: the pairs of the students who came become active."""

    version: int = Field(ge=1)
    attendance: list[Attendance] = Field(min_length=1, max_length=2000)


class Activated(BaseModel):
    active: int


class MeetingItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    starts_at: datetime
    address: str
    agenda: str
    held_at: datetime | None
    guests: int
    version: int


class MeetingPage(PageOf):
    items: list[MeetingItem]


class EnrolmentItem(BaseModel):
    id: uuid.UUID
    registration_id: uuid.UUID
    number: str
    name: str
    subject: str
    school_id: uuid.UUID
    school_name: str
    city_id: uuid.UUID
    city_name: str
    university_name: str
    mentor_id: uuid.UUID
    mentor_name: str
    guide_teacher_name: str | None
    active_from: datetime | None
    grade: Literal["excellent", "qualified", "unqualified"] | None
    state: EnrolmentState
    state_since: datetime
    version: int


class EnrolmentPage(PageOf):
    items: list[EnrolmentItem]


class EnrolmentRecord(EnrolmentItem, RecordOf):
    state: EnrolmentState
    co_mentor_id: uuid.UUID | None
    co_mentor_name: str | None
    ended_at: datetime | None
    end_reason: str | None


class GuideForm(BaseModel):
    """The school names the guide teacher of a student (P19, P21)."""

    version: int = Field(ge=1)
    account_id: uuid.UUID


class CoMentorForm(BaseModel):
    """A second mentor of another subject, laboratory or university (P12a)."""

    version: int = Field(ge=1)
    mentor_id: uuid.UUID
    reason: Reason
