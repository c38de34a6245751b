"""A copy of a year at some moment, everybody in it, and everything in it that has a state: the ground of random walks.

An act is tried on a real thing by somebody near it (who had a hand in it, or sits in its unit) or by anybody, and what
came of it is compared with the edges as they are declared: which states, permission, version, reason and window.
"""

import asyncio
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
from sampling import sample

from miaopu.core import clock
from miaopu.core.db import Base
from miaopu.doctor.examining import INVARIANTS, examine
from miaopu.doctor.machinery import flows
from miaopu.main import make_app, open_state
from miaopu.people import tokens
from miaopu.people.access import MATRIX, Actor
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Flow, simple_actions
from settled import test_settings

API = "/api/v1"
HOURS = 4 * 3600
REASON = "材料与要求不符，请补充后再报"
# The trail's hashes take seconds; they are looked at once, when all walks are over.
SWIFT = [one for one in INVARIANTS if one.code != "trail.whole"]


@dataclass(slots=True)
class Thing:
    """A row with a state, as it stands."""

    table: str
    flow: Flow
    row: dict[str, Any]

    @property
    def state(self) -> str:
        """Where it is."""
        return str(self.row["state"])


@dataclass(slots=True)
class Walks:
    """What was tried and what was done, over all walks."""

    tried: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)


