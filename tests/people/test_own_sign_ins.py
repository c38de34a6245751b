"""One's own devices: seen in plain words, ended one by one or all, told of when new; over means over."""

import asyncio
import time

import httpx
import pytest
from signing import PASSWORD, bearer, fault, member, posted, sign_in
from sqlalchemy import text

from miaopu.main import make_app, open_state
from miaopu.people.devices import plain
from miaopu.people.ended import ENDED_SECONDS
from miaopu.people.roles import Role
from seeded import Headers, World

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/121.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.49"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (PHONE, ("微信", "Android")),
        (DESK, ("Chrome", "Windows")),
        (DESK + " Edg/126.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", ("Firefox", "Linux")),
        ("curl/8", ("", "")),
    ],
)
def test_a_device_is_told_in_plain_words(agent: str, told: tuple[str, str]) -> None:
    assert plain(agent) == told


async def device(client: httpx.AsyncClient, agent: str, cookie: str = "") -> Headers:
    """Sign in from a device; headers to act with from it."""
    client.cookies.clear()
    headers = {"user-agent": agent} | ({"cookie": f"miaopu_device={cookie}"} if cookie else {})
    form = {"login": "saren", "password": PASSWORD}
    return bearer(await posted(client, "/auth/sign-in", form, headers))


async def test_one_sees_ones_own_devices_and_nobody_elses_and_ends_one_at_once(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    await member(site, Role.GUIDE_TEACHER, "no2", "other")
    theirs = bearer(await sign_in(client, "other"))
    phone = await device(client, PHONE)
    lost = client.cookies["miaopu_refresh"]
    desk = await device(client, DESK)
    shown = (await client.get("/auth/sign-ins", headers=desk)).json()["items"]
    assert {(s["browser"], s["system"], s["current"]) for s in shown} == {
        ("Chrome", "Windows", True),
        ("微信", "Android", False),
    }
    assert all(s["address"] == "127.0.0.1" for s in shown)
    assert (await client.get("/me", headers=phone)).status_code == 200
    there = next(s["id"] for s in shown if not s["current"])
    # Another's is not there for me, and stays.
    await posted(client, f"/auth/sign-ins/{there}/end", {"password": PASSWORD}, theirs, 404)
    assert (await client.get("/me", headers=phone)).status_code == 200
    # Whoever found the desk unlocked ends nothing.
    for proof, why in (({}, "proof_needed"), ({"password": "not it"}, "wrong_own_password")):
        assert fault(await posted(client, f"/auth/sign-ins/{there}/end", proof, desk, 422)) == ("/password", why)
    assert (await client.get("/me", headers=phone)).status_code == 200
    await posted(client, f"/auth/sign-ins/{there}/end", {"password": PASSWORD}, desk)
    await posted(client, f"/auth/sign-ins/{there}/end", {"password": PASSWORD}, desk, 404)
    # The access token too, though it would have lived for minutes; and the refresh token.
    assert (await client.get("/me", headers=phone)).status_code == 401
    client.cookies.clear()
    again = await client.post("/auth/refresh", headers={"cookie": f"miaopu_refresh={lost}"})
    assert again.status_code == 401
    left = (await client.get("/auth/sign-ins", headers=desk)).json()["items"]
    assert [s["current"] for s in left] == [True]


async def test_a_sign_out_ends_the_access_token_and_the_others_end_together_or_with_the_password(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    one, two, here = [await device(client, agent) for agent in (PHONE, DESK, DESK)]
    assert fault(await posted(client, "/auth/sign-ins/end-others", {}, here, 422)) == ("/password", "proof_needed")
    assert (await client.get("/me", headers=one)).status_code == 200
    await posted(client, "/auth/sign-ins/end-others", {"password": PASSWORD}, here)
    for headers, status in ((one, 401), (two, 401), (here, 200)):
        assert (await client.get("/me", headers=headers)).status_code == status
    other = await device(client, PHONE)
    form = {"old_password": PASSWORD, "new_password": "five grey horses at dawn"}
    await posted(client, "/auth/password", form, here)
    for headers, status in ((other, 401), (here, 200)):
        assert (await client.get("/me", headers=headers)).status_code == status
    client.cookies.clear()
    last = bearer(await sign_in(client, "saren", "five grey horses at dawn"))
    await posted(client, "/auth/sign-out", {}, {})
    assert (await client.get("/me", headers=last)).status_code == 401
    # The password that was changed in another's session is asked for, and its tries are counted.
    for _ in range(6):
        await posted(client, "/auth/password", {**form, "old_password": "guess"}, here, 422)
    assert (await client.post("/auth/password", json=form, headers=here)).status_code == 429


async def test_signing_in_anew_in_a_browser_ends_its_former_sign_in_and_no_other(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    await member(site, Role.GUIDE_TEACHER, "no2", "other")
    elsewhere = await device(client, PHONE)
    former = await device(client, DESK)
    left = client.cookies["miaopu_refresh"]
    # The browser goes on with somebody else: what it had kept is replaced, and nobody could end it any more.
    theirs = bearer(await sign_in(client, "other"))
    for headers, status in ((former, 401), (elsewhere, 200), (theirs, 200)):
        assert (await client.get("/me", headers=headers)).status_code == status
    mine = client.cookies["miaopu_refresh"]
    client.cookies.clear()
    for cookie, status in ((left, 401), (mine, 200)):
        answer = await client.post("/auth/refresh", headers={"cookie": f"miaopu_refresh={cookie}"})
        assert answer.status_code == status
    # A sign-in that fails ends nothing.
    client.cookies.clear()
    headers = {"cookie": f"miaopu_refresh={mine}"}
    await posted(client, "/auth/sign-in", {"login": "other", "password": "not it"}, headers, 401)
    assert (await client.get("/me", headers=theirs)).status_code == 200


async def test_another_process_refuses_a_signed_out_token_within_the_stated_time(
    site: World, client: httpx.AsyncClient
) -> None:
    await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    headers = await device(client, DESK)
    other = make_app(site.app.state.settings)
    await open_state(other, other.state.settings)
    try:
        transport = httpx.ASGITransport(app=other)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as elsewhere:
            assert (await elsewhere.get("/me", headers=headers)).status_code == 200
            began = time.monotonic()
            await posted(client, "/auth/sign-out", {}, {})
            while (await elsewhere.get("/me", headers=headers)).status_code == 200:
                assert time.monotonic() - began < ENDED_SECONDS + 1
                await asyncio.sleep(0.1)
    finally:
        await other.state.database.close()


async def test_a_role_taken_away_ends_the_sign_ins_that_act_in_it(site: World, client: httpx.AsyncClient) -> None:
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    headers = await device(client, DESK)
    office, _ = await site.person(Role.SCHOOL, "no2")
    people = (await client.get("/memberships", params={"role": "guide_teacher"}, headers=office)).json()["items"]
    mine = next(p["id"] for p in people if p["account_id"] == str(account.id))
    await posted(client, f"/memberships/{mine}/end", {}, office)
    assert (await client.get("/me", headers=headers)).status_code == 401


async def test_a_new_device_is_told_of_in_the_inbox_and_by_mail_and_a_known_one_is_not(
    site: World, client: httpx.AsyncClient
) -> None:
    account = await member(site, Role.GUIDE_TEACHER, "no2", "saren")
    from miaopu.reminders.models import Preference

    sealed = site.app.state.vault.seal("saren@example.cn")
    await site.add(Preference(account_id=account.id, mail_sealed=sealed))
    await device(client, DESK)
    known = client.cookies["miaopu_device"]
    here = await device(client, DESK, known)

    async def told() -> list[str]:
        notices = (await client.get("/notices", headers=here)).json()["items"]
        return [n["title"] for n in notices if n["kind"] == "account.new_device"]

    # Neither the first device of all nor one that is known.
    assert await told() == []
    await device(client, PHONE)
    assert await told() == ["微信 · Android · 127.0.0.1"]
    async with site.app.state.database.engine.connect() as connection:
        waiting = (await connection.execute(text("SELECT account_id, sealed FROM outbox_deliveries"))).all()
    assert [w.account_id for w in waiting] == [account.id]
    mail = site.app.state.vault.open(waiting[0].sealed)
    assert "saren@example.cn" in mail
    assert "微信 · Android" in mail
