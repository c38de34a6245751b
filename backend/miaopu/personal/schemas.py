"""Shapes of the room of personal data."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from miaopu.core.read import PageOf
from miaopu.people.access import Role

SealedField = Literal["identity_number", "guardian_phone"]
RevealPurpose = Literal["exam_identity", "insurance", "emergency", "correction", "family_asked", "other"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=300)]


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
