"""What the endpoints of report sessions and of problems take and answer (P23)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.people.roles import Role
from miaopu.programme.flow import RecordOf

ReportSessionState = Literal["planned", "running", "ended", "cancelled"]
ReportSessionAction = Literal["cancel"]
ProblemState = Literal["open", "solved"]
ProblemAction = Literal["solve", "reopen"]
TalkState = Literal["waiting", "speaking", "spoken"]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
TalkMinutes = Annotated[int, Field(ge=1, le=240)]
Talkers = Annotated[list[uuid.UUID], Field(min_length=1, max_length=300)]


class ReportSessionForm(BaseModel):
    """A session of one's city and a subject. Without names all of its students come who have no session yet."""

    subject: str = Field(max_length=32)
    starts_at: AwareDatetime
    talk_minutes: TalkMinutes | None = Field(default=None, description="the plan's where it is not given")
    place: Place
    enrolment_ids: Talkers | None = None


class ReportSessionEdit(BaseModel):
    version: int = Field(ge=1)
    starts_at: AwareDatetime
    talk_minutes: TalkMinutes
    place: Place


class TalkOrder(BaseModel):
    """Who talks, in this order. Once the session runs only the order of those who wait can change."""

    version: int = Field(ge=1)
    enrolment_ids: Talkers


class RedrawForm(BaseModel):
    """Another draw, with the reason for it."""

    version: int = Field(ge=1)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class FloorStep(BaseModel):
    """The next one has the floor; or, pressed too soon, the one before."""

    version: int = Field(ge=1)
    back: bool = False


class SlidesForm(BaseModel):
    """The student's slides as PDF, in place of what was there."""

    file_id: uuid.UUID


class ReportSessionItem(BaseModel):
    id: uuid.UUID
    subject: str
    city_id: uuid.UUID
    city_name: str
    starts_at: datetime
    ends_at: datetime
    talk_minutes: int
    place: str
    talks: int
    slides: int = Field(description="of the students whom the reader sees")
    state: ReportSessionState
    state_since: datetime
    version: int


class ReportSessionPage(PageOf):
    items: list[ReportSessionItem]


class TalkLine(BaseModel):
    """A turn; whose it is, is said to those who see the student."""

    id: uuid.UUID
    position: int
    state: TalkState
    starts_at: datetime
    enrolment_id: uuid.UUID | None
    student_name: str | None
    school_name: str | None
    mentor_name: str | None
    mine: bool = Field(description="the reader's own turn")


class TalkItem(TalkLine):
    slides_id: uuid.UUID | None
    slides_name: str | None
    began_at: datetime | None
    ended_at: datetime | None


class ReportSessionRecord(ReportSessionItem, RecordOf):
    state: ReportSessionState
    state_since: datetime
    seed: str = Field(description="what the order was drawn from")
    by_hand: bool = Field(description="the order was changed by hand after the draw")
    current: int
    arranges: bool = Field(description="the reader's office holds the session")
    order: list[TalkItem]


class LiveOrder(BaseModel):
    """What the screen in the room asks for again and again."""

    id: uuid.UUID
    subject: str
    city_name: str
    place: str
    starts_at: datetime
    state: ReportSessionState
    current: int
    version: int
    arranges: bool
    order: list[TalkLine]


class ProblemForm(BaseModel):
    """What stands in a student's way, who of those around the student is to solve it, and by when."""

    enrolment_id: uuid.UUID
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]
    owner_role: Literal["mentor", "student", "guide_teacher", "school", "university", "city_office"]
    due_on: date


class ProblemItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    subject: str
    city_name: str
    text: str
    owner_role: Role
    owner_name: str | None = Field(description="the person or unit that the role is for this student")
    mine: bool = Field(description="the reader is the owner")
    raised_by_name: str
    due_on: date
    overdue: bool
    solution: str
    solved_at: datetime | None
    state: ProblemState
    state_since: datetime
    version: int


class ProblemPage(PageOf):
    items: list[ProblemItem]


class ProblemRecord(ProblemItem, RecordOf):
    state: ProblemState
    state_since: datetime
