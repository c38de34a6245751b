"""The worker: takes jobs from the queue, one process beside the server (or several)."""

import asyncio
import contextlib
import logging
import signal
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
from opentelemetry.trace import Tracer
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job as Taken

# Every room, with the jobs it can do.
from miaopu import rooms as rooms
from miaopu.core import jobs, tracing
from miaopu.core.db import Database, plain_url
from miaopu.core.files import make_store
from miaopu.doctor.asking import EXAMINER
from miaopu.operations.upkeep import keep_up
from miaopu.personal.sweeping import keep_sweeping
from miaopu.programme.demo_clock import read_demo_clock
from miaopu.reminders.ticking import keep_ticking
from miaopu.settings import Settings
from miaopu.trail.clockwork import keep_sealing

log = logging.getLogger("miaopu.worker")
AT_ONCE = 4
# A job whose worker has been silent this long goes to another one.
SILENCE = timedelta(seconds=20)
AGAIN = timedelta(seconds=2)
LONGEST_WAIT = 10.0


async def run_worker(settings: Settings, *, silence: timedelta = SILENCE, stop: asyncio.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`. Comes back by itself when PostgreSQL was away."""
    stop = stop or asyncio.Event()
    traces = tracing.provider_of(settings, "worker")
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    wait = 0.2
    while not stop.is_set():
        began = loop.time()
        try:
            await _work(settings, silence, stop, tracing.tracer_of(traces))
        except Exception as wrong:
            if jobs.is_away(wrong):
                log.warning("the database is away: %r", wrong)
            else:
                log.exception("the worker begins again")
        if loop.time() - began > LONGEST_WAIT:
            wait = 0.2
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
        wait = min(wait * 2, LONGEST_WAIT)
    await tracing.end(traces)


async def _work(settings: Settings, silence: timedelta, stop: asyncio.Event, tracer: Tracer | None) -> None:
    """One connection's life: until it is lost, or `stop`."""
    database, files = Database(settings, tracer), make_store(settings)
    await database.open()
    connection = await asyncpg.connect(plain_url(settings.database_url))
    tasks: list[asyncio.Task[Any]] = []
    try:
        await Queries(AsyncpgDriver(connection)).apply_upgrade()
        queue = PgQueuer.from_asyncpg_connection(connection)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())

        @queue.entrypoint(jobs.ENTRYPOINT)
        async def one(taken: Taken) -> None:
            job_id = uuid.UUID(hex=(taken.payload or b"").decode())
            async with _alone(queue.connection, job_id):
                if settings.demo:
                    await read_demo_clock(database)
                with tracing.job(tracer, taken.headers):
                    await jobs.execute(job_id, database, settings, files)

        working = asyncio.create_task(
            queue.qm.run(
                dequeue_timeout=timedelta(seconds=5),
                batch_size=AT_ONCE // 2,
                max_concurrent_tasks=AT_ONCE,
                heartbeat_timeout=silence,
                shutdown_on_listener_failure=True,
            )
        )
        ticking = asyncio.create_task(keep_ticking(database, settings, _clock_of(settings, database), stop))
        sealing = asyncio.create_task(keep_sealing(database, settings, stop))
        keeping = asyncio.create_task(keep_up(settings, database, stop, EXAMINER))
        sweeping = asyncio.create_task(keep_sweeping(database, files, _clock_of(settings, database), stop, settings))
        ends = [asyncio.create_task(event.wait()) for event in (lost, stop)]
        tasks = [working, ticking, sealing, keeping, sweeping, *ends]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        queue.shutdown.set()
        if lost.is_set():
            raise asyncpg.ConnectionDoesNotExistError("the worker's connection was closed")
        await working
        # At the end these come to theirs (a backup or drill is left instead); one that ended before has something to
        # say, and the others would go on.
        for task in (ticking, sealing, sweeping, keeping):
            if task.done() or (stop.is_set() and task is not keeping):
                await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        connection.terminate()
        await database.close()


def _clock_of(settings: Settings, database: Database) -> Callable[[], Awaitable[None]]:
    async def turned() -> None:
        if settings.demo:
            await read_demo_clock(database)

    return turned


@contextlib.asynccontextmanager
async def _alone(driver: Any, job_id: uuid.UUID) -> Any:
    """Hold the job's lock, which PostgreSQL frees when this worker dies.

    A worker that only fell silent (its loop was kept busy) still holds it, and the job waits for the outcome.
    """
    key = job_id.hex
    rows = await driver.fetch("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine", key)
    if not rows[0]["mine"]:
        raise RetryRequested(delay=AGAIN, reason="another worker still does it")
    try:
        yield
    finally:
        with contextlib.suppress(*jobs.AWAY):
            await driver.fetch("SELECT pg_advisory_unlock(hashtextextended($1, 0))", key)
