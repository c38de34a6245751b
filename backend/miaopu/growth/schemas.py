"""What the endpoints of the growth logs take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import Moved, RecordOf
from miaopu.programme.plan_training import LogField

LogState = Literal["draft", "submitted", "returned", "accepted"]
LogAction = Literal["submit", "accept", "return_for_changes"]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
# More than any plan allows; how many are allowed is the plan's to say.
Photos = Annotated[list[uuid.UUID], Field(max_length=20)]


class LogText(BaseModel):
    """What a student writes; which of it is asked is the plan's to say (`GET /growth-logs/mine`)."""

    reading: Long = ""
    discussed: Long = ""
    heard: Long = ""
    did: Long = ""
    learned: Long = ""
    hard: Long = ""
    next_steps: Long = ""


class LogSaid(BaseModel):
    """What a student wrote."""

    reading: str
    discussed: str
    heard: str
    did: str
    learned: str
    hard: str
    next_steps: str


class LogForm(LogText):
    """A log of one session, handed in; a returned one is handed in again in the same way."""

    session_id: uuid.UUID
    photos: Photos = []
    file_id: uuid.UUID | None = None
    version: int = Field(default=0, ge=0, description="of the returned log that is handed in again; 0 for a first one")
    draft_version: int = Field(default=0, ge=0, description="of the draft this was written from; 0 without one")


class LogReceived(Moved):
    """The receipt of a log."""

    receipt_number: str
    submitted_at: datetime
    late: bool


class LogEdit(BaseModel):
    version: int = Field(ge=1)
    reading: Long | None = None
    discussed: Long | None = None
    heard: Long | None = None
    did: Long | None = None
    learned: Long | None = None
    hard: Long | None = None
    next_steps: Long | None = None
    file_id: uuid.UUID | None = None


class DraftForm(LogText):
    """The whole draft as it now stands; `version` is what the device last saw, 0 for none."""

    version: int = Field(ge=0)
    photos: Photos = []


class PhotoItem(BaseModel):
    id: uuid.UUID
    name: str


class DraftSaved(BaseModel):
    version: int
    saved_at: datetime


class DraftShown(LogSaid):
    """A draft as the server has it; also `current` of the problem `stale`. Version 0: a returned log, not taken up."""

    version: int
    saved_at: datetime | None
    photos: list[PhotoItem]


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
    receipt_number: str | None
    state: LogState
    state_since: datetime
    version: int


class LogPage(PageOf):
    items: list[LogItem]


class LogRecord(LogItem, RecordOf, LogSaid):
    state: LogState
    photos: list[PhotoItem]
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
    draft_saved_at: datetime | None = Field(description="to the student alone, where a draft was begun")


class MissingPage(PageOf):
    items: list[MissingLog]


class Asked(BaseModel):
    """What the plan asks of a log: its fields in order, which of them one at least must say, which are needed."""

    fields: list[LogField]
    one_of: list[LogField]
    required: list[LogField]
    photos: int


class DueLog(BaseModel):
    session_id: uuid.UUID
    session_title: str
    activity: str
    held_at: datetime
    due_at: datetime
    draft: DraftShown | None


class OwnLog(BaseModel):
    """A log that was handed in; `draft` of a returned one is what its student goes on writing from."""

    id: uuid.UUID
    session_id: uuid.UUID
    session_title: str
    held_at: datetime
    due_at: datetime
    submitted_at: datetime
    late: bool
    receipt_number: str | None
    state: LogState
    version: int
    review: str
    reviewed_at: datetime | None
    reviewed_by_name: str | None
    draft: DraftShown | None


class NextMeeting(BaseModel):
    """The first meeting (P16b), while it is still to come."""

    starts_at: datetime
    address: str


class Mine(BaseModel):
    """Everything a student's phone keeps, in one answer: a bad network is asked once."""

    now: datetime = Field(description="the server's clock, which says what is due")
    enrolment_id: uuid.UUID | None
    asked: Asked
    due: list[DueLog]
    logs: list[OwnLog]
    meeting: NextMeeting | None
