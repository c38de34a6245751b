"""What is somebody else's answers like what is nowhere (ASVS 5.0 V8.2.2, V8.4.1; CWE-203, CWE-204).

Whoever may not see a thing must not learn that it is there: status, body and the number of statements sent to the
database are the same for its id and for one that was never given. Time is not measured: on a busy machine it says
nothing, while one statement more is a difference anybody can time in the end.
"""

import json
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from fastapi import FastAPI
from sqlalchemy import event
from test_table import WHOLE

from access_forms import ALL_SEEING, asked, body_for, placed
from access_planted import planted
from access_walk import ROLES, Call, Walk, calls, nothing_stays, read_table, walk_of
from miaopu.main import make_app
from miaopu.people.access import Actor
from miaopu.people.roles import Role
from miaopu.settings import Settings
from reach import prefix_of
from years import Year

# One pair of so many is asked in the suite; all of them by `make access`.
SHARE = 17
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REFUSED = ("403", "404")
TABLE = read_table()
CALLS = [call for call in calls(make_app(Settings(mode="test"))) if not call.public]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody outside can tell of an answer."""

    status: int
    kind: str
    body: str
    statements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.status} {self.body[:160]} after {len(self.statements)} statements"


class HeardPool:
    """The reads' pool, whose statements are heard."""

    def __init__(self, pool: Any, heard: list[str]) -> None:
        self.pool = pool
        self.heard = heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pool, name)

    @asynccontextmanager
    async def acquire(self, **given: Any) -> AsyncIterator[Any]:
        async with self.pool.acquire(**given) as connection:
            yield HeardConnection(connection, self.heard)


