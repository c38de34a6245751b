"""The second step: asked for by role, set up before anything else, each code once, recovery codes, switching."""

import httpx
import pyotp
import pytest
from signing import PASSWORD, also_as, bearer, fault, member, posted, set_up, sign_in, wait_a_step
from sqlalchemy import select, text

from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.main import make_app
from miaopu.people.factors import STEP, step_of
from miaopu.people.models import Membership, SecondFactor
from miaopu.people.roles import Role
from miaopu.people.tries import TRIES
from miaopu.settings import OFFICES_AND_EXPERTS, Settings
from seeded import World
from settled import test_settings

PROVE = "/public/second-step"


def test_in_production_offices_and_experts_need_it_unless_an_installation_says_otherwise() -> None:
    given = {"database_url": "postgresql://x/y", "secret": "ab" * 32, "public_url": "https://x.example"}
    production = Settings.model_validate({"mode": "production", **given})
    assert production.two_step_roles == set(OFFICES_AND_EXPERTS)
    named = Settings.model_validate({"mode": "production", "second_factor_roles": ("none",), **given})
    assert named.two_step_roles == set()
    assert Settings(mode="demo").two_step_roles == set()
    with pytest.raises(ValueError, match="city_ofice"):
        make_app(test_settings("", "", second_factor_roles=("city_ofice",)))  # type: ignore[arg-type]


async def test_who_needs_a_factor_sets_it_up_before_anything_else_and_from_then_on_proves_it(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "city_office")
    account = await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    asked = await sign_in(client, "bayar")
    assert set(asked) == {"step", "token", "expires_in"}
    assert asked["step"] == "set_up"
    # The token opens nothing but the set-up; and no cookie was given that could.
    assert "miaopu_refresh" not in client.cookies
    stranger = {"authorization": f"Bearer {asked['token']}"}
    assert (await client.get("/me", headers=stranger)).status_code == 401
    over = await posted(client, PROVE, {"token": asked["token"], "code": "000000"}, {}, 401)
    assert over["code"] == "step_over"
    made = await posted(client, f"{PROVE}/set-up", {"token": asked["token"]}, {})
    assert made["secret"] in made["uri"]
    assert made["qr"].startswith("<svg")
    wrong = await posted(client, f"{PROVE}/confirm", {"token": asked["token"], "code": "12 34"}, {}, 422)
    assert fault(wrong) == ("/code", "wrong_second_code")
    phone, done = await set_up(client, asked["token"])
    assert phone.secret == made["secret"]
    assert len(set(done["recovery_codes"])) == 10
    headers = bearer(done["granted"])
    assert (await client.get("/me", headers=headers)).json()["account"]["name"] == "萨仁"
    await posted(client, f"{PROVE}/confirm", {"token": asked["token"], "code": phone.now()}, {}, 401)

    client.cookies.clear()
    asked = await sign_in(client, "bayar")
    assert asked["step"] == "verify"
    # The code that set it up is used; so is one by which somebody came in.
    again = await posted(client, PROVE, {"token": asked["token"], "code": phone.now()}, {}, 422)
    assert fault(again) == ("/code", "wrong_second_code")
    await wait_a_step(site.app, account)
    granted = await posted(client, PROVE, {"token": asked["token"], "code": phone.now()}, {})
    assert (await client.get("/me", headers=bearer(granted))).status_code == 200
    assert (await client.post("/auth/refresh")).status_code == 200
    await posted(client, PROVE, {"token": asked["token"], "code": phone.now()}, {}, 401)
    async with site.app.state.database.session() as session:
        factor = await session.scalar(select(SecondFactor).where(SecondFactor.account_id == account.id))
        assert factor is not None
        assert phone.secret.encode() not in factor.secret_sealed
        assert site.app.state.vault.open(factor.secret_sealed) == phone.secret
        kept = str((await session.execute(text("SELECT string_agg(e::text, ' ') FROM audit_entries e"))).scalar())
        assert "account.factor_set_up" in kept
        assert "account.factor_used" in kept
        # Neither the secret nor a code, in whatever form, is in the trail.
        for secret in (phone.secret, *done["recovery_codes"], *factor.recovery):
            assert secret not in kept
            assert secret.replace("-", "") not in kept
        assert await audit.broken_links(session) == []


