"""Making a pack by one button: asked for by the office, gathered by a job in one snapshot, kept with its digest.

Sources: PIPL 54 (audits), 55–56 (reports are kept three years and more), 《未成年人网络保护条例》 37 (every year,
told to the authority by the end of January for the year before).
"""

import tempfile
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import asyncpg
from obstore.store import ObjectStore
from sqlalchemy import MetaData, select

from miaopu.compliance import asked, held, machinery, queries, seen
from miaopu.compliance.models import ComplianceAudit
from miaopu.compliance.parts import Connection, Part, Period
from miaopu.compliance.schemas import AuditAsk, Figures
from miaopu.compliance.written import Pack, write
from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.db import Base, plain_url
from miaopu.core.jobs import Job, JobContext, Params
from miaopu.core.problem import FieldError, Language, Problem, invalid, say
from miaopu.core.read import Reader
from miaopu.core.secrets import vault_of
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.personal.retention import due
from miaopu.personal.service import told
from miaopu.personal.sweeping import technical_months
from miaopu.programme.models import Cycle
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_of
from miaopu.trail.models import TreeHead
from miaopu.trail.notes import base64_of


async def begin(tx: Tx, form: AuditAsk, language: Language) -> Job:
    """Ask for a year's pack. Raises 403; 409 `no_cycle` before the first year; 422 for a year that has not begun."""
    require(tx.actor, Permission.COMPLIANCE_MAKE)
    plan = await _newest_plan(tx.session)
    if form.year > plan.local_day(clock.now()).year:
        raise invalid(FieldError("/year", "year_ahead"))
    audit.record(tx.session, Act("compliance_audit.ask"), "compliance_audit", None, year=form.year)
    params = {
        "year": form.year,
        "language": language,
        "membership_id": str(tx.actor.membership_id),
        "role": tx.actor.role.value,
    }
    return await jobs.enqueue(tx.session, "compliance_audit", params, tx.actor.account_id)


async def taken(tx: Tx, reads: Reads, store: ObjectStore, audit_id: uuid.UUID) -> tuple[str, bytes]:
    """A pack's name and bytes; who took it is written down. Raises 403, 404."""
    require(tx.actor, Permission.COMPLIANCE_READ)
    file = files.from_rows(await reads.rows(queries.file_of(), id=audit_id))
    made = await files.read(store, file)
    audit.record(tx.session, Act("compliance_audit.fetch"), "compliance_audit", audit_id)
    return file.name, made


async def _newest_plan(session: Any) -> Plan:
    newest = await session.scalar(
        select(Cycle.id).where(Cycle.state != "draft").order_by(Cycle.year.desc(), Cycle.id).limit(1)
    )
    if newest is None:
        raise Problem("no_cycle", 409)
    return await plan_of(session, newest)


@jobs.handler("compliance_audit")
async def work(context: JobContext, params: Params) -> dict[str, Any]:
    """Gather, write and keep the pack; begun again after a crash it keeps one row all the same."""
    language: Language = params["language"]
    assert context.requested_by is not None
    async with context.session() as session:
        known = await session.scalar(select(ComplianceAudit).where(ComplianceAudit.id == context.job_id))
        if known is not None:
            return {"audit_id": str(known.id), "sha256": known.sha256}
        plan = await _newest_plan(session)
        overdue = asked.overdue(await due(session, vault_of(context.settings)))
        months = await technical_months(session)
        head = await session.scalar(select(TreeHead).order_by(TreeHead.size.desc()).limit(1))
        asker = await session.scalar(select(Account.name).where(Account.id == context.requested_by))
    period = _period(params["year"], plan)
    parts = await _gathered(context, period, overdue, months, language)
    figures = summed(parts)
    facts = (
        ("since", period.since),
        ("until", period.until),
        ("complete", period.complete),
        ("made_at", period.now),
        ("made_by", asker),
        ("head_size", head.size if head else None),
        ("head_root", base64_of(head.root) if head else None),
        *figures.model_dump().items(),
    )
    with tempfile.TemporaryFile() as out:
        write(Pack(period, plan.zone, facts, parts), language, out)
        async with context.session() as session:
            membership = uuid.UUID(params["membership_id"])
            audit.act_as(session, audit.Who(context.requested_by, membership, params["role"], context.job_id.hex))
            name = say(language, "compliance.file.zip", {"year": period.year, "day": plan.local_day(period.now)})
            file = await files.keep(
                session, context.files, out, name=name, content_type="application/zip", owner=context.requested_by
            )
            file.claimed_type, file.claimed_id = ComplianceAudit.__thing__, context.job_id
            made = ComplianceAudit(
                # The job's own id: a job that is begun again makes no second row.
                id=context.job_id,
                year=period.year,
                complete=period.complete,
                made_at=period.now,
                made_by=context.requested_by,
                file_id=file.id,
                sha256=file.sha256,
                size=file.size,
                figures=figures.model_dump(),
            )
            session.add(made)
            audit.note(session, made, Act("compliance_audit.make"))
            await audit.commit(session)
    return {"audit_id": str(context.job_id), "sha256": file.sha256}


def _period(year: int, plan: Plan) -> Period:
    since, until = (datetime(y, 1, 1, tzinfo=plan.zone) for y in (year, year + 1))
    return Period(year, since, until, clock.now())


async def _gathered(
    context: JobContext, period: Period, overdue: Part, months: int, language: Language
) -> tuple[Part, ...]:
    """All parts, in the order of the document, of one snapshot on a connection of its own."""
    kept = await told(Reader(context.database.reads, {}), language)
    metadata: MetaData = Base.metadata
    connection: Connection = await asyncpg.connect(plain_url(context.settings.database_url))
    try:
        # Everything is read at one moment, and nothing written, whatever a statement says.
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            steps: tuple[Callable[[], Awaitable[Part]], ...] = (
                lambda: held.minors(connection, period),
                lambda: held.held(connection),
                lambda: seen.sums(connection, period),
                lambda: seen.every(connection, period),
                lambda: asked.consents(connection, period),
                lambda: asked.words(connection, period),
                lambda: asked.corrections(connection, period),
                lambda: asked.exports(connection, period),
                lambda: asked.erasures(connection, period),
                lambda: machinery.logs(connection, period, months),
                lambda: machinery.keys(connection, period),
                lambda: machinery.sealed(connection, metadata, vault_of(context.settings)),
                lambda: machinery.upkeep(connection, period),
                lambda: machinery.faults(connection, language),
            )
            parts: list[Part] = []
            for n, step in enumerate(steps):
                await context.progress(n, len(steps))
                parts.append(await step())
    finally:
        await connection.close()
    return (parts[0], held.kinds(kept), *parts[1:], overdue)


def summed(parts: tuple[Part, ...]) -> Figures:
    """The sums of the first page and of the list. Pure."""
    by = {one.code: one for one in parts}
    upkeep = {row[0]: row for row in by["upkeep"].rows}
    age = by["upkeep"].heads.index("age_days")
    return Figures(
        minors=by["minors"].sum("under_14") + by["minors"].sum("under_18"),
        under_14=by["minors"].sum("under_14"),
        reads=by["reads"].sum("times"),
        consents=by["consents"].sum("in_force"),
        corrections=len(by["corrections"].rows),
        erasures=len(by["erasures"].rows),
        overdue=len(by["overdue"].rows),
        faults=sum(1 for row in by["faults"].rows if row[by["faults"].heads.index("broken")]),
        backup_days=upkeep["backup"][age],
    )
