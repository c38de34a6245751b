"""A city's workbook of marks, of one subject or all (P14): known by ticket number, entered twice by two people."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import select
from sqlalchemy.orm import aliased

from miaopu.core.columns import Columns
from miaopu.core.db import driver_of
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import present
from miaopu.core.unswept import unswept
from miaopu.exams import marks_queries as queries
from miaopu.exams.marks_judging import ABSENT, PART, PRESENT, Words, judge_all
from miaopu.exams.marks_storing import store
from miaopu.exams.models import Sitting
from miaopu.exams.queries import visible_sittings
from miaopu.imports.kinds import Column, Kind, Option, Outcome, RowFault, SheetRow, Work, declare, subjects
from miaopu.imports.models import Import
from miaopu.imports.reading import plain, words_of
from miaopu.people.acting import Reads, cycle_of, scope
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import Plan, StageCode

CODES = (PRESENT, ABSENT)


def _said(language: Language, key: str) -> str:
    return say(language, f"choice.attendance.{key}", {})


def attendance(_: Plan) -> list[Option]:
    """Came or absent, as lists of a written test say it."""
    ticks = {PRESENT: "no", ABSENT: "yes"}
    return [
        Option(code, _said("zh-CN", code), _said("en", code), (*_also(f"{code}_also"), *_also(ticks[code])))
        for code in CODES
    ]


def _also(key: str) -> list[str]:
    return _said("zh-CN", key).split()


def _words(plan: Plan) -> Words:
    """Where a mark would stand a tick or a figure says nothing of absence."""
    column = Column("absent", options=attendance)
    away = [option for option in attendance(plan) if option.code == ABSENT]
    spoken = {plain(word) for option in away for word in (option.zh, option.en, *_also("absent_also"))}
    return Words(words_of(column, plan), frozenset(spoken))


def _columns(plan: Plan) -> Sequence[Column]:
    return (
        Column("ticket_number", required=True, example="T2024HO00001"),
        Column("name", example="那日苏"),
        # The ticket alone says which paper it is.
        Column("subject", options=subjects, ignored=True),
        Column("room", example="第1考场", ignored=True),
        Column("seat", example="1", ignored=True),
        Column("mark", required=True, unless="absent", example=str(plan.written_test.full_mark)),
        *(
            Column(f"{PART}{part.code}", header=Option(part.code, part.zh, part.en), example=str(part.full_mark))
            for part in plan.written_test.parts
        ),
        Column("absent", options=attendance),
    )


async def enter(work: Work, found: Columns) -> Outcome:
    """Marks of all rows at once: those of the first person are the first entry, anybody else's confirm it or differ.

    Raises:
        Problem: 409 `window_closed`; `stale` where somebody entered one of these marks at the same moment.
    """
    tx = work.tx
    # Nobody locks or publishes meanwhile, and of two workbooks one waits for the other.
    await tx.session.execute(
        select(Sitting.id).where(visible_sittings(tx.actor.role)).with_for_update(), scope(tx.actor)
    )
    sql = queries.standing(tx.actor.role)
    with unswept():
        rows = await (await driver_of(tx.session)).fetch(sql.text, *sql.values(scope(tx.actor)))
        words = _words(work.plan)
        judged = await run_sync(judge_all, found, rows, work.plan.written_test, words, tx.actor.account_id)
        if judged.faults:
            return Outcome({}, [*judged.faults, *judged.notes])
        if judged.changes:
            await ask_window(tx.session, cycle_of(tx.actor), StageCode.WRITTEN_TEST)
            await store(tx, judged.changes, import_id=work.import_id, source=work.source)
    changed: Counter[bool] = Counter(change.first for change in judged.changes)
    same = len(found.numbers) - len(judged.changes)
    told = [RowFault(0, "", "marks_entered", dict(judged.told), note=True)] if judged.told.total() else []
    told += [RowFault(0, "", "marks_same_file", {"name": name}, note=True) for name in await _same_file(work)]
    return Outcome({"new": changed[True], "changed": changed[False], "same": same}, [*told, *judged.notes])


async def _same_file(work: Work) -> Sequence[str]:
    """Who else entered the very same file: a copy is no second reading of the papers, though it counts as one."""
    mine, other = aliased(Import), aliased(Import)
    found = await work.tx.session.scalars(
        select(Account.name)
        .join(other, other.account_id == Account.id)
        .join(mine, mine.sha256 == other.sha256)
        .where(
            mine.id == work.import_id,
            other.kind == mine.kind,
            other.cycle_id == mine.cycle_id,
            other.unit_id == mine.unit_id,
            other.state == "entered",
            other.account_id != mine.account_id,
        )
        .distinct()
    )
    return list(found)


async def begun(reads: Reads, sitting_id: uuid.UUID | None) -> Sequence[SheetRow]:
    """A row for each seat and nothing in the columns of marks. Raises 404, 409 `nobody_seated`."""
    role = reads.actor.role
    if sitting_id is not None and not await reads.rows(queries.sitting(role), id=sitting_id):
        raise not_found()
    shape, _ = present(sitting=sitting_id)
    rows = await reads.rows(queries.to_mark(role, shape), id=sitting_id)
    if not rows:
        raise Problem("nobody_seated", 409)
    return [dict(row) for row in rows]


async def own(reads: Reads) -> Sequence[SheetRow]:
    """Published marks, else one's own entries."""
    return [_row(dict(row)) for row in await reads.rows(queries.marks(reads.actor.role))]


def _row(row: Mapping[str, Any]) -> SheetRow:
    parts: Mapping[str, str] = json.loads(row["parts"] or "{}")
    given = {f"{PART}{code}": Decimal(mark) for code, mark in parts.items()}
    return {**row, **given, "absent": ABSENT if row["absent"] else None}


MARKS = declare(
    Kind(
        code="marks",
        permission=Permission.EXAM_MARK,
        personal=True,
        columns=_columns,
        whole=enter,
        data=own,
        begun=begun,
    )
)
