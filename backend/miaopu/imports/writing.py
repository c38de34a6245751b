"""A sheet as a workbook: empty to fill in, begun, or with all that a unit has, to be brought in again."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from miaopu.core.problem import Language
from miaopu.core.workbooks import write_rows
from miaopu.imports.kinds import Column, Kind, SheetRow
from miaopu.imports.reading import header
from miaopu.programme.plan import Plan


def workbook(kind: Kind, plan: Plan, language: Language, rows: Sequence[SheetRow] = (), *, shown: bool = True) -> bytes:
    """The rows under the sheet's headers: required columns with an asterisk, drop-down lists, a sheet with an
    example unless `shown` is false."""
    columns = kind.columns(plan)
    titles = [header(kind, c, language) + ("*" if c.required else "") for c in columns]
    choices = {
        title: [option.en if language == "en" else option.zh for option in column.options(plan)]
        for title, column in zip(titles, columns, strict=True)
        if column.options is not None
    }
    lines = ([_cell(column, plan, language, row.get(column.code)) for column in columns] for row in rows)
    example = [_example(column, plan, language) for column in columns]
    return write_rows(titles, lines, choices=choices, examples=[example] if shown else [], language=language)


def _cell(column: Column, plan: Plan, language: Language, value: object) -> object:
    if value is None:
        return None
    if column.options is not None:
        code = str(value).lower() if isinstance(value, bool) else str(value)
        # What is no choice any more is left out rather than refused when the workbook comes again.
        return next((o.en if language == "en" else o.zh for o in column.options(plan) if o.code == code), None)
    if isinstance(value, datetime):
        local = value.astimezone(plan.zone)
        return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
    return float(value) if isinstance(value, Decimal) else value


def _example(column: Column, plan: Plan, language: Language) -> str:
    if column.example or column.options is None:
        return column.example
    first = column.options(plan)[0]
    return first.en if language == "en" else first.zh
