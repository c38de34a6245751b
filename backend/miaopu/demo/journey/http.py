"""The journey's people as HTTP sees them: each holds a token and knows nothing but the API."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.request import Request

import httpx

from miaopu.people.router import COOKIE

T = TypeVar("T")
Json = dict[str, Any]
# More at once only waits longer: one process answers.
AT_ONCE = 6
TRIES = 30


class Nobodys(DefaultCookiePolicy):
    """The cookies of one computer for everybody: it is known again, and no sign-in stays on it.

    Signing in on a browser ends what was signed in there before; these people act side by side.
    """

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        """Whether a cookie is kept."""
        return cookie.name != COOKIE and super().set_ok(cookie, request)


def shared_cookies() -> CookieJar:
    """For the one client that all people of a journey share."""
    return CookieJar(policy=Nobodys())


class Refused(Exception):
    """The API refused: its status, code and faults by field."""

    def __init__(self, status: int, body: Json, asked: str) -> None:
        self.status = status
        self.code: str = body.get("code", "")
        self.errors: list[Json] = body.get("errors", [])
        super().__init__(f"{asked}: {status} {self.code} {json.dumps(body, ensure_ascii=False)[:600]}")

    def about(self, pointer: str) -> bool:
        """True when the refusal names this field."""
        return any(e["pointer"] == pointer for e in self.errors)


@dataclass(slots=True)
class Person:
    """One account and the role it acts in."""

    http: httpx.AsyncClient
    login: str
    name: str = ""
    password: str = ""
    token: str = ""
    account_id: str = ""
    facts: Json = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, files: Any = None, **query: Any) -> Any:
        """One request. Signs in anew when the token has run out. Raises Refused."""
        answer = await self._send(method, path, body, files, query)
        if answer.status_code == 401 and self.password:
            await self.sign_in()
            answer = await self._send(method, path, body, files, query)
        if answer.status_code >= 400:
            raise Refused(answer.status_code, _body(answer), f"{self.login} {method} {path}")
        return answer.json() if answer.content else None

    async def upload(self, name: str, content: bytes) -> str:
        """Keep a file; gives its id, for the form that carries it."""
        return str((await self.call("POST", "/files", files={"file": (name, content)}))["id"])

    async def _send(self, method: str, path: str, body: Any, files: Any, query: Json) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        given = {k: v for k, v in query.items() if v is not None}
        return await patiently(self.http, method, path, json=body, files=files, params=given or None, headers=headers)

    async def get(self, path: str, **query: Any) -> Any:
        """GET."""
        return await self.call("GET", path, **query)

    async def post(self, path: str, body: Any = None) -> Any:
        """POST."""
        return await self.call("POST", path, body if body is not None else {})

    async def put(self, path: str, body: Any) -> Any:
        """PUT."""
        return await self.call("PUT", path, body)

    async def patch(self, path: str, body: Any) -> Any:
        """PATCH."""
        return await self.call("PATCH", path, body)

    async def all(self, path: str, **query: Any) -> list[Json]:
        """Every item of a list, page by page."""
        found: list[Json] = []
        page = 1
        while True:
            got = await self.get(path, page=page, size=100, **query)
            found += got["items"]
            if page * 100 >= got["total"]:
                return found
            page += 1

    async def act(self, path: str, action: str, version: int, reason: str | None = None) -> Json:
        """Take one edge of a thing."""
        found: Json = await self.post(f"{path}/actions/{action}", {"version": version, "reason": reason})
        return found

    async def sign_in(self) -> None:
        """Sign in with login and password."""
        form = {"login": self.login, "password": self.password}
        granted = await patiently(self.http, "POST", "/auth/sign-in", json=form)
        if granted.status_code >= 400:
            raise Refused(granted.status_code, _body(granted), f"{self.login} signs in")
        self.token = granted.json()["access_token"]

    async def accept(self, token: str, password: str) -> None:
        """Take up an invitation."""
        self.password = password
        form = {"login": self.login, "password": password}
        answer = await patiently(self.http, "POST", f"/public/invitations/{token}/accept", json=form)
        if answer.status_code >= 400:
            raise Refused(answer.status_code, _body(answer), f"{self.login} accepts")
        self.token = answer.json()["access_token"]


async def patiently(http: httpx.AsyncClient, method: str, path: str, **rest: Any) -> httpx.Response:
    """One request, asked again when the API is busy, as it says how to (503, Retry-After): nothing was done then."""
    for _ in range(TRIES):
        answer = await http.request(method, path, **rest)
        if answer.status_code != 503:
            break
        await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
    return answer


def _body(answer: httpx.Response) -> Json:
    try:
        found = answer.json()
    except ValueError:
        return {"code": answer.text[:300]}
    return found if isinstance(found, dict) else {}


async def each(items: Iterable[T], work: Callable[[T], Awaitable[Any]], at_once: int = AT_ONCE) -> list[Any]:
    """Do the work for every item, a few at once; the first failure ends it."""
    gate = asyncio.Semaphore(at_once)

    async def one(item: T) -> Any:
        async with gate:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]