class Ground:
    """The application over a copy of `source` (sealed with `secret`) that begins anew with each walk."""

    def __init__(self, source: str, secret: str, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.source = source
        self.url = source + "_walked"
        self.app = make_app(test_settings(self.url, folder, mode="demo", secret=secret, demo_reminds=False))
        transport = httpx.ASGITransport(app=self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=120)
        self.walks = Walks()
        self.opened = False
        self.sound: set[str] = set()

    def run(self, going: Any) -> Any:
        """Wait for it."""
        return self.loop.run_until_complete(going)

    def begin(self) -> None:
        """A fresh copy, at the moment it was kept."""
        self.run(self._begin())

    async def _begin(self) -> None:
        if self.opened:
            await self.app.state.database.close()
        name, source = (urlsplit(url).path.lstrip("/") for url in (self.url, self.source))
        connection = await asyncpg.connect(urlsplit(self.source)._replace(path="/postgres").geturl())
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        finally:
            await connection.close()
        if self.opened:
            await self.app.state.database.open()
        else:
            await open_state(self.app, self.app.state.settings)
            self.opened = True
        self.connection = await asyncpg.connect(self.url)
        self.offset = clock.now() - clock.real_now()
        self.people = [dict(row) for row in await self.connection.fetch(PEOPLE)]
        self.sound = self.sound or await self._unsound()

    def end(self) -> set[str]:
        """What is broken after the walk that was not before it."""
        broken: set[str] = self.run(self._unsound()) - self.sound
        self.run(self.connection.close())
        return broken

    def close(self) -> None:
        """End everything."""
        self.run(self.http.aclose())
        self.run(self.app.state.database.close())
        self.loop.close()

    async def _unsound(self) -> set[str]:
        return {one.invariant.code for one in await examine(self.connection, None, SWIFT) if one.count}

    @cached_property
    def contract(self) -> dict[str, Any]:
        """The application's own."""
        return self.app.openapi()

    @cached_property
    def acts(self) -> dict[str, str]:
        """Path of the plain acts of each kind of thing: by its table."""
        found = {}
        for path, item in self.contract["paths"].items():
            named = [one for one in item.get("post", {}).get("parameters", []) if one["name"] == "action"]
            for table, flow in flows():
                if named and _choices(named[0]["schema"]) == list(simple_actions(flow)):
                    found[table] = path
        return found

    @cached_property
    def forms(self) -> list[tuple[str, str, str]]:
        """Method, path and table of every other write on a thing with a state."""
        tables = {path.split("{")[0]: table for table, path in self.acts.items()}
        return [
            (method, path, tables[path.split("{")[0]])
            for path, item in self.contract["paths"].items()
            for method in item
            if method != "get" and "{action}" not in path and path.split("{")[0] in tables and "{" in path
        ]

    def thing(self, table: str, states: tuple[str, ...], which: int) -> Thing | None:
        """One of the rows in some states; None where there is none."""
        flow = next(flow for name, flow in flows() if name == table)

        async def found() -> Any:
            count = await self.connection.fetchval(f"SELECT count(*) FROM {table} WHERE state = ANY($1)", states)
            if not count:
                return None
            return await self.connection.fetchrow(
                f"SELECT * FROM {table} WHERE state = ANY($1) ORDER BY id LIMIT 1 OFFSET $2", states, which % count
            )

        row = self.run(found())
        return Thing(table, flow, dict(row)) if row else None

    def waiting(self) -> list[str]:
        """The kinds of which some wait for somebody now."""
        parts = [
            f"SELECT '{table}' AS kind WHERE EXISTS (SELECT FROM {table} WHERE state IN {(*sources_of(flow), '')!r})"
            for table, flow in flows()
            if table in self.acts
        ]
        return [row["kind"] for row in self.run(self.connection.fetch(" UNION ALL ".join(parts)))]

    def now(self, thing: Thing) -> dict[str, Any]:
        """The row as it is now; empty where it is gone."""
        row = self.run(self.connection.fetchrow(f"SELECT * FROM {thing.table} WHERE id = $1", thing.row["id"]))
        return dict(row) if row else {}

    def busiest(self, role: Role, count: int = 1) -> list[dict[str, Any]]:
        """Those of a role who did most this year."""
        acts = {row["account_id"]: row["acts"] for row in self.run(self.connection.fetch(ACTS))}
        able = [one for one in self.people if one["role"] == role]
        return sorted(able, key=lambda one: -acts.get(one["account_id"], 0))[:count]

    def near(self, thing: Thing, allowed: frozenset[Role] | None) -> list[dict[str, Any]]:
        """People who may have to do with a thing, nearest first."""
        ids: set[Any] = self.run(self._around(thing))
        able = [one for one in self.people if allowed is None or Role(one["role"]) in allowed]

        def far(one: dict[str, Any]) -> int:
            return 4 * (one["account_id"] not in ids) + 2 * (one["unit_id"] not in ids) + (one["city_id"] not in ids)

        return sorted(able, key=far)

    async def _around(self, thing: Thing) -> set[Any]:
        """Ids in the row and in the rows it points to, and whoever had a hand in it."""
        ids: set[Any] = set()
        rows = [(thing.table, thing.row)]
        for hop in range(3):
            further = []
            for table, row in rows:
                ids |= {value for value in row.values() if isinstance(value, uuid.UUID)}
                for column, target in _points(table) if hop < 2 else ():
                    if row[column] is not None:
                        found = await self.connection.fetchrow(f"SELECT * FROM {target} WHERE id = $1", row[column])
                        further += [(target, dict(found))] if found else []
            rows = further
        acted = "SELECT account_id FROM audit_entries WHERE thing_id = $1 AND account_id IS NOT NULL"
        return ids | {row["account_id"] for row in await self.connection.fetch(acted, thing.row["id"])}

    def window_open(self, thing: Thing, stage: str) -> bool:
        """Whether the stage's window is open at this moment of the programme's clock."""
        query = "SELECT opens_at <= $3 AND closes_at > $3 FROM stages WHERE cycle_id = $1 AND code = $2"
        return bool(self.run(self.connection.fetchval(query, thing.row["cycle_id"], stage, clock.now())))

    def send(self, who: dict[str, Any], method: str, path: str, body: Any, key: str = "") -> httpx.Response:
        """A request in somebody's name, with an Idempotency-Key where one is given."""
        actor = Actor(who["account_id"], who["id"], Role(who["role"]), who["unit_id"], who["city_id"], who["cycle_id"])
        token = tokens.issue(self.app.state.keys, actor, who["sid"] or uuid.uuid4(), HOURS)
        headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
        answer: httpx.Response = self.run(self.http.request(method, path, json=body, headers=headers))
        self.walks.tried += 1
        self.walks.answers[answer.status_code] += 1
        return answer

    def body_of(self, method: str, path: str, thing: Thing, chance: random.Random) -> Any:
        """A body that the contract allows, of the thing's version and with ids that are near it."""
        body = sample(self.contract, method, path, chance).body
        near = [str(one) for one in sorted(self.run(self._around(thing)), key=str)]
        if isinstance(body, dict):
            for name, value in body.items():
                if name == "version":
                    body[name] = thing.row["version"]
                elif name.endswith("_id") and value is not None and near:
                    body[name] = chance.choice(near)
        return body


def _choices(schema: dict[str, Any]) -> list[str]:
    found: list[str] = schema.get("enum") or [schema["const"]]
    return found


PEOPLE = """SELECT m.id, m.role, m.account_id, m.unit_id, u.city_id,
       (SELECT id FROM cycles ORDER BY year DESC LIMIT 1) AS cycle_id,
       (SELECT s.id FROM sign_ins s WHERE s.account_id = m.account_id ORDER BY s.id DESC LIMIT 1) AS sid
   FROM memberships m JOIN units u ON u.id = m.unit_id WHERE m.ended_at IS NULL ORDER BY m.id"""
ACTS = "SELECT account_id, count(*) AS acts FROM audit_entries GROUP BY account_id"
# Rows to which everything points tell nothing of who is near.
EVERYWHERE = {"accounts", "cycles", "files"}


@cache
def _points(table: str) -> list[tuple[str, str]]:
    """Columns of a table that name another row, with its table."""
    return [
        (column.name, key.column.table.name)
        for column in Base.metadata.tables[table].columns
        for key in column.foreign_keys
        if key.column.name == "id" and key.column.table.name not in EVERYWHERE
    ]


def sources_of(flow: Flow) -> tuple[str, ...]:
    """The states from which something may be done."""
    return tuple(dict.fromkeys(source for one in flow.edges for source in one.sources))


def allowed(permission: Permission) -> frozenset[Role]:
    """The roles of the matrix that hold a permission."""
    return frozenset(MATRIX[permission])
