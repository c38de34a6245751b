"""Sign-in, tokens, rotation, reuse, sign-out."""

import time

import httpx
import pytest
from fastapi import FastAPI
from jose import jwt

from miaopu.core import audit
from miaopu.core.problem import Problem
from miaopu.people import keys, tokens
from miaopu.people.service import first_account

PASSWORD = "a long enough password"


async def first(app: FastAPI, client: httpx.AsyncClient) -> dict[str, str]:
    """The region office's first account, signed in; returns its headers."""
    async with app.state.database.session() as session:
        link = await first_account(session, unit_code="region", unit_name="自治区管理办公室", name="乌云", demo=False)
    accepted = await client.post(f"/public/invitations/{link}/accept", json={"login": "wuyun", "password": PASSWORD})
    assert accepted.status_code == 200, accepted.text
    return {"authorization": f"Bearer {accepted.json()['access_token']}"}


async def test_an_invited_person_chooses_a_password_and_is_signed_in(app: FastAPI, client: httpx.AsyncClient) -> None:
    headers = await first(app, client)
    me = (await client.get("/me", headers=headers)).json()
    assert me["account"]["name"] == "乌云"
    assert me["membership"]["role"] == "region_office"
    assert "cycle.manage" in me["permissions"]


async def test_an_invitation_works_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    async with app.state.database.session() as session:
        link = await first_account(session, unit_code="region", unit_name="办公室", name="乌云", demo=False)
    form = {"login": "wuyun", "password": PASSWORD}
    assert (await client.get(f"/public/invitations/{link}")).json()["unit_name"] == "办公室"
    assert (await client.post(f"/public/invitations/{link}/accept", json=form)).status_code == 200
    assert (await client.get(f"/public/invitations/{link}")).status_code == 404
    again = await client.post(f"/public/invitations/{link}/accept", json={**form, "login": "other"})
    assert again.status_code == 404
    assert again.headers["content-type"] == "application/problem+json"


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await first(app, client)
    wrong = await client.post("/auth/sign-in", json={"login": "wuyun", "password": "not it"})
    unknown = await client.post("/auth/sign-in", json={"login": "nobody", "password": "not it"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    assert {k: v for k, v in wrong.json().items() if k != "request_id"} == {
        k: v for k, v in unknown.json().items() if k != "request_id"
    }


async def test_the_seventh_try_is_refused_for_a_while(app: FastAPI, client: httpx.AsyncClient) -> None:
    await first(app, client)
    for _ in range(6):
        await client.post("/auth/sign-in", json={"login": "wuyun", "password": "not it"})
    refused = await client.post("/auth/sign-in", json={"login": "wuyun", "password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


async def renewed(client: httpx.AsyncClient, token: str, status: int = 200) -> str:
    """Refresh with this token; gives the next one, or the code of the refusal."""
    client.cookies.clear()
    answer = await client.post("/auth/refresh", headers={"cookie": f"miaopu_refresh={token}"})
    assert answer.status_code == status, answer.text
    return client.cookies["miaopu_refresh"] if status == 200 else str(answer.json()["code"])


async def test_a_refresh_token_that_was_left_behind_ends_the_whole_sign_in(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await first(app, client)
    stolen = client.cookies["miaopu_refresh"]
    second = await renewed(client, stolen)
    newest = await renewed(client, second)
    assert len({stolen, second, newest}) == 3
    assert await renewed(client, stolen, 401) == "refresh_reused"
    assert await renewed(client, newest, 401) == "unauthenticated"


async def test_who_holds_a_stolen_refresh_token_is_out_when_its_owner_comes(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await first(app, client)
    stolen = client.cookies["miaopu_refresh"]
    owners = await renewed(client, stolen)
    thiefs = await renewed(client, stolen)
    assert await renewed(client, owners, 401) == "refresh_reused"
    assert await renewed(client, thiefs, 401) == "unauthenticated"


async def test_a_refresh_whose_answer_was_lost_signs_nobody_out(app: FastAPI, client: httpx.AsyncClient) -> None:
    await first(app, client)
    token = client.cookies["miaopu_refresh"]
    for _ in range(3):
        await renewed(client, token)
    got = await renewed(client, token)
    assert await renewed(client, await renewed(client, got))


async def test_sign_out_everywhere_ends_every_device(app: FastAPI, client: httpx.AsyncClient) -> None:
    headers = await first(app, client)
    here = client.cookies["miaopu_refresh"]
    client.cookies.clear()
    there = (await client.post("/auth/sign-in", json={"login": "WuYun", "password": PASSWORD})).cookies[
        "miaopu_refresh"
    ]
    await client.post("/auth/sign-out-everywhere", headers=headers)
    client.cookies.clear()
    for cookie in (here, there):
        answer = await client.post("/auth/refresh", headers={"cookie": f"miaopu_refresh={cookie}"})
        assert answer.status_code == 401


async def test_the_refresh_cookie_cannot_be_read_by_scripts(app: FastAPI, client: httpx.AsyncClient) -> None:
    await first(app, client)
    answer = await client.post("/auth/sign-in", json={"login": "wuyun", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/;" in cookie + ";"


async def test_tokens_of_an_older_key_verify_after_a_rotation(app: FastAPI, client: httpx.AsyncClient) -> None:
    headers = await first(app, client)
    await keys.rotate(app.state.database, app.state.vault)
    app.state.keys = await keys.load(app.state.database, app.state.vault)
    assert (await client.get("/me", headers=headers)).status_code == 200
    fresh = await client.post("/auth/sign-in", json={"login": "wuyun", "password": PASSWORD})
    kid = jwt.get_unverified_header(fresh.json()["access_token"])["kid"]
    assert kid == app.state.keys.signing


@pytest.mark.parametrize(
    "trick", ["hs256 with the public key", "none", "no exp", "unknown key", "expired", "for another", "for nobody"]
)
def test_a_token_that_was_not_made_by_us_is_refused(trick: str) -> None:
    kid, private, public = tokens.new_key()
    ring = tokens.KeyRing(kid, private, {kid: public})
    moment = int(time.time())
    claims = {"iss": "miaopu", "aud": "miaopu-api", "sub": "x", "iat": moment, "exp": moment + 60}
    forged = jwt.encode(claims, private, algorithm="ES256", headers={"kid": kid})
    assert tokens.verified(ring, forged)["sub"] == "x"
    if trick == "hs256 with the public key":
        body = public.replace("-----BEGIN PUBLIC KEY-----", "").encode().hex()
        forged = jwt.encode(claims, body, algorithm="HS256", headers={"kid": kid})
    elif trick == "none":
        _, payload, _ = forged.split(".")
        forged = f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."
    elif trick == "no exp":
        bare = {k: v for k, v in claims.items() if k != "exp"}
        forged = jwt.encode(bare, private, algorithm="ES256", headers={"kid": kid})
    elif trick == "unknown key":
        _, other, _ = tokens.new_key()
        forged = jwt.encode(claims, other, algorithm="ES256", headers={"kid": "elsewhere"})
    elif trick == "for another":
        forged = jwt.encode({**claims, "aud": "a mail robot"}, private, algorithm="ES256", headers={"kid": kid})
    elif trick == "for nobody":
        bare = {k: v for k, v in claims.items() if k != "aud"}
        forged = jwt.encode(bare, private, algorithm="ES256", headers={"kid": kid})
    else:
        forged = jwt.encode({**claims, "exp": 1}, private, algorithm="ES256", headers={"kid": kid})
    with pytest.raises(Problem) as refused:
        tokens.verified(ring, forged)
    assert refused.value.status == 401


async def test_signing_in_leaves_the_trail_whole(app: FastAPI, client: httpx.AsyncClient) -> None:
    await first(app, client)
    async with app.state.database.session() as session:
        assert await audit.broken_links(session) == []
