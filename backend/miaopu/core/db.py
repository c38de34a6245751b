"""The two paths to PostgreSQL: sessions for writing, statements that answer JSON for reading."""

import functools
import json
import uuid
from datetime import datetime
from typing import Any, ClassVar

import asyncpg
import uuid_utils
from opentelemetry.trace import Tracer
from sqlalchemy import DateTime, ForeignKey, Integer, MetaData, String, Uuid
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from miaopu.core import clock, tracing
from miaopu.settings import Settings

# Seconds to wait for a connection of a pool: whoever waits longer is told to come back (503).
POOL_PATIENCE = 5.0
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Connections for short statements that commit by themselves (counts of tries).
APART = 4


class Base(DeclarativeBase):
    """All tables. `__thing__` names a row in the trail; `__audit__ = False` leaves a table out of it."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        uuid.UUID: Uuid(),
        str: String(),
    }
    __audit__: ClassVar[bool] = True
    __thing__: ClassVar[str] = ""
    # Where the trail of a part is shown: (thing, column that holds the thing's id).
    __trail__: ClassVar[tuple[str, str] | None] = None
    # A part whose acts and reasons are for the offices alone, wherever its thing's trail is read.
    __inner__: ClassVar[bool] = False


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): grows with time, so that indexes stay dense, and tells nobody how many there are."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


class Row:
    """Identity and version. A write that saw an older version is refused (`stale`)."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Stateful(Row):
    """A thing with a state that only `programme.flow.move` assigns."""

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    state: Mapped[str] = mapped_column(String(32))
    state_since: Mapped[datetime] = mapped_column(default=clock.now)


class AuditedSession(Session):
    """The session whose changes are collected for the trail (see `core.audit`)."""


class Database:
    """The engine for writes, one for what stands apart from them, and the pool for reads: once for each process."""

    def __init__(self, settings: Settings, tracer: Tracer | None = None) -> None:
        self._settings, self.tracer = settings, tracer
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(settings.database_url),
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_timeout=POOL_PATIENCE,
            # What goes wrong is logged; people's details are among the parameters (ASVS 5.0 V16.2.5).
            hide_parameters=True,
            pool_use_lifo=True,
            json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
            connect_args={
                "server_settings": {"timezone": "UTC", "application_name": "miaopu"},
                **dsn_of(settings.database_url),
            },
        )
        # For what a request does beside its own transaction: waiting for a second connection of the same pool, while
        # each waiter holds one, a storm of requests would stand still.
        self.apart: AsyncEngine = create_async_engine(
            sqlalchemy_url(settings.database_url),
            pool_size=APART,
            max_overflow=0,
            connect_args={
                "server_settings": {"timezone": "UTC", "application_name": "miaopu apart"},
                **dsn_of(settings.database_url),
            },
        )
        self.sessions = async_sessionmaker(
            self.engine, expire_on_commit=False, autoflush=False, sync_session_class=AuditedSession
        )
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        if tracer is not None:
            tracing.watch_engine(self.engine, tracer)

    async def open(self) -> None:
        """Open the reads' pool. Its connections cannot write, whatever is sent."""
        self._pool = await asyncpg.create_pool(
            plain_url(self._settings.reads_url),
            min_size=1,
            max_size=self._settings.read_pool_size,
            max_inactive_connection_lifetime=0,
            reset=_leave_as_is,
            init=self._watched if self.tracer is not None else None,
            server_settings={
                "default_transaction_read_only": "on",
                "timezone": "UTC",
                "application_name": "miaopu reads",
            },
        )

    async def _watched(self, connection: Any) -> None:
        assert self.tracer is not None
        connection.add_query_logger(functools.partial(tracing.watch_read, self.tracer))

    @property
    def reads(self) -> "asyncpg.Pool[asyncpg.Record]":
        """The reads' pool. Opened by `open()`."""
        if self._pool is None:
            raise RuntimeError("the database is not open")
        return self._pool

    def session(self) -> AsyncSession:
        """A new session; the caller closes it."""
        return self.sessions()

    async def close(self) -> None:
        """Close every connection of both paths."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None
        await self.engine.dispose()
        await self.apart.dispose()


async def driver_of(session: AsyncSession) -> "asyncpg.Connection[asyncpg.Record]":
    """The driver's own connection, for COPY and the queue: inside the session's transaction."""
    found = (await (await session.connection()).get_raw_connection()).driver_connection
    assert isinstance(found, asyncpg.Connection)
    return found


async def _leave_as_is(_connection: Any) -> None:
    # Reads set nothing in their session, so the usual round trip that resets it is left out.
    return None


def plain_url(url: str) -> str:
    """The DSN as asyncpg takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def sqlalchemy_url(url: str) -> str:
    """The DSN as SQLAlchemy takes it: without what follows the `?` (`sslmode=verify-full&sslrootcert=…`).

    SQLAlchemy would hand that on as arguments, which asyncpg does not know; it reads them from the DSN (`dsn_of`).
    """
    return plain_url(url).replace("postgresql://", "postgresql+asyncpg://", 1).partition("?")[0]


def dsn_of(url: str) -> dict[str, Any]:
    """For an engine's `connect_args`: everything that the DSN says, TLS among it (ASVS 5.0 12.3.1, 12.3.2)."""
    return {"dsn": plain_url(url)}
