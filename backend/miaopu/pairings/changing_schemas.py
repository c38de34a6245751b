"""What the endpoints of leaving and of a change of mentor take and answer."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from miaopu.core.read import PageOf
from miaopu.pairings.schemas import Reason
from miaopu.people.roles import Role
from miaopu.programme.flow import RecordOf
from miaopu.programme.plan_contacts import ChangePart

ChangeKind = Literal["departure", "mentor_change"]
ChangeState = Literal["proposed", "confirmed", "filed", "refused", "taken_back"]
ChangeAction = Literal["confirm", "refuse", "file", "take_back"]


class ChangeForm(BaseModel):
    """A proposal; a change of mentor names the new one. Files were uploaded before."""

    enrolment_id: uuid.UUID
    kind: ChangeKind
    reason_kind: str = Field(max_length=32, description="one of the plan's reasons")
    text: Reason
    new_mentor_id: uuid.UUID | None = None
    files: list[uuid.UUID] = Field(default=[], max_length=6)


class ChangeItem(BaseModel):
    id: uuid.UUID
    kind: ChangeKind
    enrolment_id: uuid.UUID
    student_name: str
    number: str
    subject: str
    city_name: str
    school_name: str
    mentor_name: str
    new_mentor_name: str | None
    reason_kind: str
    proposed_at: datetime
    awaiting: list[ChangePart]
    filing_number: str | None
    filed_at: datetime | None
    state: ChangeState
    state_since: datetime
    version: int


class ChangePage(PageOf):
    items: list[ChangeItem]


class Voice(BaseModel):
    """One of those asked, with the word given."""

    part: ChangePart
    name: str
    agreed: bool
    text: str
    at: datetime


class ChangeFile(BaseModel):
    id: uuid.UUID
    name: str


class ChangeRecord(ChangeItem, RecordOf):
    state: ChangeState
    reason_name: str
    reason_name_en: str
    text: str
    proposed_by_name: str
    proposed_role: Role
    new_university_name: str | None
    voices: list[Voice]
    files: list[ChangeFile]
    filed_digest: str | None


class MentorshipItem(BaseModel):
    """Who had which student from when to when; without an end, now."""

    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    mentor_id: uuid.UUID
    mentor_name: str
    university_name: str
    started_at: datetime
    ended_at: datetime | None


class MentorshipPage(PageOf):
    items: list[MentorshipItem]
