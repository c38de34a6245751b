"""Cutoffs (P15), seats (P14) and the split of a city's places, to be checked by hand: Decimals, no floats."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who sat the test; `returning` took part last year (P5)."""

    key: str
    mark: Decimal
    returning: bool = False
    # Marks of parts of the paper, in the order in which the plan breaks ties by them.
    ladder: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A cutoff: the lowest mark that is in (None when nobody can be), and who reaches it."""

    mark: Decimal | None
    reached: tuple[str, ...]


def cutoff(
    candidates: Sequence[Candidate],
    places: int,
    ratio: Decimal,
    ties: str = "all_in",
    drawn: Sequence[str] = (),
) -> Line:
    """The mark of the last of ratio × places, and who is in (reading on ties).

    All who reach it are in; or the group at the line is cut to size: with `returning_first` who took part last year
    goes first and stays (P5), with `ladder` the better marks of parts (equals on the whole ladder stay together),
    with `lottery` the first of `drawn`, the order in which the group was drawn (`lottery.py`).

    Raises:
        ValueError: an unknown way, or a lottery that leaves out somebody of the group.
    """
    wanted = floor(ratio * places)
    ranked = sorted(candidates, key=lambda c: (-c.mark, not c.returning, c.key))
    if wanted <= 0 or not ranked:
        return Line(None, ())
    mark = ranked[min(wanted, len(ranked)) - 1].mark
    above = [c for c in ranked if c.mark > mark]
    group = [c for c in ranked if c.mark == mark]
    free = wanted - len(above)
    if ties != "all_in" and len(group) > free:
        group = _cut(group, free, ties, drawn)
    return Line(mark, tuple(c.key for c in (*above, *group)))


def _cut(group: Sequence[Candidate], free: int, ties: str, drawn: Sequence[str]) -> list[Candidate]:
    if ties == "returning_first":
        return [c for i, c in enumerate(group) if i < free or c.returning]
    if ties == "ladder":
        steps = sorted((c.ladder for c in group), reverse=True)
        return [c for c in group if c.ladder >= steps[free - 1]]
    if ties != "lottery":
        raise ValueError(f"unknown way to treat a tie: {ties}")
    if {c.key for c in group} - set(drawn):
        raise ValueError("somebody of the group was not drawn")
    known = {c.key: c for c in group}
    return [known[key] for key in drawn if key in known][:free]


def reached(candidates: Sequence[Candidate], mark: Decimal) -> tuple[str, ...]:
    """Who reaches a line that people have set."""
    ranked = sorted(candidates, key=lambda c: (-c.mark, not c.returning, c.key))
    return tuple(c.key for c in ranked if c.mark >= mark)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a line would mean: who reaches it, who stands just at it, and each school and sex on both sides."""

    reaching: int
    at_line: int
    returning_at_line: int
    schools: Mapping[str, tuple[int, int]]
    sexes: Mapping[str, tuple[int, int]]


def weigh(
    candidates: Sequence[Candidate], schools: Mapping[str, str], sexes: Mapping[str, str], mark: Decimal
) -> Weighed:
    """Count both sides of a line; `schools` and `sexes` name those of each candidate's key."""
    inside = set(reached(candidates, mark))
    tied = [one for one in candidates if one.mark == mark]
    return Weighed(
        len(inside),
        len(tied),
        sum(one.returning for one in tied),
        _sides(candidates, schools, inside),
        _sides(candidates, sexes, inside),
    )


def _sides(candidates: Sequence[Candidate], groups: Mapping[str, str], inside: set[str]) -> dict[str, tuple[int, int]]:
    sides: dict[str, tuple[int, int]] = {}
    for one in candidates:
        above, below = sides.get(groups[one.key], (0, 0))
        sides[groups[one.key]] = (above + 1, below) if one.key in inside else (above, below + 1)
    return sides


def off_ratio(interviewed: int, places: int, low: Decimal, high: Decimal) -> bool:
    """True when interviewed : places leaves the band in which 3 : 1 is kept "in principle" (soft, S77)."""
    return places > 0 and not low * places <= interviewed <= high * places


def split_fault(split: Mapping[str, int], places: int) -> str | None:
    """Why a split of a city's places over its subjects cannot stand, or None. The sum is the city's places (P3)."""
    if any(n < 0 for n in split.values()):
        return "negative"
    total = sum(split.values())
    if total == places:
        return None
    return "over" if total > places else "under"


