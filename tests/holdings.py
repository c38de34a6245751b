"""An installation that holds something, and all that a database holds, for tests of backups."""

import dataclasses
import os
import re
from pathlib import Path

import asyncpg
from sqlalchemy import text

from miaopu.core import audit, files
from miaopu.core.db import Database
from miaopu.people.models import Account
from miaopu.people.service import first_account
from miaopu.settings import Settings


@dataclasses.dataclass
class Kept:
    """An installation with people, files and a trail, and its backup."""

    settings: Settings
    path: Path
    contents: dict[str, bytes]


async def fill(settings: Settings) -> dict[str, bytes]:
    """A region, accounts with sealed details, files of several sizes, and acts on them."""
    database, store = Database(settings), files.make_store(settings)
    contents: dict[str, bytes] = {}
    try:
        async with database.session() as session:
            await first_account(session, unit_code="region", unit_name="自治区工作组", name="乌日娜", demo=False)
            await audit.commit(session)
        async with database.session() as session:
            account = (await session.execute(text("SELECT id FROM accounts"))).scalar_one()
            for number, size in enumerate((40, 70_000, 3_000_000)):
                data = b"%PDF-" + os.urandom(size)
                kept = await files.keep(
                    session, store, data, name=f"证明{number}.pdf", content_type=files.PDF, owner=account
                )
                contents[str(kept.id)] = data
            for number in range(30):
                person = Account(login=f"student-{number}", name=f"学生{number}", name_key=str(number))
                session.add(person)
            await audit.commit(session)
        async with database.session() as session:
            person = await session.get(Account, account)
            assert person is not None
            person.name = "乌云"
            audit.record(session, audit.Act("exported", "为了'引号'\t和\n换行"), "account", account)
            await audit.commit(session)
    finally:
        await database.close()
    return contents


async def rows_of(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (name,) in names:
            rows = await connection.fetch(f'SELECT t::text AS row FROM "{name}" t')
            found[name] = sorted(row["row"] for row in rows)
        sequences = await connection.fetch("SELECT sequencename, last_value FROM pg_sequences")
        found["sequences"] = sorted(f"{row[0]}={row[1]}" for row in sequences)
        return found
    finally:
        await connection.close()


async def schema_of(url: str) -> list[str]:
    """Columns, constraints, indexes and triggers."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT indexdef AS it FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
            "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint UNION ALL "
            "SELECT table_name || column_name || data_type || coalesce(column_default, '') || is_nullable "
            "FROM information_schema.columns WHERE table_schema = 'public' UNION ALL "
            "SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
        # PostgreSQL prints an expression that it read back with its casts in other places.
        return sorted(re.sub(r"::(text|character varying)(\[\])?|[()\s]", "", row["it"]) for row in rows)
    finally:
        await connection.close()
