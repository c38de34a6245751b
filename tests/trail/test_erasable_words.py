"""Words of people can be taken out of the trail, and everything that was published of it goes on to fit."""

import asyncio

import asyncpg
import pytest
from alembic import command
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from heads import checked, entries, forge, note, sealed
from miaopu import migrate
from miaopu.core import audit
from miaopu.core.audit import Act, AuditEntry, broken_links
from miaopu.core.audit_erasing import forget
from miaopu.core.audit_guards import BROKEN
from miaopu.core.db import new_id, plain_url
from postgres import fresh_database
from seeded import World

SAID = "家长说孩子患病"
THING = new_id()
ABOUT = AuditEntry.thing_id == THING
LAST = "WHERE id = (SELECT max(id) FROM audit_entries WHERE action = 'test.said')"
EMPTIED = "salt = NULL, reason = NULL, changes = jsonb_build_object('erased', 'k')"
TELL = (
    "INSERT INTO audit_entries (lane, seq, previous, hash, at, recorded_at, action, thing_type, changes) "
    "VALUES (0, 0, '', '', now(), now(), 'trail.erase', 'test', '{\"key\": [null, \"k\"], \"rows\": [null, 1]}')"
)


async def said(app: FastAPI) -> None:
    async with app.state.database.session() as session:
        for n in range(3):
            audit.record(session, Act("test.said", reason=f"{SAID}{n}"), "test", THING, school=f"某某学校{n}")
        audit.record(session, Act("test.said", reason="别人的"), "test", new_id())
        await audit.commit(session)


async def test_words_that_were_erased_are_nowhere_and_chain_heads_and_copies_outside_still_fit(app: FastAPI) -> None:
    await said(app)
    before = await sealed(app)
    outside = note(app, before)
    async with app.state.database.session() as session:
        assert await forget(session, ABOUT, thing_type="test", thing_id=THING, kind="growth") == 3
        await audit.commit(session)
    await entries(app, 2)
    await sealed(app)
    found = await checked(app, outside)
    assert found.whole, found
    assert found.outside == 1
    async with app.state.database.session() as session:
        left = (await session.execute(text("SELECT string_agg(e::text, ' ') FROM audit_entries e"))).scalar_one()
        assert SAID not in left
        assert "某某学校" not in left
        assert "别人的" in left
        told = await session.scalar(select(AuditEntry).where(AuditEntry.action == "trail.erase"))
        assert told is not None
        assert (told.thing_id, told.changes["rows"], told.changes["kind"]) == (THING, [None, 3], [None, "growth"])
        # Who did what and when stays, with what the words were bound by.
        gone = list(await session.scalars(select(AuditEntry).where(ABOUT, AuditEntry.action == "test.said")))
        assert len(gone) == 3
        assert {(e.salt, e.reason, e.changes["erased"]) for e in gone} == {(None, None, told.changes["key"][1])}
        assert all(e.digest and len(e.digest) == 32 for e in gone)
        # Done again there is nothing to do, and the telling entry keeps its words.
        assert await forget(session, ABOUT, thing_type="test", thing_id=THING) == 0
        await audit.commit(session)
        assert await broken_links(session) == []


# Each of them is more than emptying words, or of an entry that keeps them.
REFUSED = (
    f"SET reason = NULL {LAST}",
    f"SET reason = 'another' {LAST}",
    f"SET {EMPTIED}, action = 'test.other' {LAST}",
    f"SET {EMPTIED}, recorded_at = now() {LAST}",
    f"SET {EMPTIED}, digest = NULL {LAST}",
    f"SET salt = NULL, reason = NULL, changes = '{{}}' {LAST}",
    f"SET {EMPTIED} WHERE action = 'trail.erase'",
    f"SET {EMPTIED} WHERE part_type = 'commitment'",
)


