"""One turn of the clock: rules, batches whose time has come, mails that may go, and then sending."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from miaopu.core import audit, jobs
from miaopu.core.db import Database
from miaopu.core.secrets import Vault, vault_of
from miaopu.reminders.gathering import gather
from miaopu.reminders.mailing import plan_deliveries
from miaopu.reminders.releasing import release_due, tell_due
from miaopu.reminders.sending import deliver, send_links
from miaopu.settings import Settings

log = logging.getLogger("miaopu.reminders")
# Seconds, of the real clock: how often the rules are asked, and how often what waits to be sent is looked for.
RULES_EVERY = 120.0
SEND_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one turn did."""

    made: int
    released: int
    told: int
    planned: int
    sent: int


async def tick(database: Database, settings: Settings, vault: Vault) -> Ticked:
    """Everything that is due now. Safe to run at any time, twice, and by two workers at once."""
    async with database.session() as session:
        audit.act_as(session, audit.Who(request_id="clock"))
        made = await gather(session)
        released = await release_due(session)
        told = await tell_due(session)
        await audit.commit(session)
    planned, sent = await send(database, settings, vault)
    return Ticked(made, released, told, planned, sent)


async def send(database: Database, settings: Settings, vault: Vault) -> tuple[int, int]:
    """What may leave, without asking the rules; returns how much was planned and how much was sent."""
    async with database.session() as session:
        planned = await plan_deliveries(session, settings)
        await session.commit()
    return planned, await deliver(database, settings, vault) + await send_links(database, settings, vault)


async def keep_ticking(
    database: Database, settings: Settings, before: Callable[[], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Until `stop`: the rules every few minutes, sending every few seconds.

    What fails is written down and tried again at the next turn: a bad hour of the reminders must not stop the jobs.
    A lost database is the worker's own affair, and ends the loop.
    """
    vault = vault_of(settings)
    loop, last = asyncio.get_running_loop(), float("-inf")
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SEND_EVERY)
        if stop.is_set():
            return
        try:
            await before()
            if loop.time() - last >= RULES_EVERY:
                last = loop.time()
                await tick(database, settings, vault)
            else:
                await send(database, settings, vault)
        except Exception as wrong:
            if jobs.is_away(wrong):
                raise
            log.exception("the reminders begin again")