class HeardConnection:
    """One of its connections."""

    def __init__(self, connection: Any, heard: list[str]) -> None:
        self.connection = connection
        self.heard = heard

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("fetch", "execute")):
            return partial(self._noted, getattr(self.connection, name))
        return getattr(self.connection, name)

    def _noted(self, ask: Any, statement: str, *values: Any, **more: Any) -> Any:
        self.heard.append(statement)
        return ask(statement, *values, **more)


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[list[str]]:
    """Every statement of the application, of both paths to the database."""
    heard: list[str] = []
    database = app.state.database

    def written(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    engines = [database.engine.sync_engine, database.apart.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", written)
    # Which sign-ins ended is read anew every other second, whoever asks: not in the middle of a pair.
    app.state.ended.read_at = float("inf")
    pool = database.reads
    database._pool = HeardPool(pool, heard)
    try:
        yield heard
    finally:
        database._pool = pool
        app.state.ended.look_again()
        for engine in engines:
            event.remove(engine, "before_cursor_execute", written)


def plain(text: str, ids: tuple[str, ...]) -> str:
    """A body without what differs between any two requests: the request's own name, and the ids that were asked for."""
    text = re.sub(r'"request_id":\s*"[^"]*"', '"request_id":""', text)
    for one in ids:
        text = text.replace(one, "ID")
    return text


def nowhere(known: str) -> str:
    """An id of the same form that nothing has."""
    return str(uuid.uuid4()) if len(known) == len(str(uuid.uuid4())) else uuid.uuid4().hex[: len(known)]


@dataclass(slots=True)
class Asking:
    """The walked year, what is heard of its statements, and what takes everything back."""

    walk: Walk
    heard: list[str]
    forget: Callable[[], Awaitable[None]]

    async def seen(self, actor: Actor, call: Call, ids: tuple[str, ...], body: Any, *named: str) -> Seen:
        """Ask once, undone after. `named` are ids of the body."""
        names = re.findall(r"\{(\w+_id)\}", call.path)
        path = placed(self.walk, call, dict(zip(names, ids, strict=True)))
        self.heard.clear()
        answer = await self.walk.ask(actor, call.method, path, body, **asked(self.walk, call))
        statements = tuple(self.heard)
        if call.method != "GET":
            await self.forget()
        return Seen(answer.status, answer.kind, plain(answer.text(), (*ids, *named)), statements)


def foreign_to(walk: Walk, call: Call, actor: Actor) -> list[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """Pairs of ids, foreign and of nowhere, with the version of what is foreign."""
    prefix = prefix_of(call.path)
    assert prefix is not None
    keys = walk.keys(actor)
    # What is one's own by another path (an evaluation whose sheets are others') may be known to be there.
    near = {t.ids[-1] for things in walk.reach.things.values() for t in things if t.keys and t.keys & keys}
    thing = next((t for t in walk.reach.foreign_things(prefix, keys) if t.ids[-1] not in near), None)
    if thing is None:
        return []
    found = [(thing.ids, tuple(nowhere(one) for one in thing.ids), thing.version)]
    own = walk.reach.own(prefix, keys)
    if own is not None and len(own.ids) > 1:
        # Somebody else's part under a thing of one's own.
        found.append(((*own.ids[:-1], thing.ids[-1]), (*own.ids[:-1], nowhere(thing.ids[-1])), own.version))
    return found


def shown(call: Call, role: Role) -> bool:
    """The role reads such things of others too, one by one or in a list: there is nothing to hide from it."""
    prefix = prefix_of(call.path)
    paths = {prefix, str(prefix).rpartition("/{}")[0]}
    reads = (c for c in CALLS if c.method == "GET" and re.sub(r"\{\w+_id\}", "{}", c.path) in paths)
    rows = [TABLE[c.name, role] for c in reads]
    return any(row.foreign in ("yes", "more") or row.own == "more" for row in rows)


def asked_in_suite(name: str, role: Role) -> bool:
    """The same pairs each time, spread over all operations and roles."""
    return WHOLE or int.from_bytes(sha256(f"alike {name} {role}".encode()).digest()[:4]) % SHARE == 0


def named_in(body: Any) -> list[str]:
    """The ids that a body names, wherever they stand in it."""
    return sorted(set(UUID.findall(json.dumps(body))))


def otherwise(body: Any, ids: list[str]) -> Any:
    """The same body about things that are nowhere."""
    text = json.dumps(body)
    for one in ids:
        text = text.replace(one, str(uuid.uuid4()))
    return json.loads(text)


@asynccontextmanager
async def asking(year: Year) -> AsyncIterator[Asking]:
    """Everything to ask with; nothing of what is asked stays."""
    async with planted(year), nothing_stays(year.app) as forget, listening(year.app) as heard:
        yield Asking(await walk_of(year.app, year.url), heard, forget)


def told_apart(call: Call, role: Role, foreign: Seen, nowhere: Seen) -> list[str]:
    """What somebody could tell the two answers by."""
    alike = (foreign.status, foreign.kind, foreign.body) == (nowhere.status, nowhere.kind, nowhere.body)
    if alike and len(foreign.statements) == len(nowhere.statements):
        return []
    return [f"{call.name},{role.value}: foreign {foreign}; nowhere {nowhere}"]


async def test_what_is_foreign_answers_like_what_is_nowhere(year: Year) -> None:
    wrong: list[str] = []
    compared = 0
    async with asking(year) as ask:
        for call in CALLS:
            for role in ROLES:
                if prefix_of(call.path) is None or role in ALL_SEEING or TABLE[call.name, role].foreign not in REFUSED:
                    continue
                if shown(call, role) or not asked_in_suite(call.name, role):
                    continue
                actor = ask.walk.actors[role][0]
                for foreign, unknown, version in foreign_to(ask.walk, call, actor):
                    body = body_for(ask.walk, call, actor, foreign=True, version=version)
                    first = await ask.seen(actor, call, foreign, body)
                    other = await ask.seen(actor, call, unknown, body)
                    compared += 1
                    wrong += told_apart(call, role, first, other)
    print(f"\n{compared} pairs compared")
    assert wrong == [], "\n".join(wrong)
    assert compared > (2000 if WHOLE else 50)


async def test_what_is_foreign_is_nowhere_also_where_a_body_names_it(year: Year) -> None:
    wrong: list[str] = []
    compared = 0
    async with asking(year) as ask:
        known = {one for things in ask.walk.reach.things.values() for thing in things for one in thing.ids}
        for call in CALLS:
            for role in ROLES:
                if call.method == "GET" or role in ALL_SEEING or not asked_in_suite(call.name, role):
                    continue
                prefix = prefix_of(call.path)
                actor = ask.walk.actors[role][0]
                own = ask.walk.reach.own(prefix, ask.walk.keys(actor)) if prefix else None
                if prefix and own is None:
                    continue
                ids, version = (own.ids, own.version) if own else ((), 1)
                body = body_for(ask.walk, call, actor, foreign=True, version=version)
                named = [] if isinstance(body, bytes) else [one for one in named_in(body) if one in known]
                if not named:
                    continue
                first = await ask.seen(actor, call, ids, body, *named)
                unknown = otherwise(body, named)
                other = await ask.seen(actor, call, ids, unknown, *named_in(unknown))
                compared += 1
                wrong += told_apart(call, role, first, other)
    print(f"\n{compared} pairs compared")
    assert wrong == [], "\n".join(wrong)
    assert compared > (200 if WHOLE else 5)
