"""The walk of the table of access: who acts, what is sent, what came back in one word."""

import asyncio
import csv
import json
import uuid
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pypdf import PdfReader
from sqlalchemy.ext.asyncio import async_sessionmaker

from miaopu.core.db import AuditedSession
from miaopu.people import tokens
from miaopu.people.access import Actor
from miaopu.people.roles import Role
from reach import AROUND, Reach, reach_of

API = "/api/v1"
TABLE = Path(__file__).parent / "access" / "table.csv"
ROLES = tuple(r for r in Role if r not in (Role.PUBLIC, Role.INTEGRATION))
# Things named in a body or a query by a field of this name.
NAMED = {
    "registration_id": "/registrations/{}",
    "enrolment_id": "/enrolments/{}",
    "enrolment_ids": "/enrolments/{}",
    "students": "/enrolments/{}",
    "mentor_id": "/mentors/{}",
    "unit_id": "/units/{}",
    "unit": "/units/{}",
    "parent_id": "/units/{}",
    "school_id": "/units/{}",
    "city_id": "/units/{}",
    "panel_id": "/interviews/panels/{}",
    "session_id": "/growth-logs/drafts/{}",
    "membership_id": "/memberships/{}",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One operation, one of its actions: as the contract names it, e.g. `nominations_act:recommend`."""

    name: str
    method: str
    path: str
    route: APIRoute
    operation: dict[str, Any]
    public: bool

    @property
    def permission(self) -> str | None:
        """What the contract says that it needs."""
        asked = self.operation.get("x-permission")
        return asked[self.name.partition(":")[2]] if isinstance(asked, dict) else asked


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    kind: str

    @property
    def code(self) -> str:
        """Code of a problem, or nothing."""
        found = json.loads(self.body) if "json" in self.kind and self.status >= 400 else {}
        return str(found.get("code", ""))

    def text(self) -> str:
        """Everything that can be read in it, whatever it is packed in."""
        if self.body[:2] == b"PK":
            with zipfile.ZipFile(BytesIO(self.body)) as packed:
                return "\n".join(packed.read(n).decode("utf-8", "replace") for n in packed.namelist())
        if self.body[:5] == b"%PDF-":
            return "\n".join(page.extract_text() for page in PdfReader(BytesIO(self.body)).pages)
        return self.body.decode("utf-8", "replace")


@dataclass(slots=True)
class Walk:
    """The application over the walked year, and everybody in it."""

    app: FastAPI
    reach: Reach
    actors: dict[Role, list[Actor]] = field(default_factory=dict)
    # What was read of others, by operation, role and column: for whoever looks why a cell is red.
    named: dict[tuple[str, Role, str], list[str]] = field(default_factory=dict)

    def keys(self, actor: Actor) -> frozenset[uuid.UUID]:
        """What makes a thing this actor's own: the unit for who acts for one, else the account."""
        mine = {actor.account_id}
        if actor.role in (Role.UNIVERSITY, Role.SCHOOL, Role.CITY_OFFICE):
            mine.add(actor.unit_id)
        return frozenset(mine)

    async def ask(self, actor: Actor | None, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """One request, straight to the application."""
        headers = [(b"host", b"testserver"), (b"accept-language", b"en")]
        if actor is not None:
            headers.append((b"authorization", f"Bearer {self.token(actor)}".encode()))
        if isinstance(body, bytes):
            headers.append((b"content-type", b"multipart/form-data; boundary=walk"))
        elif body is not None:
            body = json.dumps(body).encode()
            headers.append((b"content-type", b"application/json"))
        path, _, inline = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": API + path, "raw_path": (API + path).encode(), "root_path": "",
            "query_string": (inline + urlencode(query)).encode(),
            "headers": headers, "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        }  # fmt: skip
        answer = Answer(0, b"", "")
        chunks: list[bytes] = []

        asked: list[bool] = []

        async def receive() -> dict[str, Any]:
            if asked:
                # A stream listens for the caller to go away, which it does not.
                await asyncio.Event().wait()
            asked.append(True)
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.kind = dict(message["headers"]).get(b"content-type", b"").decode()
            else:
                chunks.append(message.get("body", b""))

        await self.app(scope, receive, send)
        answer.body = b"".join(chunks)
        return answer

    def token(self, actor: Actor) -> str:
        """A token for somebody; kept while it is good, as a browser does."""
        if actor not in _TOKENS:
            _TOKENS[actor] = tokens.issue(self.app.state.keys, actor, uuid.uuid4(), 3600)
        return _TOKENS[actor]


_TOKENS: dict[Actor, str] = {}
ACTORS = """
SELECT * FROM (SELECT m.account_id, m.id, m.role, m.unit_id, u.city_id,
       (SELECT id FROM cycles ORDER BY year DESC LIMIT 1) AS cycle,
       (SELECT count(*) FROM around_e e WHERE m.account_id = ANY (e.keys) OR m.unit_id = e.keys[1]) AS students,
       (SELECT count(*) FROM final_sheets f WHERE f.account_id = m.account_id) AS sheets
  FROM memberships m JOIN units u ON u.id = m.unit_id WHERE m.ended_at IS NULL) a
 ORDER BY students + sheets DESC, id
"""


async def actors_of(url: str) -> dict[Role, list[Actor]]:
    """Everybody of the year by role; who has most around them comes first."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(AROUND)
        rows = await connection.fetch(ACTORS)
    finally:
        await connection.close()
    found: dict[Role, list[Actor]] = {}
    for row in rows:
        role = Role(row["role"])
        found.setdefault(role, []).append(
            Actor(row["account_id"], row["id"], role, row["unit_id"], row["city_id"], row["cycle"])
        )
    return found


@asynccontextmanager
async def nothing_stays(app: FastAPI) -> AsyncIterator[Any]:
    """Within it every commit of the application is a savepoint, and `forget()` takes all of it back."""
    database = app.state.database
    before = database.sessions
    async with database.engine.connect() as connection:
        outer = [await connection.begin()]
        database.sessions = async_sessionmaker(
            connection,
            expire_on_commit=False,
            autoflush=False,
            sync_session_class=AuditedSession,
            join_transaction_mode="create_savepoint",
        )

        async def forget() -> None:
            await outer[0].rollback()
            outer[0] = await connection.begin()

        try:
            yield forget
        finally:
            database.sessions = before
            await outer[0].rollback()


def calls(app: FastAPI) -> list[Call]:
    """Every operation of the contract, each action on its own."""
    found: list[Call] = []
    routes = _routes(app)
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            if not path.startswith(API) or path.startswith(f"{API}/demo"):
                continue
            name = operation["operationId"]
            short = path.removeprefix(API)
            public = short.startswith(("/public/", "/demo")) or name in OPEN
            asked = operation.get("x-permission")
            route = routes[name]
            if isinstance(asked, dict):
                found += [
                    Call(
                        f"{name}:{action}", method.upper(), short.replace("{action}", action), route, operation, public
                    )
                    for action in asked
                ]
            else:
                found.append(Call(name, method.upper(), short, route, operation, public))
    return found


OPEN = {"auth_sign_in", "auth_refresh", "auth_sign_out"}


def _routes(app: FastAPI) -> dict[str, APIRoute]:
    waiting = list(app.router.routes)
    found: dict[str, APIRoute] = {}
    while waiting:
        one = waiting.pop()
        if isinstance(one, APIRoute):
            found[one.operation_id or ""] = one
        waiting += getattr(getattr(one, "original_router", one), "routes", None) or []
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """What a role gets: of its own, of others', and when every stage is shut."""

    own: str
    foreign: str
    shut: str


def read_table() -> dict[tuple[str, Role], Row]:
    """The table by operation and role; `*` stands for the roles that no other row of the operation names."""
    found: dict[tuple[str, Role], Row] = {}
    rest: dict[str, Row] = {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            row = Row(line["own"], line["foreign"], line["shut"])
            name = line["operation"]
            for role in line["roles"].split():
                if role == "*":
                    rest[name] = row
                    continue
                if (name, Role(role)) in found:
                    raise ValueError(f"{name} {role} stands twice")
                found[name, Role(role)] = row
    for name, row in rest.items():
        for role in ROLES:
            found.setdefault((name, role), row)
    return found


async def walk_of(app: FastAPI, url: str) -> Walk:
    """Everything that a walk needs of a year."""
    return Walk(app, await reach_of(url), await actors_of(url))
