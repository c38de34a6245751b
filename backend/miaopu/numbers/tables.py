"""From the rows of a picture to its table: titles in the reader's language, sums, small cells hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from miaopu.core import clock
from miaopu.core.problem import Language, say
from miaopu.numbers.hiding import hidden, shown_sum
from miaopu.numbers.schemas import By, Cell, Column, Kind, Numbers, NumbersFact, Picture

HIDDEN = "*"


@dataclass(slots=True)
class Table:
    """A table as counted, before anything of it is hidden.

    `judged` columns are hidden cell by cell; with `whole` the rest of a row goes with its judged cell, for figures
    that are about those few. `parts` are columns that make up a row.
    """

    columns: list[Column]
    rows: list[dict[str, Cell]]
    judged: Sequence[str]
    parts: Sequence[str] = ()
    whole: bool = False
    summed: bool = True
    facts: list[NumbersFact] = field(default_factory=list)


def titled(language: Language, key: str, kind: Kind, **params: object) -> Column:
    """A column with its title."""
    return Column(key=key, title=say(language, f"numbers.column.{key}", params), kind=kind)


def name_of(row: Any, language: Language, stem: str = "name") -> str:
    """The row's name as the reader has it; where no English name is known, the Chinese one."""
    return str((language == "en" and row[f"{stem}_en"]) or row[stem])


def shown(table: Table, picture: Picture, by: By | None, language: Language, *, hides: bool, least: int) -> Numbers:
    """The table as this reader gets it."""
    gone = hidden(table.rows, table.judged, table.parts, least) if hides else frozenset()
    counted = [c.key for c in table.columns if c.kind == "count"]
    total: dict[str, Cell] | None = None
    if table.summed and table.rows:
        total = {table.columns[0].key: say(language, "numbers.total", {})}
        for key in counted:
            found = shown_sum(table.rows, key, gone, least)
            total[key] = HIDDEN if found is None and any((i, key) in gone for i in range(len(table.rows))) else found
        if table.whole and len(table.rows) == 1 and gone:
            total |= dict.fromkeys(counted, HIDDEN)
    rows = [_row(row, i, table, gone) for i, row in enumerate(table.rows)]
    return Numbers(
        picture=picture,
        title=say(language, f"numbers.title.{picture}", {}),
        by=by,
        columns=table.columns,
        rows=rows,
        total=total,
        facts=table.facts,
        as_of=clock.now(),
        mark=HIDDEN,
        hidden_below=least if hides else None,
    )


def _row(row: dict[str, Cell], i: int, table: Table, gone: frozenset[tuple[int, str]]) -> dict[str, Cell]:
    away = {c for c in table.judged if (i, c) in gone}
    if table.whole and away:
        away = {c.key for c in table.columns if c.kind != "name"}
    return {key: HIDDEN if key in away and value is not None else value for key, value in row.items()}


def grid(numbers: Numbers) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows, the sum below them: what the workbook and the CSV hold."""
    keys = [c.key for c in numbers.columns]
    rows = [[row.get(key) for key in keys] for row in numbers.rows]
    if numbers.total is not None:
        rows.append([numbers.total.get(key) for key in keys])
    return [c.title for c in numbers.columns], rows
