"""What the endpoints of summaries and appraisals take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.people.access import UnitKind
from miaopu.programme.flow import RecordOf

SummaryState = Literal["draft", "submitted", "accepted"]
SummaryAction = Literal["submit", "accept", "return_for_changes"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20000)]


class SummaryForm(BaseModel):
    text: Text = ""
    file_id: uuid.UUID | None = None


class SummaryEdit(SummaryForm):
    version: int = Field(ge=1)


class SummaryItem(BaseModel):
    id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    unit_kind: UnitKind
    submitted_at: datetime | None
    state: SummaryState
    state_since: datetime
    version: int


class SummaryPage(PageOf):
    items: list[SummaryItem]


class SummaryRecord(SummaryItem, RecordOf):
    state: SummaryState
    text: str
    file_id: uuid.UUID | None
    file_name: str | None


class AppraisalForm(BaseModel):
    """The appraisal of one city; `version` where one is corrected."""

    city_id: uuid.UUID
    version: int | None = Field(default=None, ge=1)
    score: Decimal = Field(ge=0, le=100, max_digits=5, decimal_places=2)
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class AppraisalItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    score: Figure
    comment: str
    at: datetime
    version: int


class AppraisalPage(PageOf):
    items: list[AppraisalItem]
