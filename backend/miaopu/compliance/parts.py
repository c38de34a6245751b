"""What a pack is made of: tables of plain values, before anybody has put words to them.

The same tables become the page, the workbook and the JSON, so that the three cannot say different things.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# Columns in which people wrote what they liked. Numbers of registrations, which are as long as a phone, stay whole.
FREE = ("reason",)
# Whoever wrote down a reason may have written a number into it: runs of digits as long as a phone or more, however
# they are spaced, stay as their first three and last two. Parts of codes and digests (letters around them) stay whole.
_LONG = re.compile(r"(?<![0-9A-Za-z])\d(?:[\s\-·.]?\d){9,}(?:[\s\-·.]?[0-9Xx])?(?![0-9A-Za-z])")
FIRST, LAST = 3, 2
# Digits as they are typed with a Chinese keyboard (full width, U+FF10 and on).
_WIDE = {0xFF10 + n: ord("0") + n for n in range(10)} | {0xFF38: ord("X"), 0xFF58: ord("x")}


def masked(text: str) -> str:
    """The text without anything that could be an identity number, a phone or a card."""
    return _LONG.sub(lambda found: _short(found.group()), text.translate(_WIDE))


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
