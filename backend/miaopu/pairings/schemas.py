"""What the endpoints of pairs, meetings and enrolments take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.people.identity import NO_NUMBER
from miaopu.programme.flow import RecordOf

RoundState = Literal["proposed", "confirmed", "filed"]
RoundAction = Literal["confirm", "file"]
EnrolmentState = Literal["enrolled", "active", "withdrawn", "excellent", "qualified", "unqualified", "alumni"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000), NO_NUMBER]


class PairChange(BaseModel):
    """Another mentor for a student, with the reason. Caps are never broken; a blocking pair is shown, not refused."""

    version: int = Field(ge=1)
    mentor_id: uuid.UUID
    reason: Reason


class PairAdd(BaseModel):
    """A student of the selected or the reserve whom the proposal left without a mentor."""

    registration_id: uuid.UUID
    mentor_id: uuid.UUID
    reason: Reason


class BlockingPair(BaseModel):
    """Student and mentor who would both rather have each other."""

    registration_id: uuid.UUID
    mentor_id: uuid.UUID


class PairChanged(BaseModel):
    id: uuid.UUID
    version: int
    blocking: list[BlockingPair]


Cause = Literal["mentor_full", "cap_full", "city_full", "not_open"]


class LimitShown(BaseModel):
    """A mentor, a cap or a city that was full of own choices: who stands before `total` and `place` gets in."""

    kind: Literal["mentor", "cap", "city"]
    key: str
    taken: int
    place: int | None
    total: Figure | None


class ReasonShown(BaseModel):
    """Why a choice was not given; `key` names the full mentor, cap or city, `taken` how many got in before."""

    choice: int
    mentor_id: uuid.UUID
    cause: Cause
    key: str
    taken: int
    last_place: int | None


class ExplainedStudent(BaseModel):
    registration_id: uuid.UUID
    place: int
    total: Figure | None
    accepts_adjustment: bool
    by_hand: bool
    reasons: list[ReasonShown]


class ExplainedMentor(BaseModel):
    """Who would come next: the first in order who chose this mentor above what they have."""

    mentor_id: uuid.UUID
    next_id: uuid.UUID | None


class Explained(BaseModel):
    """A round explained; `reproduced` says that the published limits alone give every place by own choice."""

    inputs_digest: str
    reproduced: bool
    limits: list[LimitShown]
    students: list[ExplainedStudent]
    mentors: list[ExplainedMentor]
    blocking: list[BlockingPair]


class MyReason(BaseModel):
    choice: int
    mentor_name: str
    cause: Cause
    taken: int
    last_total: Figure | None


class MyPairing(BaseModel):
    """One student's pairing explained; of others there are only numbers."""

    choice: int | None
    by_hand: str
    place: int | None
    total: Figure | None
    reasons: list[MyReason]


class WhatIfSide(BaseModel):
    selected: int
    paired: int
    first_choices: int
    adjusted: int
    unpaired: int


class WhatIfChange(BaseModel):
    """A student who would be elsewhere."""

    registration_id: uuid.UUID
    number: str
    name: str
    subject: str
    total_now: Figure
    total_then: Figure
    outcome_now: Literal["selected", "reserve", "not_selected"]
    outcome_then: Literal["selected", "reserve", "not_selected"]
    mentor_now: uuid.UUID | None
    mentor_then: uuid.UUID | None


class WhatIf(BaseModel):
    """Selection and pairing with another weight or split beside today's; nothing is kept."""

    test_weight_now: Figure
    test_weight: Figure
    places: dict[str, int]
    today: WhatIfSide
    asked: WhatIfSide
    changes: list[WhatIfChange]


class RoundItem(BaseModel):
    id: uuid.UUID
    city_id: uuid.UUID
    city_name: str
    number: int
    pairs: int
    first_choices: int
    adjusted: int
    changed: int
    filed_at: datetime | None
    filing_number: str | None
    state: RoundState
    state_since: datetime
    version: int


class RoundPage(PageOf):
    items: list[RoundItem]


class PairItem(BaseModel):
    id: uuid.UUID
    registration_id: uuid.UUID
    registration_number: str
    student_name: str
    school_name: str
    subject: str
    total: Figure | None
    mentor_id: uuid.UUID
    mentor_name: str
    university_name: str
    choice: int | None
    changed: bool
    reason: str
    version: int


class Unpaired(BaseModel):
    registration_id: uuid.UUID
    registration_number: str
    student_name: str
    subject: str


class MentorSeats(BaseModel):
    mentor_id: uuid.UUID
    mentor_name: str
    subject: str
    capacity: int
    paired: int


class RoundRecord(RoundItem, RecordOf):
    state: RoundState
    filed_digest: str | None
    pair_list: list[PairItem]
    unpaired: list[Unpaired]
    mentors: list[MentorSeats]


class EnrolmentItem(BaseModel):
    id: uuid.UUID
    registration_id: uuid.UUID
    number: str
    name: str
    subject: str
    school_id: uuid.UUID
    school_name: str
    city_id: uuid.UUID
    city_name: str
    university_name: str
    mentor_id: uuid.UUID
    mentor_name: str
    guide_teacher_name: str | None
    active_from: datetime | None
    grade: Literal["excellent", "qualified", "unqualified"] | None
    state: EnrolmentState
    state_since: datetime
    version: int


class EnrolmentPage(PageOf):
    items: list[EnrolmentItem]


class EnrolmentRecord(EnrolmentItem, RecordOf):
    state: EnrolmentState
    co_mentor_id: uuid.UUID | None
    co_mentor_name: str | None
    ended_at: datetime | None
    end_reason: str | None


class GuideForm(BaseModel):
    """The school names the guide teacher of a student (P19, P21)."""

    version: int = Field(ge=1)
    account_id: uuid.UUID


class CoMentorForm(BaseModel):
    """A second mentor of another subject, laboratory or university (P12a)."""

    version: int = Field(ge=1)
    mentor_id: uuid.UUID
    reason: Reason
