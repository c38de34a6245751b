"""What the installation does for itself by the clock: backups, drills, a look at the trail's chain and the invariants.

One at a time in the whole installation, however many workers there are: an advisory lock, which PostgreSQL frees
when its holder dies. Each outcome is a row that the status page shows.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from anyio.to_thread import run_sync
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from miaopu.core import audit, clock
from miaopu.core.db import Database, plain_url
from miaopu.operations import backup, restore
from miaopu.operations.models import UpkeepRun
from miaopu.operations.parts import Manifest
from miaopu.operations.sealing import Unreadable, key_of
from miaopu.settings import Settings

log = logging.getLogger("miaopu.upkeep")
LOOK_EVERY = 60.0
CHAIN_EVERY = timedelta(days=1)
DOCTOR_EVERY = timedelta(days=1)
AGAIN_AFTER_FAILURE = timedelta(hours=1)
LOCK = "SELECT pg_try_advisory_lock(hashtextextended('miaopu upkeep', 0))"
# Of many differences the first ones say enough.
TOLD = 5
TEXT = 500
Facts = dict[str, Any]
Work = Callable[[Settings, Database], Awaitable[tuple[bool, Facts]]]


@dataclass(frozen=True, slots=True)
class Examiner:
    """Who asks whether the data hold together: the installation by the clock, and a restored copy by its DSN.

    It stands in a room above this one (`doctor`) and is handed in by whoever runs the upkeep.
    """

    daily: Work
    of_copy: Callable[[str], Awaitable[Facts]]


class Busy(Exception):
    """Another process is at it."""


@contextlib.asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[None]:
    """Hold the installation's one lock for upkeep. Raises Busy."""
    connection = await asyncpg.connect(plain_url(settings.database_url))
    try:
        if not await connection.fetchval(LOCK):
            raise Busy("another process makes a backup or a drill just now")
        yield
    finally:
        await asyncio.shield(connection.close())


async def make_backup(settings: Settings, _database: Database) -> tuple[bool, Facts]:
    """A backup into the folder of the settings; the oldest ones go."""
    assert settings.backup_dir is not None
    settings.backup_dir.mkdir(parents=True, exist_ok=True)
    path, manifest = await backup.back_up(settings, settings.backup_dir)
    backup.forget_old(settings.backup_dir, settings.backups_kept)
    return not manifest.lost, {"file": path.name, "bytes": path.stat().st_size, **_figures(manifest)}


async def drill(
    settings: Settings, _database: Database, path: Path | None = None, examiner: Examiner | None = None
) -> tuple[bool, Facts]:
    """Restore the newest backup (or the one named) into a scratch database beside, compare, and take it away again.

    What the examiner finds in the copy is kept as `asked` and `codes` and makes no drill fail: rows that are those of
    the manifest were unsound before they were kept. A backup of an older schema is not asked.
    """
    if path is None:
        found = backup.backups_in(settings.backup_dir) if settings.backup_dir else []
        if not found:
            raise Unreadable("there is no backup to try")
        path = found[0]
    key = key_of(settings.backup_key.get_secret_value())
    manifest = await run_sync(restore.look_at, path, key)
    async with scratch(settings.database_url) as url:
        await restore.pour(path, key, url, None)
        tried = settings.model_copy(update={"database_url": url, "read_database_url": ""})
        differing, broken = await restore.compared(tried, manifest)
        examined = await examiner.of_copy(url) if examiner and restore.is_present(manifest) else {}
    facts = {"file": path.name, "made_at": manifest.made_at.isoformat(), **_figures(manifest)}
    facts |= {"differences": differing[:TOLD], "broken": len(broken), **examined}
    return not (differing or broken or manifest.lost), facts


async def check_chain(_settings: Settings, database: Database) -> tuple[bool, Facts]:
    """Recompute every hash of the trail."""
    async with database.session() as session:
        entries = await session.scalar(select(func.count()).select_from(audit.AuditEntry))
        broken = await audit.broken_links(session)
    return not broken, {"entries": entries, "broken": len(broken)}


@contextlib.asynccontextmanager
async def scratch(url: str) -> AsyncIterator[str]:
    """An empty database on the same server, gone afterwards; what a killed drill left goes first."""
    split = urlsplit(plain_url(url))
    name = f"{split.path.lstrip('/')[:40]}_drill"
    connection = await asyncpg.connect(plain_url(url))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield urlunsplit(split._replace(path=f"/{name}"))
        finally:
            await asyncio.shield(connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        await asyncio.shield(connection.close())


async def done(kind: str, work: Work, settings: Settings, database: Database) -> tuple[bool, Facts]:
    """Do it and write down what came of it; what fails is an outcome too, with its reason as `error`."""
    began = clock.real_now()
    try:
        ok, facts = await work(settings, database)
    except (Unreadable, OSError, asyncpg.PostgresError) as wrong:
        log.warning("upkeep: %s failed", kind, exc_info=wrong)
        ok, facts = False, {"error": str(wrong)[:TEXT]}
    await _keep(database, kind, began, ok, facts)
    return ok, facts


async def turn(settings: Settings, database: Database, examiner: Examiner | None = None) -> list[str]:
    """Everything that is due; the kinds that were done."""
    due = await _due(settings, database, examiner)
    if not due:
        return []
    did: list[str] = []
    with contextlib.suppress(Busy):
        async with alone(settings):
            # Asked again: another worker may have been at it before the lock was ours.
            for kind, work in await _due(settings, database, examiner):
                did.append(kind)
                ok, facts = await done(kind, work, settings, database)
                log.log(logging.INFO if ok else logging.ERROR, "upkeep: %s %s", kind, facts)
    return did


async def keep_up(settings: Settings, database: Database, stop: asyncio.Event, examiner: Examiner) -> None:
    """Look every minute, until `stop`. A lost database is the worker's own affair, and ends the loop."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        if stop.is_set():
            return
        await turn(settings, database, examiner)


async def _due(settings: Settings, database: Database, examiner: Examiner | None) -> list[tuple[str, Work]]:
    kinds: list[tuple[str, Work, timedelta]] = [("chain", check_chain, CHAIN_EVERY)]
    if examiner is not None:
        kinds.append(("doctor", examiner.daily, DOCTOR_EVERY))
    if settings.backup_dir is not None:
        kinds.append(("backup", make_backup, timedelta(hours=settings.backup_every_hours)))
        kinds.append(("drill", partial(drill, examiner=examiner), timedelta(hours=settings.drill_every_hours)))
    async with database.session() as session:
        newest = await session.execute(
            select(UpkeepRun.kind, UpkeepRun.began_at, UpkeepRun.ok)
            .ext(distinct_on(UpkeepRun.kind))
            .order_by(UpkeepRun.kind, UpkeepRun.began_at.desc())
        )
        last = {row.kind: (row.began_at, row.ok) for row in newest}
    return [(kind, work) for kind, work, every in kinds if _is_due(last.get(kind), every)]


def _is_due(last: tuple[datetime, bool] | None, every: timedelta) -> bool:
    if last is None:
        return True
    began, ok = last
    return clock.real_now() - began >= (every if ok else min(every, AGAIN_AFTER_FAILURE))


async def _keep(database: Database, kind: str, began: datetime, ok: bool, facts: Facts) -> None:
    async with database.session() as session:
        session.add(UpkeepRun(kind=kind, began_at=began, ended_at=clock.real_now(), ok=ok, facts=facts))
        await session.commit()


def _figures(manifest: Manifest) -> Facts:
    return {
        "rows": sum(table.rows for table in manifest.tables.values()),
        "files": len(manifest.parts) - 1,
        "lost": len(manifest.lost),
    }
