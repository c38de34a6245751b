"""What a database holds, table by table, so that two can be compared without laying them side by side."""

from typing import Any, TypeAlias

import asyncpg

from miaopu.operations.parts import Manifest, TableCount

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
TABLES = """
    SELECT format('%I', c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname
"""
SEQUENCES = (
    "SELECT sequencename AS name, coalesce(last_value, 0) AS value FROM pg_sequences WHERE schemaname = 'public'"
)
# Sixty bits of each row's MD5, added up: the order does not matter, and the server holds one row at a time.
COUNT = "SELECT count(*) AS rows, coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0) AS digest"
# How rows are written as text must not depend on the server's own settings.
PLAIN = (
    "SET timezone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 1; "
    "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'"
)


async def connected(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection that writes rows as text always alike."""
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        url, server_settings={"application_name": "miaopu backup"}
    )
    await connection.execute(PLAIN)
    return connection


async def tables_of(connection: Connection) -> dict[str, TableCount]:
    """Rows and digest of every table."""
    found: dict[str, TableCount] = {}
    for row in await connection.fetch(TABLES):
        counted = await connection.fetchrow(f"{COUNT} FROM ONLY public.{row['name']} t")
        assert counted is not None
        found[row["name"]] = TableCount(rows=counted["rows"], digest=str(counted["digest"]))
    return found


async def sequences_of(connection: Connection) -> dict[str, int]:
    """The last value of every sequence; 0 where it gave none."""
    return {row["name"]: row["value"] for row in await connection.fetch(SEQUENCES)}


async def differences(connection: Connection, manifest: Manifest) -> list[str]:
    """What is not as the manifest says, in lines; empty when everything is."""
    found = await tables_of(connection)
    told: list[str] = []
    for name in sorted(found.keys() | manifest.tables.keys()):
        here, there = found.get(name), manifest.tables.get(name)
        if here != there:
            told.append(f"{name}: {_said(here)} instead of {_said(there)}")
    values: dict[str, Any] = await sequences_of(connection)
    for name, value in manifest.sequences.items():
        # A sequence belongs to no snapshot: the dump may have seen a later value, never an earlier one.
        if values.get(name, -1) < value:
            told.append(f"sequence {name}: {values.get(name)} is behind {value}")
    return told


def _said(table: TableCount | None) -> str:
    return "no table" if table is None else f"{table.rows} rows ({table.digest[:8]})"
