"""What the window on the running selection answers. No mark and no student's name stands in any of it."""

import uuid
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field, WithJsonSchema

from miaopu.core.read import Figure, PageOf
from miaopu.oversight.acts import ACTIONS, DECISIONS
from miaopu.people.roles import Role
from miaopu.programme.plan import StageCode
from miaopu.trail.checking import FaultKind

DecisionKind = Literal[
    "nomination", "registration_review", "written_test", "cutoff", "interview", "pairing", "notice", "window"
]
Flag = Literal[
    "night",
    "day_off",
    "window_extended",
    "line_set",
    "pair_changed",
    "drawn_anew",
    "turn_changed",
    "opened_again",
    "list_corrected",
    "late_mark",
]
# What is found over several decisions, with evidence of its own.
CaseKind = Literal["late_mark", "far_off", "leaning", "passes_all", "same_hands"]
UnusualKind = Literal[
    "late_mark",
    "far_off",
    "leaning",
    "passes_all",
    "same_hands",
    "night",
    "day_off",
    "line_set",
    "pair_changed",
    "drawn_anew",
    "turn_changed",
    "opened_again",
    "list_corrected",
    "window_extended",
]
ReviewKind = Literal[
    "nomination_first_review",
    "nomination_second_review",
    "nomination_approval",
    "school_recommendation",
    "city_review",
    "second_review",
]
HandsWay = Literal["marks_published", "marks_entered", "recheck", "line", "verdict", "approvals", "two_roles"]
OverseenThing = Literal[
    "nomination",
    "registration",
    "sitting",
    "subject_places",
    "cutoff",
    "recheck",
    "interview_round",
    "place_offer",
    "pairing",
    "disclosure",
    "objection",
    "cycle",
]
# From the flows: a new edge is a new word of the contract, which the pages must be able to say.
Act = Annotated[str, WithJsonSchema({"type": "string", "enum": list(ACTIONS)})]
KINDS: tuple[UnusualKind, ...] = get_args(UnusualKind)
assert set(DECISIONS) == set(get_args(DecisionKind))


class Shift(BaseModel):
    """What a decision changed, before and after."""

    what: Literal["closes_at", "places", "reaching", "starts_at", "mentor_name"]
    before: str | None
    after: str | None


class DecisionItem(BaseModel):
    """One decision of the selection, as the trail has it."""

    id: str
    at: datetime = Field(description="by the programme's clock")
    recorded_at: datetime = Field(description="by the real clock")
    action: Act
    kind: DecisionKind
    actor_id: uuid.UUID | None = Field(description="nobody where a student has acted")
    actor_name: str | None
    actor_role: Role | None
    actor_unit: str | None
    thing: OverseenThing
    thing_id: uuid.UUID | None = Field(description="where the reader can open the record")
    label: str | None = Field(description="a registration's number, or the name of who is nominated as a mentor")
    city_name: str | None
    subject: str | None
    stage: StageCode | None = Field(description="whose window was moved")
    from_state: str | None
    to_state: str | None
    reason: str | None
    shift: Shift | None
    difference: Figure | None = Field(description="by how much a mark or a line was changed")
    unusual: list[Flag]


class DecisionPage(PageOf):
    items: list[DecisionItem]


class DecidingPerson(BaseModel):
    """Somebody who has decided something, in one role."""

    id: uuid.UUID
    name: str
    role: Role | None
    unit_name: str | None
    decisions: int


class DecidingPeople(BaseModel):
    items: list[DecidingPerson]
    total: int


class UnusualCount(BaseModel):
    """How many cases of a kind there are, and how many of them have no reason where one is asked for."""

    kind: UnusualKind
    count: int
    unexplained: int


class Thresholds(BaseModel):
    """From what on something is unusual, by the plan."""

    night_from: int
    night_until: int
    passes_all_from: int
    lean_points: Figure
    lean_from_sheets: int
    outlier_points: Figure


class OversightSummary(BaseModel):
    """What is unusual about the running selection, in numbers."""

    decisions: int
    items: list[UnusualCount]
    thresholds: Thresholds


class LateMark(BaseModel):
    """A mark changed after it had been published or locked; only by how much."""

    id: str
    way: Literal["recheck", "unlocked"]
    registration_number: str | None
    subject: str
    city_name: str
    difference: Figure | None = Field(description="nothing where there was no mark before, or is none after")
    by_student: bool
    proposed_by: str | None
    proposed_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    reason: str | None
    thing: OverseenThing
    thing_id: uuid.UUID | None


class LateMarks(BaseModel):
    items: list[LateMark]
    total: int


class FarOff(BaseModel):
    """A score sheet far off the others of the same candidate."""

    id: str
    panellist: str
    panel_name: str
    registration_number: str | None
    subject: str
    city_name: str
    gap: Figure = Field(description="own score minus the mean of the others, in points of a hundred")
    at: datetime
    reason: str | None
    slot_id: uuid.UUID | None


class FarOffs(BaseModel):
    items: list[FarOff]
    total: int


class Leaning(BaseModel):
    """A panellist whose scores lie away from the others'."""

    id: str
    panellist: str
    panel_name: str
    subject: str
    city_name: str
    sheets: int
    lean: Figure = Field(description="own scores minus the others' of the same candidates, on the average")
    severity: Figure | None = Field(description="by the additive model; nothing where judges share no candidates")
    round_id: uuid.UUID | None


class Leanings(BaseModel):
    items: list[Leaning]
    total: int


class PassesAll(BaseModel):
    """A reviewer who has let everything through."""

    id: str
    review: ReviewKind
    actor_id: uuid.UUID
    name: str
    role: Role | None
    unit_name: str | None
    reviews: int
    share: Figure = Field(description="of all reviews of the kind, in percent")
    others_stopped: Figure = Field(description="what everybody else sent back or ended, in percent of theirs")
    acts: int = Field(description="what was decided in one second is one act")
    median_seconds: int | None = Field(description="between two acts; nothing for a single one")
    most_at_once: int = Field(description="the most that were decided in one second")


class PassesAlls(BaseModel):
    items: list[PassesAll]
    total: int


class SameHands(BaseModel):
    """One person where two are asked."""

    id: str
    way: HandsWay
    actor_name: str
    thing: OverseenThing
    thing_id: uuid.UUID | None
    label: str | None
    subject: str | None
    city_name: str | None
    at: datetime | None


class SameHandsList(BaseModel):
    items: list[SameHands]
    total: int


class BrokenLink(BaseModel):
    """An entry that does not fit the chain; `entry` is missing where the end of a lane is."""

    entry: int | None
    lane: int
    position: int


class HeadFault(BaseModel):
    """A head that does not fit: the table's own, or somebody's copy of it."""

    kind: FaultKind
    size: int
    whose: str


class ChainCheck(BaseModel):
    """Whether the trail is whole: every entry fits the one before it, and every head the entries."""

    whole: bool
    entries: int
    sealed: int
    heads: int
    countersignatures: int
    faults: list[HeadFault]
    checked_at: datetime
    broken: list[BrokenLink]
