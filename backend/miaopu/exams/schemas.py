"""What the endpoints of the written test take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf

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


class MarkGiven(BaseModel):
    """A mark, or absent; with the marks of its parts where the plan names parts of the paper."""

    mark: MarkValue | None = None
    absent: bool = False
    parts: dict[str, MarkValue] = Field(default={}, max_length=20)


class MarkForm(MarkGiven):
    """One entry. The second must come from somebody else."""

    version: int = Field(ge=1)


class MarkLine(MarkGiven):
    ticket_number: str = Field(max_length=40)


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
    parts: dict[str, str] | None = Field(description="marks of the parts of the paper, exact decimals as text")
    entries_differ: bool | None
    entries: int | None
    version: int


class SeatPage(PageOf):
    items: list[SeatItem]
