"""Verbs of imports: bring a workbook, try it, enter it whole or not at all."""

import hashlib
import json
import uuid
from collections import Counter
from dataclasses import asdict
from typing import Any, get_args

from anyio.to_thread import run_sync
from fastapi import UploadFile
from obstore.store import ObjectStore
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.columns import Columns
from miaopu.core.db import new_id
from miaopu.core.files import StoredFile
from miaopu.core.jobs import JobContext, Params
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.secrets import vault_of
from miaopu.core.web import from_database
from miaopu.core.workbooks import CellProblem, mark_problems
from miaopu.imports import queries
from miaopu.imports.kinds import KINDS, Became, Kind, Outcome, RowFault, Work, may_open
from miaopu.imports.models import Import
from miaopu.imports.queries import visible
from miaopu.imports.reading import columns_of, faults_of, headers, read, said, used_headers
from miaopu.imports.writing import workbook
from miaopu.people.access import Actor, require
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.people.roles import Role
from miaopu.programme.queries import load, plan_in_force, plan_of
from miaopu.settings import Settings

# Kept and listed; a workbook with more is marked as far as this and counted in full.
LISTED = 5_000


def kind_of(tx_actor: Actor, code: str) -> Kind:
    """The sheet, if there is one and the actor may bring it. Raises 404, 403."""
    kind = KINDS.get(code)
    if kind is None:
        raise not_found("import")
    require(tx_actor, kind.permission)
    return kind


async def bring(tx: Tx, store: ObjectStore, code: str, upload: UploadFile, settings: Settings) -> Import:
    """Keep a workbook and have it tried. Raises 404, 403, 413, 422."""
    kind = kind_of(tx.actor, code)
    cycle_id = cycle_of(tx.actor)
    file = await files.save(tx.session, store, upload, settings, tx.actor.account_id)
    import_id = new_id()
    await files.claim(tx.session, file.id, tx.actor.account_id, "import", import_id)
    job = await jobs.enqueue(tx.session, "import.try", {"import_id": str(import_id)}, tx.actor.account_id)
    made = Import(
        id=import_id,
        cycle_id=cycle_id,
        kind=kind.code,
        unit_id=tx.actor.unit_id,
        city_id=tx.actor.city_id,
        account_id=tx.actor.account_id,
        membership_id=tx.actor.membership_id,
        role=tx.actor.role.value,
        file_id=file.id,
        file_name=file.name,
        sha256=file.sha256,
        job_id=job.id,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("import.bring"))
    await tx.session.flush()
    return made


async def enter(tx: Tx, import_id: uuid.UUID) -> Import:
    """Enter what was tried and found without fault. Raises 404, 403, 409; `import_of_another` for a personal one."""
    made = await load(tx, Import, visible(tx.actor.role), import_id)
    require(tx.actor, KINDS[made.kind].permission)
    if not may_open(KINDS[made.kind], tx.actor, made.account_id):
        raise Problem("import_of_another", 403)
    if made.state != "ready" or made.erased_at is not None:
        raise Problem("wrong_state", 409, state=made.state)
    job = await jobs.enqueue(tx.session, "import.enter", {"import_id": str(made.id)}, tx.actor.account_id)
    made.state, made.job_id, made.account_id = "entering", job.id, tx.actor.account_id
    audit.note(tx.session, made, Act("import.enter"))
    await tx.session.flush()
    return made


@jobs.handler("import.try")
async def try_it(context: JobContext, params: Params) -> dict[str, object]:
    """Enter everything, say what became of it, and take it all back."""
    import_id = uuid.UUID(params["import_id"])
    async with context.session() as session:
        made = await _of(session, import_id)
        outcome, rows = await _run(context, session, made)
        await session.rollback()
    async with context.session() as session:
        made = await _of(session, import_id)
        faults = _write(made, "ready", outcome, rows)
        audit.note(session, made, Act("import.tried"))
        await audit.commit(session)
    return {"faults": faults}


@jobs.handler("import.enter")
async def enter_it(context: JobContext, params: Params) -> dict[str, object]:
    """Enter everything in one transaction; a fault that came up meanwhile takes it all back."""
    import_id = uuid.UUID(params["import_id"])
    async with context.session() as session:
        made = await _of(session, import_id)
        if made.state != "entering":
            return {"faults": made.faults}
        outcome, rows = await _run(context, session, made)
        if not refused(outcome):
            _write(made, "entered", outcome, rows)
            made.entered_at = clock.now()
            audit.note(session, made, Act("import.entered"))
            await audit.commit(session)
            return {"faults": 0}
        await session.rollback()
    async with context.session() as session:
        made = await _of(session, import_id)
        faults = _write(made, "faulty", outcome, rows)
        audit.note(session, made, Act("import.tried"))
        await audit.commit(session)
    return {"faults": faults}


async def _of(session: AsyncSession, import_id: uuid.UUID) -> Import:
    made = await session.scalar(select(Import).where(Import.id == import_id).with_for_update())
    if made is None:
        raise not_found("import")
    who = audit.Who(made.account_id, made.membership_id, made.role, f"import-{made.id.hex}")
    audit.act_as(session, who)
    return made


def refused(outcome: Outcome) -> list[RowFault]:
    """The faults that let nothing be entered, in the order of the sheet."""
    faults = [fault for fault in outcome.faults if not fault.note]
    return sorted(faults, key=lambda fault: (fault.row, fault.column))


