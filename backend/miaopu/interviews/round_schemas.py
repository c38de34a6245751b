"""What the endpoints of rounds of interviews, their figures and the reserve take and answer."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from miaopu.core.read import Figure, PageOf
from miaopu.disclosures.schemas import Correction
from miaopu.interviews.judging import Method
from miaopu.interviews.schemas import Outcome
from miaopu.programme.flow import RecordOf

RoundState = Literal["arranging", "proposed", "released"]
RoundAction = Literal["propose", "reopen"]
OfferState = Literal["offered", "accepted", "declined", "lapsed"]
OfferAction = Literal["accept", "decline", "lapse"]


class InterviewRoundItem(BaseModel):
    """The interviews of one subject in one city."""

    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    subject: str
    seed_digest: str = Field(description="SHA-256 of the seed of groups and order, out before they are drawn")
    seed: str | None = Field(description="opened once groups are drawn")
    lots: str | None = Field(description="seed of the lots that end the last ties, drawn with the verdict")
    method: Method | None
    places: int | None
    candidates: int
    selected: int
    reserve: int
    free_places: int | None = Field(description="of a published verdict: places that nobody holds or was offered")
    released_at: datetime | None
    state: RoundState
    state_since: datetime
    version: int


class InterviewRoundPage(PageOf):
    items: list[InterviewRoundItem]


class InterviewRoundRecord(InterviewRoundItem, RecordOf):
    state: RoundState


class RoundVersion(BaseModel):
    version: int = Field(ge=1)


class RoundReleaseLine(BaseModel):
    """One verdict that waits to be published: registration numbers in order."""

    id: uuid.UUID
    version: int
    city_name: str
    subject: str
    proposed_by_me: bool
    selected: list[str]
    reserve: list[str]
    not_selected: list[str]
    missed: int


class RoundReleasePreview(BaseModel):
    """What a publication would make known; `told` accounts would get a notice."""

    lines: list[RoundReleaseLine]
    told: int


class RoundReleaseOf(BaseModel):
    id: uuid.UUID
    version: int = Field(ge=1)


class RoundRelease(BaseModel):
    """The verdicts of the preview, as they were seen."""

    lines: list[RoundReleaseOf] = Field(max_length=200)


class RoundReleased(BaseModel):
    rounds: int
    selected: int
    reserve: int
    not_selected: int
    missed: int


class ComparedMethod(BaseModel):
    """A way to allow for strict and lenient judges; `refused` says why it cannot be applied here."""

    method: Method
    refused: str | None


class ComparedJudge(BaseModel):
    """How one panellist leans, in points of a hundred."""

    name: str
    panel_name: str
    sheets: int
    mean: Figure
    lean: Figure = Field(description="own scores minus the others' of the same candidates, on the average")
    severity: Figure | None = Field(description="of the additive model; nothing where judges share no candidates")
    coefficient: Figure = Field(description="修正系数: mean of all over the mean of the panel")
    far_off: int


class ComparedCandidate(BaseModel):
    """One candidate's interview score and outcome by each method."""

    registration_id: uuid.UUID
    registration_number: str
    slot_id: uuid.UUID | None
    scores: dict[str, Figure]
    outcomes: dict[str, Outcome]
    spread: Figure
    far_off: int
    third_look: bool = Field(description="another method would change the outcome")


class Comparison(BaseModel):
    """All methods side by side; the plan says which one counts."""

    counts: Method
    methods: list[ComparedMethod]
    judges: list[ComparedJudge]
    candidates: list[ComparedCandidate]


class OfferItem(BaseModel):
    """A free place, offered to the next of the reserve."""

    id: uuid.UUID
    round_id: uuid.UUID
    registration_id: uuid.UUID
    registration_number: str
    name: str
    subject: str
    city_name: str
    rank: int | None
    offered_at: datetime
    answer_until: datetime
    state: OfferState
    state_since: datetime
    version: int


class OfferPage(PageOf):
    items: list[OfferItem]


class OfferRecord(OfferItem, RecordOf):
    state: OfferState


class VerdictChange(BaseModel):
    """Where one candidate belongs, by registration number."""

    number: str = Field(min_length=1, max_length=40)
    outcome: Outcome


class VerdictCorrection(Correction):
    changes: list[VerdictChange] = Field(min_length=1, max_length=50)
