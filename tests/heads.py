"""Heads for tests: entries, sealings, and what somebody with the database's password would do."""

from fastapi import FastAPI
from sqlalchemy import text

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.trail import notes
from miaopu.trail.checking import Checked, check
from miaopu.trail.models import TreeHead
from miaopu.trail.sealing import origin_of, seal

# What somebody with the database's password would do: one old entry written anew, and every hash after it in its lane.
REWRITE = """
DO $body$
DECLARE e audit_entries%ROWTYPE; last bytea;
BEGIN
    UPDATE audit_entries SET reason = 'never happened', digest = audit_digest(salt, 'never happened', changes)
    WHERE lane = {lane} AND seq = {seq};
    FOR e IN SELECT * FROM audit_entries WHERE lane = {lane} AND seq >= {seq} ORDER BY seq LOOP
        e.previous := coalesce(last, e.previous);
        e.hash := audit_hash(e);
        UPDATE audit_entries SET previous = e.previous, hash = e.hash WHERE id = e.id;
        last := e.hash;
    END LOOP;
    UPDATE audit_heads SET hash = last WHERE lane = {lane};
END $body$
"""


async def entries(app: FastAPI, number: int) -> None:
    """So many entries more, in one lane."""
    async with app.state.database.session() as session:
        for n in range(number):
            audit.record(session, Act("test.happened"), "test", None, n=n)
        await audit.commit(session)


async def sealed(app: FastAPI) -> TreeHead:
    """A head over everything until now."""
    state = app.state
    made = await seal(state.database, state.paper_keys, origin_of(state.settings))
    assert made is not None
    return made


async def checked(app: FastAPI, *outside: str) -> Checked:
    """What `miaopu audit verify` finds."""
    kept = [("a.txt", note) for text_ in outside for note in notes.read_all(text_)]
    async with app.state.database.session() as session:
        return await check(session, app.state.paper_keys.public, kept)


async def forge(app: FastAPI, *statements: str) -> None:
    """SQL past every trigger."""
    async with app.state.database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await connection.execute(text(statement))


def note(app: FastAPI, head: TreeHead) -> str:
    """The head as somebody keeps it."""
    return notes.note_of(head.text, [head.signed(app.state.paper_keys.public[head.kid])])
