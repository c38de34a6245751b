"""Single sign-on against a real provider: there and back as a browser goes, and every way that must not lead in."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwk, jwt
from signing import PASSWORD, form, with_password
from sqlalchemy import func, select

from browsing import BACK, through
from miaopu.core.audit import AuditEntry
from miaopu.core.problem import Problem
from miaopu.people import oidc
from miaopu.people.models import SignIn
from miaopu.people.oidc_models import SsoIdentity, SsoProvider
from miaopu.people.oidc_router import COOKIE
from miaopu.people.roles import Role
from seeded import Headers, World


@dataclass(frozen=True)
class Joined:
    """A university whose sign-in is confirmed, and a mentor of it."""

    at: World
    issuer: str
    provider: str
    mentor: Headers
    account: Any


async def test_a_link_is_begun_by_who_knows_the_password_and_guesses_are_counted(joined: Joined) -> None:
    ask = {"provider_id": joined.provider, "password": "not it at all"}
    for _ in range(6):
        refused = await joined.at.client.post("/me/sso/start", json=ask, headers=joined.mentor)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "wrong_own_password")
        assert COOKIE not in refused.cookies
    right = {**ask, "password": PASSWORD}
    assert (await joined.at.client.post("/me/sso/start", json=right, headers=joined.mentor)).status_code == 429


@pytest.fixture
async def joined(at: World, issuer: str) -> Joined:
    """Its office names the provider, the region's office confirms it."""
    office, _ = await at.person(Role.UNIVERSITY, "imnu", "信息中心")
    region, _ = await at.person(Role.REGION_OFFICE, "region", "自治区")
    named = await at.client.put(f"/sso-providers/{at.units['imnu'].id}", json=form(issuer), headers=office)
    assert named.status_code == 200, named.text
    made = named.json()
    path = f"/sso-providers/{made['id']}/confirm"
    body = {"version": made["version"]}
    assert (await at.client.post(path, json=body, headers=office)).status_code == 403
    assert (await at.client.get("/public/sso/providers")).json()["items"] == []
    assert (await at.client.post("/public/sso/start", json={"provider_id": made["id"]})).status_code == 404
    assert (await at.client.post(path, json=body, headers=region)).status_code == 200
    mentor, account = await at.person(Role.MENTOR, "imnu", "阿拉坦")
    await with_password(at, account)
    return Joined(at, issuer, made["id"], mentor, account)


async def start(joined: Joined, *, linking: bool = False, **changed: str) -> str:
    """The address at the provider, with some of its parameters changed by somebody on the way."""
    path, headers = ("/me/sso/start", joined.mentor) if linking else ("/public/sso/start", {})
    asked = {"provider_id": joined.provider} | ({"password": PASSWORD} if linking else {})
    answer = await joined.at.client.post(path, json=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    address = str(answer.json()["address"])
    parts = urlsplit(address)
    return parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **changed})).geturl()


async def finish(joined: Joined, back: dict[str, str]) -> httpx.Response:
    return await joined.at.client.post("/public/sso/finish", json=back)


async def link(joined: Joined, name: str) -> httpx.Response:
    back = await through(await start(joined, linking=True), name)
    return await joined.at.client.post("/me/sso", json=back, headers=joined.mentor)


async def sign_ins(at: World) -> int:
    async with at.app.state.database.session() as session:
        return int(await session.scalar(select(func.count()).select_from(SignIn)) or 0)


async def acts(at: World) -> list[str]:
    async with at.app.state.database.session() as session:
        return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def test_whoever_linked_an_identity_by_an_own_act_comes_in_by_it_and_nobody_else_does(joined: Joined) -> None:
    at, client = joined.at, joined.at.client
    # Known at the university, linked to nothing here: the mentor's own name and mail there change nothing.
    unknown = await finish(joined, await through(await start(joined), joined.account.name))
    assert (unknown.status_code, unknown.json()["code"]) == (403, "sso_unlinked")
    assert await sign_ins(at) == 0
    assert (await link(joined, "altan")).status_code == 201
    (mine,) = (await client.get("/me/sso", headers=joined.mentor)).json()["items"]
    assert mine["label"] == "altan of the university"
    come = await finish(joined, await through(await start(joined), "altan"))
    assert come.status_code == 200, come.text
    assert "miaopu_refresh=" in come.headers["set-cookie"]
    me = (await client.get("/me", headers={"authorization": f"Bearer {come.json()['access_token']}"})).json()
    assert me["account"]["id"] == str(joined.account.id)
    stranger = await finish(joined, await through(await start(joined), "another"))
    assert stranger.json()["code"] == "sso_unlinked"
    told = await acts(at)
    for act in (
        "sso_provider.named", "sso_provider.confirmed", "sso_identity.created", "account.sso_linked",
        "account.signed_in", "account.sso_used",
    ):  # fmt: skip
        assert act in told, act
    other, _ = await at.person(Role.MENTOR, "imnu", "别人")
    assert (await client.delete(f"/me/sso/{mine['id']}", headers=other)).status_code == 404
    assert (await client.delete(f"/me/sso/{mine['id']}", headers=joined.mentor)).status_code == 200
    gone = await finish(joined, await through(await start(joined), "altan"))
    assert gone.json()["code"] == "sso_unlinked"


