"""What the endpoints of the written test take and answer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.people.identity import NO_NUMBER
from miaopu.programme.flow import RecordOf

RecheckState = Literal["open", "proposed", "upheld", "stands"]
RecheckAction = Literal["stand", "confirm", "refuse"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000), NO_NUMBER]
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


class LockForm(BaseModel):
    """The version seen; the reason where locked marks are opened again."""

    version: int = Field(ge=1)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class UnlockForm(LockForm):
    reason: Reason


class PublishLine(BaseModel):
    """One sitting whose marks are locked."""

    id: uuid.UUID
    version: int
    subject: str
    tested: int
    absent: int
    lowest: Figure | None
    highest: Figure | None
    locked_by_me: bool


class PublishPreview(BaseModel):
    """What a publication would show to whom; `told` accounts would get a notice."""

    lines: list[PublishLine]
    told: int


class PublishOf(BaseModel):
    id: uuid.UUID
    version: int = Field(ge=1)


class PublishForm(BaseModel):
    """The sittings of the preview, as they were seen."""

    lines: list[PublishOf] = Field(max_length=200)


class ReseatForm(BaseModel):
    """All seats of a sitting drawn anew, with the reason that everybody is told."""

    version: int = Field(ge=1)
    reason: Reason


class PlaceForm(BaseModel):
    """Another free seat for one student."""

    version: int = Field(ge=1)
    room_id: uuid.UUID
    number: int = Field(ge=1, le=2000)
    reason: Reason


class TicketScanned(BaseModel):
    """A ticket's QR, or its number typed."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class CheckedIn(BaseModel):
    """Whose ticket it was and where to sit; `again` when it had been scanned before."""

    name: str
    ticket_number: str
    subject: str
    room: str
    seat: int
    again: bool
    at: datetime


class RecheckAsk(BaseModel):
    """A student's request."""

    reason: Reason


class RecheckMark(BaseModel):
    """Another mark, for a second person to confirm."""

    version: int = Field(ge=1)
    mark: MarkValue
    parts: dict[str, MarkValue] = Field(default={}, max_length=20)
    reason: Reason


class RecheckOpen(RecheckMark):
    """An error that the office has found; `version` is the seat's."""


class RecheckItem(BaseModel):
    """A mark looked at again. What is proposed is the offices' until it is confirmed."""

    id: uuid.UUID
    seat_id: uuid.UUID
    registration_number: str
    name: str
    subject: str
    city_name: str
    by_student: bool
    asked_at: datetime
    mark_before: Figure | None
    mark: Figure | None
    state: RecheckState
    state_since: datetime
    version: int


class RecheckPage(PageOf):
    items: list[RecheckItem]


class RecheckRecord(RecheckItem, RecordOf):
    state: RecheckState
    reason: str
    answer: str


class SittingItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    subject: str
    starts_at: datetime
    ends_at: datetime
    address: str
    seed_digest: str = Field(description="SHA-256 of the seed, published before anybody is seated")
    seed: str | None = Field(description="opened once seats are drawn: anybody can draw them again")
    rooms: int
    capacity: int
    seated: int
    marked: int
    confirmed: int
    present: int
    locked_at: datetime | None
    published_at: datetime | None
    version: int


class SittingPage(PageOf):
    items: list[SittingItem]


class RoomItem(BaseModel):
    id: uuid.UUID
    name: str
    capacity: int
    seated: int
    present: int


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
    seat: int
    address: str
    starts_at: datetime
    absent: bool | None
    mark: Figure | None
    parts: dict[str, str] | None = Field(description="marks of the parts of the paper, exact decimals as text")
    entries_differ: bool | None
    entries: int | None
    present_at: datetime | None
    published_at: datetime | None
    version: int


class SeatPage(PageOf):
    items: list[SeatItem]
