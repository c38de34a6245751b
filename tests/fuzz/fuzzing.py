"""Any request from anybody, sent to a running server and judged.

Cases come from the contract in two ways: plain samples of every operation (`sampling`), and what Schemathesis finds
that a schema allows and forbids. Most get real ids of the walked year, so that they come past the scope; half get a
value that nobody would type. Judged is every answer: no 5xx, status, type and body as the contract says, nothing
granted that the matrix does not grant. Afterwards the doctor is asked.
"""

import contextlib
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import asyncpg
import hypothesis
import jsonschema
import requests
import schemathesis
import uvicorn
from bending import bend, raw
from hypothesis import HealthCheck, Phase, given, seed, settings
from sampling import Sample, sample
from schemathesis import GenerationMode

from miaopu.main import make_app
from miaopu.people.access import MATRIX
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.settings import Settings

# What somebody is answered who may not do a thing; a body is looked at before the gate of an act on a thing.
REFUSED = {400, 401, 403, 404, 405, 413, 415, 422}
# The demo's clock is the whole process's; signing everybody out would end the round.
APART = ("/api/v1/demo", "/api/v1/auth/sign-out")
PROBLEM = "application/problem+json"


@contextlib.contextmanager
def serving(given_: Settings) -> Iterator[str]:
    """The application on a port of its own, in a thread; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    app = make_app(given_)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


async def ids_of(url: str, each: int = 6) -> dict[str, list[str]]:
    """Some real ids of every table that has them, the newest first."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT table_name AS t FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'id' AND data_type = 'uuid' ORDER BY 1"
        )
        found = {}
        for row in tables:
            ids = await connection.fetch(f"SELECT id FROM {row['t']} ORDER BY id DESC LIMIT {each}")
            found[row["t"]] = [str(one["id"]) for one in ids]
        return {table: ids for table, ids in found.items() if ids}
    finally:
        await connection.close()