async def test_a_code_opens_one_door_once_and_only_in_the_browser_that_asked_for_it(joined: Joined) -> None:
    at, client = joined.at, joined.at.client
    assert (await link(joined, "altan")).status_code == 201
    back = await through(await start(joined), "altan")
    cookie = client.cookies.get(COOKIE)
    assert cookie is not None
    for wrong in (
        {**back, "state": "x" * 32},
        {**back, "iss": "https://evil.example"},
        {key: value for key, value in back.items() if key != "iss"},
        {**back, "code": "x" * 43},
    ):
        assert (await finish(joined, wrong)).json()["code"] == "sso_failed", wrong
    # Another browser, with the answer that was meant for this one (a link in a mail).
    client.cookies.delete(COOKIE)
    assert (await finish(joined, back)).json()["code"] == "sso_failed"
    client.cookies.set(COOKIE, cookie[:-2] + ("00" if cookie[-2:] != "00" else "11"))
    assert (await finish(joined, back)).json()["code"] == "sso_failed"
    client.cookies.delete(COOKIE)
    assert await sign_ins(at) == 0
    client.cookies.set(COOKIE, cookie)
    assert (await finish(joined, back)).status_code == 200
    client.cookies.set(COOKIE, cookie)
    replayed = await finish(joined, back)
    assert (replayed.status_code, replayed.json()["code"]) == (400, "sso_failed")
    assert await sign_ins(at) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "of somebody else"},
        {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
        {"client_id": "other"},
    ],
    ids=["nonce", "challenge", "client"],
)
async def test_what_was_changed_on_the_way_opens_nothing(joined: Joined, changed: dict[str, str]) -> None:
    assert (await link(joined, "altan")).status_code == 201
    back = await through(await start(joined, **changed), "altan")
    refused = await finish(joined, back)
    assert (refused.status_code, refused.json()["code"]) == (400, "sso_failed")
    assert await sign_ins(joined.at) == 0


