"""Counters of the training year against P9 (meetings in a month) and P10 (visits to the campus): pure, local months.

Counting starts the month after the pair became active (reading), or in that month where the plan says so; it
ends with the cycle, or with the day a student left. A month that is not over is "so far", never a failure.
"""

from collections.abc import Mapping, Sequence
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
    """The counters as of `today`, from the sessions one by one."""
    months: dict[tuple[int, int], tuple[int, int]] = {}
    for c in came:
        met, remote = months.get((c.day.year, c.day.month), (0, 0))
        months[c.day.year, c.day.month] = met + c.face_to_face, remote + (not c.face_to_face)
    return standing(
        Tally(
            months,
            visits=sum(c.on_campus and c.face_to_face for c in came),
            by_mentor=sum(c.by_mentor for c in came),
            sessions=len(came),
        ),
        active=active,
        ends=ends,
        left=left,
        today=today,
        starts=starts,
        meetings_per_month=meetings_per_month,
        campus_visits=campus_visits,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Sessions counted already: (face to face, remote) of each local (year, month), and the sums of the year.

    On campus every visit of the training counts, also one before the first counted month.
    """

    months: Mapping[tuple[int, int], tuple[int, int]]
    visits: int
    by_mentor: int
    sessions: int


def standing(
    tally: Tally,
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
        met, remote = tally.months.get((year, month), (0, 0))
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        whole = (today.year, today.month) >= after and not (left and (left.year, left.month) == (year, month))
        state: MonthState = "met" if met >= meetings_per_month else ("missed" if whole else "so_far")
        months.append(Month(year, month, met, remote, meetings_per_month, state))
        year, month = after
    over = today > ends and left is None
    campus: MonthState = "met" if tally.visits >= campus_visits else ("missed" if over else "so_far")
    return Progress(tuple(months), tally.visits, campus_visits, campus, tally.by_mentor, tally.sessions)


NeedOf = Literal["meetings", "log_missing", "log_returned", "log_unreviewed"]


@dataclass(frozen=True, slots=True)
class Need:
    """What keeps a student behind: how often, since when, and with whom it lies."""

    what: NeedOf
    lies_with: Literal["mentor", "student"]
    count: int
    since: date


@dataclass(frozen=True, slots=True)
class Logs:
    """The logs of one student that are not done with: how many, and since which local day the oldest waits."""

    missing: int
    missing_since: date | None
    returned: int
    returned_since: date | None
    unreviewed: int
    unreviewed_since: date | None


def needs(found: Progress, logs: Logs) -> tuple[Need, ...]:
    """Why a student needs help, the mentor's part first. A month that is not over is nobody's fault (P9, P11)."""
    missed = [m for m in found.months if m.state == "missed"]
    all_: list[Need] = []
    if missed:
        first = missed[0]
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        all_.append(Need("meetings", "mentor", len(missed), after))
    if logs.unreviewed and logs.unreviewed_since:
        all_.append(Need("log_unreviewed", "mentor", logs.unreviewed, logs.unreviewed_since))
    if logs.missing and logs.missing_since:
        all_.append(Need("log_missing", "student", logs.missing, logs.missing_since))
    if logs.returned and logs.returned_since:
        all_.append(Need("log_returned", "student", logs.returned, logs.returned_since))
    return tuple(all_)
