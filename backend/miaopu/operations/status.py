"""How the installation is, and what of it somebody should look at. The only home of these bounds."""

import json
import shutil
import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory
from anyio.to_thread import run_sync
from sqlalchemy import select

from miaopu import migrate
from miaopu.core import audit, clock
from miaopu.core.jobs import Job, again
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.operations import queries
from miaopu.operations.schemas import (
    Concern,
    FailedJob,
    HeadStatus,
    JobsStatus,
    OutboxStatus,
    Places,
    RefusedEntries,
    SystemStatus,
    UpkeepStatus,
)
from miaopu.operations.upkeep import CHAIN_EVERY, DOCTOR_EVERY
from miaopu.people.acting import Reads, Tx
from miaopu.people.refusals import SHOWN
from miaopu.settings import Settings
from miaopu.trail.sealing import EVERY as HEAD_EVERY

LATELY, DAY = timedelta(days=7), timedelta(days=1)
JOB_WAITS = timedelta(minutes=10)
MAIL_WAITS = timedelta(minutes=30)
# Twice its time is too long for anything that is done by the clock.
LATE = 2
DISK_SHARE, DISK_BYTES = 0.1, 2 * 1024**3
CLOCK_SECONDS = 2.0


@cache
def newest_revision() -> str:
    """The schema that this version of the platform wants."""
    return ScriptDirectory.from_config(migrate.config("postgresql://unused")).get_current_head() or ""


async def status(reads: Reads, settings: Settings, version: str, language: Language) -> SystemStatus:
    """Everything the page shows, with the concerns."""
    now = clock.real_now()
    counted = {row["state"]: row for row in await reads.rows(queries.job_counts())}
    failed = await reads.rows(queries.failed_jobs(), since=now - LATELY)
    programme = clock.now()
    sent = (await reads.rows(queries.deliveries(), since=programme - LATELY, overdue=programme - MAIL_WAITS))[0]
    refused = await reads.rows(queries.refusals(), at=now, rest=SHOWN - DAY)
    says = (await reads.rows(queries.database_says()))[0]
    queued, running = counted.get("queued"), counted.get("running")
    usage = await run_sync(shutil.disk_usage, settings.data_dir if settings.data_dir.exists() else "/")
    shown = SystemStatus(
        at=now,
        concerns=[],
        version=version,
        schema_revision=says["version_num"],
        schema_newest=newest_revision(),
        jobs=JobsStatus(
            queued=queued["jobs"] if queued else 0,
            running=running["jobs"] if running else 0,
            oldest_queued_at=queued["oldest"] if queued else None,
            failed=[_failed(row, language) for row in failed],
        ),
        outbox=OutboxStatus(**dict(sent)),
        refused=[RefusedEntries(**dict(row)) for row in refused],
        backups_on=settings.backup_dir is not None,
        upkeep=await _upkeep(reads),
        head=_head((await reads.rows(queries.newest_head()))[0]),
        disk=Places(free=usage.free, total=usage.total),
        clock_apart=round((says["at"] - clock.real_now()).total_seconds(), 3),
        clock_turned=round(clock.offset().total_seconds(), 3),
    )
    return shown.model_copy(update={"concerns": concerns(shown, settings)})


def concerns(shown: SystemStatus, settings: Settings) -> list[Concern]:
    """What somebody should look at, the gravest first. Pure."""
    upkeep = {run.kind: run for run in shown.upkeep}
    found: list[Concern] = []
    if upkeep["chain"].ok is False:
        found.append("chain_broken")
    if upkeep["doctor"].ok is False:
        found.append("doctor_found")
    if shown.schema_revision != shown.schema_newest:
        found.append("schema_behind")
    if not shown.backups_on:
        found.append("backup_none")
    else:
        if upkeep["backup"].ok is False:
            found.append("backup_failed")
        elif _late(upkeep["backup"], timedelta(hours=settings.backup_every_hours), shown.at):
            found.append("backup_old")
        if upkeep["drill"].ok is False:
            found.append("drill_failed")
        elif _late(upkeep["drill"], timedelta(hours=settings.drill_every_hours), shown.at):
            found.append("drill_old")
    if shown.disk.free < max(DISK_BYTES, shown.disk.total * DISK_SHARE):
        found.append("disk_low")
    oldest = shown.jobs.oldest_queued_at
    if oldest is not None and shown.at - oldest > JOB_WAITS:
        found.append("jobs_waiting")
    if shown.jobs.failed:
        found.append("jobs_failed")
    if shown.outbox.overdue:
        found.append("outbox_waiting")
    if shown.outbox.failed:
        found.append("outbox_failed")
    if upkeep["chain"].ok is not False and _late(upkeep["chain"], CHAIN_EVERY, shown.at):
        found.append("chain_old")
    if upkeep["doctor"].ok is not False and _late(upkeep["doctor"], DOCTOR_EVERY, shown.at):
        found.append("doctor_old")
    made = shown.head.made_at
    if shown.head.uncovered and (made is None or shown.at - made > LATE * HEAD_EVERY):
        found.append("head_old")
    if abs(shown.clock_apart) > CLOCK_SECONDS:
        found.append("clock_off")
    return found


async def retry(tx: Tx, job_id: uuid.UUID) -> None:
    """Ask for a failed job again; who did is written in the trail.

    Raises:
        Problem: 404 where there is none; 409 `wrong_state` where it has not failed.
    """
    job = await tx.session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None:
        raise not_found("job")
    if job.state != "failed":
        raise Problem("wrong_state", 409)
    await again(tx.session, job)
    audit.record(tx.session, audit.Act("job.retried"), "job", job.id, kind=job.kind)


def _late(run: UpkeepStatus, every: timedelta, now: datetime) -> bool:
    return run.well_at is None or now - run.well_at > LATE * every


async def _upkeep(reads: Reads) -> list[UpkeepStatus]:
    newest = {row["kind"]: row for row in await reads.rows(queries.newest_runs())}
    well = {row["kind"]: row["at"] for row in await reads.rows(queries.well_runs())}
    return [_run(kind, newest.get(kind), well.get(kind)) for kind in ("backup", "drill", "chain", "doctor")]


def _run(kind: Any, row: asyncpg.Record | None, well_at: datetime | None) -> UpkeepStatus:
    facts: dict[str, Any] = _object(row["facts"]) if row else {}
    return UpkeepStatus(
        kind=kind,
        at=row["ended_at"] if row else None,
        ok=row["ok"] if row else None,
        well_at=well_at,
        count=facts.get("rows", facts.get("entries", facts.get("asked"))),
        files=facts.get("files"),
        bytes=facts.get("bytes"),
        file=facts.get("file"),
        wrong=_wrong(kind, facts),
        error=facts.get("error"),
    )


def _wrong(kind: str, facts: dict[str, Any]) -> int:
    if kind == "doctor":
        return len(facts.get("codes", ()))
    return int(facts.get("broken", 0) + facts.get("lost", 0) + len(facts.get("differences", ())))


def _head(row: asyncpg.Record) -> HeadStatus:
    size = row["size"]
    return HeadStatus(
        size=size,
        made_at=row["made_at"],
        countersigned=row["signed"] or 0,
        uncovered=int(row["entries"]) - (size or 0),
    )


def _failed(row: asyncpg.Record, language: Language) -> FailedJob:
    error = _object(row["error"]) or {"code": "internal", "params": {}}
    message = say(language, error["code"], error["params"])
    return FailedJob(
        id=row["id"], kind=row["kind"], code=error["code"], message=message, finished_at=row["finished_at"]
    )


def _object(given: Any) -> Any:
    return json.loads(given) if isinstance(given, str) else given
