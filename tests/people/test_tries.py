"""Tries at passwords: counted by account and by address, over processes and crashes; what a sign-in gives away."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from signing import placed
from sqlalchemy import text

from miaopu import running
from miaopu.core import audit
from miaopu.main import make_app, open_state
from miaopu.people import passwords
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.people.tries import TRIES, _network
from seeded import World
from settled import test_settings

PASSWORD = "a long enough password"
SIGN_IN = "/auth/sign-in"


async def member(site: World, login: str, *, password: str | None = PASSWORD, active: bool = True) -> Account:
    """A teacher who can sign in (or cannot)."""
    _, account = await site.person(Role.GUIDE_TEACHER, "no2", "萨仁")
    async with site.app.state.database.session() as session:
        own = await session.get_one(Account, account.id)
        own.login, own.active = login, active
        own.password_hash = await passwords.hashed(password) if password else None
        await audit.commit(session)
        return own


async def fail(client: httpx.AsyncClient, login: str, times: int = 1) -> httpx.Response:
    """Wrong passwords, from a device that keeps nothing."""
    for _ in range(times):
        client.cookies.clear()
        answer = await client.post(SIGN_IN, json={"login": login, "password": "not it at all"})
    return answer


async def test_a_stranger_who_fails_does_not_lock_out_the_owner_on_a_known_device(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, "saren")
    form = {"login": "saren", "password": PASSWORD}
    assert (await client.post(SIGN_IN, json=form)).status_code == 200
    device = client.cookies["miaopu_device"]
    assert (await fail(client, "saren", TRIES + 1)).status_code == 429
    client.cookies.clear()
    assert (await client.post(SIGN_IN, json=form)).status_code == 429
    known = {"cookie": f"miaopu_device={device}"}
    assert (await client.post(SIGN_IN, json=form, headers=known)).status_code == 200
    # The known device has its own count, no free one; and a secret that was made up is no known device.
    for _ in range(TRIES):
        await client.post(SIGN_IN, json=form | {"password": "wrong"}, headers=known)
    assert (await client.post(SIGN_IN, json=form, headers=known)).status_code == 429
    made_up = {"cookie": f"miaopu_device={'x' * len(device)}"}
    client.cookies.clear()
    assert (await client.post(SIGN_IN, json=form, headers=made_up)).status_code == 429


async def test_the_lock_ends_with_its_window_however_often_it_is_tried_meanwhile(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, "saren")
    await fail(client, "saren", TRIES + 6)
    async with site.app.state.database.engine.begin() as connection:
        tries = (await connection.execute(text("SELECT bucket, until - now() AS rest FROM attempts"))).all()
        rest = {row.bucket: row.rest.total_seconds() for row in tries}
        assert 0 < rest["sign-in:saren"] <= 15 * 60
        await connection.execute(text("UPDATE attempts SET until = now()"))
    answer = await client.post(SIGN_IN, json={"login": "saren", "password": PASSWORD})
    assert answer.status_code == 200


async def test_tries_hold_in_another_process_and_are_written_so_that_a_crash_keeps_them(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, "saren")
    await fail(client, "saren", TRIES)
    other = make_app(site.app.state.settings)
    await open_state(other, other.state.settings)
    try:
        transport = httpx.ASGITransport(app=other)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as elsewhere:
            assert (await elsewhere.post(SIGN_IN, json={"login": "saren", "password": PASSWORD})).status_code == 429
        async with other.state.database.engine.connect() as connection:
            # 'p': permanent, in the write-ahead log; an unlogged table ('u') is emptied by crash recovery.
            kind = await connection.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'attempts'"))
    finally:
        await other.state.database.close()
    assert kind in (b"p", "p")


async def test_an_address_that_fails_at_many_logins_is_stopped_and_those_who_come_in_are_not_counted(
    own_database: str, tmp_path: Path
) -> None:
    app = make_app(test_settings(own_database, tmp_path, sign_in_address_failures=5))
    await open_state(app, app.state.settings)
    try:
        site = await _world(app)
        await member(site, "saren")
        async with _from(app, "203.0.113.5") as school, _from(app, "203.0.113.6") as home:
            for _ in range(8):
                assert (await school.post(SIGN_IN, json={"login": "saren", "password": PASSWORD})).status_code == 200
            for number in range(5):
                assert (await fail(school, f"guess-{number}")).status_code == 401
            assert (await fail(school, "guess-9")).status_code == 429
            assert (await school.post(SIGN_IN, json={"login": "saren", "password": PASSWORD})).status_code == 429
            assert (await home.post(SIGN_IN, json={"login": "saren", "password": PASSWORD})).status_code == 200
    finally:
        await app.state.database.close()


async def test_a_storm_of_sign_ins_does_not_stand_still_however_few_the_connections(
    own_database: str, tmp_path: Path
) -> None:
    app = make_app(test_settings(own_database, tmp_path, pool_size=2))
    await open_state(app, app.state.settings)
    try:
        site = await _world(app)
        await member(site, "saren")

        async def one(number: int) -> int:
            async with _from(app, f"203.0.113.{number}") as client:
                granted = await client.post(SIGN_IN, json={"login": "saren", "password": PASSWORD})
                if granted.status_code != 200:
                    return granted.status_code
                headers = {"authorization": f"Bearer {granted.json()['access_token']}"}
                return (await client.post("/auth/sign-out-everywhere", headers=headers)).status_code

        # Waiting for a connection is given up after half a minute: whoever waited so long would have got a 500.
        answers = await asyncio.gather(*(one(number) for number in range(1, 6)))
    finally:
        await app.state.database.close()
    # The sign-outs of others may come first.
    assert set(answers) <= {200, 401}
    assert 200 in answers


async def _world(app: FastAPI) -> World:
    async with _from(app, "203.0.113.1") as client:
        return await placed(app, client)


def _from(app: Any, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 4000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1")


def test_a_household_has_one_count_over_all_its_addresses_of_ipv6() -> None:
    assert _network("2001:db8:1:2::7") == _network("2001:db8:1:2:ffff::1") != _network("2001:db8:1:3::7")
    assert _network("203.0.113.5") != _network("203.0.113.6")


@pytest.mark.parametrize(
    ("trusted", "peer", "seen"),
    [
        ((), "203.0.113.9", "203.0.113.9"),
        (("10.0.0.0/8",), "203.0.113.9", "203.0.113.9"),
        (("10.0.0.0/8",), "10.1.2.3", "198.51.100.1"),
    ],
)
async def test_only_a_proxy_that_is_trusted_names_a_callers_address(
    site: World, trusted: tuple[str, ...], peer: str, seen: str
) -> None:
    await member(site, "saren")
    state = site.app.state
    settings = state.settings.model_copy(update={"trusted_proxies": trusted})
    config = running.serving(site.app, settings)
    config.load()
    # What the caller wrote itself stands left of what the proxy adds.
    forged = {"x-forwarded-for": "192.0.2.66, 198.51.100.1"}
    async with _from(config.loaded_app, peer) as client:
        granted = await client.post(SIGN_IN, json={"login": "saren", "password": PASSWORD}, headers=forged)
        headers = {"authorization": f"Bearer {granted.json()['access_token']}"}
        (own,) = (await client.get("/auth/sign-ins", headers=headers)).json()["items"]
    assert own["address"] == seen


def test_production_believes_this_machine_alone_and_nobody_may_say_believe_everybody() -> None:
    production = {"database_url": "postgresql://x/y", "secret": "ab" * 32, "public_url": "https://x.example"}
    settings = test_settings("", Path(), **{**production, "mode": "production"})
    assert settings.proxies == ("127.0.0.1", "::1")
    assert test_settings("", Path()).proxies == ()
    with pytest.raises(ValueError, match="trusted_proxies"):
        test_settings("", Path(), trusted_proxies=("*",))


async def test_every_way_to_fail_gets_the_same_answer_for_the_same_work(
    site: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await member(site, "right")
    await member(site, "asleep", active=False)
    await member(site, "invited", password=None)
    verified: list[str] = []
    really: Callable[[str, str], bool] = passwords._verify

    def counted(stored: str, password: str) -> bool:
        # Kind, version and costs; salt and hash follow.
        verified.append("$".join(stored.split("$")[:4]))
        return really(stored, password)

    monkeypatch.setattr(passwords, "_verify", counted)
    seen = []
    for login, password in (
        ("right", "not it at all"), ("nobody", PASSWORD), ("asleep", PASSWORD), ("invited", PASSWORD),
        ("invited", "nobody has this password"), ("nobody", "nobody has this password"),
    ):  # fmt: skip
        verified.clear()
        answer = await client.post(SIGN_IN, json={"login": login, "password": password})
        body = {k: v for k, v in answer.json().items() if k != "request_id"}
        # One verification with the same costs, whatever is wrong.
        seen.append((answer.status_code, body, sorted(answer.headers), list(verified)))
    assert all(one == seen[0] for one in seen)
    assert (seen[0][0], len(seen[0][3])) == (401, 1)
    assert "m=19456,t=2,p=1" in seen[0][3][0]
