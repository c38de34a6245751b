"""What the endpoints of the written test and the cutoffs take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.programme.flow import RecordOf

CutoffState = Literal["proposed", "confirmed"]
CutoffAction = Literal["confirm"]
MarkValue = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2)]


class SittingForm(BaseModel):
    subject: str = Field(max_length=32)
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class RoomForm(BaseModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    capacity: int = Field(ge=1, le=2000)


class Seated(BaseModel):
    """How many got a seat, and the seed by which anybody can seat again."""

    seated: int
    seed: str


class MarkForm(BaseModel):
    """A mark, or absent. The second entry must come from somebody else."""

    version: int = Field(ge=1)
    mark: MarkValue | None = None
    absent: bool = False


class MarkLine(BaseModel):
    ticket_number: str = Field(max_length=40)
    mark: MarkValue | None = None
    absent: bool = False


class MarksForm(BaseModel):
    """Marks of a sitting at once: all of them or none."""

    items: list[MarkLine] = Field(min_length=1, max_length=5000)


class MarksEntered(BaseModel):
    first: int = Field(description="entered for the first time or corrected by the same person")
    confirmed: int = Field(description="entered a second time, the same")
    differing: list[str] = Field(description="ticket numbers whose two entries differ")


class Published(BaseModel):
    tested: int
    absent: int


class SittingItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    subject: str
    starts_at: datetime
    ends_at: datetime
    address: str
    seed: str
    rooms: int
    capacity: int
    seated: int
    marked: int
    confirmed: int
    published_at: datetime | None
    version: int


class SittingPage(PageOf):
    items: list[SittingItem]


class RoomItem(BaseModel):
    id: uuid.UUID
    name: str
    capacity: int
    seated: int


class SittingRecord(SittingItem):
    room_list: list[RoomItem]


class SeatItem(BaseModel):
    """`mark` is shown to the offices, and to the student once it is published."""

    id: uuid.UUID
    registration_id: uuid.UUID
    sitting_id: uuid.UUID
    registration_number: str
    name: str
    school_name: str
    subject: str
    ticket_number: str
    room: str
    number: int
    address: str
    starts_at: datetime
    absent: bool | None
    mark: Figure | None
    entries_differ: bool | None
    entries: int | None
    version: int


class SeatPage(PageOf):
    items: list[SeatItem]


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
    confirmed_at: datetime | None
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


class LineWeighed(BaseModel):
    """What a line would mean, before anybody sets it: numbers only."""

    line: Figure
    reaching: int
    ratio: Figure | None
    off_ratio: bool
    at_line: int
    returning_at_line: int
    schools: list[SchoolSides]


class PublicCutoff(BaseModel):
    city_name: str
    subject: str
    line: Figure | None
    places: int
    reaching: int
    confirmed_at: datetime


class PublicCutoffPage(PageOf):
    items: list[PublicCutoff]
