"""What the endpoints of the cities' mid-term summaries take and answer (P23)."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf

MidtermSummaryState = Literal["handed_in", "returned", "filed"]
MidtermSummaryAction = Literal["file", "return_for_changes"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=4000)]


class MidtermSummaryForm(BaseModel):
    """The city's words on its mid-term evaluation; who is in it follows from the evaluations."""

    words: Words


class MidtermSummaryEdit(BaseModel):
    version: int = Field(ge=1)
    words: Words


class MidtermSummaryItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    students: int
    failed: int
    handed_in_at: datetime
    filing_number: str | None
    filed_at: datetime | None
    state: MidtermSummaryState
    state_since: datetime
    version: int


class MidtermSummaryPage(PageOf):
    items: list[MidtermSummaryItem]


class MidtermSummaryLine(BaseModel):
    """A student of the summary, as it was handed in."""

    evaluation_id: uuid.UUID
    number: str
    student_name: str
    school_name: str
    subject: str
    mentor_name: str
    passed: bool
    overturned: bool
    reason: str


class MidtermSummaryRecord(MidtermSummaryItem, RecordOf):
    state: MidtermSummaryState
    state_since: datetime
    words: str
    lines: list[MidtermSummaryLine]
    filed_digest: str | None