async def test_an_invited_office_sets_its_factor_up_before_it_is_in(site: World, client: httpx.AsyncClient) -> None:
    also_as(site, "city_office")
    region, _ = await site.person(Role.REGION_OFFICE, "region")
    form = {"unit_id": str(site.units["hohhot"].id), "role": "city_office", "name": "苏和"}
    invited = await posted(client, "/invitations", form, region, 201)
    path = f"/public/invitations/{invited['token']}/accept"
    asked = await posted(client, path, {"login": "suhe", "password": PASSWORD}, {})
    assert asked["step"] == "set_up"
    _, done = await set_up(client, asked["token"])
    assert (await client.get("/me", headers=bearer(done["granted"]))).status_code == 200


async def test_a_recovery_code_opens_one_sign_in_and_new_ones_end_old_ones(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "expert")
    account = await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    headers = bearer(await sign_in(client, "bayar"))
    wrong = await posted(client, "/auth/second-factor", {"password": "not it"}, headers, 422)
    assert fault(wrong) == ("/password", "wrong_own_password")
    asked = await posted(client, "/auth/second-factor", {"password": PASSWORD}, headers)
    client.cookies.clear()
    other = bearer(await sign_in(client, "bayar"))
    phone, done = await set_up(client, asked["token"])
    first, second, third, *_ = done["recovery_codes"]
    # A new factor ends every sign-in but its own, which goes on in new tokens.
    for ended in (headers, other):
        assert (await client.get("/me", headers=ended)).status_code == 401
    headers = bearer(done["granted"])
    state = (await client.get("/auth/second-factor", headers=headers)).json()
    assert (state["recovery_left"], state["needed"]) == (10, False)

    async def proves(code: str, status: int) -> None:
        client.cookies.clear()
        token = (await sign_in(client, "bayar"))["token"]
        await posted(client, PROVE, {"token": token, "code": code}, {}, status)

    await proves(first.lower().replace("-", " "), 200)
    await proves(first, 422)
    await proves(second, 200)

    async def shown() -> int:
        return len((await client.get("/auth/sign-ins", headers=headers)).json()["items"])

    assert await shown() == 3
    await wait_a_step(site.app, account)
    renewed = await posted(client, "/auth/second-factor/recovery-codes", {"code": phone.now()}, headers)
    assert await shown() == 1
    await proves(third, 422)
    await proves(renewed["recovery_codes"][0], 200)
    form = {"password": PASSWORD, "code": renewed["recovery_codes"][1]}
    assert await shown() == 2
    await posted(client, "/auth/second-factor/remove", form, headers)
    assert await shown() == 1
    assert "access_token" in await sign_in(client, "bayar")
    told = (await client.get("/notices", headers=headers)).json()["items"]
    assert {n["kind"] for n in told} >= {
        "account.factor_set_up", "account.recovery_renewed", "account.factor_removed"
    }  # fmt: skip


async def test_codes_are_throttled_over_all_questions_and_a_question_does_not_last(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "city_office")
    account = await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    phone, _ = await set_up(client, (await sign_in(client, "bayar"))["token"])
    late = (await sign_in(client, "bayar"))["token"]
    async with site.app.state.database.engine.begin() as connection:
        await connection.execute(text("UPDATE sign_in_challenges SET expires_at = now() WHERE step = 'verify'"))
    await wait_a_step(site.app, account)
    await posted(client, PROVE, {"token": late, "code": phone.now()}, {}, 401)
    for _ in range(TRIES):
        token = (await sign_in(client, "bayar"))["token"]
        await posted(client, PROVE, {"token": token, "code": "000000"}, {}, 422)
    token = (await sign_in(client, "bayar"))["token"]
    refused = await client.post(PROVE, json={"token": token, "code": phone.now()})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


def test_a_code_counts_in_its_own_half_minute_and_the_next_and_no_sooner() -> None:
    secret = pyotp.random_base32()
    present = int(clock.real_now().timestamp()) // STEP
    codes = {apart: pyotp.TOTP(secret).at((present + apart) * STEP) for apart in (-2, -1, 0, 1)}
    counted = {apart for apart, code in codes.items() if step_of(secret, code, 0) is not None}
    # Half a minute may have passed since it was counted.
    assert counted in ({-1, 0}, {0, 1})
    assert step_of(secret, codes[0], present) is None


