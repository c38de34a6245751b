"""Links work once and for a while; who cannot get in is helped by the own office, never by one that is not theirs."""

import uuid

import httpx
import pytest
from signing import PASSWORD, also_as, bearer, fault, member, posted, set_up, sign_in, wait_a_step
from sqlalchemy import text

from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.people.models import Membership, Unit
from miaopu.people.resets import by_operator
from miaopu.people.roles import Role
from seeded import World

NEW = "five grey horses at dawn"
WHY = {"reason": "忘记密码，已当面核对身份"}


def token_of(made: dict[str, str]) -> str:
    """The secret of a link."""
    return made["link"].rsplit("/", 1)[1]


async def test_a_link_of_the_office_sets_one_password_once_ends_every_device_and_is_told_and_in_the_trail(
    site: World, client: httpx.AsyncClient
) -> None:
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    old = bearer(await sign_in(client, "saren"))
    office, _ = await site.person(Role.SCHOOL, "no2")
    path = f"/accounts/{account.id}/reset-link"
    replaced = token_of(await posted(client, path, WHY, office))
    secret = token_of(await posted(client, path, WHY, office))
    # The newer link ends the older one.
    assert (await client.get(f"/public/reset-links/{replaced}")).status_code == 404
    await posted(client, f"/public/reset-links/{replaced}", {"password": NEW}, {}, 404)
    shown = (await client.get(f"/public/reset-links/{secret}")).json()
    assert (shown["login"], shown["name"]) == ("saren", "萨仁")
    refused = await posted(client, f"/public/reset-links/{secret}", {"password": "saren-1234"}, {}, 422)
    assert fault(refused) == ("/password", "password_context")
    used = await posted(client, f"/public/reset-links/{secret}", {"password": NEW}, {})
    assert used == {"done": True}
    await posted(client, f"/public/reset-links/{secret}", {"password": NEW + "!"}, {}, 404)
    assert (await client.get(f"/public/reset-links/{secret}")).status_code == 404
    assert (await client.get("/me", headers=old)).status_code == 401
    await sign_in(client, "saren", PASSWORD, 401)
    headers = bearer(await sign_in(client, "saren", NEW))
    told = (await client.get("/notices", headers=headers)).json()["items"]
    assert {"account.reset_link", "account.password_reset"} <= {n["kind"] for n in told}
    assert WHY["reason"] in {n["reason"] for n in told}
    async with site.app.state.database.engine.connect() as connection:
        trail = (
            await connection.execute(
                text("SELECT action, reason, e::text AS whole FROM audit_entries e WHERE thing_id = :id"),
                {"id": account.id},
            )
        ).all()
    assert ("account.reset_link", WHY["reason"]) in {(row.action, row.reason) for row in trail}
    assert "account.password_reset" in {row.action for row in trail}
    assert not any(secret in row.whole or NEW in row.whole for row in trail)


@pytest.mark.parametrize(
    ("kind", "table", "path", "form"),
    [
        ("invitation", "invitations", "/public/invitations/{}/accept", {"login": "suhe", "password": PASSWORD}),
        ("reset link", "password_links", "/public/reset-links/{}", {"password": NEW}),
    ],
)
async def test_a_link_that_has_run_out_opens_nothing(
    site: World, client: httpx.AsyncClient, kind: str, table: str, path: str, form: dict[str, str]
) -> None:
    office, _ = await site.person(Role.SCHOOL, "no2")
    if kind == "invitation":
        asked = {"unit_id": str(site.units["no2"].id), "role": "guide_teacher", "name": "苏和"}
        secret = (await posted(client, "/invitations", asked, office, 201))["token"]
    else:
        account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
        secret = token_of(await posted(client, f"/accounts/{account.id}/reset-link", WHY, office))
    async with site.app.state.database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(f"UPDATE {table} SET expires_at = now() - interval '1 second'"))
    await posted(client, path.format(secret), form, {}, 404)
    await posted(client, path.format("x" * 43), form, {}, 404)


async def test_a_lost_authenticator_is_taken_away_by_the_office_and_the_next_sign_in_asks_for_another(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "city_office")
    account = await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    phone, done = await set_up(client, (await sign_in(client, "bayar"))["token"])
    old = bearer(done["granted"])
    asked = await sign_in(client, "bayar")
    region, _ = await site.person(Role.REGION_OFFICE, "region")
    path = f"/accounts/{account.id}/reset-factor"
    # A school does not look after an office; nobody resets their own.
    school, _ = await site.person(Role.SCHOOL, "no2")
    await posted(client, path, WHY, school, 404)
    assert (await posted(client, path, WHY, old, 403))["code"] == "own_account"
    assert (await posted(client, path, {"reason": " "}, region, 422))["errors"][0]["pointer"] == "/reason"
    # A link for a new password does not go around the second step.
    secret = token_of(await posted(client, f"/accounts/{account.id}/reset-link", WHY, region))
    await posted(client, f"/public/reset-links/{secret}", {"password": NEW}, {})
    assert (await sign_in(client, "bayar", NEW))["step"] == "verify"
    await posted(client, path, WHY, region)
    assert (await posted(client, path, WHY, region, 409))["code"] == "no_factor"
    assert (await client.get("/me", headers=old)).status_code == 401
    await posted(client, "/public/second-step", {"token": asked["token"], "code": phone.now()}, {}, 401)
    asked = await sign_in(client, "bayar", NEW)
    assert asked["step"] == "set_up"
    _, done = await set_up(client, asked["token"])
    told = (await client.get("/notices", headers=bearer(done["granted"]))).json()["items"]
    assert "account.factor_reset" in {n["kind"] for n in told}
    await wait_a_step(site.app, account)


