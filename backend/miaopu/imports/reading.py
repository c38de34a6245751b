"""Rows of a workbook as the models of a sheet: words to codes, moments to local time, faults by row and column."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from miaopu.core.columns import MAX_UNZIPPED, Columns, headers_missing, heads_of, read_columns
from miaopu.core.problem import LANGUAGES, FieldError, Language, say, words
from miaopu.core.sheets import grid
from miaopu.core.web import from_pydantic
from miaopu.imports.kinds import Column, Kind, RowFault
from miaopu.imports.moments import read_moment
from miaopu.programme.plan import Plan


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read: the good rows with their numbers, and the faults of the others."""

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


def columns_of(kind: Kind, plan: Plan, data: bytes, language: Language) -> Columns:
    """The texts of a workbook by the codes of the sheet's columns. Raises as `read_columns`."""
    known = headers(kind, plan)
    ignored = {column.code for column in kind.columns(plan) if column.ignored}
    wanted = {title for title, code in known.items() if code not in ignored}
    found = read_columns(data, headers=tuple(known), only=wanted)
    texts = {known[title]: column for title, column in found.texts.items()}
    missing = [
        header(kind, c, language)
        for c in kind.columns(plan)
        if c.required and c.code not in texts and (not c.unless or c.unless not in texts)
    ]
    if missing:
        # Said by the names the person knows.
        raise headers_missing(missing)
    return Columns(found.numbers, texts)


def read(kind: Kind, plan: Plan, found: Columns) -> Sheet:
    """The rows as models, and the faults of those that are none; the same thing twice is a fault of the second."""
    assert kind.row is not None
    columns = {column.code: column for column in kind.columns(plan)}
    words = {code: words_of(column, plan) for code, column in columns.items()}
    good: list[tuple[int, BaseModel]] = []
    faults: list[RowFault] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, line in zip(found.numbers, zip(*found.texts.values(), strict=True), strict=True):
        values, wrong = _values(number, dict(zip(found.texts, line, strict=True)), columns, words, plan.zone)
        faults += wrong
        try:
            model = kind.row.model_validate(values)
        except ValidationError as refused:
            already = {fault.column for fault in wrong}
            faults += [f for f in faults_of(number, from_pydantic(refused).errors) if f.column not in already]
            continue
        if wrong:
            continue
        keys = [(names, tuple(getattr(model, name) for name in names)) for names in kind.keys]
        keys = [(names, key) for names, key in keys if any(part is not None for part in key)]
        if twice := next(((names, key) for names, key in keys if (*names, *key) in seen), None):
            names, key = twice
            faults.append(RowFault(number, names[0], "row_twice", {"row": seen[(*names, *key)]}))
            continue
        seen |= {(*names, *key): number for names, key in keys}
        good.append((number, model))
    return Sheet(good, faults)


def used_headers(data: bytes, kind: Kind, plan: Plan) -> dict[str, str]:
    """The header each column really has in a workbook."""
    known = headers(kind, plan)
    return {known[title]: title for title in heads_of(grid(data, MAX_UNZIPPED), known).names if title in known}


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
    number: int,
    line: Mapping[str, str],
    columns: Mapping[str, Column],
    words: Mapping[str, Mapping[str, str]],
    zone: ZoneInfo,
) -> tuple[dict[str, object], list[RowFault]]:
    values: dict[str, object] = {}
    faults: list[RowFault] = []
    for code, text in line.items():
        if not text:
            continue
        if words[code]:
            value = words[code].get(plain(text))
            if value is None:
                faults.append(RowFault(number, code, "choice_word", {"given": text[:40]}))
                continue
            values[code] = value
        elif columns[code].moment:
            moment = read_moment(text, zone)
            if moment is None:
                faults.append(RowFault(number, code, "moment", {"given": text[:40]}))
                continue
            values[code] = moment
        else:
            values[code] = text
    wrong = {fault.column for fault in faults}
    faults += [
        RowFault(number, code, "missing")
        for code, column in columns.items()
        if column.required and code not in values and code not in wrong and not line.get(column.unless)
    ]
    return values, faults


def words_of(column: Column, plan: Plan) -> dict[str, str]:
    """Every way to write an option of a column, made plain, and its code."""
    if column.options is None:
        return {}
    return {plain(word): o.code for o in column.options(plan) for word in (o.code, o.zh, o.en, *o.also)}


def plain(text: str) -> str:
    """A word as it is compared: no blanks, half width, lower case."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