async def test_a_fresh_second_step_is_proof_enough_to_end_other_sign_ins_for_some_minutes(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "city_office")
    await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    _, done = await set_up(client, (await sign_in(client, "bayar"))["token"])
    headers = bearer(done["granted"])

    async def asks() -> bool:
        return bool((await client.get("/auth/sign-ins", headers=headers)).json()["proof_needed"])

    assert not await asks()
    await posted(client, "/auth/sign-ins/end-others", {}, headers)
    minutes = site.app.state.settings.proof_minutes
    async with site.app.state.database.engine.begin() as connection:
        past = text("UPDATE sign_ins SET second_step_at = now() - make_interval(mins => :minutes)")
        await connection.execute(past, {"minutes": minutes})
    assert await asks()
    refused = await posted(client, "/auth/sign-ins/end-others", {}, headers, 422)
    assert fault(refused) == ("/password", "proof_needed")


async def test_switching_to_a_role_that_needs_it_asks_and_the_device_has_then_proven_it(
    site: World, client: httpx.AsyncClient
) -> None:
    also_as(site, "expert", "city_office")
    account = await member(site, Role.MENTOR, "imnu", "erdun")
    other, third = (
        Membership(id=new_id(), account_id=account.id, role=role.value, unit_id=site.units["hohhot"].id)
        for role in (Role.CITY_OFFICE, Role.EXPERT)
    )
    await site.add(other, third)
    headers = bearer(await sign_in(client, "erdun"))
    me = (await client.get("/me", headers=headers)).json()
    mentor = me["membership"]["id"]
    assert me["membership"]["role"] == "mentor"
    asked = await posted(client, "/auth/switch", {"membership_id": str(other.id)}, headers)
    assert asked["step"] == "set_up"
    # Not switched meanwhile: neither this token nor the next one.
    refreshed = (await client.post("/auth/refresh")).json()
    assert refreshed["role"] == "mentor"
    before = client.cookies["miaopu_refresh"]
    _, done = await set_up(client, asked["token"])
    # The proof makes new tokens, and the old ones open nothing: neither the cookie nor what was given by it.
    assert (await client.get("/me", headers=bearer(refreshed))).status_code == 401
    assert client.cookies["miaopu_refresh"] != before
    old = {"cookie": f"miaopu_refresh={before}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site.app), base_url=client.base_url) as thief:
        assert (await thief.post("/auth/refresh", headers=old)).status_code == 401
    assert done["granted"]["role"] == "city_office"
    assert (await client.post("/auth/refresh")).json()["role"] == "city_office"
    switched = await posted(client, "/auth/switch", {"membership_id": str(third.id)}, bearer(done["granted"]))
    assert switched["role"] == "expert"
    await posted(client, "/auth/switch", {"membership_id": mentor}, bearer(switched))
    denied = {"password": PASSWORD, "code": done["recovery_codes"][0]}
    assert (await posted(client, "/auth/second-factor/remove", denied, bearer(switched), 409))[
        "code"
    ] == "factor_needed"


async def test_a_sign_in_from_before_the_rule_ends_at_its_next_refresh(site: World, client: httpx.AsyncClient) -> None:
    await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    await sign_in(client, "bayar")
    also_as(site, "city_office")
    assert (await client.post("/auth/refresh")).status_code == 401


async def test_a_changed_password_ends_what_was_asked_with_the_old_one(site: World, client: httpx.AsyncClient) -> None:
    also_as(site, "city_office")
    account = await member(site, Role.CITY_OFFICE, "hohhot", "bayar")
    phone, done = await set_up(client, (await sign_in(client, "bayar"))["token"])
    asked = await sign_in(client, "bayar")
    form = {"old_password": PASSWORD, "new_password": "five grey horses at dawn"}
    await posted(client, "/auth/password", form, bearer(done["granted"]))
    await wait_a_step(site.app, account)
    await posted(client, PROVE, {"token": asked["token"], "code": phone.now()}, {}, 401)
