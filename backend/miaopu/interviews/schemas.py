"""What the endpoints of the interviews take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf

Outcome = Literal["selected", "reserve", "not_selected"]
Score = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class PanelForm(BaseModel):
    """A panel of mentors of one subject; its students follow each other every `minutes_each` minutes."""

    subject: str = Field(max_length=32)
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    starts_at: AwareDatetime
    minutes_each: int = Field(ge=1, le=480)
    mentor_ids: list[uuid.UUID] = Field(min_length=1, max_length=20)


class SubjectForm(BaseModel):
    """A batch act on one subject of one's city."""

    subject: str = Field(max_length=32)


class Assigned(BaseModel):
    """How many students were given a turn."""

    assigned: int


class SheetForm(BaseModel):
    """One panel member's sheet: a score for each scored dimension of the plan, and the three-step level."""

    scores: dict[str, Score] = Field(max_length=40)
    level: str | None = Field(default=None, max_length=32)
    level_comment: Short = ""
    comment: Comment = ""
    far_off_reason: Short = Field(default="", description="asked for when the score lies far off the others' mean")


class SheetKept(BaseModel):
    """The sheet as kept; `score` is in percent."""

    id: uuid.UUID
    version: int
    score: Figure
    far_off: bool


class MissedForm(BaseModel):
    version: int = Field(ge=1)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class Decided(BaseModel):
    """What came of the interviews of a subject; the seed decides lots."""

    selected: int
    reserve: int
    not_selected: int
    missed: int
    seed: str


class PanelItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    subject: str
    name: str
    address: str
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
    position: int
    starts_at: datetime
    missed_reason: str
    sheets: int
    members: int
    scored_by_me: bool
    interview: Figure | None
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
    scores: dict[str, str]
    score: Figure
    level: str | None
    level_comment: str | None
    comment: str
    far_off_reason: str
    submitted_at: datetime


class SlotRecord(SlotItem):
    sheet_list: list[SheetItem]
