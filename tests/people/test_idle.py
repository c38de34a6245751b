"""A sign-in that nobody uses ends: of offices and experts in an hour, of families in days; and it is said why."""

from datetime import datetime, timedelta

import httpx
import pytest
from signing import PASSWORD, bearer, member, posted, sign_in
from sqlalchemy import select

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.people.models import Membership, SignIn
from miaopu.people.roles import Role
from seeded import World

STARTED = datetime.now().astimezone()


class Hours:
    """The real clock, moved on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.passed = timedelta(0)
        patch.setattr(clock, "real_now", lambda: STARTED + self.passed)


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    """Time as a test lets it pass."""
    return Hours(monkeypatch)


async def renewed(client: httpx.AsyncClient, language: str = "zh-CN") -> httpx.Response:
    """The next token by the cookie that this browser holds."""
    return await client.post("/auth/refresh", headers={"accept-language": language})


@pytest.mark.parametrize(
    ("role", "unit", "rests", "code", "said"),
    [
        (Role.CITY_OFFICE, "hohhot", timedelta(minutes=60), "session_idle", "60 分钟"),
        (Role.EXPERT, "region", timedelta(minutes=60), "session_idle", "60 分钟"),
        (Role.STUDENT, "no2", timedelta(days=7), "session_idle_days", "7 天"),
        (Role.MENTOR, "imnu", timedelta(days=7), "session_idle_days", "7 天"),
    ],
)
async def test_a_sign_in_goes_on_while_it_is_used_and_ends_when_it_rested_too_long(
    site: World,
    client: httpx.AsyncClient,
    hours: Hours,
    role: Role,
    unit: str,
    rests: timedelta,
    code: str,
    said: str,
) -> None:
    account = await member(site, role, unit, "saren")
    await sign_in(client, "saren")
    for _ in range(3):
        hours.passed += rests - timedelta(minutes=1)
        if hours.passed < timedelta(days=14):
            assert (await renewed(client)).status_code == 200
    client.cookies.clear()
    await sign_in(client, "saren")
    kept = client.cookies["miaopu_refresh"]
    hours.passed += rests + timedelta(seconds=1)
    refused = await renewed(client)
    assert (refused.status_code, refused.json()["code"]) == (401, code)
    assert said in refused.json()["detail"]
    # Whoever comes later with the same token is told the same, and never gets in.
    again = await renewed(client, "en")
    assert (again.status_code, again.json()["code"]) == (401, code)
    assert "signed out" in again.json()["detail"]
    async with site.app.state.database.session() as session:
        why = await session.scalars(select(SignIn.revoked_why).where(SignIn.account_id == account.id))
        assert "idle" in set(why)
    assert client.cookies["miaopu_refresh"] == kept


async def test_the_shorter_time_holds_for_whoever_also_has_a_role_that_needs_it(
    site: World, client: httpx.AsyncClient, hours: Hours
) -> None:
    account = await member(site, Role.MENTOR, "imnu", "saren")
    expert = Membership(id=new_id(), account_id=account.id, role="expert", unit_id=site.units["region"].id)
    await site.add(expert)
    # Acting as a mentor, it could be switched to the expert.
    assert (await sign_in(client, "saren"))["role"] == "mentor"
    hours.passed += timedelta(minutes=61)
    assert (await renewed(client)).status_code == 401


async def test_a_rested_sign_in_is_no_more_among_ones_own_devices(
    site: World, client: httpx.AsyncClient, hours: Hours
) -> None:
    await member(site, Role.CITY_OFFICE, "hohhot", "saren")
    hours.passed = -timedelta(minutes=61)
    await sign_in(client, "saren")
    client.cookies.clear()
    hours.passed = -timedelta(minutes=30)
    await sign_in(client, "saren")
    client.cookies.clear()
    hours.passed = timedelta(0)
    here = bearer(await sign_in(client, "saren"))
    shown = (await client.get("/auth/sign-ins", headers=here)).json()["items"]
    assert len(shown) == 2
    await posted(client, "/auth/sign-ins/end-others", {"password": PASSWORD}, here)
    assert len((await client.get("/auth/sign-ins", headers=here)).json()["items"]) == 1
