"""What a request leaves behind: a line and a number, and nothing that somebody entered."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from miaopu.core import audit
from miaopu.core.logs import JsonLines, TextLines
from miaopu.main import make_app, open_state
from miaopu.people import passwords
from miaopu.people.models import Account
from miaopu.people.roles import Role
from seeded import World
from settled import test_settings

IDENTITY, NAME, LOGIN, PHONE = "150102200803071234", "乌日娜其其格", "wurina-0307", "13947112233"
PRIVATE = (IDENTITY, NAME, LOGIN, PHONE, "秘密的密码", "\\u4e4c\\u65e5")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as both formatters write it."""
    held, root = io.StringIO(), logging.getLogger()
    handlers = []
    for formatter in (JsonLines(), TextLines()):
        handler = logging.StreamHandler(held)
        handler.setFormatter(formatter)
        handlers.append(handler)
        root.addHandler(handler)
    requests, level = logging.getLogger("miaopu.requests"), root.level
    requests.setLevel(logging.INFO)
    root.setLevel(logging.DEBUG)
    # The test's own client is not the server.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    yield held
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    requests.setLevel(logging.NOTSET)
    for handler in handlers:
        root.removeHandler(handler)


def objects(held: io.StringIO) -> list[dict[str, Any]]:
    """The lines of the JSON formatter."""
    return [json.loads(line) for line in held.getvalue().splitlines() if line.startswith("{")]


