"""No list tells by its filters, its search or its order what its reader does not see in it.

Asked by `make fuzz`, at every moment of the year: which rows there are, and so what can be told, is a matter of lots.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flowing import Ground, allowed

from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from years import COPIED, Year

# Looked at of each list: rows, values of a filter, strings of a row that its reader does not see.
ROWS, VALUES, STRINGS = 100, 6, 8
SHORTEST = 2
# Filters by what the reader did: what one has not read yet, what one wrote.
OWN = ("show", "unread")


def lists(ground: Ground) -> Iterator[tuple[str, Permission, list[dict[str, Any]]]]:
    """Path, permission and query parameters of every list that can be narrowed or ordered."""
    for path, item in ground.contract["paths"].items():
        operation = item.get("get", {})
        asked = [one for one in operation.get("parameters", []) if one["in"] == "query"]
        narrowing = [one for one in asked if one["name"] not in ("page", "size")]
        if narrowing and "x-permission" in operation and "{" not in path and "." not in path:
            yield path, Permission(operation["x-permission"]), narrowing


def rows(ground: Ground, who: dict[str, Any], path: str, **query: str) -> dict[str, dict[str, Any]] | None:
    """The first rows of a list by their ids; None where it has no such rows or refuses."""
    asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    answer = ground.send(who, "GET", f"{path}?size={ROWS}&{asked}", None)
    kind = answer.headers.get("content-type", "")
    found = answer.json().get("items") if answer.status_code == 200 and kind == "application/json" else None
    if not found:
        return None if found is None else {}
    return {one["id"]: one for one in found} if all("id" in one for one in found) else None


def shown(row: dict[str, Any], name: str) -> Any:
    """What a row says of a parameter: under its name, or as an id."""
    return next((row[key] for key in (name, f"{name}_id", f"{name}_code") if row.get(key) is not None), None)


def values_of(parameter: dict[str, Any], seen_by_all: dict[str, dict[str, Any]]) -> list[str]:
    """Values worth asking for: those of the contract, else those that the all-seeing office reads."""
    schemas = [parameter["schema"], *parameter["schema"].get("anyOf", [])]
    named = next((one["enum"] for one in schemas if "enum" in one), None)
    if named is None and any(one.get("type") == "boolean" for one in schemas):
        named = ["true", "false"]
    if named is None:
        named = sorted({str(shown(row, parameter["name"])) for row in seen_by_all.values()} - {"None"})
    return [str(one) for one in named][:VALUES]


def strings(value: Any) -> Iterator[str]:
    """Every string in a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def oracles(ground: Ground) -> Iterator[str]:
    """Whatever a list gives away."""
    office = next(one for one in ground.people if one["role"] == Role.REGION_OFFICE)
    for path, permission, narrowing in lists(ground):
        everything = rows(ground, office, path) or {}
        for role in sorted(allowed(permission)):
            for who in ground.busiest(role):
                plain = rows(ground, who, path)
                if plain:
                    yield from _told(ground, who, path, narrowing, plain, everything)


def _told(
    ground: Ground,
    who: dict[str, Any],
    path: str,
    narrowing: list[dict[str, Any]],
    plain: dict[str, dict[str, Any]],
    everything: dict[str, dict[str, Any]],
) -> Iterator[str]:
    for parameter in narrowing:
        name = parameter["name"]
        if name in OWN:
            continue
        if name == "q":
            yield from _searched(ground, who, path, plain, everything)
        elif name == "sort":
            for order in values_of(parameter, {}):
                field = order.removeprefix("-")
                known = any(_has(everything.get(row_id, {}), field) for row_id in plain)
                if known and not any(_has(row, field) for row in plain.values()):
                    yield f"{who['role']} orders {path} by {field} and sees none"
        elif not any(_has(row, name) for row in plain.values()):
            for value in values_of(parameter, everything):
                got = set(rows(ground, who, path, **{name: value}) or {})
                if 0 < len(got & set(plain)) < len(plain):
                    yield f"{who['role']} learns by {path}?{name}={value} of which {len(got)} of {len(plain)} it is so"


def _has(row: dict[str, Any], name: str) -> bool:
    """Whether a row says something of that name, wherever in it."""
    if any(key.startswith(name) or key.endswith(name) for key, value in row.items() if value is not None):
        return True
    return any(_has(value, name) for value in row.values() if isinstance(value, dict))


def _searched(
    ground: Ground,
    who: dict[str, Any],
    path: str,
    plain: dict[str, dict[str, Any]],
    everything: dict[str, dict[str, Any]],
) -> Iterator[str]:
    for row_id, row in list(plain.items())[:3]:
        mine = json.dumps(row, ensure_ascii=False)
        hidden = [one for one in dict.fromkeys(strings(everything.get(row_id, {}))) if one not in mine]
        for text in [one for one in hidden if len(one) >= SHORTEST][:STRINGS]:
            if row_id in (rows(ground, who, path, q=text) or {}):
                yield f"{who['role']} finds by {path}?q={text} a row that does not say it"


@pytest.fixture
def ground(request: pytest.FixtureRequest, year: Year, tmp_path: Path) -> Iterator[Ground]:
    """The year at one of its moments."""
    secret = year.app.state.settings.secret.get_secret_value()
    made = Ground(f"{year.url}_at_{request.param}", secret, tmp_path)
    made.begin()
    yield made
    made.end()
    made.close()


@pytest.mark.skipif("MIAOPU_EXAMPLES" not in os.environ, reason="make fuzz")
@pytest.mark.parametrize("ground", COPIED, indirect=True)
def test_no_filter_search_or_order_tells_what_a_row_does_not(ground: Ground) -> None:
    assert list(oracles(ground)) == []