@dataclass(slots=True)
class Round:
    """What was sent and what was found, each once for its operation and kind."""

    operations: set[str] = field(default_factory=set)
    cases: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    findings: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Fuzzer:
    """One server, everybody's tokens, real ids; `seed_` makes a round the same again."""

    base: str
    contract: dict[str, Any]
    tokens: dict[Role, str]
    ids: dict[str, list[str]]
    seed_: int = 0
    done: Round = field(default_factory=Round)
    http: requests.Session = field(default_factory=requests.Session)

    def operations(self) -> list[tuple[str, str]]:
        """Method and path of everything that is tried."""
        return [
            (method, path)
            for path, item in self.contract["paths"].items()
            for method in item
            if not path.startswith(APART)
        ]

    def samples(self, method: str, path: str, role: Role, cases: int) -> None:
        """Plain and bent samples of one operation, and bodies that are no JSON."""
        chance = random.Random(f"{self.seed_} {method} {path} {role}")
        for number in range(cases):
            made = sample(self.contract, method, path, chance)
            self._place_ids(made, chance)
            if number % 2:
                bend(made, chance)
            self._send(made, role)
        if "application/json" in self.contract["paths"][path][method].get("requestBody", {}).get("content", {}):
            self._send(made, role, raw(chance))

    def search(self, method: str, path: str, role: Role, cases: int) -> None:
        """What Schemathesis draws for one operation, allowed and forbidden."""
        chance = random.Random(f"{self.seed_} search {method} {path} {role}")
        operation = _schema(json.dumps(self.contract))[path][method.upper()]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @seed(chance.getrandbits(32))
            @settings(
                max_examples=max(1, cases // 2),
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case: Any) -> None:
                made = sample(self.contract, method, path, chance)
                made.path_parameters |= {k: v for k, v in (case.path_parameters or {}).items() if v is not None}
                made.query = dict(case.query or {})
                made.headers = {k: v for k, v in dict(case.headers or {}).items() if k.lower() != "authorization"}
                if isinstance(case.body, dict | list | str | int | float | bool | None):
                    made.body = case.body
                self._place_ids(made, chance)
                if chance.random() < 0.3:
                    bend(made, chance)
                self._send(made, role)

            # An operation without parameters cannot be asked wrongly.
            with contextlib.suppress(hypothesis.errors.Unsatisfiable):
                send()

    def _place_ids(self, made: Sample, chance: random.Random) -> None:
        for parameter in made.in_path:
            if parameter.name.endswith("_id") and chance.random() < 0.85:
                made.path_parameters[parameter.name] = self._an_id(parameter.name, made.path, chance)
        made.body = self._filled(made.body, "", chance)

    def _an_id(self, name: str, path: str, chance: random.Random) -> str:
        thing = name.removesuffix("s").removesuffix("_id")
        room = path.removeprefix("/api/v1/").split("/")[0].replace("-", "_")
        for table in (f"{thing}s", thing, room):
            if table in self.ids:
                return chance.choice(self.ids[table])
        return chance.choice(chance.choice(sorted(self.ids.values())))

    def _filled(self, value: Any, name: str, chance: random.Random) -> Any:
        if isinstance(value, dict):
            return {k: self._filled(v, k, chance) for k, v in value.items()}
        if isinstance(value, list):
            return [self._filled(v, name, chance) for v in value]
        if name == "version" and type(value) is int and chance.random() < 0.7:
            return chance.randint(1, 6)
        if isinstance(value, str) and name.endswith(("_id", "_ids", "choices", "photos")) and chance.random() < 0.7:
            return self._an_id(name, "", chance)
        return value

    def _send(self, made: Sample, role: Role, body: bytes | None = None) -> None:
        label = f"{made.method} {made.path}"
        path = made.path
        for name, value in made.path_parameters.items():
            # A segment of dots alone leads to another operation before anything is sent (RFC 3986, 5.2.4).
            text = str(value) if str(value).strip(".") else f"{value}x"
            path = path.replace(f"{{{name}}}", quote(text, safe="", errors="replace"))
        try:
            headers = {k: str(v) for k, v in made.headers.items()}
            if role is not Role.PUBLIC:
                headers["authorization"] = f"Bearer {self.tokens[role]}"
            if body is None and made.body is not None:
                body = json.dumps(made.body).encode()
            if body is not None:
                headers["content-type"] = "application/json"
            answer = self.http.request(
                made.method, self.base + path, params=made.query, headers=headers, data=body, timeout=60
            )
        except (ValueError, requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL):
            # What no client could put on a line.
            return
        except requests.exceptions.RequestException as lost:
            self.done.findings.setdefault((label, "unanswered"), f"{role}: {lost!r}")
            return
        if answer.status_code == 400 and answer.text.startswith("Invalid HTTP request"):
            # No request at all: it never came to the application.
            return
        self.done.operations.add(label)
        self.done.cases += 1
        self.done.statuses[answer.status_code] = self.done.statuses.get(answer.status_code, 0) + 1
        for kind, said in self._amiss(made, role, answer):
            asked = f"{made.path_parameters} {made.query} {made.headers} {(body or b'')[:300]!r}"
            self.done.findings.setdefault((label, kind), f"{role} {answer.status_code} {said} ⇐ {asked:.700}")

    def _amiss(self, made: Sample, role: Role, answer: requests.Response) -> Iterator[tuple[str, str]]:
        """What is wrong with an answer: its kind, and in words."""
        status = answer.status_code
        if status >= 500:
            yield "5xx", answer.text[:300]
        kind = answer.headers.get("content-type", "").split(";")[0]
        operation = self.contract["paths"][made.path][made.method.lower()]
        if status >= 400:
            schema: Any = self.contract["components"]["schemas"]["ProblemBody"]
            if kind != PROBLEM:
                # Another method of a path, or a path that quoting led elsewhere, is answered in the same words.
                yield "problem", f"{kind}: {answer.text[:200]}"
                return
        elif str(status) not in operation["responses"]:
            yield "status", answer.text[:200]
            return
        else:
            content = operation["responses"][str(status)].get("content", {})
            if answer.content and content and kind not in content:
                yield "type", f"{kind} is none of {sorted(content)}"
                return
            schema = content.get("application/json", {}).get("schema") if kind == "application/json" else None
        if schema:
            wrong = jsonschema.exceptions.best_match(self._validator(schema).iter_errors(answer.json()))
            if wrong is not None:
                yield "schema", f"{wrong.json_path}: {wrong.message[:200]}"
        asked = made.asked.get(made.path_parameters.get("action")) if isinstance(made.asked, dict) else made.asked
        if asked and role not in MATRIX[Permission(asked)] and status not in REFUSED:
            yield "granted", f"{role} has no {asked}: {answer.text[:200]}"

    def _validator(self, schema: dict[str, Any]) -> Any:
        return jsonschema.Draft202012Validator({**schema, "components": self.contract["components"]})


@cache
def _schema(contract: str) -> Any:
    return schemathesis.openapi.from_dict(json.loads(contract))
