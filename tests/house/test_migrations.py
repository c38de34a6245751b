"""Migrations make exactly what the models say, from nothing and back."""

import asyncio

import asyncpg
from alembic import command

from miaopu import migrate
from postgres import fresh_database


def test_models_and_migrations_do_not_differ() -> None:
    migrate.check(fresh_database())


def test_every_migration_can_be_taken_back_and_made_again() -> None:
    url = fresh_database()
    before = asyncio.run(_tables(url))
    command.downgrade(migrate.config(url), "base")
    assert asyncio.run(_tables(url)) == {"alembic_version"}
    assert migrate.upgrade(url) is True
    assert migrate.upgrade(url) is False
    assert asyncio.run(_tables(url)) == before
    assert len(before) > 40


async def _tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'pgqueuer%'"
        )
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}
