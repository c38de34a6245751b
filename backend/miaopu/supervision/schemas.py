"""What the endpoints of supervision take and answer (P28)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.programme.flow import RecordOf

FindingState = Literal["open", "answered", "accepted"]
FindingAction = Literal["accept", "return_answer"]
CaseState = Literal["proposed", "agreed", "refused", "published"]
CaseAction = Literal["refuse", "publish", "withdraw", "take_down"]
CaseWord = Literal["given", "refused", "withdrawn"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]


class VisitForm(BaseModel):
    """A visit, by the plan's means."""

    unit_id: uuid.UUID
    visited_on: date
    means: list[str] = Field(min_length=1, max_length=20)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)] = ""


class VisitItem(BaseModel):
    id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    expert_name: str
    visited_on: date
    means: list[str]
    note: str
    findings: int
    unsettled: int
    model_cases: int
    version: int


class VisitPage(PageOf):
    items: list[VisitItem]


class FindingForm(BaseModel):
    """A finding of a visit; its owner is the visited unit unless another is named."""

    text: Text
    unit_id: uuid.UUID | None = None
    due_on: date


class FindingAnswer(BaseModel):
    version: int = Field(ge=1)
    answer: Text


class FindingItem(BaseModel):
    id: uuid.UUID
    visit_id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    expert_name: str
    text: str
    due_on: date
    late: bool
    answered_at: datetime | None
    state: FindingState
    state_since: datetime
    version: int


class FindingPage(PageOf):
    items: list[FindingItem]


class FindingRecord(FindingItem, RecordOf):
    state: FindingState
    answer: str


class ModelCaseForm(BaseModel):
    title: Line
    text: Long


class ModelCaseAgree(BaseModel):
    """A unit's consent, with everybody whom the case names; each of them is asked as well."""

    version: int = Field(ge=1)
    account_ids: list[uuid.UUID] = Field(default_factory=list, max_length=50)
    enrolment_ids: list[uuid.UUID] = Field(default_factory=list, max_length=50)


class ModelCaseWord(BaseModel):
    version: int = Field(ge=1, description="of one's own line")
    decision: CaseWord
    text_version: str = Field(max_length=40)


class ModelCaseItem(BaseModel):
    id: uuid.UUID
    visit_id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    case_title: str
    people: int
    agreeing: int
    published_at: datetime | None
    state: CaseState
    state_since: datetime
    version: int


class ModelCasePage(PageOf):
    items: list[ModelCaseItem]


class CasePersonLine(BaseModel):
    name: str
    guardian: bool
    said: CaseWord | None
    said_at: datetime | None


class CaseOwnLine(BaseModel):
    version: int
    said: CaseWord | None


class ModelCaseRecord(ModelCaseItem, RecordOf):
    """A case; `own` is the reader's own line where the case names the reader."""

    state: CaseState
    text: str
    named: list[CasePersonLine]
    own: CaseOwnLine | None


class PublicCase(BaseModel):
    id: uuid.UUID
    cycle_year: int
    unit_name: str
    case_title: str
    text: str
    published_at: datetime


class PublicCasePage(PageOf):
    items: list[PublicCase]
