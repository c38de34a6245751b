"""Shapes of the room of personal data."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from miaopu.core.read import PageOf
from miaopu.people.identity import NO_NUMBER
from miaopu.people.roles import Role
from miaopu.programme.plan_personal import RetentionKind

SealedField = Literal["identity_number", "guardian_phone"]
RevealPurpose = Literal["exam_identity", "insurance", "emergency", "correction", "family_asked", "other"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=300), NO_NUMBER]


class KeptLine(BaseModel):
    """One kind of personal data, in the reader's language. `years` where the plan sets an end."""

    code: str
    name: str
    purpose: str
    basis: str
    until: str
    years: int | None
    seen_by: list[Role]
    sealed: bool


class KeptTable(BaseModel):
    """What is kept about people."""

    items: list[KeptLine]


class RevealForm(BaseModel):
    """Which sealed detail of a registration, and what for."""

    registration_id: uuid.UUID
    field: SealedField
    purpose: RevealPurpose
    reason: Reason


class Revealed(BaseModel):
    """The detail. It is kept by nobody on the way."""

    value: str


class LookItem(BaseModel):
    """Somebody looked at a sealed detail, or took a whole file with them."""

    id: int
    at: datetime
    action: str
    student: str
    actor_name: str | None
    actor_role: Role | None
    unit_name: str | None
    field: SealedField | None
    purpose: RevealPurpose | None
    reason: str | None


class LookPage(PageOf):
    """Looks, newest first."""

    items: list[LookItem]


CorrectedField = Literal["name", "identity_number", "grade", "ranks", "guardian", "other"]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=1000)]


class CorrectionForm(BaseModel):
    """What is wrong, and how it should be."""

    registration_id: uuid.UUID
    field: CorrectedField
    text: Said


class CorrectionAnswer(BaseModel):
    """Whether it was put right, and how, or why not."""

    version: int
    granted: bool
    answer: Said


class CorrectionItem(BaseModel):
    """A request to put something right; `answerable` by this reader now."""

    id: uuid.UUID
    version: int
    registration_id: uuid.UUID
    number: str
    student: str
    field: CorrectedField
    text: str
    asked_at: datetime
    answered_at: datetime | None
    granted: bool | None
    answer: str
    answerable: bool


class CorrectionPage(PageOf):
    """Requests, those that wait first."""

    items: list[CorrectionItem]


class DueItem(BaseModel):
    """One kind of data of one cycle whose time is over: rows and files that would go, and whether it is proposed."""

    cycle_id: uuid.UUID
    title: str
    kind: RetentionKind
    due_on: date
    rows: int
    files: int
    erasure_id: uuid.UUID | None
    version: int | None
    proposed_by: uuid.UUID | None
    confirmed: bool


class DueList(BaseModel):
    """Everything that may be erased today."""

    items: list[DueItem]


ErasureState = Literal["later", "open", "proposed", "confirmed", "done"]


class ScheduleItem(DueItem):
    """One kind of data of one cycle, whenever its time is over.

    `later` before that; `open` where something is left and nobody has proposed; `done` where nothing is left.
    `own`: proposed by this reader, who then cannot confirm. `done_*` are of the newest erasure that is done.
    """

    state: ErasureState
    years: int
    proposed_by_name: str | None
    proposed_at: datetime | None
    own: bool
    done_at: datetime | None
    done_rows: int | None
    done_files: int | None


class Schedule(BaseModel):
    """Every kind of every cycle, what is due first."""

    items: list[ScheduleItem]


class ErasureForm(BaseModel):
    """Which kind of data of which cycle."""

    cycle_id: uuid.UUID
    kind: RetentionKind


class ErasureConfirm(BaseModel):
    """The version that was seen."""

    version: int
