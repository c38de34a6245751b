"""What the endpoints of places and cutoffs take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.disclosures.schemas import Correction
from miaopu.exams.schemas import MarkValue
from miaopu.programme.flow import RecordOf
from miaopu.programme.plan_choosing import Ties

CutoffState = Literal["proposed", "confirmed", "released"]
CutoffAction = Literal["confirm", "reopen"]


class PlacesLine(BaseModel):
    subject: str = Field(max_length=32)
    places: int = Field(ge=0, le=10_000)


class PlacesForm(BaseModel):
    """The split of the city's places over its subjects; the sum is the city's places."""

    items: list[PlacesLine] = Field(min_length=1, max_length=100)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class PlacesItem(BaseModel):
    subject: str
    places: int | None
    suggested: int
    candidates: int


class PlacesShown(BaseModel):
    city_places: int
    items: list[PlacesItem]


class CutoffForm(BaseModel):
    """Compute the line of one subject of one's city."""

    subject: str = Field(max_length=32)


class LineForm(BaseModel):
    """Another line than the computed one, with its reason (region office)."""

    version: int = Field(ge=1)
    line: MarkValue
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]


class TiesForm(BaseModel):
    """Another of the plan's ways to treat a tie at the line, with its reason (region office)."""

    version: int = Field(ge=1)
    ties: Ties
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]


class TiesEffect(BaseModel):
    """What a way to treat a tie would mean; `left_out` have the mark of the line and would not be in."""

    ties: Ties
    by_plan: bool
    reaching: int
    left_out: int
    needs_draw: bool


class TiesShown(BaseModel):
    wanted: int = Field(description="ratio times places")
    items: list[TiesEffect]


class PoolForm(BaseModel):
    """The public number of the future by which a lottery is drawn, and when it will be known."""

    version: int = Field(ge=1)
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]
    draws_at: AwareDatetime


class DrawForm(BaseModel):
    """What the public number was: one source a line, numbers apart by anything that is no digit."""

    version: int = Field(ge=1)
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ReleaseLine(BaseModel):
    """One confirmed line, with the registration numbers on both of its sides."""

    id: uuid.UUID
    version: int
    city_name: str
    subject: str
    line: Figure | None
    confirmed_by_me: bool
    shortlisted: list[str]
    left_out: list[str]


class ReleasePreview(BaseModel):
    """What a release would publish; `told` accounts would get a notice."""

    lines: list[ReleaseLine]
    told: int


class ReleaseOf(BaseModel):
    id: uuid.UUID
    version: int = Field(ge=1)


class ReleaseForm(BaseModel):
    """The lines of the preview, as they were seen."""

    lines: list[ReleaseOf] = Field(max_length=1000)


class Released(BaseModel):
    lines: int
    shortlisted: int
    left_out: int


class LotMine(BaseModel):
    """One's own lot in a lottery, and when it is drawn."""

    subject: str
    lot: str
    source: str
    draws_at: datetime
    drawn: bool


class LotsMine(BaseModel):
    items: list[LotMine]
    total: int


class DrawShown(BaseModel):
    """A lottery as everybody sees it: the pool in its order, the source, and what it said."""

    city_name: str
    subject: str
    subject_name: str
    subject_name_en: str
    source: str
    draws_at: datetime
    value: str | None
    pool: list[str]


class DrawPage(PageOf):
    items: list[DrawShown]


class CutoffItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    subject: str
    places: int
    candidates: int
    computed_line: Figure | None
    line: Figure | None
    reaching: int
    off_ratio: bool
    reason: str
    ties: Ties
    draw_source: str
    draws_at: datetime | None
    draw_value: str | None
    confirmed_at: datetime | None
    released_at: datetime | None
    state: CutoffState
    state_since: datetime
    version: int


class CutoffPage(PageOf):
    items: list[CutoffItem]


class Bin(BaseModel):
    """How many marks lie in [from, from + width)."""

    start: Figure
    count: int


class CutoffRecord(CutoffItem, RecordOf):
    state: CutoffState
    distribution: list[Bin]


class SchoolSides(BaseModel):
    """How many of a school reach the line, and how many do not."""

    school_name: str
    above: int
    below: int


class SexSides(BaseModel):
    """How many of a sex reach the line, and how many do not; `unknown` where no identity number was given."""

    sex: Literal["female", "male", "unknown"]
    above: int
    below: int


class LineWeighed(BaseModel):
    """What a line would mean, before anybody sets it: numbers only."""

    line: Figure
    reaching: int
    ratio: Figure | None
    off_ratio: bool
    at_line: int
    returning_at_line: int
    schools: list[SchoolSides]
    sexes: list[SexSides]


class PublicCutoff(BaseModel):
    city_name: str
    subject: str
    subject_name: str
    subject_name_en: str
    line: Figure | None
    places: int
    reaching: int
    released_at: datetime


class PublicCutoffPage(PageOf):
    items: list[PublicCutoff]


class ShortlistChange(BaseModel):
    """Where one candidate belongs, by registration number; another mark only where the mark was wrong."""

    number: str = Field(min_length=1, max_length=40)
    outcome: Literal["shortlisted", "not_shortlisted"]
    mark: Decimal | None = Field(default=None, ge=0, max_digits=6, decimal_places=2)


class ShortlistCorrection(Correction):
    changes: list[ShortlistChange] = Field(min_length=1, max_length=50)
