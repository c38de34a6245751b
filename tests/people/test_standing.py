"""An account is disabled and enabled by the office above it: at once, with a reason, told, and never one's own."""

import asyncio
import uuid

import httpx
import pytest
from signing import PASSWORD, also_as, bearer, member, posted, set_up, sign_in
from sqlalchemy import select, text

from miaopu.core import audit
from miaopu.core.db import new_id
from miaopu.people.models import Account, Membership
from miaopu.people.roles import DISABLES, Role
from seeded import World

WHY = {"reason": "已调离本单位，交接完毕"}


def bare(answer: httpx.Response) -> dict[str, object]:
    """An answer without what differs between any two."""
    return {**answer.json(), "request_id": "", "status": answer.status_code}


async def test_who_is_disabled_is_out_at_once_and_nothing_tells_the_account_from_a_wrong_password(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "city_office")
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    inside = bearer(await sign_in(client, "saren"))
    refresh = client.cookies["miaopu_refresh"]
    office, _ = await site.person(Role.SCHOOL, "no2")
    link = await posted(client, f"/accounts/{account.id}/reset-link", WHY, office)
    await posted(client, f"/accounts/{account.id}/disable", WHY, office)

    assert (await client.get("/me", headers=inside)).status_code == 401
    client.cookies.clear()
    assert (await client.post("/auth/refresh", headers={"cookie": f"miaopu_refresh={refresh}"})).status_code == 401
    form = {"login": "saren", "password": PASSWORD}
    right = await client.post("/auth/sign-in", json=form)
    wrong = await client.post("/auth/sign-in", json={**form, "password": "not it at all"})
    nobody = await client.post("/auth/sign-in", json={**form, "login": "nobody"})
    assert right.status_code == 401
    assert bare(right) == bare(wrong) == bare(nobody)
    secret = link["link"].rsplit("/", 1)[1]
    assert (await client.get(f"/public/reset-links/{secret}")).status_code == 404
    await posted(client, f"/public/reset-links/{secret}", {"password": "five grey horses"}, {}, 404)
    refused = await posted(client, f"/accounts/{account.id}/disable", WHY, office, 409)
    assert refused["code"] == "account_disabled"

    await posted(client, f"/accounts/{account.id}/enable", {"reason": "误操作，予以恢复"}, office)
    headers = bearer(await sign_in(client, "saren"))
    # What was ended stays so.
    assert (await client.get("/me", headers=inside)).status_code == 401
    told = {n["kind"]: n["reason"] for n in (await client.get("/notices", headers=headers)).json()["items"]}
    assert told["account.disabled"] == WHY["reason"]
    assert told["account.enabled"] == "误操作，予以恢复"
    assert (await posted(client, f"/accounts/{account.id}/enable", WHY, office, 409))["code"] == "account_enabled"
    async with site.app.state.database.session() as session:
        rows = await session.execute(
            text("SELECT action, reason FROM audit_entries WHERE thing_id = :id"), {"id": account.id}
        )
        trail = {(row.action, row.reason) for row in rows}
        assert {("account.disabled", WHY["reason"]), ("account.enabled", "误操作，予以恢复")} <= trail
        assert await audit.broken_links(session) == []


async def test_a_second_step_that_was_asked_before_leads_nowhere_and_the_factor_is_there_again_afterwards(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "city_office")
    account = await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    _, done = await set_up(client, (await sign_in(client, "bayar"))["token"])
    asked = await sign_in(client, "bayar")
    region, _ = await site.person(Role.REGION_OFFICE, "region")
    await posted(client, f"/accounts/{account.id}/disable", WHY, region)
    code = {"token": asked["token"], "code": done["recovery_codes"][0]}
    await posted(client, "/public/second-step", code, {}, 401)
    await posted(client, f"/accounts/{account.id}/enable", WHY, region)
    asked = await sign_in(client, "bayar")
    assert asked["step"] == "verify"
    # The code was not spent on the way in vain.
    await posted(client, "/public/second-step", {**code, "token": asked["token"]}, {})


async def test_an_invitation_of_a_disabled_account_opens_nothing(site: World, client: httpx.AsyncClient) -> None:
    office, _ = await site.person(Role.SCHOOL, "no2")
    form = {"unit_id": str(site.units["no2"].id), "role": "guide_teacher", "name": "苏和"}
    made = await posted(client, "/invitations", form, office, 201)
    await posted(client, f"/accounts/{made['account_id']}/disable", WHY, office)
    path = f"/public/invitations/{made['token']}"
    assert (await client.get(path)).status_code == 404
    await posted(client, f"{path}/accept", {"login": "suhe", "password": PASSWORD}, {}, 404)
    slips = await client.post("/invitations/slips", json={k: form[k] for k in ("unit_id", "role")}, headers=office)
    assert slips.status_code == 200
    await posted(client, f"/accounts/{made['account_id']}/enable", WHY, office)
    await posted(client, f"{path}/accept", {"login": "suhe", "password": PASSWORD}, {})