def suggest_split(candidates: Mapping[str, int], places: int) -> dict[str, int]:
    """Places in proportion to candidates by largest remainders (Hamilton); ties go to the code that sorts first."""
    total = sum(candidates.values())
    if total == 0:
        return dict.fromkeys(candidates, 0)
    given = {code: places * n // total for code, n in candidates.items()}
    left = places - sum(given.values())
    by_remainder = sorted(candidates, key=lambda code: (-(places * candidates[code] % total), code))
    for code in by_remainder[:left]:
        given[code] += 1
    return given


def parts_fault(
    mark: Decimal | None, parts: Mapping[str, Decimal], full_marks: Mapping[str, int], decimals: int
) -> tuple[str, str, dict[str, object]] | None:
    """Why the marks of the parts cannot be entered (the part, a code, its values), or None. They make up the mark."""
    if mark is None or not full_marks:
        return ("", "part_without_mark", {}) if parts else None
    for code, full in full_marks.items():
        if code not in parts:
            return code, "missing", {}
        if fault := mark_fault(parts[code], False, full, decimals):
            return code, *fault
    if unknown := sorted(set(parts) - set(full_marks)):
        return unknown[0], "unknown", {}
    total = sum(parts.values(), Decimal(0))
    return None if total == mark else ("", "parts_differ", {"sum": str(total), "mark": str(mark)})


def mark_fault(
    mark: Decimal | None, absent: bool, full_mark: int, decimals: int
) -> tuple[str, dict[str, object]] | None:
    """Why a mark cannot be entered (a code and the values for its words), or None. Either a mark or absent."""
    if absent == (mark is not None):
        return "mark_or_absent", {}
    if mark is None:
        return None
    if mark < 0:
        return "greater_than_equal", {"ge": 0}
    if mark > full_mark:
        return "less_than_equal", {"le": full_mark}
    if round(mark, decimals) != mark:
        return "decimal_max_places", {"decimal_places": decimals}
    return None


def written(parts: Mapping[str, Decimal]) -> dict[str, str] | None:
    """Marks of parts as a seat holds them: without needless zeros, in the order of their codes."""
    return {code: f"{mark.normalize():f}" for code, mark in sorted(parts.items())} or None


def is_first(entered_by: Any, by: Any) -> bool:
    """True for the first entry of a mark, and for its correction by the same person; the second is anybody else's."""
    return entered_by is None or entered_by == by


def entry(first: bool, mark: Any, absent: Any, parts: Any, by: Any) -> dict[str, Any]:
    """What an entry writes into a seat, as values or as columns of a stage. Another first one asks for a second."""
    if first:
        again = {"second_mark": None, "second_absent": None, "second_parts": None, "second_by": None}
        return {"mark": mark, "absent": absent, "parts": parts, "entered_by": by, **again}
    return {"second_mark": mark, "second_absent": absent, "second_parts": parts, "second_by": by}


def lot(seed: str, key: str) -> bytes:
    """What every draw of the platform is ordered by: SHA-256 of seed and key, which anybody can compute again."""
    return hashlib.sha256(f"{seed}:{key}".encode()).digest()


def shuffled(keys: Sequence[str], seed: str) -> list[str]:
    """The same order for the same seed, and no other way to influence it: by SHA-256 of seed and key."""
    return sorted(keys, key=lambda key: lot(seed, key))


def seating(
    keys: Sequence[str], groups: Mapping[str, str], rooms: Sequence[tuple[str, int]], seed: str
) -> dict[str, tuple[str, int]]:
    """Who sits where: key → (room, seat from 1). Neighbours are of different groups (schools) where that is possible.

    Raises:
        ValueError: more people than seats.
    """
    if len(keys) > sum(capacity for _, capacity in rooms):
        raise ValueError("too few seats")
    waiting: dict[str, list[str]] = {}
    for key in shuffled(keys, seed):
        waiting.setdefault(groups[key], []).append(key)
    order: list[str] = []
    last = ""
    while waiting:
        # The largest group other than the neighbour's goes next: the only way to never run into a corner.
        free = [g for g in waiting if g != last] or list(waiting)
        group = max(free, key=lambda g: (len(waiting[g]), g))
        order.append(waiting[group].pop(0))
        last = group
        if not waiting[group]:
            del waiting[group]
    seats = ((room, number) for room, capacity in rooms for number in range(1, capacity + 1))
    return dict(zip(order, seats, strict=False))
