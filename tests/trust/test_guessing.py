"""Codes and links that open something to whoever has them are long and random, or few are taken from one address.

ASVS 5.0 V6.3.1, V11.5.1. The codes are those that a whole year gave out.
"""

import math
import re
import secrets

import asyncpg
import httpx
import pytest

from miaopu.evaluations import certificates_router
from miaopu.main import make_app
from miaopu.people import acting
from miaopu.people.tokens import new_secret
from miaopu.settings import Settings
from years import Year

# Where a code stands, the signs it is drawn from, and the bits it has at least.
GIVEN = {
    "certificates.code": ("0123456789ABCDEF", 64),
    "registrations.receipt": ("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 80),
    "nominations.letter_code": ("A-Za-z0-9_-", 128),
    "annual_evaluations.work": ("0123456789ABCDEF", 40),
}
# What stands before, between and behind what is drawn.
DRESS = {"annual_evaluations.work": r"^W", "registrations.receipt": "-"}
# Links of 256 random bits, kept as their hash; and what is a name that everybody may know.
LONG_LINKS = {"consents_show", "consents_give", "invitations_show", "invitations_accept"}
LONG_LINKS |= {"reset_links_show", "reset_links_use"}
PUBLIC_NAMES = {"cycles/{code}", "cycles/{code}/record", "cycles/{code}/record/checks"}
LONG_BITS = 256
TRIES = 3
ENOUGH = 8


@pytest.mark.parametrize("where", GIVEN)
async def test_the_codes_of_a_year_are_drawn_sign_by_sign_and_long_enough(year: Year, where: str) -> None:
    table, column = where.split(".")
    signs, bits = GIVEN[where]
    connection = await asyncpg.connect(year.url)
    try:
        rows = await connection.fetch(f"SELECT {column} AS code FROM {table} WHERE {column} IS NOT NULL ORDER BY id")
    finally:
        await connection.close()
    codes = [re.sub(DRESS.get(where, "^$"), "", row["code"]) for row in rows]
    assert len(codes) >= ENOUGH
    assert len(set(codes)) == len(codes)
    kinds = 64 if "-" in signs else len(signs)
    for code in codes:
        assert re.fullmatch(f"[{signs}]+", code), where
        assert len(code) * math.log2(kinds) >= bits, where
    # Nowhere stands the same sign in all of them, as it would in what is counted on or tells the time.
    assert all(len(set(place)) > 1 for place in zip(*codes, strict=True)), where


def opened_by_a_code() -> dict[str, tuple[str, str]]:
    """Operations that need no account and are asked with a code: method and path by their names."""
    found = {}
    for path, item in make_app(Settings(mode="test")).openapi()["paths"].items():
        short = path.removeprefix("/api/v1/public/")
        if short != path and re.search(r"\{(code|token|receipt)\}", path) and short not in PUBLIC_NAMES:
            found |= {operation["operationId"]: (method.upper(), short) for method, operation in item.items()}
    return found


async def test_whoever_guesses_codes_is_stopped_or_has_256_bits_before_them(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "CHECKS", TRIES)
    monkeypatch.setattr(certificates_router, "CHECKS", TRIES)
    found = opened_by_a_code()
    assert found.keys() >= LONG_LINKS
    drawn = {new_secret()[0] for _ in range(100)}
    assert len(drawn) == 100
    assert min(len(one) * math.log2(64) for one in drawn) >= LONG_BITS
    net = secrets.token_hex(2)
    for number, (name, (method, path)) in enumerate(sorted(found.items())):
        if name in LONG_LINKS:
            continue
        # Each from an address of its own, so that one is not stopped for the other.
        transport = httpx.ASGITransport(app=year.app, client=(f"2001:db8:{net}::{number}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1/public") as somebody:
            answers = []
            for guess in range(TRIES + 1):
                place = re.sub(r"\{\w+\}", f"{guess:022d}", path)
                body = {"mode": "off"} if method == "PUT" else None
                answers.append((await somebody.request(method, place, json=body)).status_code)
        assert 429 not in answers[:TRIES], (name, answers)
        assert answers[TRIES] == 429, (name, answers)
