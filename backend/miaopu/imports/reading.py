"""Rows of a workbook as the models of a sheet: words to codes, moments to local time, faults by row and column."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from miaopu.core.problem import LANGUAGES, FieldError, Language, say, words
from miaopu.core.web import from_pydantic
from miaopu.core.workbooks import WorkbookRow, read_rows, write_rows
from miaopu.imports.kinds import Column, Kind
from miaopu.programme.plan import Plan

_MOMENT = re.compile(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"  # 2023年12月26日, 2023/12/26
    r"(?:[T ]?\s*(\d{1,2})[:时点](\d{1,2})?分?(?::\d\d)?)?"  # 9:00, 9时30分, 09:00:00
)


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of one cell; without a column, of the row."""

    row: int
    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read: the good rows with their numbers, and the faults of the others."""

    rows: int
    good: Sequence[tuple[int, BaseModel]]
    faults: Sequence[RowFault]


def header(kind: Kind, column: Column, language: Language) -> str:
    """What stands over a column."""
    if column.header is not None:
        return column.header.en if language == "en" else column.header.zh
    return say(language, f"sheet.{kind.code}.{column.code}", {})


def headers(kind: Kind, plan: Plan) -> dict[str, str]:
    """Every known header, in every language, and the column it is."""
    return {header(kind, column, lang): column.code for column in kind.columns(plan) for lang in LANGUAGES}


def template(kind: Kind, plan: Plan, language: Language) -> bytes:
    """The empty workbook: required columns with an asterisk, drop-down lists, a sheet with an example."""
    columns = kind.columns(plan)
    titles = [header(kind, c, language) + ("*" if c.required else "") for c in columns]
    choices = {
        title: [option.en if language == "en" else option.zh for option in column.options(plan)]
        for title, column in zip(titles, columns, strict=True)
        if column.options is not None
    }
    example = [_example(column, plan, language) for column in columns]
    return write_rows(titles, [], choices=choices, examples=[example], language=language)


def _example(column: Column, plan: Plan, language: Language) -> str:
    if column.example or column.options is None:
        return column.example
    first = column.options(plan)[0]
    return first.en if language == "en" else first.zh


def read(kind: Kind, plan: Plan, data: bytes, language: Language) -> Sheet:
    """The rows of a workbook. Raises as `workbooks.read_rows`."""
    columns = {column.code: column for column in kind.columns(plan)}
    known = headers(kind, plan)
    found = read_rows(data, headers=tuple(known), max_rows=60_000)
    present = {known[h] for h in found[0].cells if h in known}
    missing = [header(kind, c, language) for c in columns.values() if c.required and c.code not in present]
    if missing:
        # Said by the names the person knows.
        read_rows(data, headers=tuple(known), required=tuple(missing))
    words = {code: _words(column, plan) for code, column in columns.items()}
    good: list[tuple[int, BaseModel]] = []
    faults: list[RowFault] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in found:
        values, wrong = _values(row, known, columns, words, plan.zone)
        faults += wrong
        try:
            model = kind.row.model_validate(values)
        except ValidationError as refused:
            already = {fault.column for fault in wrong}
            faults += [f for f in faults_of(row.number, from_pydantic(refused).errors) if f.column not in already]
            continue
        if wrong:
            continue
        key = tuple(getattr(model, name) for name in kind.key)
        if kind.key and key in seen:
            faults.append(RowFault(row.number, kind.key[0], "row_twice", {"row": seen[key]}))
            continue
        seen[key] = row.number
        good.append((row.number, model))
    return Sheet(len(found), good, faults)


def used_headers(data: bytes, kind: Kind, plan: Plan) -> dict[str, str]:
    """The header each column really has in a workbook."""
    known = headers(kind, plan)
    return {known[title]: title for title in read_rows(data, headers=tuple(known))[0].cells if title in known}


def said(language: Language, fault: Mapping[str, Any]) -> str:
    """A fault in words: those of fields, else those of the problem as a whole."""
    code = fault["code"]
    known = words("zh-CN")
    key = next((key for key in (f"field.{code}", f"{code}_detail", code) if key in known), code)
    return say(language, key, fault["params"])


def faults_of(row: int, errors: Sequence[FieldError]) -> list[RowFault]:
    """The faults of one row from those of a form: `/subject_rank` is the column `subject_rank`."""
    return [RowFault(row, error.pointer.strip("/").split("/")[0], error.code, dict(error.params)) for error in errors]


def _values(
    row: WorkbookRow,
    known: Mapping[str, str],
    columns: Mapping[str, Column],
    words: Mapping[str, Mapping[str, str]],
    zone: ZoneInfo,
) -> tuple[dict[str, object], list[RowFault]]:
    values: dict[str, object] = {}
    faults: list[RowFault] = []
    for title, text in row.cells.items():
        code = known.get(title)
        if code is None or not text:
            continue
        if words[code]:
            value = words[code].get(_plain(text))
            if value is None:
                faults.append(RowFault(row.number, code, "choice_word", {"given": text[:40]}))
                continue
            values[code] = value
        elif columns[code].moment:
            moment = read_moment(text, zone)
            if moment is None:
                faults.append(RowFault(row.number, code, "moment", {"given": text[:40]}))
                continue
            values[code] = moment
        else:
            values[code] = text
    faults += [
        RowFault(row.number, code, "missing")
        for code, column in columns.items()
        if column.required and code not in values and not any(f.column == code for f in faults)
    ]
    return values, faults


def _words(column: Column, plan: Plan) -> dict[str, str]:
    if column.options is None:
        return {}
    return {_plain(word): o.code for o in column.options(plan) for word in (o.code, o.zh, o.en, *o.also)}


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """`2023年12月26日 9:00`, `2023/12/26 9:00`, `2023-12-26 09:00:00`: a local moment; None where it is none."""
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        return None
