"""What home and the reports answer."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from miaopu.programme.plan import StageCode

Thing = Literal[
    "nomination",
    "objection",
    "registration",
    "sitting",
    "recheck",
    "cutoff",
    "interview_slot",
    "interview_round",
    "place_offer",
    "pairing",
    "enrolment",
    "place_change",
    "contact_thread",
    "unread_post",
    "training_plan",
    "growth_log",
    "missing_log",
    "initial_evaluation",
    "midterm_evaluation",
    "midterm_summary",
    "annual_evaluation",
    "panel_sheet",
    "final_sheet",
    "panel_conflict",
    "final_conflict",
    "summary",
    "appraisal",
]


class Waiting(BaseModel):
    """Things that wait for this reader: how many, to do what, until when."""

    thing: Thing
    state: str
    action: str
    count: int
    since: datetime | None
    stage: StageCode | None
    opens_at: datetime | None
    closes_at: datetime | None


class Coming(BaseModel):
    """Where the reader has to be: `id` is that of the seat, the turn, the panel or the meeting."""

    thing: Literal["written_test", "interview", "panel", "meeting"]
    id: uuid.UUID
    starts_at: datetime
    place: str


class Standing(BaseModel):
    """How many of the things this reader sees stand where."""

    thing: Thing
    state: str
    count: int


class FunnelCount(BaseModel):
    """How many got how far."""

    registered: int
    eligible: int
    tested: int
    shortlisted: int
    interviewed: int
    selected: int
    enrolled: int
    certified: int


class FunnelRow(FunnelCount):
    city_name: str
    subject: str
    subject_name: str


class Funnel(BaseModel):
    """The selection of a cycle by city and subject, as far as the reader sees it."""

    items: list[FunnelRow]
    total: FunnelCount


class Home(BaseModel):
    """The first page: what waits for me, where I have to be, where things stand, the numbers of my part."""

    waiting: list[Waiting]
    coming: list[Coming]
    mine: list[Standing]
    numbers: FunnelCount | None
