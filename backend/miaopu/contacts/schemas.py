"""What the endpoints of the contact chain take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.contacts.models import TEXT, TITLE
from miaopu.core.read import PageOf
from miaopu.people.roles import Role
from miaopu.programme.flow import RecordOf

ThreadState = Literal["open", "with_city", "with_region", "answered"]
ThreadAction = Literal["escalate", "answer", "raise", "answer_region"]
ThreadSort = Literal["-last_at", "due_at"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=TITLE)]


class PostForm(BaseModel):
    """Something said; who is mentioned is told. Files were uploaded before."""

    text: Text
    mentions: list[uuid.UUID] = Field(default=[], max_length=20)
    files: list[uuid.UUID] = Field(default=[], max_length=20)


class ThreadForm(PostForm):
    """A new thread. The city always reads it; with the student, guide teacher and guardian always do."""

    enrolment_id: uuid.UUID
    title: Title
    with_team: bool = Field(default=False, description="mentor, co-mentor and team")
    with_guide: bool = Field(default=False, description="guide teacher and school")
    with_guardian: bool = False
    with_student: bool = False


class Withdrawal(BaseModel):
    version: int = Field(ge=1)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class ThreadItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    number: str
    title: str
    mentor_name: str
    city_name: str
    with_team: bool
    with_guide: bool
    with_guardian: bool
    with_student: bool
    opened_at: datetime
    opened_by_name: str
    last_at: datetime
    posts_count: int
    unread: int
    due_at: datetime | None
    overdue: bool
    state: ThreadState
    state_since: datetime
    version: int


class ThreadPage(PageOf):
    items: list[ThreadItem]


class PostFile(BaseModel):
    id: uuid.UUID
    name: str


class PostItem(BaseModel):
    """`text` is empty for all but the city once it was taken back."""

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    role: Role
    text: str | None
    mentions: list[uuid.UUID]
    files: list[PostFile]
    act: ThreadAction | None
    at: datetime
    mine: bool
    unread: bool
    withdrawn_at: datetime | None
    withdrawn_reason: str
    version: int


class ThreadRecord(ThreadItem, RecordOf):
    state: ThreadState
    posts: list[PostItem]
    may_write: bool
    region_at: datetime | None
    answered_at: datetime | None


class Participant(BaseModel):
    account_id: uuid.UUID
    name: str
    role: Role
    unit_name: str
    unit_name_en: str


class Participants(BaseModel):
    """Who reads a thread."""

    items: list[Participant]
    total: int


class Said(BaseModel):
    id: uuid.UUID
    version: int
