"""Bringing a database to the newest schema with Alembic, from code."""

import asyncio

import asyncpg
from alembic import command
from alembic.config import Config
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from miaopu.core.db import dsn_of, plain_url, sqlalchemy_url
from miaopu.settings import ROOT


def config(database_url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("sqlalchemy.url", sqlalchemy_url(database_url).replace("%", "%%"))
    made.attributes["connect_args"] = dsn_of(database_url)
    return made


def upgrade(database_url: str) -> bool:
    """Apply what is missing, to the queue of jobs as well; true when something of ours was.

    By the account that owns the tables: server and worker then need no right to alter any (`docs/deploy/roles.sql`).
    Not inside a running event loop.
    """
    given = config(database_url)
    applied: list[object] = []
    given.attributes["on_apply"] = applied.append
    command.upgrade(given, "head")
    asyncio.run(_upgrade_queue(database_url))
    return bool(applied)


async def _upgrade_queue(database_url: str) -> None:
    connection = await asyncpg.connect(plain_url(database_url))
    try:
        await Queries(AsyncpgDriver(connection)).apply_upgrade()
    finally:
        await connection.close()


def check(database_url: str) -> None:
    """Raises when models and migrations differ (`alembic check`)."""
    command.check(config(database_url))
