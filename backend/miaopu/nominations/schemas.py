"""What the endpoints of mentors take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.disclosures.schemas import ObjectionState
from miaopu.people.identity import Phone
from miaopu.people.names import PersonName
from miaopu.people.roles import Role
from miaopu.programme.batches import BatchOf
from miaopu.programme.flow import RecordOf
from miaopu.programme.papers import PaperItem
from miaopu.programme.plan_base import Degree, TitleLevel

NominationState = Literal[
    "draft", "recommended", "city_reviewed", "profile_submitted", "region_reviewed", "approved", "on_notice",
    "appointed", "rejected",
]  # fmt: skip
# The acts that carry nothing but a version and a reason.
NominationAction = Literal[
    "recommend", "pass_first_review", "return_to_university", "reject_first_review", "submit_profile",
    "pass_second_review", "return_to_mentor", "reject_second_review", "return_for_review", "publish", "appoint",
    "uphold_objection",
]  # fmt: skip
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class NominationBatch(BatchOf):
    """One act on many nominations: an organiser approves a whole list (P12)."""

    action: NominationAction | Literal["approve"]


class NominationForm(BaseModel):
    """A university puts a professor forward for one of its subjects."""

    subject: Annotated[str, StringConstraints(max_length=32)]
    name: PersonName
    standing: Annotated[str, StringConstraints(max_length=32)] = Field(description="a standing of the plan (P6)")
    standing_reason: Prose = ""
    degree: Degree
    degree_reason: Prose = ""
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    department: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    research: Prose = ""
    opinion: Prose = ""


class NominationEdit(NominationForm):
    version: int = Field(ge=1)


class ProfileForm(BaseModel):
    """The mentor's own details."""

    version: int = Field(ge=1)
    research: Prose
    introduction: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
    capacity: int = Field(ge=1, description="students the mentor will take; at most what the plan allows (P8)")
    phone: Phone | None = Field(default=None, description="sealed; to be reached by, and to find conflicts of interest")


class TeamMemberForm(BaseModel):
    """A team member has the plan's degree or the plan's level of title, or above (P7)."""

    name: PersonName
    unit_name: Line
    degree: Degree
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    title_level: TitleLevel
    duty: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    may_review: bool = Field(default=False, description="by the mentor's leave reviews growth logs")


class ApproveForm(BaseModel):
    version: int = Field(ge=1)


class NominationItem(BaseModel):
    id: uuid.UUID
    name: str
    subject: str
    university_id: uuid.UUID
    university_name: str
    city_id: uuid.UUID
    city_name: str
    standing: str
    degree: Degree
    title: str
    state: NominationState
    state_since: datetime
    version: int


class NominationPage(PageOf):
    items: list[NominationItem]


class TeamMemberItem(BaseModel):
    id: uuid.UUID
    name: str
    unit_name: str
    degree: Degree
    title: str
    title_level: TitleLevel
    duty: str
    may_review: bool
    account_id: uuid.UUID | None
    known_from: int | None = Field(description="the year of the same mentor's team that this member was in before")


class ApprovalItem(BaseModel):
    role: Role
    at: datetime


class NominationObjection(BaseModel):
    """What was objected to while the notice ran; the words of it stand on the objection's own record."""

    id: uuid.UUID
    state: ObjectionState
    raised_at: datetime
    due_at: datetime
    answer: str


class NominationRecord(NominationItem, RecordOf):
    state: NominationState
    standing_reason: str
    degree_reason: str
    degree_exception_by_name: str | None = Field(description="who granted that the degree is below the plan's (P7)")
    department: str
    research: str
    introduction: str
    opinion: str
    capacity: int
    account_id: uuid.UUID | None
    known_from: int | None = Field(description="the year in which this mentor was here before, while nobody has joined")
    notice_began_at: datetime | None
    notice_ends_at: datetime | None
    letter_number: str | None
    letter_code: str | None
    appointed_at: datetime | None
    evidence: list[PaperItem]
    team: list[TeamMemberItem]
    approvals: list[ApprovalItem]
    disclosure_id: uuid.UUID | None
    objections: list[NominationObjection]


class MentorItem(BaseModel):
    """A mentor as students see one."""

    id: uuid.UUID
    name: str
    subject: str
    university_name: str
    city_name: str
    title: str
    department: str
    research: str
    introduction: str
    capacity: int
    state: NominationState


class MentorPage(PageOf):
    items: list[MentorItem]


class LetterCheck(BaseModel):
    """What the QR of a letter of appointment leads to."""

    letter_number: str
    name: str
    university_name: str
    subject: str
    year: int
    appointed_at: datetime