async def real_token(joined: Joined, client_id: str, nonce: str) -> str:
    """An ID token that the provider really gave out, to whichever of its clients."""
    verifier = "v" * 43
    asked = {
        "client_id": client_id, "response_type": "code", "redirect_uri": BACK, "scope": "openid", "nonce": nonce,
        "code_challenge": oidc.create_s256_code_challenge(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    back = await through(f"{joined.issuer}/auth?{urlencode(asked)}", "altan")
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": BACK, "code_verifier": verifier}
    async with httpx.AsyncClient(auth=(client_id, f"{client_id}-only-for-tests")) as caller:
        answer = await caller.post(f"{joined.issuer}/token", data=form)
    return str(answer.json()["id_token"])


async def test_a_token_for_another_audience_nonce_issuer_or_time_or_by_another_key_is_refused(joined: Joined) -> None:
    providers = joined.at.app.state.sso
    async with joined.at.app.state.database.session() as session:
        provider = (await session.scalars(select(SsoProvider))).one()
        session.expunge(provider)
    mine, theirs = await real_token(joined, "miaopu", "n"), await real_token(joined, "other", "n")
    found = await oidc.someone(providers, provider, mine, "n")
    assert (found.issuer, found.subject) == (joined.issuer, "altan")

    async def refused(token: str, nonce: str = "n", now: int | None = None) -> None:
        with pytest.raises(Problem) as wrong:
            await oidc.someone(providers, provider, token, nonce, now=now)
        assert (wrong.value.status, wrong.value.code) == (400, "sso_failed")

    await refused(theirs)
    await refused(mine, nonce="m")
    await refused(mine, now=int(time.time()) + 7 * 24 * 3600)
    head, body, signature = mine.split(".")
    await refused(f"{head}.{body}.{signature[:-6]}AAAAAA")
    claims = {"iss": joined.issuer, "aud": "miaopu", "sub": "altan", "nonce": "n", "iat": 1, "exp": 2**33}
    public = (await providers.keys(joined.issuer)).keys[0]
    kid = public.kid
    own = jwk.RSAKey.generate_key(2048, {"kid": kid})
    await refused(jwt.encode({"alg": "RS256", "kid": kid}, claims, own))
    # The public key as a shared secret, and no signature at all (RFC 8725, 2.1).
    body = part(claims)
    for alg in ("HS256", "none"):
        signed = f"{part({'alg': alg, 'kid': kid})}.{body}"
        seal = hmac.new(public.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
        await refused(f"{signed}.{urlsafe_b64encode(seal).decode().rstrip('=') if alg == 'HS256' else ''}")


def part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def test_an_identity_is_linked_by_its_owner_once_and_only_at_the_own_university(joined: Joined) -> None:
    at, client = joined.at, joined.at.client
    assert (await link(joined, "altan")).status_code == 201
    other, person = await at.person(Role.MENTOR, "imnu", "别人")
    await with_password(at, person)
    theirs = replace(joined, mentor=other)
    taken = await link(theirs, "altan")
    assert (taken.status_code, taken.json()["code"]) == (409, "sso_taken")
    # A way that somebody else began is not finished for them.
    back = await through(await start(joined, linking=True), "second")
    crossed = await client.post("/me/sso", json=back, headers=other)
    assert (crossed.status_code, crossed.json()["code"]) == (400, "sso_failed")
    # Nor does a way to sign in end as a link.
    back = await through(await start(joined), "second")
    assert (await client.post("/me/sso", json=back, headers=other)).json()["code"] == "sso_failed"
    student, _ = await at.person(Role.STUDENT, "no2", "学生")
    asked = {"provider_id": joined.provider, "password": PASSWORD}
    assert (await client.post("/me/sso/start", json=asked, headers=student)).status_code == 404
    async with at.app.state.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(SsoIdentity)) == 1


async def test_a_provider_is_named_by_the_own_office_confirmed_anew_after_a_change_and_its_secret_stays_inside(
    joined: Joined,
) -> None:
    at, client = joined.at, joined.at.client
    path = f"/sso-providers/{at.units['imnu'].id}"
    office, _ = await at.person(Role.UNIVERSITY, "imnu", "信息中心")
    away, _ = await at.person(Role.UNIVERSITY, "imau" if "imau" in at.units else "no2", "外校")
    region, _ = await at.person(Role.REGION_OFFICE, "region", "自治区")
    assert (await client.put(path, json=form(joined.issuer), headers=away)).status_code == 404
    assert (await client.get("/sso-providers", headers=away)).json()["items"] == []
    listed = await client.get("/sso-providers", headers=office)
    assert [item["client_id"] for item in listed.json()["items"]] == ["miaopu"]
    assert "only-for-tests" not in listed.text
    version = listed.json()["items"][0]["version"]
    async with at.app.state.database.session() as session:
        kept = (await session.scalars(select(SsoProvider))).one()
        assert b"only-for-tests" not in kept.secret_sealed
        entries = (await session.scalars(select(AuditEntry).where(AuditEntry.thing_type == "sso_provider"))).all()
        assert entries
        assert "only-for-tests" not in json.dumps([entry.changes for entry in entries])
    assert (await client.put(path, json=form(joined.issuer), headers=office)).json()["code"] == "stale"
    unsecret = form(joined.issuer, version=version) | {"client_secret": None}
    assert (await client.put(path, json=unsecret, headers=office)).status_code == 200
    # Changed by the university: closed until the region's office looks again.
    assert (await client.get("/public/sso/providers")).json()["items"] == []
    (item,) = (await client.get("/sso-providers", headers=region)).json()["items"]
    assert item["confirmed_at"] is None
    confirmed = await client.put(path, json=unsecret | {"version": item["version"]}, headers=region)
    assert confirmed.status_code == 200
    assert [c["id"] for c in (await client.get("/public/sso/providers")).json()["items"]] == [joined.provider]
