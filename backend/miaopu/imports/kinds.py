"""What can be imported: each room declares its sheet here, with the one verb that enters a row.

A trial is the real thing rolled back: the rules that refuse a row are those that would refuse it anywhere else,
and stand nowhere twice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from miaopu.core.secrets import Vault
from miaopu.people.access import Permission
from miaopu.people.acting import Tx
from miaopu.programme.plan import Plan

Became = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Work:
    """What a row is entered with: the transaction, the plan in force, the vault, the file it comes from."""

    tx: Tx
    plan: Plan
    vault: Vault
    demo: bool
    import_id: Any
    source: str


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
    options: Callable[[Plan], Sequence[Option]] | None = None
    moment: bool = False
    example: str = ""
    header: Option | None = None


Enter = Callable[[Work, Any], Awaitable[Became]]
Finish = Callable[[Work, Sequence[tuple[int, Any]]], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sheet: who may bring it, its columns by the plan, the model of a row, and the verb that enters one.

    `finish` replaces `enter` where a row means something only among all the others (ranks of a year group);
    it answers how many became what.
    """

    code: str
    permission: Permission
    columns: Callable[[Plan], Sequence[Column]]
    row: type[BaseModel]
    enter: Enter | None = None
    finish: Finish | None = None
    # Fields that together name one thing: the same twice in a file is a fault.
    key: tuple[str, ...] = field(default=())


KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a sheet known."""
    if KINDS.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"two sheets are called {kind.code}")
    return kind


def subjects(plan: Plan) -> list[Option]:
    """The plan's subjects, to choose from."""
    return [Option(s.code, s.zh, s.en) for s in plan.subjects]