async def test_nobody_disables_an_account_that_is_not_theirs_or_not_theirs_alone(
    site: World, client: httpx.AsyncClient
) -> None:
    teacher = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    school, own = await site.person(Role.SCHOOL, "no2")
    for act in ("disable", "enable"):
        path = f"/accounts/{teacher.id}/{act}"
        elsewhere = {
            "another city": (await site.person(Role.CITY_OFFICE, "baotou"))[0],
            "a university": (await site.person(Role.UNIVERSITY, "imnu"))[0],
        }
        for office in elsewhere.values():
            seen = await client.post(path, json=WHY, headers=office)
            nowhere = await client.post(f"/accounts/{uuid.uuid4()}/{act}", json=WHY, headers=office)
            assert bare(seen) == bare(nowhere)
            assert seen.status_code == 404
        for role, unit in ((Role.GUIDE_TEACHER, "no2"), (Role.MENTOR, "imnu"), (Role.ASSOCIATION, "association")):
            headers, _ = await site.person(role, unit)
            await posted(client, path, WHY, headers, 403)
        mine = await posted(client, f"/accounts/{own.id}/{act}", WHY, school, 403)
        assert mine["code"] == "own_account"
        short = await posted(client, path, {"reason": " "}, school, 422)
        assert short["errors"][0]["pointer"] == "/reason"
    # Of the school and of the city's office: the school shuts no office out, the region's may.
    city = Membership(id=new_id(), account_id=teacher.id, role="city_office", unit_id=site.units["hohhot"].id)
    await site.add(city)
    assert (await posted(client, f"/accounts/{teacher.id}/disable", WHY, school, 403))["code"] == "beyond_reach"
    region, _ = await site.person(Role.REGION_OFFICE, "region")
    await posted(client, f"/accounts/{teacher.id}/disable", WHY, region)


async def test_two_of_an_office_who_disable_each_other_at_once_leave_one(
    site: World, client: httpx.AsyncClient
) -> None:
    one, first = await site.person(Role.REGION_OFFICE, "region")
    other, second = await site.person(Role.REGION_OFFICE, "region")
    answers = await asyncio.gather(
        client.post(f"/accounts/{second.id}/disable", json=WHY, headers=one),
        client.post(f"/accounts/{first.id}/disable", json=WHY, headers=other),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    async with site.app.state.database.session() as session:
        left = await session.scalars(select(Account.active).where(Account.id.in_([first.id, second.id])))
        assert sorted(left) == [False, True]


async def test_who_comes_in_while_the_account_is_disabled_is_not_in_afterwards(
    site: World, client: httpx.AsyncClient
) -> None:
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    office, _ = await site.person(Role.SCHOOL, "no2")
    entries = await asyncio.gather(
        *(client.post("/auth/sign-in", json={"login": "saren", "password": PASSWORD}) for _ in range(4)),
        posted(client, f"/accounts/{account.id}/disable", WHY, office),
    )
    for answer in entries[:-1]:
        assert isinstance(answer, httpx.Response)
        if answer.status_code == 200:
            assert (await client.get("/me", headers=bearer(answer.json()))).status_code == 401
    async with site.app.state.database.engine.connect() as connection:
        alive = await connection.scalar(
            text("SELECT count(*) FROM sign_ins WHERE account_id = :id AND revoked_at IS NULL"), {"id": account.id}
        )
    assert alive == 0


async def test_the_list_of_people_says_who_can_come_in_and_finds_them_by_it(
    site: World, client: httpx.AsyncClient
) -> None:
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    office, asleep = await site.person(Role.SCHOOL, "no2")

    async def found(**query: str) -> dict[str, str]:
        answer = await client.get("/memberships", params=query, headers=office)
        return {item["account_id"]: item["account_state"] for item in answer.json()["items"]}

    assert await found() == {str(account.id): "active", str(asleep.id): "invited"}
    await posted(client, f"/accounts/{account.id}/disable", WHY, office)
    assert await found(account_state="disabled") == {str(account.id): "disabled"}
    assert await found(account_state="active") == {}


@pytest.mark.parametrize("role", list(DISABLES))
def test_an_office_disables_nobody_above_it(role: Role) -> None:
    order = [Role.REGION_OFFICE, Role.CITY_OFFICE, Role.UNIVERSITY, Role.SCHOOL]
    above = set(order[: min(order.index(role), 2)])
    assert role in DISABLES[role]
    assert DISABLES[role] & above == set()
