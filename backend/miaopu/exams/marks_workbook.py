"""Marks by workbook: a sheet to fill in, and what was filled in (P14)."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from anyio.to_thread import run_sync
from fastapi import UploadFile
from sqlalchemy import select

from miaopu.core.problem import LANGUAGES, FieldError, Language, Problem, say
from miaopu.core.sheets import normal
from miaopu.core.workbooks import CellProblem, WorkbookRow, mark_problems, read_rows, write_rows
from miaopu.exams.models import Seat
from miaopu.exams.papers import seated
from miaopu.exams.rules import mark_fault, parts_fault
from miaopu.exams.schemas import MarkLine, MarksEntered
from miaopu.exams.service import enter_marks, marking
from miaopu.imports.reading import RowFault
from miaopu.nominations.letters import named
from miaopu.people.access import Permission
from miaopu.people.acting import Reads, Tx
from miaopu.programme.plan_parts import WrittenTest
from miaopu.programme.queries import plan_in_force, plan_of
from miaopu.registrations.models import Registration

COLUMNS = ("ticket_number", "name", "room", "seat", "mark", "absent")
# Columns of the parts of the paper, before their codes.
PART = "part:"
# What one answer lists; the marked workbook has them all.
LISTED = 500
# Not everything that Decimal reads (NaN, 1_0, 1e9) is a mark.
NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,15})?")


async def marks_template(reads: Reads, sitting_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A workbook with one row for each seat and nothing in the columns of marks: the second entry must not see
    the first. Raises 404, 403, 409 `nobody_seated`."""
    rows = await seated(reads, sitting_id, Permission.EXAM_MARK)
    if not rows:
        raise Problem("nobody_seated", 409)
    test = (await plan_in_force(reads)).written_test
    headers = [say(language, f"marks.{column}", {}) for column in COLUMNS]
    headers[5:5] = [part.en if language == "en" else part.zh for part in test.parts]
    lines = [(row["ticket_number"], row["name"], row["room"], row["seat"]) for row in rows]
    choices = {headers[-1]: [say(language, "marks.absent_here", {})]}
    made = await run_sync(lambda: write_rows(headers, lines, choices=choices, language=language))
    return say(language, "marks.file", {"subject": named(rows[0], "subject", language)}), made


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook of marks as it arrived: its bytes, the header each column has in it, what is in its rows."""

    data: bytes
    headers: Mapping[str, str]
    known: Sequence[str]
    lines: Sequence[MarkLine]
    faults: Sequence[RowFault]


async def enter_workbook(
    tx: Tx, sitting_id: uuid.UUID, file: UploadFile, limit: int, language: Language
) -> MarksEntered:
    """All marks of a workbook or none; a row without mark and without absent is a fault, not an omission.

    Raises:
        Problem: as `enter_marks`; 413 `too_large`; 422 `workbook_…`, and `validation_failed` with pointers like
            `/rows/17/mark`, 17 being the row as the sheet numbers it.
    """
    sheet = await _checked(tx, sitting_id, file, limit, language)
    if sheet.faults:
        listed = [FieldError(_pointer(f), f.code, f.params) for f in sheet.faults[:LISTED]]
        raise Problem("validation_failed", 422, errors=listed, faults=len(sheet.faults))
    return await enter_marks(tx, sitting_id, sheet.lines)


async def mark_workbook(
    tx: Tx, sitting_id: uuid.UUID, file: UploadFile, limit: int, language: Language
) -> tuple[str, bytes]:
    """A name for the file, and the workbook again with its faults marked; nothing is entered.

    Raises as `enter_workbook`, but for the faults.
    """
    sheet = await _checked(tx, sitting_id, file, limit, language)
    problems = [
        CellProblem(f.row, sheet.headers.get(f.column, ""), say(language, f"field.{f.code}", f.params))
        for f in sheet.faults
    ]

    def marked() -> bytes:
        return mark_problems(sheet.data, problems, headers=sheet.known, language=language)

    return say(language, "marks.faults_file", {}), await run_sync(marked)


def _pointer(fault: RowFault) -> str:
    return f"/rows/{fault.row}/{fault.column}"


async def _checked(tx: Tx, sitting_id: uuid.UUID, file: UploadFile, limit: int, language: Language) -> Sheet:
    sitting = await marking(tx, sitting_id)
    data = await file.read(limit + 1)
    if len(data) > limit:
        raise Problem("too_large", 413, limit=limit)
    plan = await plan_of(tx.session, sitting.cycle_id)
    known = _known(plan.written_test)
    rows = await run_sync(lambda: read_rows(data, headers=tuple(known)))
    headers = {known[header]: header for header in rows[0].cells if header in known}
    missing = [say(language, f"marks.{c}", {}) for c in ("ticket_number", "mark") if c not in headers]
    if missing:
        raise Problem("workbook_headers_missing", 422, headers="、".join(missing), missing=missing)
    seated = await tx.session.execute(
        select(Seat.ticket_number, Registration.name)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Seat.sitting_id == sitting.id)
    )
    names = {row.ticket_number: row.name for row in seated}
    lines, faults = await run_sync(judge, rows, headers, names, plan.written_test)
    return Sheet(data, headers, tuple(known), lines, faults)


def _known(test: WrittenTest) -> dict[str, str]:
    """The headers in every language, and the column each of them is; a part of the paper by its own name."""
    own = {say(language, f"marks.{column}", {}): column for language in LANGUAGES for column in COLUMNS}
    return own | {name: f"{PART}{part.code}" for part in test.parts for name in (part.zh, part.en)}


def judge(
    rows: Sequence[WorkbookRow], headers: Mapping[str, str], names: Mapping[str, str], test: WrittenTest
) -> tuple[list[MarkLine], list[RowFault]]:
    """The marks in the rows and every fault of them; `names` are the students by ticket number.

    A name that is not the ticket's is a fault: columns that were sorted apart give each mark to somebody else.
    """
    lines: list[MarkLine] = []
    faults: list[RowFault] = []
    seen: set[str] = set()
    for row in rows:
        cell = {column: row.cells.get(header, "") for column, header in headers.items()}
        number, name = cell["ticket_number"], cell.get("name", "")
        if fault := _ticket_fault(number, name, names, seen):
            faults.append(RowFault(row.number, *fault))
        seen.add(number)
        mark, absent, wrong = _entry(cell["mark"], cell.get("absent", ""))
        if wrong is not None:
            faults.append(RowFault(row.number, wrong[0], wrong[1]))
        elif (amiss := mark_fault(mark, absent, test.full_mark, test.decimals)) is not None:
            faults.append(RowFault(row.number, "mark", *amiss))
        elif (odd := _parts_fault(mark, cell, test)) is not None:
            faults.append(RowFault(row.number, *odd))
        elif not faults:
            # Zeros behind the point are no digits: 92.500 is 92.5.
            exact = None if mark is None else round(mark, test.decimals)
            lines.append(MarkLine(ticket_number=number, mark=exact, absent=absent, parts=_parts(cell)))
    return lines, faults


def _parts(cell: Mapping[str, str]) -> dict[str, Decimal]:
    given = {column.removeprefix(PART): value for column, value in cell.items() if column.startswith(PART) and value}
    return {code: Decimal(value) for code, value in given.items()}


def _parts_fault(
    mark: Decimal | None, cell: Mapping[str, str], test: WrittenTest
) -> tuple[str, str, dict[str, object]] | None:
    for column, value in cell.items():
        if column.startswith(PART) and value and not NUMBER.fullmatch(value):
            return column, "decimal_parsing", {}
    fault = parts_fault(mark, _parts(cell), test.part_marks, test.decimals)
    return fault and (f"{PART}{fault[0]}" if fault[0] else "mark", fault[1], fault[2])


def _ticket_fault(number: str, name: str, names: Mapping[str, str], seen: set[str]) -> tuple[str, str] | None:
    if not number:
        return "ticket_number", "missing"
    if number not in names:
        return "ticket_number", "unknown"
    if number in seen:
        return "ticket_number", "ticket_twice"
    return ("name", "name_differs") if name and name != normal(names[number]) else None


def _entry(mark: str, absent: str) -> tuple[Decimal | None, bool, tuple[str, str] | None]:
    """Mark, absent, and what of them cannot be read. The word for absent is understood in either column."""
    yes, no = (_said(f"marks.{key}") for key in ("yes", "no"))
    if absent.casefold() not in yes | no | {""}:
        return None, False, ("absent", "yes_or_no")
    away = absent.casefold() in yes
    if mark.casefold() in {say(language, "marks.absent_here", {}) for language in LANGUAGES}:
        return None, True, None
    if not mark:
        return None, away, None
    if not NUMBER.fullmatch(mark):
        return None, away, ("mark", "decimal_parsing")
    return Decimal(mark), away, None


@cache
def _said(key: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in say(language, key, {}).casefold().split())
