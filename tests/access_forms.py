"""Well-formed requests for any operation of the contract, about given things: the smallest body its schema allows."""

import re
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from access_walk import NAMED, Call, Walk
from miaopu.people.access import Actor
from miaopu.people.roles import Role

# What the type of a field alone does not say.
BY_NAME: dict[str, Any] = {
    "login": "somebody-new",
    "code": "ABCDEFGH",
    "phone": "13800000000",
    "contact": "13800000000",
    "mail": "somebody@example.org",
    "url": "https://example.org/hook",
    "subject": "physics",
    "source": "https://example.org/draw",
    "starts_at": "2025-06-02T08:00:00+08:00",
    "ends_at": "2025-06-02T09:00:00+08:00",
    "recommend_until": "2025-06-01T09:00:00+08:00",
    "draws_at": "2025-06-01T09:00:00+08:00",
    "closes_at": "2025-06-01T09:00:00+08:00",
    "password": "seven-green-hills",
    "birth_year": 2009,
}
ROLE_IN: dict[str, str] = {"school": "student", "university": "mentor"}
STRINGS = {"token": "x" * 43, "receipt": "AAAA-BBBB-CCCC-DDDD", "code": "AAAA-BBBB-CCCC-DDDD", "kind": "letters"}


def placed(walk: Walk, call: Call, ids: dict[str, str]) -> str:
    """The path with these ids, and with the first word of every list of words."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in ids:
            return ids[name]
        schema = next(p["schema"] for p in call.operation["parameters"] if p["name"] == name and p["in"] == "path")
        schema = _deref(walk, schema)
        if "enum" in schema:
            return str(schema["enum"][0])
        return str(uuid4()) if schema.get("format") == "uuid" else STRINGS[name]

    return re.sub(r"\{(\w+)\}", value, call.path)


def asked(walk: Walk, call: Call) -> dict[str, Any]:
    """The queries that must be there."""
    return {
        p["name"]: 50 if _deref(walk, p["schema"]).get("type") == "number" else "1"
        for p in call.operation.get("parameters", [])
        if p["in"] == "query" and p["required"]
    }


def body_for(walk: Walk, call: Call, actor: Actor, *, foreign: bool, version: int) -> Any:
    """The smallest body, about own or foreign things. None where the operation takes none. Raises where it is wrong."""
    content = call.operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return b'--walk\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--walk--\r\n'
    if not content:
        return None
    schema = content["application/json"]["schema"]
    made = _sample(walk, schema, "", actor, foreign)
    # A text's version is its name, not a count of its changes.
    if isinstance(made.get("version"), int):
        made["version"] = version
    made.update(SPECIAL.get(call.name, {}))
    field = call.route.body_field
    assert field is not None
    try:
        TypeAdapter(field.field_info.annotation).validate_python(made)
    except ValidationError as wrong:
        raise AssertionError(f"{call.name}: {made}\n{wrong}") from wrong
    return made


SPECIAL: dict[str, dict[str, Any]] = {
    "preferences_confirm_address": {"code": "123456"},
    # What is said is said of a text by its digest, of none that there is.
    "consents_say": {"digest": "0" * 64},
    # An Ed25519 key is 32 bytes, base64.
    "trail_keys_register": {"public": f"{'A' * 43}="},
}


def _deref(walk: Walk, schema: dict[str, Any]) -> dict[str, Any]:
    schemas = walk.app.openapi()["components"]["schemas"]
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        return _deref(walk, next(s for s in schema["anyOf"] if s.get("type") != "null"))
    return schema


def _sample(walk: Walk, schema: dict[str, Any], name: str, actor: Actor, foreign: bool) -> Any:
    schema = _deref(walk, schema)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "array":
        count = max(1 if name in NAMED else 0, schema.get("minItems", 0))
        one = _sample(walk, schema.get("items", {}), name, actor, foreign)
        return [one] * count
    if kind == "object":
        required = schema.get("required", [])
        return {n: _sample(walk, schema["properties"][n], n, actor, foreign) for n in required}
    if name in BY_NAME:
        return BY_NAME[name]
    if schema.get("format") == "uuid":
        return _named(walk, name, actor, foreign)
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1)
    if kind == "boolean":
        return True
    if schema.get("format") == "date":
        return "2025-06-02"
    return "说明" * 15 if schema.get("minLength", 0) > 2 else "说明"


def _named(walk: Walk, name: str, actor: Actor, foreign: bool) -> str:
    prefix = NAMED.get(name)
    if prefix is None:
        return str(uuid4())
    keys = walk.keys(actor)
    if foreign and actor.role not in ALL_SEEING:
        found = walk.reach.foreign(prefix, keys)
    else:
        found = walk.reach.own(prefix, keys) or walk.reach.things[prefix][0]
    return found.ids[0] if found else str(uuid4())


ALL_SEEING = frozenset({Role.REGION_OFFICE, Role.ASSOCIATION, Role.EDUCATION_DEPARTMENT})
