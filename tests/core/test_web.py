"""What a browser is told with every answer, and which pages may lean on the cookie."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from miaopu.core.express import closing, refusal
from miaopu.main import make_app, open_state
from miaopu.people.service import first_account
from settled import test_settings

PASSWORD = "a long enough password"
OWN, FRIEND, STRANGER = "https://miaopu.example", "https://pages.example", "https://evil.example"
SCRIPT = re.compile(r"script-src ([^;]+)")


@pytest.fixture
async def app(own_database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The application at an https address, with its pages, one allowed origin and a route that fails."""
    for path in ("index.html", "m/index.html", "assets/a-1.js"):
        file = tmp_path / "dist" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    made = make_app(
        test_settings(own_database, tmp_path, public_url=OWN, allowed_origins=(FRIEND,), spa_dir=tmp_path / "dist")
    )

    async def fails() -> None:
        raise RuntimeError("nobody foresaw this")

    made.add_api_route("/api/v1/fails", fails)
    # The pages take every address that nothing before them took.
    made.router.routes.insert(0, made.router.routes.pop())
    await open_state(made, made.state.settings)
    yield made
    await made.state.database.close()


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is told of failures by an answer alone."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=OWN) as made:
        yield made


async def sign_in(app: FastAPI, browser: httpx.AsyncClient) -> dict[str, str]:
    async with app.state.database.session() as session:
        link = await first_account(session, unit_code="region", unit_name="办公室", name="乌云", demo=False)
    form = {"login": "wuyun", "password": PASSWORD}
    answer = await browser.post(f"/api/v1/public/invitations/{link}/accept", json=form)
    # A browser takes a `__Host-` cookie on these terms alone (RFC 6265bis 4.1.3.2).
    for kept in answer.headers.get_list("set-cookie"):
        terms = [term.strip().lower() for term in kept.split(";")]
        assert terms[0].startswith("__host-miaopu_"), kept
        assert {"secure", "httponly", "path=/", "samesite=strict"} <= set(terms), kept
        assert not any(term.startswith("domain") for term in terms), kept
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def test_every_answer_carries_the_headers_also_where_something_went_wrong(
    app: FastAPI, browser: httpx.AsyncClient
) -> None:
    who = await sign_in(app, browser)
    asked = {
        "/": 200,
        "/m/log/1": 200,
        "/assets/a-1.js": 200,
        "/assets/none.js": 404,
        "/healthz": 200,
        "/api/v1/me": 200,
        "/api/v1/memberships": 200,
        "/api/v1/memberships/nobody": 422,
        "/api/v1/nothing": 404,
        "/api/v1/fails": 500,
    }
    for path, status in asked.items():
        answer = await browser.get(path, headers=who)
        assert answer.status_code == status, path
        told = answer.headers
        assert told["x-content-type-options"] == "nosniff", path
        assert told["strict-transport-security"].startswith("max-age=31536000"), path
        assert told["referrer-policy"] == "same-origin", path
        assert told["cross-origin-opener-policy"] == told["cross-origin-resource-policy"] == "same-origin", path
        assert "geolocation=()" in told["permissions-policy"], path
        assert told["x-request-id"], path
        policy = told["content-security-policy"]
        assert policy.count("default-src") == 1, path
        assert "frame-ancestors 'none'" in policy, path
        assert "form-action" in policy, path
        assert "base-uri 'none'" in policy, path
        allowed = SCRIPT.search(policy)
        assert (allowed[1] if allowed else "'none'") in ("'self'", "'none'"), path
        assert "unsafe-eval" not in policy, path
        if path.startswith("/api/"):
            assert told["cache-control"] == "no-store", path
    refused = await browser.get("/api/v1/me")
    assert (refused.status_code, refused.headers["cache-control"]) == (401, "no-store")
    failed = (await browser.get("/api/v1/fails")).text
    assert "internal" in failed
    assert "nobody foresaw" not in failed


