"""What the endpoints of the growth logs take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf

LogState = Literal["draft", "submitted", "returned", "accepted"]
LogAction = Literal["submit", "accept", "return_for_changes"]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class LogForm(BaseModel):
    """A log of one session; with `submit` it is handed in at once, as from a phone."""

    session_id: uuid.UUID
    did: Long = ""
    learned: Long = ""
    next_steps: Long = ""
    file_id: uuid.UUID | None = None
    submit: bool = False


class LogEdit(BaseModel):
    version: int = Field(ge=1)
    did: Long | None = None
    learned: Long | None = None
    next_steps: Long | None = None
    file_id: uuid.UUID | None = None


class LogItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    subject: str
    mentor_name: str
    session_id: uuid.UUID
    session_title: str
    activity: str
    held_at: datetime
    due_at: datetime
    submitted_at: datetime | None
    late: bool
    state: LogState
    state_since: datetime
    version: int


class LogPage(PageOf):
    items: list[LogItem]


class LogRecord(LogItem, RecordOf):
    state: LogState
    did: str
    learned: str
    next_steps: str
    file_id: uuid.UUID | None
    file_name: str | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    review: str


class MissingLog(BaseModel):
    """A session a student came to and handed in no log of."""

    enrolment_id: uuid.UUID
    student_name: str
    session_id: uuid.UUID
    session_title: str
    held_at: datetime
    due_at: datetime
    overdue: bool
    log_id: uuid.UUID | None = Field(description="the draft, where one was begun")


class MissingPage(PageOf):
    items: list[MissingLog]
