"""Workbooks in and out: rows of text from uploads, sheets to fill in, sheets with their faults marked."""

import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_range_abs  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from miaopu.core.columns import MAX_ROWS, MAX_UNZIPPED, heads_of, read_columns
from miaopu.core.problem import Language, say
from miaopu.core.sheets import cell_text, grid

# Each comment is a drawn box; the last column has every fault anyway.
MAX_COMMENTS = 1_000


@dataclass(frozen=True, slots=True)
class WorkbookRow:
    """One row: its number as the person sees it in the sheet, and its text under each header."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A fault of one cell, or (`note`) something to look at; an empty header means the row as a whole."""

    row: int
    header: str
    message: str
    note: bool = False


def read_rows(
    data: bytes,
    *,
    headers: Sequence[str] = (),
    required: Sequence[str] = (),
    max_rows: int = MAX_ROWS,
    max_unzipped: int = MAX_UNZIPPED,
) -> list[WorkbookRow]:
    """The rows of `read_columns`, which says what is asked for and raised."""
    found = read_columns(data, headers=headers, required=required, max_rows=max_rows, max_unzipped=max_unzipped)
    names, lines = list(found.texts), zip(*found.texts.values(), strict=True)
    return [
        WorkbookRow(number, dict(zip(names, line, strict=True)))
        for number, line in zip(found.numbers, lines, strict=True)
    ]


def write_rows(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    examples: Sequence[Sequence[object]] = (),
    language: Language = "zh-CN",
) -> bytes:
    """A workbook with these rows; `choices` become drop-down lists, `examples` a sheet of their own.

    Nothing is ever written as a formula, whatever the text begins with.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        bold = _header_format(book)
        sheet = book.add_worksheet(say(language, "workbook.sheet", {}))
        _begin(sheet, headers, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _put(sheet, number, column, value)
        if examples:
            shown = book.add_worksheet(say(language, "workbook.examples", {}))
            _begin(shown, headers, bold)
            for number, row in enumerate(examples, 1):
                for column, value in enumerate(row):
                    _put(shown, number, column, value)
        if choices:
            _offer(book, sheet, headers, choices, say(language, "workbook.choices", {}))
    return out.getvalue()


def _header_format(book: xlsxwriter.Workbook) -> Format:
    return book.add_format({"bold": True, "bg_color": "#E3EFE8", "bottom": 1, "text_wrap": True, "valign": "vcenter"})


def _begin(sheet: Worksheet, headers: Sequence[str], bold: Format) -> None:
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in header)
        sheet.set_column(column, column, max(12, min(40, width + 4)))
        sheet.write_string(0, column, header, bold)


def _put(sheet: Worksheet, row: int, column: int, value: object, style: Format | None = None) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        sheet.write_number(row, column, value, style)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, cell_text(value)[:32_767], style)


def _offer(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    headers: Sequence[str],
    choices: Mapping[str, Sequence[str]],
    name: str,
) -> None:
    """Drop-down lists from a hidden sheet: a list inside a rule may not exceed 255 characters."""
    lists = book.add_worksheet(name)
    lists.hide()
    offered = [(headers.index(header), values) for header, values in choices.items() if header in headers and values]
    for row, line in enumerate(zip_longest(*(values for _, values in offered))):
        for place, value in enumerate(line):
            if value is not None:
                lists.write_string(row, place, value)
    for place, (column, values) in enumerate(offered):
        source = xl_range_abs(0, place, len(values) - 1, place)
        sheet.data_validation(1, column, MAX_ROWS, column, {"validate": "list", "source": f"='{name}'!{source}"})


def mark_problems(
    data: bytes, problems: Sequence[CellProblem], *, headers: Sequence[str] = (), language: Language = "zh-CN"
) -> bytes:
    """The first sheet again with its faults: coloured cells with a comment, and a last column that says them all.

    Row numbers stay as they were. Other sheets are left out.
    """
    cells = grid(data, MAX_UNZIPPED)
    heads = heads_of(cells, headers)
    title = say(language, "workbook.problems", {})
    places = {name: column for column, name in enumerate(heads.names) if name}
    last = places.get(title, len(heads.names))
    by_row: dict[int, list[CellProblem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row - 1, []).append(problem)
    out, comments = io.BytesIO(), 0
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        red = book.add_format({"bg_color": "#F8D7D3", "font_color": "#8A1C12", "border": 1, "border_color": "#C0392B"})
        amber = book.add_format({"bg_color": "#FBECC8", "font_color": "#6B4700", "border": 1})
        words = book.add_format({"font_color": "#8A1C12"})
        sheet = book.add_worksheet(say(language, "workbook.sheet", {}))
        sheet.freeze_panes(heads.last + 1, 0)
        sheet.set_column(0, max(0, last - 1), 16)
        sheet.set_column(last, last, 60)
        bold = _header_format(book)
        for number, row in enumerate(cells):
            faults = by_row.get(number, [])
            wrong = {places[p.header]: p for p in faults if p.header in places}
            head = bold if heads.first <= number <= heads.last else None
            for column, value in enumerate(row):
                if column != last:
                    style = head or ((amber if wrong[column].note else red) if column in wrong else None)
                    _put(sheet, number, column, value, style)
            for column, problem in sorted(wrong.items()):
                if comments < MAX_COMMENTS:
                    comments += 1
                    sheet.write_comment(number, column, problem.message)
            if number == heads.last:
                sheet.write_string(number, last, title, bold)
            elif faults:
                said = [f"{p.header}: {p.message}" if p.header else p.message for p in faults]
                _put(sheet, number, last, "; ".join(said), words)
    return out.getvalue()