async def test_plain_http_is_not_told_to_be_strict(own_database: str, tmp_path: Path) -> None:
    app = make_app(test_settings(own_database, tmp_path))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        assert "strict-transport-security" not in (await client.get("/healthz")).headers


async def test_the_cookie_works_for_the_platforms_own_pages_and_listed_origins_and_for_no_other_page(
    app: FastAPI, browser: httpx.AsyncClient
) -> None:
    await sign_in(app, browser)
    cross, near = {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}
    for refused in (
        {"origin": STRANGER},
        {"origin": STRANGER, **cross},
        {"origin": "https://other.miaopu.example", **near},
        {"origin": "null", **cross},
        {"origin": "http://miaopu.example"} | cross,
        cross,
    ):
        for path in ("/api/v1/auth/refresh", "/api/v1/auth/sign-out", "/api/v1/auth/sign-in"):
            answer = await browser.post(path, headers=refused, json={"login": "wuyun", "password": PASSWORD})
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin"), (path, refused)
            assert "set-cookie" not in answer.headers
    for taken in ({"origin": OWN, "sec-fetch-site": "same-origin"}, {"origin": FRIEND, **cross}, {"origin": OWN}, {}):
        answer = await browser.post("/api/v1/auth/refresh", headers=taken)
        assert answer.status_code == 200, (taken, answer.text)
    assert (await browser.post("/api/v1/auth/sign-out", headers={"origin": FRIEND, **cross})).status_code == 200
    assert (await browser.post("/api/v1/auth/refresh", headers={"origin": OWN})).status_code == 401


async def test_a_cookie_that_a_neighbour_could_plant_is_not_read_and_the_own_is_forgotten_in_its_own_terms(
    app: FastAPI, browser: httpx.AsyncClient
) -> None:
    await sign_in(app, browser)
    kept = browser.cookies["__Host-miaopu_refresh"]
    browser.cookies.clear()
    planted = {"origin": OWN, "cookie": f"miaopu_refresh={kept}"}
    assert (await browser.post("/api/v1/auth/refresh", headers=planted)).status_code == 401
    own = {"origin": OWN, "cookie": f"__Host-miaopu_refresh={kept}"}
    assert (await browser.post("/api/v1/auth/refresh", headers=own)).status_code == 200
    gone = (await browser.post("/api/v1/auth/sign-out", headers=own)).headers["set-cookie"].lower()
    assert gone.startswith('__host-miaopu_refresh=""; ')
    assert {"max-age=0", "path=/", "secure"} <= {term.strip() for term in gone.split(";")}


def test_answers_that_the_protocol_writes_itself_carry_the_headers() -> None:
    for encrypted in (True, False):
        for raw in (closing("408 Request Timeout", encrypted), refusal("en", encrypted)):
            said = raw.partition(b"\r\n\r\n")[0].decode().lower()
            assert "frame-ancestors 'none'" in said
            assert "x-content-type-options: nosniff" in said
            assert "cache-control: no-store" in said
            assert ("strict-transport-security: max-age=31536000" in said) is encrypted


async def test_only_listed_origins_may_read_answers(app: FastAPI, browser: httpx.AsyncClient) -> None:
    who = await sign_in(app, browser)
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    for origin, served in ((FRIEND, True), (STRANGER, False), ("null", False), (f"{FRIEND}.evil.example", False)):
        answer = await browser.get("/api/v1/me", headers={**who, "origin": origin})
        assert (answer.headers.get("access-control-allow-origin") == origin) is served, origin
        before = await browser.options("/api/v1/auth/refresh", headers={"origin": origin, **asking})
        assert ("access-control-allow-origin" in before.headers) is served, origin
    assert answer.headers.get("access-control-allow-origin") != "*"
    # What went wrong can be read by the friend as well.
    failed = await browser.get("/api/v1/fails", headers={"origin": FRIEND})
    assert (failed.status_code, failed.headers["access-control-allow-origin"]) == (500, FRIEND)
