"""A table as people make it, column by column: where its headers stand, and the plain texts below them."""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from miaopu.core.problem import Problem
from miaopu.core.sheets import cell_text, grid, normal

MAX_ROWS = 60_000
MAX_UNZIPPED = 200 * 1024 * 1024
# Title lines that people put above the headers.
HEADER_SEARCH = 10


@dataclass(frozen=True, slots=True)
class Heads:
    """The lines of the headers, from 0 (more than one where cells are merged), and the name of each column."""

    first: int
    last: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows that are not blank: their numbers as the person sees them in the sheet, their texts by header."""

    numbers: Sequence[int]
    texts: Mapping[str, Sequence[str]]


def read_columns(
    data: bytes,
    *,
    headers: Sequence[str] = (),
    required: Sequence[str] = (),
    only: Container[str] | None = None,
    max_rows: int = MAX_ROWS,
    max_unzipped: int = MAX_UNZIPPED,
) -> Columns:
    """The columns of the first visible sheet (xlsx, xls) or of a CSV in any usual encoding.

    Args:
        headers: the known headers; headers that differ only in width, brackets or blanks get that name.
        required: known headers that must be there.
        only: the headers whose columns are wanted; others are passed over, and a row with nothing else is blank.

    Raises:
        Problem: `workbook_unreadable`, `workbook_empty`, `workbook_too_large` (413), `workbook_too_wide`,
            `workbook_too_long`, `workbook_header_twice`, `workbook_headers_missing`; 422 unless noted.
    """
    cells = grid(data, max_unzipped)
    heads = heads_of(cells, (*headers, *required))
    if missing := [h for h in required if h not in heads.names]:
        raise headers_missing(missing)
    body = cells[heads.last + 1 :]
    wanted = {name: at for at, name in enumerate(heads.names) if name and (only is None or name in only)}
    texts = {name: _texts(body, at) for name, at in wanted.items()}
    numbers: Sequence[int] = range(heads.last + 2, heads.last + 2 + len(body))
    filled = [any(row) for row in zip(*texts.values(), strict=True)]
    if not all(filled):
        numbers = [number for number, one in zip(numbers, filled, strict=True) if one]
        texts = {
            name: [text for text, one in zip(column, filled, strict=True) if one] for name, column in texts.items()
        }
    if not numbers:
        raise Problem("workbook_empty", 422)
    if len(numbers) > max_rows:
        raise Problem("workbook_too_long", 422, max_rows=max_rows)
    return Columns(numbers, texts)


def headers_missing(missing: Sequence[str]) -> Problem:
    """422: these headers are asked for and not there."""
    return Problem("workbook_headers_missing", 422, headers="、".join(missing), missing=list(missing))


class _Plain(dict[Any, str]):
    """Each different cell is made plain once: marks and rooms repeat."""

    def __missing__(self, value: Any) -> str:
        found = self[value] = normal(cell_text(value))
        return found


def _texts(body: Sequence[Sequence[Any]], at: int) -> list[str]:
    known = _Plain()
    # TRUE is 1 to a dictionary, so only texts and numbers are looked up.
    return [
        known[value] if type(value) is str or type(value) is float else normal(cell_text(value))
        for value in (row[at] if at < len(row) else "" for row in body)
    ]


def heads_of(cells: Sequence[Sequence[Any]], headers: Iterable[str]) -> Heads:
    """Where the headers stand. Raises 422 `workbook_empty`, `workbook_header_twice`."""
    known = {_key(h): h for h in headers}
    filled = islice((i for i, row in enumerate(cells) if any(normal(cell_text(v)) for v in row)), HEADER_SEARCH)
    hits = [(len(_known(cells[i], known)), -i) for i in filled]
    if not hits:
        raise Problem("workbook_empty", 422)
    most, at = max(hits)
    lines = _lines(cells, -at, known) if most else [-hits[0][1]]
    width = max(len(cells[i]) for i in lines)
    stacks = [[normal(cell_text(cells[i][c])) for i in reversed(lines) if c < len(cells[i])] for c in range(width)]
    names = [_name(stack, known) for stack in stacks]
    if twice := sorted({n for n in names if n and names.count(n) > 1}):
        raise Problem("workbook_header_twice", 422, headers="、".join(twice))
    return Heads(lines[0], lines[-1], names)


def _lines(cells: Sequence[Sequence[Any]], at: int, known: Mapping[str, str]) -> list[int]:
    """The lines that the headers take up where cells are merged: a line beside the fullest one belongs to them

    - above, where it names a column that has no text below (a cell merged downwards),
    - below, where it holds headers that are not there yet (the columns of a cell merged sideways), and nothing
      else below a column that has a text.
    """
    lines = [at]
    while lines[0] > 0 and (above := _known(cells[lines[0] - 1], known)):
        filled = {c for i in lines for c in _filled(cells[i])}
        if not above.keys() - filled:
            break
        lines.insert(0, lines[0] - 1)
    while lines[-1] + 1 < len(cells) and (below := _known(cells[lines[-1] + 1], known)):
        there = {header for i in lines for header in _known(cells[i], known).values()}
        filled = {c for i in lines for c in _filled(cells[i])}
        if set(below.values()) <= there or (_filled(cells[lines[-1] + 1]) - below.keys()) & filled:
            break
        lines.append(lines[-1] + 1)
    return lines


def _filled(row: Sequence[Any]) -> set[int]:
    return {column for column, value in enumerate(row) if normal(cell_text(value))}


def _known(row: Sequence[Any], known: Mapping[str, str]) -> dict[int, str]:
    """The known headers in a line by their column."""
    keys = ((column, _key(cell_text(value))) for column, value in enumerate(row))
    return {column: known[key] for column, key in keys if key in known}


def _name(stack: Sequence[str], known: Mapping[str, str]) -> str:
    """What stands over a column, the lowest first: a known header, else any, without the asterisk of a required one."""
    for text in stack:
        if _key(text) in known:
            return known[_key(text)]
    return next((text.strip("*＊ ") for text in stack if text), "")


def _key(header: str) -> str:
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", header)).casefold()
