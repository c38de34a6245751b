"""What the endpoints of summaries and appraisals take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.people.roles import UnitKind
from miaopu.programme.flow import RecordOf
from miaopu.programme.papers import PaperItem

SummaryState = Literal["draft", "submitted", "accepted"]
SummaryAction = Literal["submit", "accept", "return_for_changes"]
SummaryKind = Literal["city", "university", "school"]
AppraisalState = Literal["draft", "asked", "proposed", "decided"]
AppraisalAction = Literal["propose", "ask_city", "answer", "decide", "refuse"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)]
NumberCode = Literal[
    "registered", "mentors", "enrolled", "withdrawn", "plans_agreed", "sessions", "meetings", "campus_visits",
    "logs", "logs_accepted", "logs_late", "lesson_hours", "activities", "participations", "excellent", "qualified",
    "unqualified", "certificates",
]  # fmt: skip


class NumberLine(BaseModel):
    """A number that the platform counted."""

    code: NumberCode
    value: Figure


class UnitNumbers(BaseModel):
    """A unit's year in numbers, as it stands at a moment."""

    unit_id: uuid.UUID
    unit_name: str
    unit_kind: UnitKind
    at: datetime
    items: list[NumberLine]


class SummaryForm(BaseModel):
    """What a unit writes, by the codes of the plan's sections."""

    sections: dict[str, Text] = Field(default_factory=dict)


class SummaryEdit(SummaryForm):
    version: int = Field(ge=1)


class SummaryItem(BaseModel):
    id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    unit_kind: UnitKind
    city_name: str | None
    papers_count: int
    submitted_at: datetime | None
    state: SummaryState
    state_since: datetime
    version: int


class SummaryPage(PageOf):
    items: list[SummaryItem]


class SummaryRecord(SummaryItem, RecordOf):
    state: SummaryState
    sections: dict[str, str]
    numbers: list[NumberLine] | None = Field(description="as they stood when it was handed in")
    papers: list[PaperItem]


class StandingUnit(BaseModel):
    """How far a unit is; no state where nothing was handed in."""

    unit_id: uuid.UUID
    unit_name: str
    unit_kind: UnitKind
    summary_id: uuid.UUID | None
    state: SummaryState | None
    submitted_at: datetime | None


class SummaryStandingCity(BaseModel):
    """The units of a city, the city's own office first."""

    city_id: uuid.UUID
    city_name: str
    total: int
    handed_in: int
    accepted: int
    units: list[StandingUnit]


class SummaryStanding(BaseModel):
    items: list[SummaryStandingCity]


class AppraisalLine(BaseModel):
    """A line of the sheet: the points of a criterion, and why."""

    points: Annotated[Figure, Field(ge=0, max_digits=6, decimal_places=2)]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class AppraisalForm(BaseModel):
    """The sheet of one city so far; `version` from the second time on."""

    city_id: uuid.UUID
    version: int | None = Field(default=None, ge=1)
    scores: dict[str, AppraisalLine] = Field(default_factory=dict)
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class AppraisalItem(BaseModel):
    """A city's appraisal; the city itself reads total and grade when it is decided."""

    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    points: Figure | None
    city_grade: str | None = Field(description="a code of the plan's grades")
    decided_at: datetime | None
    state: AppraisalState
    state_since: datetime
    version: int


class AppraisalPage(PageOf):
    items: list[AppraisalItem]


class AppraisalLineShown(BaseModel):
    points: Figure
    comment: str


class AppraisalRecord(AppraisalItem, RecordOf):
    state: AppraisalState
    scores: dict[str, AppraisalLineShown]
    comment: str
    numbers: list[NumberLine] | None = Field(description="the city's, when the sheet was proposed")
    asked: str
    answer: str
    proposed_by_me: bool
    summary_id: uuid.UUID | None
    summary_state: SummaryState | None
