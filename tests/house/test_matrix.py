"""The matrix of roles and operations: every operation names what it needs, and without a token nothing is answered.

That each role is let in and refused as the matrix says is walked cell by cell in `tests/access`.
"""

import re
import uuid
from typing import Any

import httpx
from fastapi import FastAPI

from miaopu.main import make_app
from miaopu.people import tokens
from miaopu.people.access import MATRIX, Actor
from miaopu.people.permissions import Permission
from miaopu.people.roles import ROLE_UNIT, Role
from miaopu.settings import Settings

CONTRACT = make_app(Settings(mode="test")).openapi()
# What needs no account: signing in, what is public, and the way out.
OPEN = re.compile(r"^/api/v1/(public/|auth/(sign-in|refresh|sign-out)$)")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of the whole contract."""
    return [
        (method.upper(), path, operation)
        for path, item in CONTRACT["paths"].items()
        for method, operation in item.items()
    ]


def guarded() -> list[tuple[str, str, str]]:
    """Method, path (with its action filled in) and permission of everything that needs one."""
    found: list[tuple[str, str, str]] = []
    for method, path, operation in operations():
        asked = operation.get("x-permission")
        if isinstance(asked, str):
            found.append((method, path, asked))
        elif asked:
            found += [(method, path.replace("{action}", action), permission) for action, permission in asked.items()]
    return found


def test_every_operation_is_public_or_names_a_permission() -> None:
    own = {"/api/v1/auth/switch", "/api/v1/auth/sign-out-everywhere", "/api/v1/auth/password", "/api/v1/me"}
    own |= {p for _, p, _ in operations() if p.startswith("/api/v1/notices")}
    for method, path, operation in operations():
        if OPEN.match(path) or path in own:
            continue
        assert operation.get("x-permission"), f"{method} {path}"


def test_every_permission_is_asked_for_somewhere() -> None:
    asked = {permission for _, _, permission in guarded()}
    assert {p.value for p in Permission} == asked


def token(app: FastAPI, role: Role) -> str:
    """A token of a role; its unit and cycle exist nowhere, so nothing is in scope."""
    actor = Actor(uuid.uuid4(), uuid.uuid4(), role, uuid.uuid4(), uuid.uuid4(), uuid.uuid4())
    return tokens.issue(app.state.keys, actor, uuid.uuid4())


def filled(path: str) -> str:
    """The path with ids that exist nowhere."""
    path = path.replace("{code}", "nomination") if "/stages/" in path else path
    return re.sub(r"\{\w+\}", str(uuid.uuid4()), path).removeprefix("/api/v1")


async def test_another_system_is_refused_exactly_what_the_matrix_does_not_grant(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    # The persons' roles are walked over a whole year (tests/access); no year has another system in it.
    role = Role.INTEGRATION
    headers = {"authorization": f"Bearer {token(app, role)}"}
    for method, path, permission in guarded():
        body = {"version": 1} if method in ("POST", "PUT", "PATCH") else None
        answer = await client.request(method, filled(path), headers=headers, json=body)
        granted = role in MATRIX[Permission(permission)]
        said = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code < 500, said
        if not granted:
            # Either the gate (403), or, for acts on a thing, the scope before it (404); a body is looked at first.
            assert answer.status_code in (403, 404, 422), said
            assert answer.status_code != 422 or "errors" in answer.json(), said
        else:
            assert answer.status_code not in (401, 403), said


async def test_without_a_token_nothing_is_answered(client: httpx.AsyncClient) -> None:
    for method, path, _ in operations():
        if OPEN.match(path):
            continue
        answer = await client.request(method, filled(path), json={} if method != "GET" else None)
        assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"


def test_all_fourteen_roles_exist_and_each_but_the_public_belongs_to_a_unit() -> None:
    assert len(Role) == 14
    assert set(ROLE_UNIT) == set(Role) - {Role.PUBLIC}
