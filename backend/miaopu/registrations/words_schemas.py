"""Shapes of asking again when the text of the consent has changed."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from miaopu.core.read import PageOf

Decision = Literal["given", "refused"]
Side = Literal["student", "guardian"]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class TextShown(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class ConsentAgain(BaseModel):
    """A consent that is asked for anew: the text as it is now, what changed, and what was agreed to before.

    `digest` is of the present text and is sent back with the word. `said`: refused already, and may still agree.
    """

    registration_id: uuid.UUID
    number: str
    student: str
    version: str
    text: TextShown
    changes: TextShown | None
    digest: str
    before_version: str
    before: TextShown | None
    before_at: datetime
    said: Decision | None


class ConsentsAgain(BaseModel):
    """Everything that waits for the reader's word."""

    items: list[ConsentAgain]
    total: int


class ConsentSay(BaseModel):
    """Yes or no to the text with this digest."""

    digest: Digest
    decision: Decision


class ConsentAgreed(BaseModel):
    """What the reader's family said, to which text. `text` is missing where only its version is known."""

    registration_id: uuid.UUID
    number: str
    student: str
    side: Side
    version: str
    digest: str | None
    text: TextShown | None
    decision: Decision
    at: datetime
    withdrawn_at: datetime | None


class ConsentsAgreed(BaseModel):
    """Every word, the newest first."""

    items: list[ConsentAgreed]
    total: int


class ConsentMissing(BaseModel):
    """Somebody who has not agreed to the present text. Without an account nobody can be asked by the platform."""

    registration_id: uuid.UUID
    number: str
    student: str
    school_name: str
    city_name: str
    side: Side
    has_account: bool
    version: str
    before_version: str
    said: Decision | None


class ConsentMissingPage(PageOf):
    """Those who have not agreed again, by school and number."""

    items: list[ConsentMissing]


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=4000)]
Version = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[\w.-]{1,40}$")]


class TextForm(BaseModel):
    """A new text for the year under way, and what is new in it."""

    version: Version
    zh: Words
    en: Words
    changes_zh: Words
    changes_en: Words


class TextPresent(BaseModel):
    """The text in force in the reader's year. `released_at` where it is not the plan's own."""

    version: str
    text: TextShown
    changes: TextShown | None
    released_at: datetime | None