async def test_nobody_enters_an_office_by_resetting_one_who_also_works_for_them(
    site: World, client: httpx.AsyncClient
) -> None:
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    city = Membership(id=new_id(), account_id=account.id, role="city_office", unit_id=site.units["hohhot"].id)
    await site.add(city)
    school, _ = await site.person(Role.SCHOOL, "no2")
    for what in ("reset-link", "reset-factor"):
        refused = await posted(client, f"/accounts/{account.id}/{what}", WHY, school, 403)
        assert refused["code"] == "beyond_reach"
    # Another city, another school and a student: not theirs; an account that exists nowhere looks the same.
    baotou, _ = await site.person(Role.CITY_OFFICE, "baotou")
    teacher, _ = await site.person(Role.GUIDE_TEACHER, "no2")
    other = await posted(client, f"/accounts/{account.id}/reset-link", WHY, baotou, 404)
    nowhere = await posted(client, f"/accounts/{uuid.uuid4()}/reset-link", WHY, baotou, 404)
    assert {**other, "request_id": ""} == {**nowhere, "request_id": ""}
    await posted(client, f"/accounts/{account.id}/reset-link", WHY, teacher, 403)


async def test_the_office_above_all_of_somebodys_roles_helps_where_no_unit_has_all_of_them(
    site: World, client: httpx.AsyncClient
) -> None:
    both = await member(site, Role.MENTOR, "imnu", "both")
    await site.add(
        Membership(id=new_id(), account_id=both.id, role=Role.EXPERT.value, unit_id=site.units["association"].id)
    )
    alone = await member(site, Role.MENTOR, "imnu", "alone")
    university, _ = await site.person(Role.UNIVERSITY, "imnu")
    city, _ = await site.person(Role.CITY_OFFICE, "hohhot")
    region, _ = await site.person(Role.REGION_OFFICE, "region")
    elsewhere, _ = await site.person(Role.CITY_OFFICE, "baotou")
    path = f"/accounts/{both.id}/reset-link"
    assert (await posted(client, path, WHY, university, 403))["code"] == "beyond_reach"
    assert (await posted(client, path, WHY, city, 403))["code"] == "beyond_reach"
    await posted(client, path, WHY, elsewhere, 404)
    await posted(client, path, WHY, region)
    # Of one unit, the unit's own office: the region enters no account by the way.
    await posted(client, f"/accounts/{alone.id}/reset-link", WHY, region, 404)
    await posted(client, f"/accounts/{alone.id}/reset-link", WHY, university)
    # Two schools of a city have one child each: the city's office.
    family = await member(site, Role.GUARDIAN, "no2", "family")
    hohhot = site.units["hohhot"].id
    other = Unit(id=new_id(), kind="school", code="no9", name="第九中学", parent_id=hohhot, city_id=hohhot)
    await site.add(other, Membership(id=new_id(), account_id=family.id, role=Role.GUARDIAN.value, unit_id=other.id))
    school, _ = await site.person(Role.SCHOOL, "no2")
    path = f"/accounts/{family.id}/reset-link"
    assert (await posted(client, path, WHY, school, 403))["code"] == "beyond_reach"
    made = await posted(client, path, WHY, city)
    assert (await client.get(f"/public/reset-links/{token_of(made)}")).json()["login"] == "family"
    # Nobody becomes an office by it: a colleague of the region who also mentors is the region's own affair.
    chief = await member(site, Role.REGION_OFFICE, "region", "chief")
    await site.add(Membership(id=new_id(), account_id=chief.id, role=Role.MENTOR.value, unit_id=site.units["imnu"].id))
    for who in (university, city):
        assert (await posted(client, f"/accounts/{chief.id}/reset-link", WHY, who, 403))["code"] == "beyond_reach"
    await posted(client, f"/accounts/{chief.id}/reset-link", WHY, region)


async def test_a_school_helps_its_families_and_one_who_never_joined_has_an_invitation(
    site: World, client: httpx.AsyncClient
) -> None:
    school, _ = await site.person(Role.SCHOOL, "no2")
    mother = await member(site, Role.GUARDIAN, "no2", "mother")
    secret = token_of(await posted(client, f"/accounts/{mother.id}/reset-link", WHY, school))
    await posted(client, f"/public/reset-links/{secret}", {"password": NEW}, {})
    await sign_in(client, "mother", NEW)
    _, asleep = await site.person(Role.STUDENT, "no2")
    refused = await posted(client, f"/accounts/{asleep.id}/reset-link", WHY, school, 409)
    assert refused["code"] == "not_joined"


async def test_the_command_line_helps_the_last_one_of_an_office_and_that_is_in_the_trail(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "region_office")
    account = await member(site, Role.REGION_OFFICE, "region", "wuyun")
    await set_up(client, (await sign_in(client, "wuyun"))["token"])
    state = site.app.state
    async with state.database.session() as session:
        with pytest.raises(Problem, match="not_found"):
            await by_operator(session, state.vault, "nobody", "x")
        secret = await by_operator(session, state.vault, "wuyun", "手机遗失，机房值班核对身份")
    await posted(client, f"/public/reset-links/{secret}", {"password": NEW}, {})
    assert (await sign_in(client, "wuyun", NEW))["step"] == "set_up"
    async with state.database.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT action, request_id FROM audit_entries WHERE thing_id = :id"), {"id": account.id}
        )
        entries = {(row.action, row.request_id) for row in rows}
    assert {("account.factor_reset", "command line"), ("account.reset_link", "command line")} <= entries
