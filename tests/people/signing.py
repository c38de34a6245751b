"""People with passwords and authenticators, for tests of the sign-in."""

import time
import uuid
from typing import Any

import httpx
import pyotp
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.core import audit
from miaopu.people import passwords
from miaopu.people.models import Account, SecondFactor
from miaopu.people.roles import Role
from miaopu.programme.plan import load_plan
from seeded import SOURCE, Headers, World, _units, add

PASSWORD = "a long enough password"
Json = dict[str, Any]


async def placed(app: FastAPI, client: httpx.AsyncClient) -> World:
    """The units of the 2024 plan and nothing else: the sign-in needs no year that has to be opened first."""
    plan = load_plan(SOURCE)
    units = _units(plan)
    await add(app, *units.values())
    return World(app, client, uuid.UUID(int=0), plan, units)


async def member(site: World, role: Role, unit: str, login: str, name: str = "萨仁") -> Account:
    """Somebody who can sign in with `PASSWORD`."""
    _, account = await site.person(role, unit, name)
    async with site.app.state.database.session() as session:
        own = await session.get_one(Account, account.id)
        own.login, own.password_hash = login, await passwords.hashed(PASSWORD)
        await audit.commit(session)
        return own


def also_as(site: World, *roles: str) -> None:
    """From now on these roles act only after a second step."""
    site.app.state.settings = site.app.state.settings.model_copy(update={"second_factor_roles": roles})


async def sign_in(client: httpx.AsyncClient, login: str, password: str = PASSWORD, status: int = 200) -> Json:
    """The answer to login and password, from whatever device the client is."""
    answer = await client.post("/auth/sign-in", json={"login": login, "password": password})
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


async def posted(client: httpx.AsyncClient, path: str, body: Json, headers: Headers, status: int = 200) -> Json:
    """The answer to a form."""
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


async def set_up(client: httpx.AsyncClient, token: str) -> tuple[pyotp.TOTP, Json]:
    """Set an authenticator up: it, and the answer with the recovery codes."""
    made = await posted(client, "/public/second-step/set-up", {"token": token}, {})
    phone = pyotp.TOTP(made["secret"])
    return phone, await posted(client, "/public/second-step/confirm", {"token": token, "code": phone.now()}, {})


def bearer(granted: Json) -> Headers:
    """Headers to act with."""
    return {"authorization": f"Bearer {granted['access_token']}"}


async def wait_a_step(app: FastAPI, account: Account) -> None:
    """As if half a minute had passed: the step used last is the one before."""
    async with app.state.database.session() as session:
        own = await session.scalar(select(SecondFactor).where(SecondFactor.account_id == account.id))
        assert own is not None
        own.last_step = int(time.time()) // 30 - 2
        await audit.commit(session)


def fault(answer: Json) -> tuple[str, str]:
    """Where a form is wrong, and by which rule."""
    (found,) = answer["errors"]
    return found["pointer"], found["code"]


async def with_password(at: World, account: Account) -> None:
    """Somebody who can prove to be the one."""
    async with at.app.state.database.session() as session:
        (await session.get_one(Account, account.id)).password_hash = await passwords.hashed(PASSWORD)
        await audit.commit(session)


def form(issuer: str, **more: object) -> Json:
    """What an office enters of its provider (tests/people/provider)."""
    return {"issuer": issuer, "client_id": "miaopu", "client_secret": "miaopu-only-for-tests", **more}
