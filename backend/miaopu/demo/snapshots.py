"""Copies of the whole demo database, one for each stage of its year: "be anybody at any moment".

Only for the demo, and only where the account may create databases (the embedded PostgreSQL always may).
"""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from miaopu.core.db import plain_url


def _named(database_url: str, name: str) -> str:
    parts = urlsplit(plain_url(database_url))
    return urlunsplit(parts._replace(path=f"/{name}"))


def _main(database_url: str) -> str:
    return urlsplit(plain_url(database_url)).path.lstrip("/")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


async def _connect(database_url: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(_named(database_url, "postgres"))


async def kept(database_url: str) -> set[str]:
    """The stages of which a copy is kept."""
    prefix = f"{_main(database_url)}_at_"
    connection = await _connect(database_url)
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
    finally:
        await connection.close()
    return {row["datname"].removeprefix(prefix) for row in rows}


async def addresses(database_url: str) -> list[str]:
    """The copies as databases of their own."""
    main = _main(database_url)
    return [_named(database_url, f"{main}_at_{stage}") for stage in sorted(await kept(database_url))]


async def keep(database_url: str, stage: str) -> None:
    """Copy the database under a stage's name. Nobody may be connected to it."""
    main = _main(database_url)
    copy = f"{main}_at_{stage}"
    connection = await _connect(database_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(copy)} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {_quoted(copy)} TEMPLATE {_quoted(main)}")
    finally:
        await connection.close()


async def restore(database_url: str, stage: str) -> None:
    """Put a kept copy in the database's place; whoever is connected is cut off.

    Raises:
        LookupError: there is no copy of that stage.
    """
    if stage not in await kept(database_url):
        raise LookupError(stage)
    main = _main(database_url)
    connection = await _connect(database_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(main)} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {_quoted(main)} TEMPLATE {_quoted(f'{main}_at_{stage}')}")
    finally:
        await connection.close()
