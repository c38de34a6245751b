"""A student's file (档案): everything of the year, in parts, as one reader may see it."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PartCode = Literal[
    "registration",
    "pairing",
    "plan",
    "counters",
    "sessions",
    "logs",
    "activities",
    "feedback",
    "initial",
    "midterm",
    "annual",
    "certificate",
    "tracking",
    "trail",
]


class Fact(BaseModel):
    """One short thing, in the reader's language."""

    label: str
    value: str


class Text(BaseModel):
    """A paragraph with its heading."""

    label: str
    text: str


class Kept(BaseModel):
    """A file that belongs to the part: where it is served, for whoever may read it."""

    id: uuid.UUID
    name: str
    path: str


class Entry(BaseModel):
    """One meeting, log, evaluation … of a part."""

    # What an answer always has is not optional to who reads it.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    title: str
    at: datetime | None = None
    facts: list[Fact] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    photos: list[Kept] = Field(default_factory=list)
    files: list[Kept] = Field(default_factory=list)


class FilePart(BaseModel):
    """A part of the file, with a title of its own in the contents."""

    # What an answer always has is not optional to who reads it.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    code: PartCode
    title: str
    facts: list[Fact] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    files: list[Kept] = Field(default_factory=list)
    entries: list[Entry] = Field(default_factory=list)


class StudentFile(BaseModel):
    """The file of one student, as of `made_at`."""

    enrolment_id: uuid.UUID
    title: str
    name: str
    number: str
    programme: str
    facts: list[Fact]
    made_at: datetime
    parts: list[FilePart]
