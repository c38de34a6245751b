"""Verbs of imports: bring a workbook, try it, enter it whole or not at all."""

import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

from anyio.to_thread import run_sync
from fastapi import UploadFile
from obstore.store import ObjectStore
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.files import StoredFile
from miaopu.core.jobs import JobContext, Params
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.secrets import Vault
from miaopu.core.web import from_database
from miaopu.core.workbooks import CellProblem, mark_problems
from miaopu.imports.kinds import KINDS, Kind, Work
from miaopu.imports.models import Import
from miaopu.imports.queries import file as file_of
from miaopu.imports.queries import visible
from miaopu.imports.reading import RowFault, faults_of, headers, read, said, template, used_headers
from miaopu.people.access import Actor, Role, require
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.programme.queries import load, plan_in_force, plan_of

# Kept and listed; a workbook with more is marked as far as this and counted in full.
LISTED = 5_000
Progress = Callable[[int, int], Awaitable[None]]


def kind_of(tx_actor: Actor, code: str) -> Kind:
    """The sheet, if there is one and the actor may bring it. Raises 404, 403."""
    kind = KINDS.get(code)
    if kind is None:
        raise not_found("import")
    require(tx_actor, kind.permission)
    return kind


async def bring(tx: Tx, store: ObjectStore, code: str, upload: UploadFile, limit: int) -> Import:
    """Keep a workbook and have it tried. Raises 404, 403, 413, 422."""
    kind = kind_of(tx.actor, code)
    cycle_id = cycle_of(tx.actor)
    file = await files.save(tx.session, store, upload, limit, tx.actor.account_id)
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
    """Enter what was tried and found without fault. Raises 404, 403, 409."""
    made = await load(tx, Import, visible(tx.actor.role), import_id)
    require(tx.actor, KINDS[made.kind].permission)
    if made.state != "ready":
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
        counts, faults, rows = await _run(context, session, made)
        await session.rollback()
    async with context.session() as session:
        made = await _of(session, import_id)
        _write(made, "faulty" if faults else "ready", rows, counts, faults)
        audit.note(session, made, Act("import.tried"))
        await audit.commit(session)
    return {"faults": len(faults)}


@jobs.handler("import.enter")
async def enter_it(context: JobContext, params: Params) -> dict[str, object]:
    """Enter everything in one transaction; a fault that came up meanwhile takes it all back."""
    import_id = uuid.UUID(params["import_id"])
    async with context.session() as session:
        made = await _of(session, import_id)
        if made.state != "entering":
            return {"faults": made.faults}
        counts, faults, rows = await _run(context, session, made)
        if not faults:
            _write(made, "entered", rows, counts, faults)
            made.entered_at = clock.now()
            audit.note(session, made, Act("import.entered"))
            await audit.commit(session)
            return {"faults": 0}
        await session.rollback()
    async with context.session() as session:
        made = await _of(session, import_id)
        _write(made, "faulty", rows, counts, faults)
        audit.note(session, made, Act("import.tried"))
        await audit.commit(session)
    return {"faults": len(faults)}


async def _of(session: AsyncSession, import_id: uuid.UUID) -> Import:
    made = await session.scalar(select(Import).where(Import.id == import_id).with_for_update())
    if made is None:
        raise not_found("import")
    who = audit.Who(made.account_id, made.membership_id, made.role, f"import-{made.id.hex}")
    audit.act_as(session, who)
    return made


def _write(made: Import, state: str, rows: int, counts: dict[str, int], faults: Sequence[RowFault]) -> None:
    made.state, made.rows, made.faults = state, rows, len(faults)
    made.new, made.changed, made.same = counts["new"], counts["changed"], counts["same"]
    made.problems = [{**asdict(fault), "params": dict(fault.params)} for fault in faults[:LISTED]]


async def _run(context: JobContext, session: AsyncSession, made: Import) -> tuple[dict[str, int], list[RowFault], int]:
    """Enter every row in this transaction; what became of them, and the faults by row."""
    kind = KINDS[made.kind]
    plan = await plan_of(session, made.cycle_id)
    file = await session.get(StoredFile, made.file_id)
    assert file is not None
    counts = {"new": 0, "changed": 0, "same": 0}
    try:
        data = await files.read(context.files, file)
        sheet = await run_sync(read, kind, plan, data, "zh-CN")
    except Problem as problem:
        return counts, [RowFault(0, "", problem.code, _plain(problem.params))], 0
    role = Role(made.role)
    actor = Actor(made.account_id, made.membership_id, role, made.unit_id, made.city_id, made.cycle_id)
    tx = Tx(session, actor, f"import-{made.id.hex}")
    vault = Vault(context.settings.secret.get_secret_value())
    work = Work(tx, plan, vault, context.settings.demo, made.id, f"{made.file_name} {made.sha256[:8]}")
    faults = list(sheet.faults)
    if kind.finish is not None:
        try:
            counts.update(await kind.finish(work, sheet.good))
        except Problem as problem:
            faults.append(RowFault(0, "", problem.code, _plain(problem.params)))
    if kind.enter is not None:
        for n, (number, row) in enumerate(sheet.good):
            await context.progress(n, sheet.rows)
            try:
                async with audit.attempt(session):
                    became = await kind.enter(work, row)
                counts[became] += 1
            except Problem as problem:
                faults += faults_of(number, problem.errors) or [
                    RowFault(number, "", problem.code, _plain(problem.params))
                ]
            except Exception as wrong:
                refused = from_database(wrong)
                if refused.status != 409:
                    raise
                faults.append(RowFault(number, "", refused.code))
    await context.progress(sheet.rows, sheet.rows)
    return counts, sorted(faults, key=lambda fault: (fault.row, fault.column)), sheet.rows


def _plain(params: object) -> dict[str, object]:
    given = params if isinstance(params, dict) else {}
    return {k: v for k, v in given.items() if isinstance(v, str | int | float)}


async def template_of(reads: Reads, kind: Kind, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the empty workbook of a sheet."""
    plan = await plan_in_force(reads)
    return f"{say(language, f'sheet.{kind.code}.file', {})}.xlsx", await run_sync(template, kind, plan, language)


async def marked(reads: Reads, store: ObjectStore, import_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the workbook with its faults marked. Raises 404."""
    rows = await reads.rows(file_of(reads.actor.role), id=import_id)
    if not rows:
        raise not_found("import")
    facts = dict(rows[0])
    kind, plan = KINDS[facts.pop("kind")], await plan_in_force(reads)
    problems = json.loads(facts.pop("problems"))
    data = await files.read(store, StoredFile(**facts))
    known = headers(kind, plan)
    at = await run_sync(lambda: used_headers(data, kind, plan))
    faults = [CellProblem(f["row"], at.get(f["column"], ""), said(language, f)) for f in problems if f["row"] > 0]
    made = await run_sync(lambda: mark_problems(data, faults, headers=tuple(known), language=language))
    name = facts["name"].rsplit(".", 1)[0]
    return f"{name} {say(language, 'import.marked', {})}.xlsx", made
