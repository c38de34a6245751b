"""A picture's table as a workbook and as CSV: the rows of the page, cell by cell."""

import csv
import io

from miaopu.core.problem import Language, say
from miaopu.core.workbooks import write_rows
from miaopu.numbers.schemas import Cell, Numbers
from miaopu.numbers.tables import grid

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file_name(numbers: Numbers, day: str, language: Language) -> str:
    """The name of the file, without its ending."""
    return say(language, "numbers.file", {"title": numbers.title, "date": day})


def workbook(numbers: Numbers, language: Language) -> bytes:
    """The table as a workbook."""
    heads, rows = grid(numbers)
    return write_rows(heads, rows, language=language)


def as_csv(numbers: Numbers) -> bytes:
    """The table as CSV in UTF-8, with the mark by which spreadsheets know it."""
    heads, rows = grid(numbers)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_safe(head) for head in heads])
    writer.writerows([[_safe(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
