"""No list of anybody holds a full identity number, phone or mail address, over a whole year's data that could leak."""

import json
import re
from typing import Any

from sqlalchemy import select

from journeys.test_everybody import APART, API, people_of
from miaopu import tables
from miaopu.core.sealing import sealed_columns
from miaopu.people.access import MATRIX
from miaopu.people.permissions import Permission
from years import Year

# What is sealed and is no detail of a person: keys, and messages with one-time links.
KEYS = {"paper_keys.private_sealed", "signing_keys.private_sealed", "group_channels.url_sealed"}
# Whatever looks like an identity number, a phone or a mail address.
LONG = re.compile(r"\d{17}[\dX]|(?<!\d)1\d{10}(?!\d)|[\w.+-]+@[\w.-]+")
# Each role's own lists, several pages at once.
SIZE = 100


async def sealed_values(year: Year) -> set[str]:
    """Every sealed detail of the year, opened; of messages the phone number."""
    found: set[str] = set()
    async with year.app.state.database.session() as session:
        for one in sealed_columns(tables.metadata):
            if one.name in KEYS:
                continue
            for value in await session.scalars(select(one.column).where(one.column.is_not(None))):
                plain = year.app.state.vault.open(value)
                given: dict[str, Any] = json.loads(plain) if plain.startswith("{") else {"value": plain}
                found |= {str(given[key]) for key in ("value", "phone", "to") if key in given}
    return found


async def test_no_list_of_any_role_holds_a_full_identity_number_or_phone(year: Year) -> None:
    values = await sealed_values(year)
    assert len([v for v in values if len(v) == 18]) > 50
    assert len([v for v in values if len(v) == 11]) > 50
    contract = year.app.openapi()
    looked = 0
    for role, who in (await people_of(year)).items():
        for path, item in contract["paths"].items():
            short = path.removeprefix(API)
            if "get" not in item or "{" in path or short in APART or short.startswith("/demo"):
                continue
            asked = item["get"].get("x-permission")
            if isinstance(asked, str) and role not in MATRIX[Permission(asked)]:
                continue
            if "application/json" not in item["get"]["responses"].get("200", {}).get("content", {}):
                continue
            sized = {"size": SIZE} if any(p["name"] == "size" for p in item["get"].get("parameters", [])) else {}
            headers = {"authorization": f"Bearer {who.token}"}
            answer = await year.http.get(short, params=sized, headers=headers)
            if answer.status_code != 200:
                continue
            leaked = values & set(LONG.findall(answer.text))
            assert not leaked, f"{role} {short}: {len(leaked)}"
            looked += len(answer.text) > 100
    assert looked > 150
