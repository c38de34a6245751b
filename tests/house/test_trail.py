"""The trail cannot be forgotten, changed or broken without showing."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from miaopu.core.audit import audited_tables, broken_links
from seeded import World


async def test_every_table_of_the_programme_is_guarded_in_the_database(app: FastAPI) -> None:
    async with app.state.database.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_required'")
        )
        guarded = set(rows.scalars())
    assert guarded == audited_tables()
    assert len(guarded) > 35


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cycle_cities SET taken = taken + 1",
        "UPDATE units SET name = name || '!'",
        "DELETE FROM stages",
        "INSERT INTO units (id, version, kind, code, name, name_en, active) "
        "VALUES (gen_random_uuid(), 1, 'region', 'x', 'x', '', true)",
    ],
)
async def test_a_change_without_an_entry_does_not_commit_by_whatever_path(at: World, statement: str) -> None:
    async with at.app.state.database.engine.connect() as connection:
        await connection.execute(text(statement))
        with pytest.raises(DBAPIError, match="not recorded in the trail"):
            await connection.commit()


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET reason = 'x'", "DELETE FROM audit_entries"])
async def test_an_entry_is_never_changed_or_taken_away(at: World, statement: str) -> None:
    async with at.app.state.database.engine.connect() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(text(statement))


async def test_whoever_gets_past_the_triggers_still_breaks_the_chain(at: World) -> None:
    async with at.app.state.database.session() as session:
        assert await broken_links(session) == []
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text("UPDATE audit_entries SET reason = 'forged' WHERE id = (SELECT min(id) FROM audit_entries)")
        )
        assert await broken_links(session) != []
        await session.rollback()
    async with at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)"))
        assert await broken_links(session) != []
        await session.rollback()
