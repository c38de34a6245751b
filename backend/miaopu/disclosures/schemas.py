"""What the endpoints of public notices and objections take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.disclosures.models import DisclosureKind
from miaopu.programme.flow import RecordOf

DisclosureState = Literal["standing", "replaced"]
ObjectionState = Literal["open", "reviewing", "upheld", "dismissed"]
ObjectionAction = Literal["take_up", "uphold", "dismiss"]


class ObjectionForm(BaseModel):
    """An objection from anybody, while the notice runs. A contact is needed only to be asked back."""

    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=4000)]
    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Correction(BaseModel):
    """What puts a list right: the objection that was upheld, and why the new edition says what it says."""

    objection_id: uuid.UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]


class ObjectionRaised(BaseModel):
    """Keep the receipt: it is the only way to ask for the answer."""

    receipt: str
    due_at: datetime


class ObjectionShown(BaseModel):
    """What became of an objection, for who holds the receipt."""

    kind: DisclosureKind
    subject: str
    about: str
    state: ObjectionState
    raised_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str
    corrected: bool


class DisclosedLine(BaseModel):
    """One line of a list in its safe columns; what a list does not show is empty."""

    number: str = ""
    name: str = ""
    university_name: str = ""
    title: str = ""
    standing: str = ""
    mentor_name: str = ""
    outcome: str = ""


class PublicDisclosureItem(BaseModel):
    """A list that was on public notice, without its lines."""

    id: uuid.UUID
    kind: DisclosureKind
    city_name: str | None
    subject: str
    subject_name: str
    subject_name_en: str
    edition: int
    state: DisclosureState
    began_at: datetime
    ends_at: datetime
    running: bool
    count: int
    objections: int
    open_objections: int
    evidence_digest: str
    reason: str
    headline: str = Field(description="the one line of a mentor's notice")


class PublicDisclosurePage(PageOf):
    items: list[PublicDisclosureItem]


class Edition(BaseModel):
    """Another edition of the same list."""

    id: uuid.UUID
    edition: int
    began_at: datetime
    ends_at: datetime
    state: DisclosureState
    reason: str


class PublicDisclosure(PublicDisclosureItem):
    """A list on public notice. The lines are taken down when the notice of its last edition has ended."""

    lines: list[DisclosedLine] | None
    unnamed: int
    editions: list[Edition]


class DisclosureItem(BaseModel):
    """A list as the offices see it."""

    id: uuid.UUID
    kind: DisclosureKind
    city_id: uuid.UUID | None
    city_name: str | None
    subject: str
    headline: str
    edition: int
    began_at: datetime
    notice_ends_at: datetime
    count: int
    objections: int
    open_objections: int
    next_due_at: datetime | None
    state: DisclosureState
    state_since: datetime
    version: int


class DisclosurePage(PageOf):
    items: list[DisclosureItem]


class DisclosureRecord(DisclosureItem, RecordOf):
    """A list with what it follows from; the evidence is for who answers objections."""

    state: DisclosureState
    thing_id: uuid.UUID
    lines: list[DisclosedLine]
    unnamed: int
    evidence: dict[str, Any] | None
    evidence_digest: str
    reason: str
    editions: list[Edition]
    objection_list: list["ObjectionItem"]


class ObjectionItem(BaseModel):
    """An objection. Its text and contact are for who answers it; the others see that there is one."""

    id: uuid.UUID
    disclosure_id: uuid.UUID
    kind: DisclosureKind
    city_name: str | None
    subject: str
    about: str
    raised_at: datetime
    due_at: datetime
    late: bool
    reviewer_name: str | None
    answered_at: datetime | None
    corrected_by_id: uuid.UUID | None
    state: ObjectionState
    state_since: datetime
    version: int


class ObjectionPage(PageOf):
    items: list[ObjectionItem]


class ObjectionRecord(ObjectionItem, RecordOf):
    state: ObjectionState
    text: str | None
    contact: str | None
    answer: str
    edition: int
    thing_id: uuid.UUID
    correctable: bool = Field(description="upheld, not corrected yet, and the list's own room puts it right")