async def test_nothing_but_words_is_ever_emptied_even_while_erasing(at: World) -> None:
    await said(at.app)
    async with at.app.state.database.session() as session:
        await forget(session, AuditEntry.reason == "别人的", thing_type="test", thing_id=None)
        await audit.commit(session)
    await forge(
        at.app,
        "INSERT INTO audit_entries (lane, seq, previous, hash, at, recorded_at, action, thing_type, part_type, changes,"
        " salt) VALUES (0, -1, '', '', now(), now(), 'commitment.make', 'x', 'commitment', '{}', 's')",
    )
    async with at.app.state.database.engine.connect() as connection:
        await connection.execute(text("SELECT set_config('miaopu.erasing', 'k', true)"))
        for change in REFUSED:
            nested = await connection.begin_nested()
            with pytest.raises(DBAPIError, match="append-only"):
                await connection.execute(text(f"UPDATE audit_entries {change}"))
            await nested.rollback()


async def test_an_erasure_outside_of_one_or_without_an_entry_of_its_own_is_refused(at: World) -> None:
    await said(at.app)
    async with at.app.state.database.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(text(f"UPDATE audit_entries SET {EMPTIED} {LAST}"))
        await connection.rollback()
        await connection.execute(text("SELECT set_config('miaopu.erasing', 'k', true)"))
        await connection.execute(text(f"UPDATE audit_entries SET {EMPTIED} {LAST}"))
        with pytest.raises(DBAPIError, match="not recorded in the trail"):
            await connection.commit()
        await connection.rollback()
        # The setting ends with its transaction.
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(text(f"UPDATE audit_entries SET {EMPTIED} {LAST}"))


# Emptied as an erasure would, and told by no entry; told, and not done; both, which is an erasure.
FORGED = (
    (f"UPDATE audit_entries SET reason = 'forged' {LAST}", False),
    (f"UPDATE audit_entries SET changes = '[1]' {LAST}", False),
    (f"UPDATE audit_entries SET reason = 'forged', digest = audit_digest(salt, 'forged', changes) {LAST}", False),
    (f"UPDATE audit_entries SET digest = NULL, salt = NULL {LAST}", False),
    (f"UPDATE audit_entries SET salt = NULL {LAST}", False),
    (f"UPDATE audit_entries SET {EMPTIED} {LAST}", False),
    (TELL, False),
    (f"UPDATE audit_entries SET {EMPTIED} {LAST}; {TELL}", True),
)


async def test_whoever_gets_past_the_triggers_to_the_words_is_found(at: World) -> None:
    await said(at.app)
    async with at.app.state.database.session() as session:
        for change, whole in FORGED:
            for statement in change.split("; "):
                role = "origin" if statement == TELL else "replica"
                await session.execute(text(f"SET LOCAL session_replication_role = {role}"))
                await session.execute(text(statement.replace(":", r"\:")))
            assert (await broken_links(session) == []) is whole, change
            await session.rollback()


def test_entries_from_before_words_had_digests_verify_as_they_did_and_keep_their_words() -> None:
    url = fresh_database()
    command.downgrade(migrate.config(url), "0049_consent")
    old = asyncio.run(_told(url, SAID))
    migrate.upgrade(url)
    assert asyncio.run(_told(url, SAID)) == [*old, (SAID, True)]


async def _told(url: str, reason: str) -> list[tuple[str, bool]]:
    connection = await asyncpg.connect(plain_url(url))
    try:
        await connection.execute(
            "INSERT INTO audit_entries (lane, seq, previous, hash, at, recorded_at, action, thing_type, reason, "
            "changes) VALUES (0, 0, '', '', now(), now(), 'test.said', 'test', $1, '{\"a\": [null, 1]}')",
            reason,
        )
        rows = await connection.fetch("SELECT to_jsonb(e) AS e FROM audit_entries e ORDER BY id")
        if any('"digest"' in row["e"] for row in rows):
            assert await connection.fetch(BROKEN.text) == []
            await connection.execute("SELECT set_config('miaopu.erasing', 'k', false)")
            with pytest.raises(asyncpg.PostgresError, match="append-only"):
                await connection.execute(f"UPDATE audit_entries SET {EMPTIED} WHERE digest IS NULL")
        return [
            (r["reason"], r["digested"])
            for r in await connection.fetch(
                "SELECT reason, coalesce(to_jsonb(e) ->> 'digest', '') <> '' AS digested "
                "FROM audit_entries e ORDER BY id"
            )
        ]
    finally:
        await connection.close()
