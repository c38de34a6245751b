"""PostgreSQL for the tests: one embedded server for each process, one database for each that asks.

`server()` starts it on first use. `fresh_database()` copies the template (migrated once) and gives its DSN.
"""

import asyncio
import atexit
import functools
import itertools
import os
import tempfile
from pathlib import Path

import asyncpg

from miaopu.core import embedded
from miaopu.migrate import upgrade

_numbers = itertools.count(1)


@functools.cache
def server() -> embedded.Server:
    """The session's server; ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="miaopu-test-", dir="/tmp"))
    folder.chmod(0o755)
    started = embedded.start(folder, fast=True)
    atexit.register(started.stop)
    return started


@functools.cache
def template() -> str:
    """Name of the migrated, empty database."""
    name = f"template_{os.getpid()}"
    asyncio.run(_execute(f"CREATE DATABASE {name}"))
    upgrade(server().dsn(name))
    return name


def fresh_database() -> str:
    """DSN of a new, migrated, empty database. Not to be called inside a running loop's coroutine."""
    source = template()
    name = f"test_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_execute(f"CREATE DATABASE {name} TEMPLATE {source}"))
    return server().dsn(name)


async def _execute(statement: str) -> None:
    connection = await asyncpg.connect(server().dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
