"""PostgreSQL for the tests: one embedded server for each process, one database for each that asks.

`server()` starts it on first use. `fresh_database()` copies the template (migrated once) and gives its DSN;
`drop_database()` gives the room back: nine hundred databases kept to the end once filled a disk.
"""

import asyncio
import atexit
import functools
import itertools
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from miaopu.core import embedded
from miaopu.migrate import upgrade

FOLDERS = "miaopu-test-"
# A database is a thousand files: in memory a copy takes a fifteenth of the time, where there is the room.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
_numbers = itertools.count(1)


@functools.cache
def server() -> embedded.Server:
    """The session's server; ends with the process."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDERS}{os.getpid()}-", dir=_place()))
    folder.chmod(0o755)
    started = embedded.start(folder, fast=True)
    atexit.register(_end, started, folder)
    return started


def _place() -> Path:
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else Path("/tmp")


def _end(started: embedded.Server, folder: Path) -> None:
    started.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Take away what a killed run left: the process number in the folder's name is nobody's any more."""
    for left in (one for place in (MEMORY, Path("/tmp")) for one in place.glob(f"{FOLDERS}*-*")):
        owner = left.name.removeprefix(FOLDERS).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)


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
    asyncio.run(_execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY"))
    return server().dsn(name)


def drop_database(dsn: str) -> None:
    """Take a database of `fresh_database` away, with whoever is still connected to it."""
    asyncio.run(_execute(f"DROP DATABASE IF EXISTS {urlsplit(dsn).path.lstrip('/')} WITH (FORCE)"))


async def _execute(statement: str) -> None:
    connection = await asyncpg.connect(server().dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
