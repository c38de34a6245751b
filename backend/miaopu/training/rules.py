"""Counters of the training year against P9 (meetings in a month) and P10 (visits to the campus): pure, local months.

Counting starts the month after the pair became active (reading), or in that month where the plan says so; it
ends with the cycle, or with the day a student left. A month that is not over is "so far", never a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

MonthState = Literal["met", "missed", "so_far"]


@dataclass(frozen=True, slots=True)
class Came:
    """A session a student came to: its local day, how, where, and whether the mentor gave it in person."""

    day: date
    face_to_face: bool
    on_campus: bool
    by_mentor: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month that counts."""

    year: int
    month: int
    face_to_face: int
    remote: int
    needed: int
    state: MonthState


@dataclass(frozen=True, slots=True)
class Progress:
    """All that P9 and P10 ask of one student's training."""

    months: tuple[Month, ...]
    campus_visits: int
    campus_needed: int
    campus_state: MonthState
    by_mentor: int
    sessions: int


def first_month(active: date, starts: Literal["month_after_active", "month_of_active"]) -> tuple[int, int]:
    """The first (year, month) that counts."""
    if starts == "month_of_active":
        return active.year, active.month
    return (active.year + 1, 1) if active.month == 12 else (active.year, active.month + 1)


def progress(
    came: Sequence[Came],
    *,
    active: date,
    ends: date,
    left: date | None,
    today: date,
    starts: Literal["month_after_active", "month_of_active"],
    meetings_per_month: int,
    campus_visits: int,
) -> Progress:
    """The counters as of `today`. A month cut short by leaving is "so far" too: it was never whole."""
    last = min(ends, left or ends, today)
    months: list[Month] = []
    year, month = first_month(active, starts)
    while (year, month) <= (last.year, last.month):
        inside = [c for c in came if (c.day.year, c.day.month) == (year, month)]
        met = sum(c.face_to_face for c in inside)
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        whole = (today.year, today.month) >= after and not (left and (left.year, left.month) == (year, month))
        state: MonthState = "met" if met >= meetings_per_month else ("missed" if whole else "so_far")
        months.append(Month(year, month, met, len(inside) - met, meetings_per_month, state))
        year, month = after
    # On campus every visit of the training counts, also one before the first counted month.
    visits = sum(c.on_campus and c.face_to_face for c in came)
    over = today > ends and left is None
    campus: MonthState = "met" if visits >= campus_visits else ("missed" if over else "so_far")
    return Progress(tuple(months), visits, campus_visits, campus, sum(c.by_mentor for c in came), len(came))
