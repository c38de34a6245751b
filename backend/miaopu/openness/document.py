"""The public record of a selection: what its file holds, so that an outsider can recompute every decision (P16a).

Persons stand in it under three kinds of names that lead to one another only through a receipt: registration numbers
(seating, no marks), pseudonyms (marks, scores, outcomes, pairs), and codes of judges and mentors that mean nothing
outside the file.
"""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = "miaopu-selection/1"
Text = Annotated[str, StringConstraints(max_length=2000)]
Word = Annotated[str, StringConstraints(max_length=200)]
# A decimal number as text: its digits are what was recorded, no binary rounding on the way.
Decimals = Annotated[str, StringConstraints(pattern=r"^-?\d{1,9}(\.\d{1,30})?$")]
MANY, SOME, FEW = 200_000, 2_000, 60


class Part(BaseModel):
    """Strict about unknown keys, so that nothing unread looks verified."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Of(Part):
    """What a part of the record is of."""

    city: Word
    subject: Word


class PlanPart(Part):
    """The plan as it was frozen: its text, and the digest that was public from the opening of the cycle."""

    digest: Word
    source: Annotated[str, StringConstraints(max_length=200_000)]


class Room(Part):
    name: Word
    capacity: int = Field(ge=1, le=100_000)


class Seated(Part):
    """A seat by registration number; `school` is a code that only keeps schools apart."""

    number: Word
    school: Word
    draw: int = Field(ge=1, le=1000)
    room: Word
    seat: int
    by_hand: bool


class Seating(Of):
    """One sitting: seats follow from the seed and the numbers (`exams.rules.seating`)."""

    seed: Word
    seed_digest: Word
    rooms: tuple[Room, ...] = Field(max_length=SOME)
    seats: tuple[Seated, ...] = Field(max_length=MANY)


class Marked(Part):
    """A candidate of a line. What decides no tie is left out: `returning` and `parts` would only tell more."""

    person: Word
    mark: Decimals
    parts: dict[str, Decimals] = {}
    returning: bool = False
    inside: bool
    corrected: bool = False


class Line(Of):
    """A cutoff: who is in follows from marks, places and the plan's way with ties (`exams.rules.cutoff`)."""

    edition: int
    places: int
    ratio: Decimals
    ties: Word
    ladder: tuple[Word, ...] = Field(max_length=FEW)
    computed_line: Decimals | None
    line: Decimals | None
    reason: Text
    draw_source: Text
    draw_value: Text | None
    # So few were left out that their marks would say whose they are; the line follows without them.
    omitted: int = 0
    people: tuple[Marked, ...] = Field(max_length=MANY)


class Sheet(Part):
    """A judge's score in percent, from the scores of the plan's dimensions."""

    judge: Word
    score: Decimals


class Heard(Part):
    """A candidate of the interviews."""

    person: Word
    mark: Decimals | None
    returning: bool = False
    panel: Word | None
    position: int | None
    given: Literal["drawn", "moved", "late"] | None
    sheets: tuple[Sheet, ...] = Field(max_length=FEW)
    interview: Decimals | None
    total: Decimals | None
    rank: int | None
    outcome: Literal["selected", "reserve", "not_selected", "missed", "withdrawn"]
    corrected: bool = False


class Verdict(Of):
    """A round of interviews: groups follow from the seed, totals from the sheets, outcomes from totals and lots."""

    edition: int
    places: int
    method: Literal["mean", "trimmed", "coefficient", "additive"]
    trim: int = Field(ge=0, le=100)
    seed: Word
    seed_digest: Word
    lots: Word
    panels: tuple[Word, ...] = Field(max_length=FEW)
    barred: dict[str, tuple[Word, ...]] = Field(max_length=SOME)
    people: tuple[Heard, ...] = Field(max_length=SOME)


class Choosing(Part):
    """A student to be paired: the place among the own subject and city, the choices best first."""

    person: Word
    subject: Word
    place: int
    choices: tuple[Word, ...] = Field(max_length=FEW)
    accepts_adjustment: bool


class Teaching(Part):
    mentor: Word
    subject: Word
    capacity: int = Field(ge=0, le=1000)


class Capped(Part):
    """At most `limit` students with all of these mentors together."""

    key: Word
    limit: int
    mentors: tuple[Word, ...] = Field(max_length=SOME)


class Paired(Part):
    """Who has which mentor; `by_hand` where the city changed what was proposed, for a reason."""

    person: Word
    mentor: Word
    proposed: Word
    by_hand: bool


class Limit(Part):
    """The last one who got in by own choice where there was no room for more."""

    kind: Literal["mentor", "cap", "city"]
    key: Word
    taken: int
    place: int | None
    person: Word | None


class Pairing(Part):
    """A city's pairs (`pairings.rules.propose`), and the limits that give each place again."""

    city: Word
    number: int
    places: int
    students: tuple[Choosing, ...] = Field(max_length=MANY)
    mentors: tuple[Teaching, ...] = Field(max_length=MANY)
    caps: tuple[Capped, ...] = Field(max_length=SOME)
    pairs: tuple[Paired, ...] = Field(max_length=MANY)
    limits: tuple[Limit, ...] = Field(max_length=MANY)


class Notice(Of):
    """An edition of a list that was on public notice: the digest of the evidence frozen with it."""

    kind: Literal["shortlist", "selected"]
    edition: int
    evidence_digest: Word
    reason: Text


class Withheld(Of):
    """What is left out because so few would be in it that marks would say whose they are."""

    part: Literal["marks", "pairing"]
    people: int


class SelectionRecord(Part):
    """The whole file."""

    format: Literal["miaopu-selection/1"]
    cycle: Word
    title: Text
    number: int
    made_at: Word
    smallest_group: int
    plan: PlanPart
    seating: tuple[Seating, ...] = Field(max_length=SOME)
    lines: tuple[Line, ...] = Field(max_length=SOME)
    verdicts: tuple[Verdict, ...] = Field(max_length=SOME)
    pairings: tuple[Pairing, ...] = Field(max_length=SOME)
    notices: tuple[Notice, ...] = Field(max_length=MANY)
    withheld: tuple[Withheld, ...] = Field(max_length=SOME)
    # SHA-256 of all the rest: a digit that changes no outcome shows too.
    seal: Word = ""


def text_of(record: SelectionRecord) -> str:
    """The file: JSON in the order of this page, indented, so that two versions can be compared by eye."""
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def digest_of(text: str) -> str:
    """SHA-256 (hex) of a text's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(record: SelectionRecord) -> str:
    """What the seal of a record must be."""
    return digest_of(text_of(record.model_copy(update={"seal": ""})))


def sealed(record: SelectionRecord) -> SelectionRecord:
    """The record with its seal."""
    return record.model_copy(update={"seal": seal_of(record)})
