"""The head of each day, made by the worker."""

import asyncio
import contextlib
import logging

from miaopu.core import jobs
from miaopu.core.db import Database
from miaopu.core.secrets import vault_of
from miaopu.evaluations import signatures
from miaopu.settings import Settings
from miaopu.trail.sealing import origin_of, seal_daily

log = logging.getLogger("miaopu.trail")
# Seconds between two looks at whether the day's head is made.
ASKED_EVERY = 300.0


async def keep_sealing(database: Database, settings: Settings, stop: asyncio.Event) -> None:
    """Until `stop`: make the day's head. What fails is written down and tried again; a lost database ends the loop."""
    vault = vault_of(settings)
    while not stop.is_set():
        try:
            made = await seal_daily(database, await signatures.load(database, vault), origin_of(settings))
            if made is not None:
                log.info("a head over %d entries", made.size)
        except Exception as wrong:
            if jobs.is_away(wrong):
                raise
            log.exception("the head of the day is tried again")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), ASKED_EVERY)
