"""Once a day: technical logs that are older than the plan asks go; erasures that were confirmed and not done go on.

The trail is no technical log: nothing of it is ever taken away. Everything here is kept six months at least
(《网络安全法》21: the plan refuses less), except ZIPs of one's own data, which are copies and wait for a week, and
files that belong to nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from obstore.store import ObjectStore
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.db import Database
from miaopu.core.door import IdempotencyKey
from miaopu.core.files import StoredFile
from miaopu.core.jobs import Job
from miaopu.core.secrets import vault_of
from miaopu.core.strays import sweep_left_behind, sweep_strays
from miaopu.core.throttle import Attempt
from miaopu.disclosures.service import seal_contacts
from miaopu.imports.keeping import sweep_workbooks
from miaopu.notices.models import OutboxMessage
from miaopu.people.models import RefreshToken, SignIn
from miaopu.personal.levels import sweep_levels
from miaopu.personal.models import Erasure
from miaopu.programme.models import Cycle
from miaopu.programme.plan_personal import MONTH, Retention
from miaopu.settings import Settings

log = logging.getLogger("miaopu.personal")
# Seconds, of the real clock, between two looks; a worker that begins anew looks at once, which does no harm.
EVERY = 24 * 3600.0
EXPORT_LIFE = timedelta(days=7)
# A job that has not ended after this was lost with its worker's database.
LOST = timedelta(hours=6)


async def sweep(database: Database, store: ObjectStore, settings: Settings) -> dict[str, int]:
    """One day's work; returns how many rows went, by table. Safe at any time, twice, and by two workers at once."""
    async with database.session() as session:
        audit.act_as(session, audit.Who(request_id="clock"))
        before = clock.real_now() - MONTH * await technical_months(session)
        gone = {
            "idempotency_keys": await _answers(session, timedelta(days=settings.answer_days)),
            "attempts": await _gone(session, delete(Attempt).where(Attempt.until < before)),
            "outbox": await _gone(session, delete(OutboxMessage).where(OutboxMessage.sent_at < before)),
            **await _sign_ins(session, before),
            "exports": await _exports(session, store),
            "workbooks": await sweep_workbooks(session, store, settings.workbook_days),
            "levels": await sweep_levels(session),
            "left_behind": await sweep_left_behind(session, store),
            "strays": await sweep_strays(session, store),
        }
        if told := {table: rows for table, rows in gone.items() if rows}:
            audit.record(session, Act("retention.sweep"), "retention", None, **told)
        await seal_contacts(session, vault_of(settings))
        await _go_on(session)
        await audit.commit(session)
    return gone


async def technical_months(session: AsyncSession) -> int:
    """For how long technical logs are kept: by the longest of all years' plans; none takes another's away."""
    plans = await session.scalars(select(Cycle.plan["retention"]))
    return max((Retention.model_validate(one or {}).technical_months for one in plans), default=12)


async def _answers(session: AsyncSession, life: timedelta) -> int:
    return await _gone(session, delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.real_now() - life))


async def _gone(session: AsyncSession, statement: object) -> int:
    result = await session.execute(statement)  # type: ignore[call-overload]
    return int(result.rowcount)


async def _sign_ins(session: AsyncSession, before: datetime) -> dict[str, int]:
    over = select(SignIn.id).where(SignIn.expires_at < before)
    tokens = await _gone(session, delete(RefreshToken).where(RefreshToken.sign_in_id.in_(over)))
    return {"refresh_tokens": tokens, "sign_ins": await _gone(session, delete(SignIn).where(SignIn.id.in_(over)))}


async def _exports(session: AsyncSession, store: ObjectStore) -> int:
    found = await session.scalars(
        select(StoredFile)
        .join(Job, Job.id == StoredFile.claimed_id)
        .where(StoredFile.claimed_type == "job", Job.kind == "my_data", StoredFile.name != "")
        .where(StoredFile.created_at < clock.real_now() - EXPORT_LIFE)
    )
    erased = 0
    for file in found:
        await files.erase(store, file)
        file.name = ""
        erased += 1
    return erased


async def _go_on(session: AsyncSession) -> None:
    """What two people confirmed is done, whatever became of the job that was to do it."""
    lost = Erasure.confirmed_at < clock.now() - LOST
    for one in await session.scalars(select(Erasure).where(lost, Erasure.done_at.is_(None))):
        await jobs.enqueue(session, "erase", {"erasure_id": str(one.id)}, one.confirmed_by)


async def keep_sweeping(
    database: Database,
    store: ObjectStore,
    before: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
    settings: Settings,
) -> None:
    """Until `stop`, once a day. What fails is written down and tried the next day; a lost database ends the loop."""
    while not stop.is_set():
        try:
            await before()
            await sweep(database, store, settings)
        except Exception as wrong:
            if jobs.is_away(wrong):
                raise
            log.exception("the sweeping begins again tomorrow")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
