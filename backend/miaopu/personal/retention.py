"""When the time is over: found by the plan, proposed by one, confirmed by another, erased by a job (PIPL 19, 47)."""

import uuid
from datetime import date
from typing import Any, cast

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.audit_erasing import forget
from miaopu.core.db import new_id
from miaopu.core.jobs import JobContext, Params
from miaopu.core.problem import Problem, not_found
from miaopu.core.secrets import Vault, vault_of
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.personal.about import entries
from miaopu.personal.models import ERASED_KINDS, Erasure
from miaopu.personal.schemas import DueItem, DueList, ErasureForm, ErasureState, Schedule, ScheduleItem
from miaopu.personal.targets import held_files, targets
from miaopu.programme.models import Cycle
from miaopu.programme.plan_personal import RetentionKind
from miaopu.programme.queries import ask_version, plan_of

# Files taken out of the store in one transaction.
FILES = 100


async def due(session: AsyncSession, vault: Vault) -> DueList:
    """What may be erased today, counted and not touched: the trial before anybody proposes it."""
    found: list[DueItem] = []
    for cycle in await session.scalars(select(Cycle).where(Cycle.state != "draft").order_by(Cycle.year, Cycle.id)):
        for kind in ERASED_KINDS:
            item = await _item(session, vault, cycle, cast(RetentionKind, kind))
            if item.due_on <= clock.now().date() and (item.rows or item.files or item.erasure_id):
                found.append(item)
    return DueList(items=found)


async def schedule(session: AsyncSession, vault: Vault, reader: uuid.UUID) -> Schedule:
    """Every kind of every cycle with its day, who has proposed what, and what was erased when (PIPL 19, 47)."""
    found: list[ScheduleItem] = []
    for cycle in await session.scalars(select(Cycle).where(Cycle.state != "draft").order_by(Cycle.year, Cycle.id)):
        plan = await plan_of(session, cycle.id)
        for kind in ERASED_KINDS:
            item = await _item(session, vault, cycle, cast(RetentionKind, kind))
            found.append(await _scheduled(session, item, plan.retention.years(item.kind), reader))
    return Schedule(items=sorted(found, key=lambda one: one.due_on))


async def _scheduled(session: AsyncSession, item: DueItem, years: int, reader: uuid.UUID) -> ScheduleItem:
    of_kind = select(Erasure).where(Erasure.cycle_id == item.cycle_id, Erasure.kind == item.kind)
    done = await session.scalar(
        of_kind.where(Erasure.done_at.is_not(None)).order_by(Erasure.done_at.desc(), Erasure.id.desc()).limit(1)
    )
    begun = await session.get(Erasure, item.erasure_id) if item.erasure_id else None
    state: ErasureState = "done"
    if begun is not None:
        state = "confirmed" if begun.confirmed_at else "proposed"
    elif item.due_on > clock.now().date():
        state = "later"
    elif item.rows or item.files:
        state = "open"
    return ScheduleItem(
        **item.model_dump(),
        state=state,
        years=years,
        proposed_by_name=await session.scalar(select(Account.name).where(Account.id == item.proposed_by)),
        proposed_at=begun.proposed_at if begun else None,
        own=item.proposed_by == reader,
        done_at=done.done_at if done else None,
        done_rows=done.rows if done else None,
        done_files=done.files if done else None,
    )


async def _item(session: AsyncSession, vault: Vault, cycle: Cycle, kind: RetentionKind) -> DueItem:
    due_on = await _due_on(session, cycle.id, kind)
    rows, held = (0, 0) if due_on > clock.now().date() else await _counted(session, vault, cycle.id, kind)
    open_one = await session.scalar(
        select(Erasure).where(Erasure.cycle_id == cycle.id, Erasure.kind == kind, Erasure.done_at.is_(None))
    )
    return DueItem(
        cycle_id=cycle.id,
        title=cycle.title,
        kind=kind,
        due_on=due_on,
        rows=rows,
        files=held,
        erasure_id=open_one.id if open_one else None,
        version=open_one.version if open_one else None,
        proposed_by=open_one.proposed_by if open_one else None,
        confirmed=bool(open_one and open_one.confirmed_at),
    )


async def _due_on(session: AsyncSession, cycle_id: uuid.UUID, kind: RetentionKind) -> date:
    plan = await plan_of(session, cycle_id)
    # The day after the last one, so that the 29th of February needs no rule of its own.
    return date(plan.ends_on.year + plan.retention.years(kind) + 1, 1, 1)


