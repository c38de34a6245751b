"""What the board answers."""

import uuid
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from miaopu.core.read import PageOf
from miaopu.training.rules import MonthState, NeedOf
from miaopu.training.schemas import MonthCount

GroupBy = Literal["city", "university", "school", "mentor"]
BoardSort = Literal["need", "name", "mentor", "school"]


class BoardMonth(BaseModel):
    year: int
    month: int


class NeedShown(BaseModel):
    """Why a student needs help: what, how many, since which day, and with whom it lies."""

    what: NeedOf
    lies_with: Literal["mentor", "student"]
    count: int
    since: date


class BoardLine(BaseModel):
    """One student's year. The months and the campus are the same figures as those of `/enrolments/{id}/progress`."""

    enrolment_id: uuid.UUID
    student_name: str
    number: str
    subject: str
    state: str
    city_id: uuid.UUID
    city_name: str
    university_id: uuid.UUID
    university_name: str
    school_id: uuid.UUID
    school_name: str
    mentor_id: uuid.UUID
    mentor_name: str
    months: list[MonthCount]
    campus_visits: int
    campus_needed: int
    campus_state: MonthState
    sessions: int
    by_mentor: int
    # Logs by where they stand; `unreviewed` are those of `waiting` that have waited too long.
    missing: int
    returned: int
    waiting: int
    unreviewed: int
    accepted: int
    needs: list[NeedShown]


class BoardSums(BaseModel):
    """How many of some students are behind, and in what."""

    students: int
    behind: int
    missed_months: int
    campus_met: int
    missing: int
    returned: int
    unreviewed: int


class BoardGroup(BoardSums):
    """The sums of one city, university, school or mentor."""

    id: uuid.UUID
    name: str


class Board(PageOf):
    """The board: one page of its students, the months that count for any of them, and the sums of all."""

    items: list[BoardLine]
    months: list[BoardMonth]
    sums: BoardSums
    groups: list[BoardGroup]
    as_of: datetime
    meetings_per_month: int
    campus_visits: int
    review_days: int
