"""Long work: a row of the transaction that asked for it, done by the worker, with progress that a page shows.

Two rows are written together: ours, which people see, and the queue's (pgqueuer), by which a worker finds it.
A worker that dies leaves its job to the next one, so a handler may run more than once for one job: it must
end in the same place however often it begins.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from obstore.store import ObjectStore
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.errors import RetryRequested
from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import audit, clock, tracing
from miaopu.core.db import Base, Database, driver_of, new_id
from miaopu.core.problem import Problem
from miaopu.settings import Settings

log = logging.getLogger("miaopu.jobs")
ENTRYPOINT = "miaopu.job"
STATES = ("queued", "running", "done", "failed")
# A job that ends its worker each time (out of memory, say) must not do so for ever.
MAX_ATTEMPTS = 5
PROGRESS_EVERY = 0.25
WAIT = timedelta(seconds=2)
# What is thrown while PostgreSQL is away.
AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidCatalogNameError,
)

# The queue's own tables, for the migration that installs them.
JOB_SCHEMA: tuple[str, ...] = tuple(
    re.split(r";\s*\n(?=CREATE )", re.sub(r"^--.*\n", "", QueryBuilderEnvironment().build_install_query()).strip())
)

DROP_JOB_SCHEMA: tuple[str, ...] = tuple(
    line.strip() for line in QueryBuilderEnvironment().build_uninstall_query().split(";") if line.strip()
)


class Job(Base):
    """What was asked for, how far it is, what came of it. `error` is a problem: its code and params."""

    __tablename__ = "jobs"
    # What its files are claimed by.
    __thing__ = "job"
    __audit__ = False
    __table_args__ = (CheckConstraint(f"state IN {STATES!r}", name="state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(16), default="queued")
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.real_now)
    finished_at: Mapped[datetime | None]


@dataclass(slots=True)
class JobContext:
    """What a handler leans on. Long computing belongs in a thread, or the job's heartbeat stops."""

    job_id: uuid.UUID
    requested_by: uuid.UUID | None
    database: Database
    settings: Settings
    files: ObjectStore
    _told_at: float = field(default=0.0)

    def session(self) -> AsyncSession:
        """A new session that writes for whoever asked for the job; end it with `audit.commit`."""
        made = self.database.session()
        audit.act_as(made, audit.Who(account_id=self.requested_by, request_id=f"job-{self.job_id.hex}"))
        return made

    async def progress(self, done: int, total: int) -> None:
        """Say how far it is. Cheap to call often: only some of the calls are written."""
        now = time.monotonic()
        if done < total and now - self._told_at < PROGRESS_EVERY:
            return
        self._told_at = now
        await _set(self.database, self.job_id, done=done, total=total)


Params = Mapping[str, Any]
Handler = Callable[[JobContext, Params], Awaitable[dict[str, Any] | None]]
HANDLERS: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: this function does jobs of this kind; what it returns is the job's result."""

    def register(function: Handler) -> Handler:
        if HANDLERS.setdefault(kind, function) is not function:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        return function

    return register


async def enqueue(session: AsyncSession, kind: str, params: Params, requested_by: uuid.UUID | None) -> Job:
    """Ask for a job in the session's own transaction: if that is rolled back, nobody ever hears of the job."""
    job = Job(id=new_id(), kind=kind, params=dict(params), requested_by=requested_by)
    session.add(job)
    # The flush also begins the transaction that the queue's row, sent past SQLAlchemy, then belongs to.
    await session.flush()
    await _queue(session, job.id)
    return job


async def again(session: AsyncSession, job: Job) -> None:
    """Ask for a failed job once more, from its beginning, in the session's own transaction."""
    job.state, job.attempts, job.done, job.error, job.finished_at = "queued", 0, 0, None, None
    await session.flush()
    await _queue(session, job.id)


async def _queue(session: AsyncSession, job_id: uuid.UUID) -> None:
    queue = Queries(AsyncpgDriver(await driver_of(session)))
    await queue.enqueue(ENTRYPOINT, job_id.hex.encode(), headers=tracing.carried())


async def execute(job_id: uuid.UUID, database: Database, settings: Settings, files: ObjectStore) -> None:
    """Do one job and write down what came of it.

    Raises:
        RetryRequested: PostgreSQL went away meanwhile; the queue brings the job again.
    """
    try:
        await _execute(job_id, database, settings, files)
    except Exception as wrong:
        if not is_away(wrong):
            raise
        log.warning("job %s waits for the database: %r", job_id, wrong)
        raise RetryRequested(delay=WAIT, reason="the database is away") from wrong


async def _execute(job_id: uuid.UUID, database: Database, settings: Settings, files: ObjectStore) -> None:
    async with database.session() as session:
        job = await session.get(Job, job_id)
        if job is None or job.state in ("done", "failed"):
            return
        job.state, job.attempts = "running", job.attempts + 1
        kind, params, attempts = job.kind, job.params, job.attempts
        context = JobContext(job_id, job.requested_by, database, settings, files)
        await session.commit()
    tracing.called(f"job {kind}")
    tracing.mark(**{"job.kind": kind, "job.attempt": attempts})
    try:
        if attempts > MAX_ATTEMPTS:
            raise Problem("job_gave_up", 500)
        if kind not in HANDLERS:
            raise Problem("job_kind_unknown", 500, kind=kind)
        result = await HANDLERS[kind](context, params)
    except Problem as problem:
        error = {"code": problem.code, "params": json.loads(json.dumps(problem.params, default=str))}
        await _set(database, job_id, state="failed", error=error, finished_at=clock.real_now())
    except Exception as wrong:
        if is_away(wrong):
            raise
        log.exception("job %s of kind %s failed", job_id, kind)
        failed = {"code": "internal", "params": {}}
        await _set(database, job_id, state="failed", error=failed, finished_at=clock.real_now())
    else:
        await _set(database, job_id, state="done", done=Job.total, result=result, finished_at=clock.real_now())


def is_away(wrong: BaseException) -> bool:
    """True where the error says that PostgreSQL cannot be reached, or ended our connection."""
    if isinstance(wrong, FileNotFoundError | PermissionError):
        return False
    if isinstance(wrong, DBAPIError):
        return wrong.connection_invalidated or isinstance(wrong.__cause__, AWAY) or _cause_is_away(wrong.orig)
    return isinstance(wrong, AWAY)


def _cause_is_away(original: BaseException | None) -> bool:
    return original is not None and (isinstance(original, AWAY) or isinstance(original.__cause__, AWAY))


async def _set(database: Database, job_id: uuid.UUID, **values: Any) -> None:
    async with database.session() as session:
        await session.execute(update(Job).where(Job.id == job_id).values(**values))
        await session.commit()
