"""What a pack is made of: tables of plain values, before anybody has put words to them.

The same tables become the page, the workbook and the JSON, so that the three cannot say different things.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from miaopu.people.identity import LONG, narrowed

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# Columns in which people wrote what they liked. Numbers of registrations, which are as long as a phone, stay whole.
FREE = ("reason",)
# Whoever wrote down a reason before numbers were refused there (`identity.NO_NUMBER`) may have written one into it:
# runs of digits as long as a phone or more stay as their first three and last two.
FIRST, LAST = 3, 2


def masked(text: str) -> str:
    """The text without anything that could be an identity number, a phone or a card."""
    return LONG.sub(lambda found: _short(found.group()), narrowed(text))


def _short(run: str) -> str:
    plain = re.sub(r"[^0-9Xx]", "", run)
    return f"{plain[:FIRST]}{'*' * (len(plain) - FIRST - LAST)}{plain[-LAST:]}"


@dataclass(frozen=True, slots=True)
class Period:
    """The year from `since` until `until` (which is not in it); `now` is when the pack is made."""

    year: int
    since: datetime
    until: datetime
    now: datetime

    @property
    def complete(self) -> bool:
        """True once the year is over."""
        return self.now >= self.until


@dataclass(frozen=True, slots=True)
class Part:
    """One table. `heads` are codes of its columns; values are numbers, dates, codes and texts, or None."""

    code: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def sum(self, head: str) -> int:
        """The sum of a column of counts."""
        at = self.heads.index(head)
        return sum(row[at] or 0 for row in self.rows)


def part(code: str, heads: Sequence[str], rows: Iterable[Mapping[str, Any] | asyncpg.Record]) -> Part:
    """The table of these records, with what people wrote masked."""
    return Part(code, tuple(heads), tuple(tuple(_told(head, row[head]) for head in heads) for row in rows))


def _told(head: str, value: Any) -> Any:
    return masked(value) if head in FREE and value is not None else value
