"""What can be brought in and taken out again: each room declares its sheet here, with the one verb that enters a row.

A trial is the real thing rolled back: the rules that refuse a row are those that would refuse it anywhere else,
and stand nowhere twice.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from miaopu.core.columns import Columns
from miaopu.core.secrets import Vault
from miaopu.core.sheets import normal
from miaopu.people.access import Actor
from miaopu.people.acting import Reads, Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import OVERSIGHT
from miaopu.programme.plan import Plan

Became = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of one cell; without a column, of the row; row 0 is the file."""

    row: int
    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    # Something to look at that refuses nothing.
    note: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What a row is entered with: the transaction, the plan in force, the vault, the file it comes from."""

    tx: Tx
    plan: Plan
    vault: Vault
    demo: bool
    import_id: Any
    source: str
    # How far it is, of how many rows.
    progress: Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a drop-down list and the words it may be written as."""

    code: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its code (a field of the row's model), whether it must be there, what it may hold.

    Its header stands in the words as `sheet.<kind>.<code>` unless `header` gives one (subjects of the plan).
    """

    code: str
    required: bool = False
    # Another column that makes this one needless in a row where it is filled in.
    unless: str = ""
    options: Callable[[Plan], Sequence[Option]] | None = None
    moment: bool = False
    example: str = ""
    header: Option | None = None
    # For the eye only: said in templates and exports, and never read.
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows of a sheet, and what there is to say of them."""

    counts: Mapping[Became, int]
    faults: Sequence[RowFault] = ()


Enter = Callable[[Work, Any], Awaitable[Became]]
Finish = Callable[[Work, Sequence[tuple[int, Any]]], Awaitable[Mapping[Became, int]]]
Whole = Callable[[Work, Columns], Awaitable[Outcome]]
# Rows of the sheet as values by column: codes of options, moments, numbers, texts.
SheetRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sheet: who may bring it, its columns by the plan, the model of a row, and the verb that enters one.

    `finish` replaces `enter` where a row means something only among all the others (ranks of a year group);
    it answers how many became what. `whole` replaces both and the model where there are tens of thousands of
    rows: it takes the texts by column and judges them itself.
    """

    code: str
    permission: Permission
    columns: Callable[[Plan], Sequence[Column]]
    row: type[BaseModel] | None = None
    enter: Enter | None = None
    finish: Finish | None = None
    whole: Whole | None = None
    # One person's own entry (P14): nobody else of the unit opens the file or enters it.
    personal: bool = False
    # The file itself is proof of what was entered, and is kept as long as the applications that rest on it.
    proof: bool = False
    # Fields that together name one thing: the same twice in a file is a fault.
    keys: tuple[tuple[str, ...], ...] = ()
    # What the reader's own unit has, in the form in which it can be brought again.
    data: Callable[[Reads], Awaitable[Sequence[SheetRow]]] | None = None
    # Rows that a template begins with, for one thing (a sitting) or all.
    begun: Callable[[Reads, uuid.UUID | None], Awaitable[Sequence[SheetRow]]] | None = None


KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a sheet known."""
    if KINDS.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"two sheets are called {kind.code}")
    return kind


def may_open(kind: Kind, actor: Actor, brought_by: uuid.UUID) -> bool:
    """True where the actor may read what is in a workbook; who oversees enters nothing and reads everything."""
    return not kind.personal or brought_by == actor.account_id or actor.role in OVERSIGHT


def subjects(plan: Plan) -> list[Option]:
    """The plan's subjects, to choose from."""
    return [Option(s.code, s.zh, s.en) for s in plan.subjects]


def stands(thing: Any, given: Mapping[str, object]) -> bool:
    """True where a row says nothing new of a thing; a text counts as it looks in a cell, a moment to the second."""
    return all(_plain(getattr(thing, name)) == _plain(value) for name, value in given.items())


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return normal(value) if isinstance(value, str) else value
