"""What is unusual (P16a), to be checked by hand: no database, no clock; every threshold is given by the plan."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median


def night_hours(night_from: int, night_until: int) -> tuple[int, ...]:
    """The local hours that are night: from one hour on until before another, over midnight; none where they meet."""
    length = (night_until - night_from) % 24
    return tuple(sorted((night_from + n) % 24 for n in range(length)))


def is_night(hour: int, night_from: int, night_until: int) -> bool:
    """Whether a local hour (0–23) is night."""
    return hour in night_hours(night_from, night_until)


def days_off(first: date, last: date, is_working_day: Callable[[date], bool]) -> tuple[date, ...]:
    """The days of a span, both ends with it, that are no working days."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if not is_working_day(day))


def passes_all(passed: int, stopped: int, at_least: int) -> bool:
    """Whether a reviewer let everything through: so many reviews, and nothing sent back or ended."""
    return passed >= at_least and stopped == 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody decided. What was decided in one second (a batch) is one act."""

    acts: int
    # Seconds between two acts; nothing where there is only one.
    median_seconds: int | None
    most_at_once: int


def pace(moments: Sequence[datetime]) -> Pace:
    """The pace of decisions taken at these moments. Raises ValueError for none."""
    if not moments:
        raise ValueError("nobody decided")
    seconds = Counter(moment.replace(microsecond=0) for moment in moments)
    acts = sorted(seconds)
    gaps = [int((later - earlier).total_seconds()) for earlier, later in pairwise(acts)]
    return Pace(len(acts), round(median(gaps)) if gaps else None, max(seconds.values()))


def leans(lean: Decimal, sheets: int, points: Decimal, from_sheets: int) -> bool:
    """Whether a panellist lies away from the others: by so many points on the average, either way, of enough sheets."""
    return sheets >= from_sheets and abs(lean) >= points


def percent(part: int, whole: int) -> Decimal:
    """A share in percent to one decimal; nothing of nothing is nought."""
    return round(Decimal(part) * 100 / whole, 1) if whole else Decimal(0)