async def _counted(session: AsyncSession, vault: Vault, cycle_id: uuid.UUID, kind: RetentionKind) -> tuple[int, int]:
    rows = held = 0
    for target in targets(kind, cycle_id, vault):
        rows += await session.scalar(select(func.count()).select_from(target.model).where(target.filled)) or 0
    stored = held_files(kind, cycle_id)
    if stored is not None:
        held = await session.scalar(select(func.count()).select_from(stored.order_by(None).subquery())) or 0
    return rows, held


async def propose(tx: Tx, vault: Vault, form: ErasureForm) -> Erasure:
    """The first of two people. Raises 403, 404; 409 `not_due`, or where it is proposed already."""
    require(tx.actor, Permission.RETENTION_ERASE)
    cycle = await tx.session.get(Cycle, form.cycle_id)
    if cycle is None:
        raise not_found()
    item = await _item(tx.session, vault, cycle, form.kind)
    if item.due_on > clock.now().date():
        raise Problem("not_due", 409, due_on=item.due_on)
    if item.erasure_id is not None:
        raise Problem("wrong_state", 409, state="proposed")
    made = Erasure(
        id=new_id(),
        cycle_id=cycle.id,
        kind=form.kind,
        due_on=item.due_on,
        proposed_by=tx.actor.account_id,
        rows=item.rows,
        files=item.files,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("erasure.propose"))
    await tx.session.flush()
    return made


async def confirm(tx: Tx, erasure_id: uuid.UUID, version: int) -> Erasure:
    """The second of two people; a job then erases. Raises 403, 404; 409 `stale`, `wrong_state`, `same_person`."""
    require(tx.actor, Permission.RETENTION_ERASE)
    found = await tx.session.get(Erasure, erasure_id, with_for_update=True)
    if found is None:
        raise not_found()
    ask_version(found, version)
    if found.confirmed_at is not None:
        raise Problem("wrong_state", 409, state="confirmed")
    if found.proposed_by == tx.actor.account_id:
        raise Problem("same_person", 409)
    found.confirmed_by, found.confirmed_at = tx.actor.account_id, clock.now()
    audit.note(tx.session, found, Act("erasure.confirm"))
    await tx.session.flush()
    await jobs.enqueue(tx.session, "erase", {"erasure_id": str(found.id)}, tx.actor.account_id)
    return found


@jobs.handler("erase")
async def work(context: JobContext, params: Params) -> dict[str, Any]:
    """Erase what was confirmed by two; begun again after a crash it goes on with what is left."""
    erasure_id, vault = uuid.UUID(params["erasure_id"]), vault_of(context.settings)
    async with context.session() as session:
        found = await session.get(Erasure, erasure_id)
        if found is None or found.confirmed_at is None:
            raise not_found()
        cycle_id, kind = found.cycle_id, cast(RetentionKind, found.kind)
        if found.done_at is not None:
            return {"rows": found.rows, "files": found.files}
    held = await _erase_files(context, cycle_id, kind)
    async with context.session() as session:
        rows = await blank(session, kind, cycle_id, vault)
        done = await session.get(Erasure, erasure_id, with_for_update=True)
        assert done is not None
        done.rows, done.files, done.done_at = rows, max(held, done.files), clock.now()
        audit.note(session, done, Act("erasure.done"))
        await session.flush()
        if await _counted(session, vault, cycle_id, kind) != (0, 0):
            raise Problem("erasure_incomplete", 500)
        await audit.commit(session)
    return {"rows": rows, "files": held}


async def blank(session: AsyncSession, kind: RetentionKind, cycle_id: uuid.UUID, vault: Vault) -> int:
    """Blank the rows of a kind and empty the words of the trail about them; returns the number of rows."""
    rows = 0
    for target in targets(kind, cycle_id, vault):
        rows += await audit.bulk(
            session,
            update(target.model).where(target.filled).values(target.blank),
            action="erasure.erase",
            thing_type="cycle",
            thing_id=cycle_id,
            # What kind of thing, never which value.
            facts={"kind": [None, kind], "table": [None, target.model.__tablename__]},
        )
    # Before they count, what this session has to tell is in the trail as well.
    await audit.seal(session)
    await forget(session, entries(kind, cycle_id), thing_type="cycle", thing_id=cycle_id, kind=kind)
    return rows


async def _erase_files(context: JobContext, cycle_id: uuid.UUID, kind: RetentionKind) -> int:
    stored, erased = held_files(kind, cycle_id), 0
    while stored is not None:
        async with context.session() as session:
            some = list(await session.scalars(stored.limit(FILES)))
            for file in some:
                # The bytes first: a row that still has its name is tried again.
                await files.erase(context.files, file)
                file.name = ""
            await session.commit()
        erased += len(some)
        if len(some) < FILES:
            break
    return erased
