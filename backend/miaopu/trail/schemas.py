"""What the endpoints of the trail's heads take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf

Hash = Annotated[str, Field(description="32 bytes, base64")]


class CountersignedBy(BaseModel):
    """Whose countersignature a head has."""

    unit_name: str
    name: str
    received_at: datetime


class HeadItem(BaseModel):
    """A head: so many entries, under this root."""

    size: int
    root: Hash
    made_at: datetime
    countersigned: list[CountersignedBy]


class HeadPage(PageOf):
    items: list[HeadItem]


class HeadShown(HeadItem):
    """A head with its signed note: what to keep."""

    note: str


class Consistency(BaseModel):
    """The proof that a newer tree begins with all of an older one (RFC 9162, 2.1.4)."""

    old: int
    new: int
    path: list[Hash]


class LogKey(BaseModel):
    """A key of the installation; `text` as tools for signed notes take it."""

    kid: str
    public: Hash
    text: str
    current: bool


class CountersignerShown(BaseModel):
    """A unit's key, and the newest head it countersigned."""

    id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    name: str
    public: Hash
    registered_at: datetime
    retired_at: datetime | None
    last_size: int | None
    version: int


class TrailKeys(BaseModel):
    """Everything that a check of heads needs besides the heads."""

    origin: str
    keys: list[LogKey]
    countersigners: list[CountersignerShown]


class OwnKeys(BaseModel):
    items: list[CountersignerShown]
    total: int


class KeyForm(BaseModel):
    """A public key (Ed25519). The private half stays where it was made."""

    public: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=64)] = Field(
        description="32 bytes, base64"
    )


class RetireForm(BaseModel):
    version: int = Field(ge=1)


class CountersignForm(BaseModel):
    """The line of a signed note: a dash, the key's name, key id, time and signature (C2SP tlog-cosignature)."""

    line: Annotated[str, StringConstraints(strip_whitespace=True, min_length=80, max_length=500)]


class Countersigned(BaseModel):
    """What was stored; the same line sent twice is stored once."""

    size: int
    name: str
    received_at: datetime


class ReceiptItem(BaseModel):
    """Something a family can have a receipt of: once a head counts it, and unless it had to be forgotten."""

    id: uuid.UUID
    kind: Literal["choices", "mark"]
    made_at: datetime
    commitment: str
    sealed: bool
    forgotten: bool


class Receipts(BaseModel):
    items: list[ReceiptItem]
    total: int


class Sealed(BaseModel):
    """The newest head; `made` is false where nothing came since."""

    size: int
    made: bool
