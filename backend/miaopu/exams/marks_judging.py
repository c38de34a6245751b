"""The rows of a workbook of marks, judged by the rules of the written test; each different entry is judged once."""

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

from miaopu.core.columns import Columns
from miaopu.exams.rules import is_first, mark_fault, parts_fault, written
from miaopu.imports.kinds import RowFault
from miaopu.imports.reading import plain
from miaopu.people.names import clean
from miaopu.programme.plan_choosing import WrittenTest

PRESENT, ABSENT = "present", "absent"
# Columns of the parts of the paper, before their codes.
PART = "part:"
# Not everything that Decimal reads (NaN, 1_0, 1e9) is a mark.
NUMBER = re.compile(r"([+-]?[0-9]{1,9}(?:\.[0-9]{1,15})?)分?")


class Entry(NamedTuple):
    """What is said of one paper."""

    mark: Decimal | None
    absent: bool
    parts: dict[str, str] | None


class Change(NamedTuple):
    """An entry that a seat has not got yet: the first, or the second by somebody else."""

    seat_id: uuid.UUID
    version: int
    sitting_id: uuid.UUID
    first: bool
    differs: bool
    entry: Entry


@dataclass(slots=True)
class Judged:
    """The changes, the faults by row and column, which second entries differ from the first, and how many are which."""

    changes: list[Change] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)
    told: Counter[str] = field(default_factory=lambda: Counter(first=0, confirmed=0, differing=0))


@dataclass(frozen=True, slots=True)
class Words:
    """How came and absent are written: in their own column, and where a mark would stand."""

    column: Mapping[str, str]
    absent: frozenset[str]


Fault = tuple[str, str, Mapping[str, object]]
# One row: mark, absent, parts.
Texts = tuple[str, ...]


def judge_all(found: Columns, seats: Sequence[Any], test: WrittenTest, words: Words, by: uuid.UUID) -> Judged:
    """Every row against the seat of its ticket (`marks_queries.standing`), for the person who enters them.

    A name that is not the ticket's is a fault: columns that were sorted apart give each mark to somebody else.
    """
    known = {seat["ticket_number"].upper(): seat for seat in seats}
    said = _reader(test, words)
    judged = Judged()
    seen: dict[str, int] = {}
    nothing = [""] * len(found.numbers)
    tickets, names, marks, absent, *parts = (
        found.texts.get(code, nothing)
        for code in ("ticket_number", "name", "mark", "absent", *(f"{PART}{code}" for code in test.part_marks))
    )
    papers = zip(marks, absent, *parts, strict=True)
    for number, ticket, name, texts in zip(found.numbers, tickets, names, papers, strict=True):
        seat = known.get(ticket) or known.get(_tidy(ticket))
        entry, fault = said(texts)
        if amiss := _seat_fault(number, ticket, name, seat, seen):
            judged.faults.append(RowFault(number, *amiss))
        if fault is not None:
            judged.faults.append(RowFault(number, *fault))
        if entry is not None and not amiss:
            _enter(judged, number, seat, entry, by)
    return judged


def _tidy(ticket: str) -> str:
    return re.sub(r"[\s'’‘`]", "", ticket).upper()


def _seat_fault(number: int, ticket: str, name: str, seat: Any, seen: dict[str, int]) -> Fault | None:
    if not ticket:
        return "ticket_number", "missing", {}
    if seat is None:
        return "ticket_number", "unknown", {}
    if (before := seen.setdefault(seat["ticket_number"], number)) != number:
        return "ticket_number", "row_twice", {"row": before}
    if name and name != seat["name"] and clean(name) != clean(seat["name"]):
        return "name", "name_differs", {}
    return None


def _enter(judged: Judged, number: int, seat: Any, entry: Entry, by: uuid.UUID) -> None:
    first = is_first(seat["entered_by"], by)
    stands = _entry(seat["mark"], seat["absent"], seat["parts"]) if seat["entered_by"] else None
    again = _entry(seat["second_mark"], seat["second_absent"], seat["second_parts"]) if seat["second_by"] else None
    if seat["standing"] != "open":
        # What is the same as one's own entry, or as what everybody sees, is no change.
        if entry != stands or (seat["standing"] == "locked" and by not in (seat["entered_by"], seat["second_by"])):
            judged.faults.append(RowFault(number, "ticket_number", f"marks_{seat['standing']}"))
        return
    differs = not first and entry != stands
    judged.told["first" if first else "differing" if differs else "confirmed"] += 1
    if differs:
        judged.notes.append(RowFault(number, "mark", "entries_differ", {"ticket": seat["ticket_number"]}, note=True))
    if entry != (stands if first else again):
        judged.changes.append(Change(seat["id"], seat["version"], seat["sitting_id"], first, differs, entry))


@lru_cache(maxsize=8192)
def _entry(mark: str | None, absent: bool, parts: str | None) -> Entry:
    return Entry(None if mark is None else Decimal(mark), absent, json.loads(parts) if parts else None)


def _reader(test: WrittenTest, words: Words) -> Callable[[Texts], tuple[Entry | None, Fault | None]]:
    """What the texts of a row say of its paper, or what is wrong with them; the same texts are judged once."""

    @cache
    def read(texts: Texts) -> tuple[Entry | None, Fault | None]:
        mark_text, absent_text, *part_texts = texts
        came = words.column.get(plain(absent_text))
        if absent_text and came is None:
            return None, ("absent", "yes_or_no", {})
        given = {code: text for code, text in zip(test.part_marks, part_texts, strict=True) if text}
        if plain(mark_text) in words.absent:
            # A word for absent is understood in either column, but not against the other one.
            return _away() if came != PRESENT and not given else (None, ("mark", "mark_or_absent", {}))
        for column, text in (("mark", mark_text), *((f"{PART}{code}", text) for code, text in given.items())):
            if text and not NUMBER.fullmatch(text):
                return None, (column, "decimal_parsing", {})
        mark = _number(mark_text) if mark_text else None
        if amiss := mark_fault(mark, came == ABSENT, test.full_mark, test.decimals):
            return None, ("mark", *amiss)
        parts = {code: _number(text) for code, text in given.items()}
        if wrong := parts_fault(mark, parts, test.part_marks, test.decimals):
            code, fault, params = wrong
            return None, (f"{PART}{code}" if code else "mark", fault, params)
        if mark is None:
            return _away()
        # Zeros behind the point are no digits: 92.500 is 92.5.
        return Entry(round(mark, test.decimals), False, written(parts)), None

    return read


def _away() -> tuple[Entry, None]:
    return Entry(None, True, None), None


def _number(text: str) -> Decimal:
    found = NUMBER.fullmatch(text)
    assert found is not None
    return Decimal(found[1])