async def test_what_is_refused_says_to_whose_account_and_why_and_what_is_answered_does_not(
    at: World, lines: io.StringIO
) -> None:
    headers, account = await at.person(Role.STUDENT, "no2")
    _, own = await at.person(Role.GUIDE_TEACHER, "no2")
    async with at.app.state.database.session() as session:
        owner = await session.get_one(Account, own.id)
        owner.login, owner.name, owner.password_hash = LOGIN, NAME, await passwords.hashed("right and long")
        await audit.commit(session)
    lines.truncate(0)
    lines.seek(0)
    answers = [
        await at.client.get("/me", headers=headers),
        await at.client.get("/memberships", headers=headers, params={"q": NAME}),
        await at.client.get(f"/registrations/{account.id}", headers=headers),
        await at.client.post("/auth/sign-in", json={"login": LOGIN, "password": "秘密的密码"}),
        await at.client.post("/auth/sign-in", json={"login": PHONE, "password": "秘密的密码"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 403, 404, 401, 401]
    found = objects(lines)
    requests = [line for line in found if line["logger"] == "miaopu.requests"]
    me = str(account.id)
    assert [(line.get("account", "unsaid"), line.get("code", "unsaid")) for line in requests] == [
        ("unsaid", "unsaid"), (me, "forbidden"), (me, "not_found"), (None, "wrong_credentials"),
        (None, "wrong_credentials"),
    ]  # fmt: skip
    entries = [line for line in found if line["logger"] == "miaopu.security"]
    assert [(line["event"], line["account"], line["address"]) for line in entries] == [
        ("wrong_password", str(own.id), "127.0.0.1"), ("wrong_password", None, "127.0.0.1"),
    ]  # fmt: skip
    for value in PRIVATE:
        assert value not in lines.getvalue(), value


async def test_each_request_is_one_line_with_its_route_and_role_and_nothing_personal(
    at: World, app: FastAPI, lines: io.StringIO
) -> None:
    @app.post("/api/v1/breaks")
    async def breaks(body: dict[str, str]) -> None:
        try:
            raise ValueError(f"cannot read {body['identity']} of {NAME}")
        except ValueError as inner:
            raise KeyError(body["name"]) from inner

    @app.post("/api/v1/refused-by-the-database")
    async def refused(body: dict[str, str]) -> None:
        async with app.state.database.session() as session:
            await session.execute(text("SELECT nothing_there FROM accounts WHERE name = :name"), {"name": body["name"]})

    headers, account = await at.person(Role.CITY_OFFICE, "hohhot")
    lines.truncate(0)
    lines.seek(0)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as client:
        private = {"identity": IDENTITY, "name": NAME, "login": LOGIN, "phone": PHONE, "password": "秘密的密码"}
        answers = [
            await client.get("/registrations", params={"search": NAME, "q": IDENTITY}, headers=headers),
            await client.post("/auth/sign-in", json={"login": LOGIN, "password": "秘密的密码"}),
            await client.post("/auth/sign-in", json={"login": [IDENTITY], "password": PHONE}),
            await client.post("/breaks", json=private),
            await client.post("/refused-by-the-database", json=private),
            await client.get(f"/nothing-here/{IDENTITY}", params={"name": NAME}),
            await client.get(f"/accounts/{account.id}/nothing", headers=headers),
        ]
    assert [answer.status_code for answer in answers] == [200, 401, 422, 500, 500, 404, 404]
    written = lines.getvalue()
    for value in PRIVATE:
        assert value not in written, value
    found = [line for line in objects(lines) if line["logger"] == "miaopu.requests"]
    assert [line["request_id"] for line in found] == [answer.headers["x-request-id"] for answer in answers]
    assert [line["route"] for line in found][:2] == ["/api/v1/registrations", "/api/v1/auth/sign-in"]
    assert found[5]["route"] == "(none)"
    assert (found[0]["role"], found[1]["role"], found[0]["status"], found[0]["method"]) == (
        "city_office", None, 200, "GET",
    )  # fmt: skip
    assert set(found[0]) == {
        "at", "level", "logger", "message", "request_id", "method", "route", "status", "ms", "role",
    }  # fmt: skip
    # A failure says where and of which kind, all the same.
    (broken,) = [line for line in objects(lines) if "exception" in line and line["logger"] == "miaopu"][:1]
    assert broken["exception"]["kind"] == "builtins.KeyError"
    assert broken["exception"]["cause"]["kind"] == "builtins.ValueError"
    assert any("test_seen.py" in frame and "breaks" in frame for frame in broken["exception"]["frames"])
    assert "42703" in written  # the database's refusal, by its SQLSTATE


def test_a_message_cannot_begin_a_line_of_its_own() -> None:
    record = logging.LogRecord("x", 20, "p", 1, "a %s %r", ('b\n{"level"', ValueError(NAME)), None)
    for formatter in (JsonLines(), TextLines()):
        line = formatter.format(record)
        assert "\n" not in line
        assert NAME not in line
        assert "ValueError" in line


async def _asked(app: FastAPI, host: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, client=(host, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await client.get("/metrics", headers={name.replace("_", "-"): v for name, v in headers.items()})


async def test_the_metrics_are_for_this_machine_or_for_who_holds_the_token(at: World, app: FastAPI) -> None:
    headers, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    await at.client.get("/registrations", headers=headers)
    found = await _asked(app, "127.0.0.1")
    assert found.status_code == 200
    for line in (
        'miaopu_request_seconds_count{method="GET",route="/api/v1/registrations",status="2xx"} 1.0',
        'miaopu_in_flight{share="common",what="busy"} 0.0',
        'miaopu_pool_connections{pool="reads",what="size"} 12.0',
        'miaopu_refused_total{share="hashing"} 0.0',
    ):
        assert line in found.text, line
    assert "hohhot" not in found.text
    assert (await _asked(app, "10.0.0.7")).status_code == 404
    assert (await _asked(app, "127.0.0.1", x_forwarded_for="10.0.0.7")).status_code == 404


@pytest.fixture
async def tokened(own_database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    made = make_app(test_settings(own_database, tmp_path, metrics_token="a-token-for-prometheus"))
    await open_state(made, made.state.settings)
    yield made
    await made.state.database.close()


async def test_with_a_token_the_machine_alone_is_not_enough(tokened: FastAPI) -> None:
    assert (await _asked(tokened, "127.0.0.1")).status_code == 404
    assert (await _asked(tokened, "10.0.0.7", authorization="Bearer wrong")).status_code == 404
    found = await _asked(tokened, "10.0.0.7", authorization="Bearer a-token-for-prometheus")
    assert found.status_code == 200
