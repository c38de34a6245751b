"""Shapes of the first meetings: what is asked and answered (P17)."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.pairings.schemas import EnrolmentState


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


class GuestLine(BaseModel):
    """One student's circle: who is known to the platform, and who has come."""

    enrolment_id: uuid.UUID
    number: str
    student_name: str
    school_name: str
    mentor_name: str
    state: EnrolmentState
    guardian_known: bool
    guide_teacher_known: bool
    student: bool
    guardian: bool
    guide_teacher: bool
    mentor: bool


class MeetingRecord(MeetingItem):
    invited: bool
    guest_list: list[GuestLine]


class Pass(BaseModel):
    """What one shows at the door: the code, and the QR that leads to the page for it."""

    code: str
    svg: str


class PassScanned(BaseModel):
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ArrivedFor(BaseModel):
    role: Literal["student", "guardian", "guide_teacher", "mentor"]
    student_name: str


class Arrived(BaseModel):
    """Who came, and for which students; `again` when the pass had been scanned before."""

    name: str
    again: bool
    came: list[ArrivedFor]


class Contact(BaseModel):
    """One of a student's circle; an office has no name of a person."""

    role: Literal["student", "guardian", "guide_teacher", "mentor", "co_mentor", "team_member", "school", "city_office"]
    name: str
    unit_name: str
    unit_name_en: str


class Contacts(BaseModel):
    items: list[Contact]
    total: int


class MeetingPage(PageOf):
    items: list[MeetingItem]
