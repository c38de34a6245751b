"""What the endpoints of former students take and answer (P29–P31)."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf

AlumnusState = Literal["asked", "agreed", "refused", "withdrawn"]
AlumnusAction = Literal["agree", "refuse", "withdraw"]
ActivityState = Literal["draft", "sent", "cancelled"]
ActivityAction = Literal["send", "cancel"]
GuestState = Literal["invited", "coming", "declined"]
GuestAction = Literal["accept", "decline"]
TrackingKind = Literal["university", "postgraduate", "work", "other"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class TrackingFacts(BaseModel):
    """Where a former student is."""

    kind: TrackingKind = "university"
    institution: Line
    university_id: uuid.UUID | None = Field(
        default=None, description="one of the programme's; found by the institution's name where it is left out"
    )
    field: Short = ""
    research: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class TrackingForm(TrackingFacts):
    """Where a former student is in a year."""

    enrolment_id: uuid.UUID
    year: int = Field(ge=2000, le=2200)


class TrackingEdit(TrackingFacts):
    version: int = Field(ge=1)


class TrackingItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    school_name: str
    subject: str
    result_grade: str | None
    year: int
    kind: TrackingKind
    institution: str
    university_id: uuid.UUID | None
    field: str
    research: str
    note: str
    said_by: Literal["school", "student"]
    version: int


class TrackingPage(PageOf):
    items: list[TrackingItem]


class AlumnusItem(BaseModel):
    """One year of training of a former student; `id` is the enrolment's."""

    id: uuid.UUID
    number: str
    student_name: str
    school_name: str
    city_name: str
    subject: str
    result_grade: str | None
    cycle_year: int
    consent: AlumnusState
    followed_until: int | None = Field(description="the last year of which something is recorded")
    institution: str | None


class AlumniPage(PageOf):
    items: list[AlumnusItem]


class FormerYear(BaseModel):
    """A year one was in training."""

    enrolment_id: uuid.UUID
    cycle_id: uuid.UUID
    cycle_year: int
    cycle_title: str
    school_name: str
    subject: str
    result_grade: str | None


class InvitationLine(BaseModel):
    """What one is asked to."""

    id: uuid.UUID
    activity_title: str
    city_name: str
    place: str
    text: str
    starts_at: datetime
    cancelled: bool
    open: bool
    state: GuestState
    message: str
    version: int


class FormerMine(BaseModel):
    """What a former student finds: the text and the last word on it, the years, what is recorded, invitations."""

    years: list[FormerYear]
    consent: AlumnusState
    version: int | None
    said_at: datetime | None
    text_version: str
    text_zh: str
    text_en: str
    followed_years: int
    entries: list[TrackingItem]
    invitations: list[InvitationLine]


class WordForm(BaseModel):
    """A word on being followed, on the text as it was read."""

    decision: AlumnusAction
    text_version: str = Field(max_length=40)
    version: int | None = Field(default=None, ge=1, description="of the last word, where there is one")


class AlumniActivityForm(BaseModel):
    """What former students are asked to."""

    title: Line
    place: Line
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    starts_at: AwareDatetime


class AlumniActivityEdit(AlumniActivityForm):
    version: int = Field(ge=1)


class GuestsForm(BaseModel):
    """Whom to ask: some, or everybody of one's city who agreed to be asked."""

    version: int = Field(ge=1)
    enrolment_ids: list[uuid.UUID] = Field(default_factory=list, max_length=2000)
    everybody: bool = False


class AlumniActivityItem(BaseModel):
    id: uuid.UUID
    activity_title: str
    city_name: str
    place: str
    starts_at: datetime
    invited: int
    coming: int
    declined: int
    state: ActivityState
    state_since: datetime
    version: int


class AlumniActivityPage(PageOf):
    items: list[AlumniActivityItem]


class AlumniGuestLine(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    school_name: str
    state: GuestState
    state_since: datetime
    message: str


class AlumniActivityRecord(AlumniActivityItem, RecordOf):
    state: ActivityState
    text: str
    organises: bool
    guests: list[AlumniGuestLine]


class GuestAnswer(BaseModel):
    """Yes or no, with a line to the office."""

    version: int = Field(ge=1)
    message: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