def _write(made: Import, state: str, outcome: Outcome, rows: int) -> int:
    """Put down what came of a workbook (`faulty` where it was refused); the number of faults."""
    faults, notes = refused(outcome), [fault for fault in outcome.faults if fault.note]
    made.state, made.rows, made.faults = "faulty" if faults else state, rows, len(faults)
    made.new, made.changed, made.same = (outcome.counts.get(became, 0) for became in get_args(Became))
    listed = [*faults[:LISTED], *notes[:LISTED]]
    made.problems = [{**asdict(fault), "params": dict(fault.params)} for fault in listed]
    return len(faults)


async def _run(context: JobContext, session: AsyncSession, made: Import) -> tuple[Outcome, int]:
    """Enter every row in this transaction; what became of them, and how many there are."""
    kind = KINDS[made.kind]
    plan = await plan_of(session, made.cycle_id)
    file = await session.get(StoredFile, made.file_id)
    assert file is not None
    role = Role(made.role)
    actor = Actor(made.account_id, made.membership_id, role, made.unit_id, made.city_id, made.cycle_id)
    tx = Tx(session, actor, f"import-{made.id.hex}")
    vault = vault_of(context.settings)
    source = f"{made.file_name} {made.sha256[:8]}"
    work = Work(tx, plan, vault, context.settings.demo, made.id, source, context.progress)
    rows = 0
    try:
        data = await files.read(context.files, file)
        found = await run_sync(columns_of, kind, plan, data, "zh-CN")
        rows = len(found.numbers)
        await context.progress(0, rows)
        outcome = await (kind.whole(work, found) if kind.whole else _enter(kind, work, found))
    except Problem as problem:
        outcome = Outcome({}, [_whole_file(problem)])
    await context.progress(rows, rows)
    return outcome, rows


async def _enter(kind: Kind, work: Work, found: Columns) -> Outcome:
    sheet = await run_sync(read, kind, work.plan, found)
    faults = list(sheet.faults)
    if kind.finish is not None:
        try:
            return Outcome(await kind.finish(work, sheet.good), faults)
        except Problem as problem:
            return Outcome({}, [*faults, _whole_file(problem)])
    assert kind.enter is not None
    counts: Counter[Became] = Counter()
    for n, (number, row) in enumerate(sheet.good):
        await work.progress(n, len(found.numbers))
        try:
            async with audit.attempt(work.tx.session):
                became = await kind.enter(work, row)
            counts[became] += 1
        except Problem as problem:
            faults += faults_of(number, problem.errors) or [RowFault(number, "", problem.code, _plain(problem.params))]
        except Exception as wrong:
            amiss = from_database(wrong)
            if amiss.status != 409:
                raise
            faults.append(RowFault(number, "", amiss.code))
    return Outcome(counts, faults)


def _whole_file(problem: Problem) -> RowFault:
    return RowFault(0, "", problem.code, _plain(problem.params))


def _plain(params: object) -> dict[str, object]:
    given = params if isinstance(params, dict) else {}
    return {k: v for k, v in given.items() if isinstance(v, str | int | float)}


async def template_of(reads: Reads, kind: Kind, of: uuid.UUID | None, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the workbook of a sheet to fill in: empty, or begun. Raises as the kind's `begun`."""
    plan = await plan_in_force(reads)
    rows = await kind.begun(reads, of) if kind.begun else []
    return _file_name(kind, language), await run_sync(workbook, kind, plan, language, rows)


async def export(tx: Tx, reads: Reads, code: str, language: Language) -> tuple[str, bytes]:
    """A name for the file, and what one's unit has as the workbook that can be brought in again; the trail tells
    who took how many rows away. Raises 404, 403."""
    kind = kind_of(tx.actor, code)
    if kind.data is None:
        raise not_found("import")
    plan = await plan_in_force(reads)
    rows = await kind.data(reads)
    made = await run_sync(lambda: workbook(kind, plan, language, rows, shown=False))
    facts = {"import_kind": kind.code, "rows": len(rows), "sha256": hashlib.sha256(made).hexdigest()}
    audit.record(tx.session, Act("unit.export"), "unit", tx.actor.unit_id, **facts)
    return _file_name(kind, language), made


def _file_name(kind: Kind, language: Language) -> str:
    return f"{say(language, f'sheet.{kind.code}.file', {})}.xlsx"


async def file_of(reads: Reads, import_id: uuid.UUID) -> tuple[StoredFile, Kind, list[dict[str, Any]]]:
    """The workbook as it came, its sheet, what was found in it. Raises 404, 403 `import_of_another`."""
    rows = await reads.rows(queries.file(reads.actor.role), id=import_id)
    if not rows:
        raise not_found("import")
    facts = dict(rows[0])
    kind, problems = KINDS[facts.pop("kind")], json.loads(facts.pop("problems"))
    if not may_open(kind, reads.actor, facts.pop("account_id")):
        raise Problem("import_of_another", 403)
    return StoredFile(**facts), kind, problems


async def marked(reads: Reads, store: ObjectStore, import_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the workbook with its faults marked. Raises as `file_of`."""
    file, kind, found = await file_of(reads, import_id)
    plan = await plan_in_force(reads)
    problems = [fault for fault in found if fault["row"] > 0]
    data = await files.read(store, file)

    def made() -> bytes:
        at = used_headers(data, kind, plan)
        faults = [
            CellProblem(f["row"], at.get(f["column"], ""), said(language, f), f.get("note", False)) for f in problems
        ]
        return mark_problems(data, faults, headers=tuple(headers(kind, plan)), language=language)

    name = file.name.rsplit(".", 1)[0]
    return f"{name} {say(language, 'import.marked', {})}.xlsx", await run_sync(made)
