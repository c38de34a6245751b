"""What the endpoints of the interviews take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.interviews.conflict_rule import ConflictKind
from miaopu.people.identity import NO_NUMBER

Outcome = Literal["selected", "reserve", "not_selected"]
Score = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500), NO_NUMBER]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class Pause(BaseModel):
    """A break of a panel."""

    since: AwareDatetime
    until: AwareDatetime


class PanelForm(BaseModel):
    """A panel of mentors of one subject; its students follow each other every `minutes_each` minutes."""

    subject: str = Field(max_length=32)
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    room: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    starts_at: AwareDatetime
    minutes_each: int = Field(ge=1, le=480)
    breaks: list[Pause] = Field(default=[], max_length=10)
    mentor_ids: list[uuid.UUID] = Field(min_length=1, max_length=20)


class SubjectForm(BaseModel):
    """A batch act on one subject of one's city."""

    subject: str = Field(max_length=32)


class AssignForm(SubjectForm):
    """Groups and turns of a subject; with `anew` from a new seed, for a reason."""

    anew: bool = False
    reason: Short = ""


class MoveForm(BaseModel):
    """Another panel or time for one student."""

    version: int = Field(ge=1)
    panel_id: uuid.UUID
    starts_at: AwareDatetime
    reason: Reason


class Invited(BaseModel):
    """How many students were told."""

    invited: int


class ConflictForm(BaseModel):
    """A panellist must not judge somebody."""

    registration_id: uuid.UUID
    reason: Reason


class PanelCandidate(BaseModel):
    """Who may come before a panel; nothing of marks."""

    registration_id: uuid.UUID
    registration_number: str
    name: str
    school_name: str
    slot_id: uuid.UUID | None
    panel_name: str | None
    declared_by_me: bool


class PanelCandidates(BaseModel):
    items: list[PanelCandidate]
    total: int


class ClearForm(BaseModel):
    """A panellist and a candidate's guardian share a name and nothing else, or after all they are one person."""

    registration_id: uuid.UUID
    account_id: uuid.UUID = Field(description="the panellist's")
    reason: Reason


class Cleared(BaseModel):
    """By whom, when and why a mere namesake was cleared."""

    by_name: str
    at: datetime
    reason: str


class ConflictItem(BaseModel):
    """Why a panellist must not judge a candidate; `reason` is the panellist's own. Once cleared, they may."""

    registration_id: uuid.UUID
    registration_number: str
    name: str
    account_id: uuid.UUID
    mentor_name: str
    kind: ConflictKind
    reason: str
    clearable: bool = Field(description="rests on the name alone, and stands")
    cleared: Cleared | None


class ConflictList(BaseModel):
    items: list[ConflictItem]


class Assigned(BaseModel):
    """How many students were given a turn."""

    assigned: int


class SheetForm(BaseModel):
    """One panel member's sheet: a score for each scored dimension of the plan, and the three-step level."""

    scores: dict[str, Score] = Field(max_length=40)
    level: str | None = Field(default=None, max_length=32)
    level_comment: Short = ""
    comment: Comment = ""
    extras: dict[str, Comment] = Field(
        default={}, max_length=20, description="what the plan's extra forms (experiment, observation) showed, in words"
    )


class SheetKept(BaseModel):
    """The sheet as kept, from now on locked; `score` is in percent."""

    id: uuid.UUID
    version: int
    score: Figure


class ExplainForm(BaseModel):
    """Why one's own score lies far off the others'."""

    reason: Reason


class ReopenForm(BaseModel):
    """A submitted sheet is opened again."""

    sheet_id: uuid.UUID
    reason: Reason


class MissedForm(BaseModel):
    version: int = Field(ge=1)
    reason: Reason


class PanelItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    subject: str
    name: str
    address: str
    room: str
    starts_at: datetime
    minutes_each: int
    members: int
    students: int
    sheets: int
    version: int


class PanelPage(PageOf):
    items: list[PanelItem]


class PanelMemberItem(BaseModel):
    mentor_id: uuid.UUID
    name: str
    university_name: str


class PanelRecord(PanelItem):
    member_list: list[PanelMemberItem]


class SlotItem(BaseModel):
    """A student's turn. Scores are shown to the offices and, once decided, total and rank to the student."""

    id: uuid.UUID
    registration_id: uuid.UUID
    registration_number: str
    name: str
    school_name: str
    subject: str
    panel_id: uuid.UUID
    panel_name: str
    address: str
    room: str
    position: int
    starts_at: datetime
    missed_reason: str
    invited_at: datetime | None
    sheets: int
    members: int
    scored_by_me: bool
    explain: bool = Field(description="my score lies far off the others' and asks for a reason")
    interview: Figure | None = Field(description="by the plan's method")
    raw: Figure | None = Field(description="the plain mean of the panel")
    spread: Figure | None
    mark: Figure | None
    total: Figure | None
    rank: int | None
    outcome: Outcome | None
    version: int


class SlotPage(PageOf):
    items: list[SlotItem]


class SheetItem(BaseModel):
    """A sheet, to whom may see it; `level` is the panel's and the region's alone."""

    id: uuid.UUID
    mentor_name: str
    mine: bool
    scores: dict[str, str]
    score: Figure
    level: str | None
    level_comment: str | None
    comment: str
    extras: dict[str, str]
    far_off: bool
    far_off_reason: str
    locked: bool
    submitted_at: datetime


class SlotRecord(SlotItem):
    sheet_list: list[SheetItem]
