"""The walked year without its guards, inside a transaction that is taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from years import Year

UNGUARD = (Path(__file__).parent / "unguard.sql").read_text("utf-8")


@pytest.fixture(scope="module")
async def unguarded(year: Year) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A connection in whose transaction no trigger, key or CHECK keeps anything out."""
    connection = await asyncpg.connect(year.url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(UNGUARD)
    await connection.execute("SET LOCAL session_replication_role = replica")
    yield connection
    await transaction.rollback()
    await connection.close()
