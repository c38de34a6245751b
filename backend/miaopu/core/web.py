"""What surrounds every answer: the request's id, the problem door, the headers. Pure ASGI, one layer."""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from miaopu.core.problem import FieldError, Problem, body, language_of, words
from miaopu.settings import Settings

log = logging.getLogger("miaopu")
REQUEST_ID = re.compile(r"^[\w.-]{8,64}$")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# The database is away, is ending, has no room or no connection left: all of it passes.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Tickets are read by the camera; nothing else of a device is ever asked for.
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
]
# An answer of the API is data: a browser that is led to open one as a page runs and shows nothing of it.
DATA_POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
# RFC 6797: a year.
STRICT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def fixed_headers(encrypted: bool) -> list[tuple[bytes, bytes]]:
    """What every answer says, whoever writes it; `encrypted`: browsers come by https."""
    return [*HEADERS, STRICT] if encrypted else HEADERS


class Surround:
    """Gives each request an id (kept when the caller sent a sane one) and each answer its headers.

    What nobody foresaw becomes its problem here as well: outside of this layer the answer would go without headers.
    """

    def __init__(self, app: Any, encrypted: bool) -> None:
        self.app = app
        self.headers = fixed_headers(encrypted)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        fixed = [
            *self.headers,
            (b"x-request-id", request_id.encode()),
            (b"content-security-policy", DATA_POLICY),
        ]
        if scope["path"].startswith("/api/"):
            fixed.append((b"cache-control", b"no-store"))
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = message.setdefault("headers", [])
                given = {name for name, _ in headers}
                headers += [pair for pair in fixed if pair[0] not in given]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as wrong:
            log.exception("request %s failed", request_id, exc_info=wrong)
            if not begun:
                await problem_response(Request(scope), Problem("internal", 500))(scope, receive, sending)
            raise


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as `application/problem+json` in the reader's language."""
    language = language_of(request.headers.get("accept-language"))
    # For the line of the log.
    request.state.problem = problem.code
    headers = {"content-language": language, "vary": "Accept-Language"}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    if "retry_after" in problem.params:
        headers["retry-after"] = str(problem.params["retry_after"])
    return JSONResponse(
        body(problem, language, getattr(request.state, "request_id", "")),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


async def refuse(scope: Message, receive: Receive, send: Send, problem: Problem, *, close: bool = False) -> None:
    """Answer with a problem from a layer around the application; `close` leaves the rest of the body unread."""
    answer = problem_response(Request(scope), problem)
    if close:
        answer.headers["connection"] = "close"
    await answer(scope, receive, send)


def install(app: FastAPI, settings: Settings) -> None:
    """The one door for errors, and the layer around everything."""

    async def known(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, Problem)
        return problem_response(request, wrong)

    async def invalid_request(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, RequestValidationError)
        return problem_response(request, from_validation(wrong.errors()))

    async def http(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, HTTPException)
        codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 400: "bad_request"}
        return problem_response(request, Problem(codes.get(wrong.status_code, "bad_request"), wrong.status_code))

    async def gone(request: Request, wrong: Exception) -> Response:
        # Nobody is there to read it; nothing was done.
        return problem_response(request, Problem("bad_request", 400))

    async def stale(request: Request, wrong: Exception) -> Response:
        return problem_response(request, Problem("stale", 409))

    async def database(request: Request, wrong: Exception) -> Response:
        return problem_response(request, from_database(wrong))

    async def busy(request: Request, wrong: Exception) -> Response:
        log.warning("no connection of the pool came free in time")
        return problem_response(request, Problem("overloaded", 503, retry_after=2))

    app.add_exception_handler(Problem, known)
    app.add_exception_handler(RequestValidationError, invalid_request)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(StaleDataError, stale)
    app.add_exception_handler(DBAPIError, database)
    app.add_exception_handler(asyncpg.PostgresError, database)
    app.add_exception_handler(asyncpg.InterfaceError, database)
    app.add_exception_handler(OSError, database)
    app.add_exception_handler(PoolTimeout, busy)
    app.add_exception_handler(TimeoutError, busy)
    app.add_middleware(Surround, encrypted=settings.encrypted)


def from_validation(errors: Sequence[Any]) -> Problem:
    """422 (400 for JSON that cannot be read) with one entry for each field."""
    faults = []
    for error in errors:
        kind = str(error["type"])
        params = {k: v for k, v in (error.get("ctx") or {}).items() if isinstance(v, str | int | float)}
        code = kind if f"field.{kind}" in words("zh-CN") else "invalid"
        faults.append(FieldError(_pointer(error["loc"]), code, params))
        if kind == "json_invalid":
            return Problem("bad_json", 400, errors=faults)
    return Problem("validation_failed", 422, errors=faults)


def from_pydantic(wrong: ValidationError) -> Problem:
    """The same for a model that was validated by hand."""
    return from_validation([{**e, "loc": ("body", *e["loc"])} for e in wrong.errors()])


def _pointer(location: Sequence[Any]) -> str:
    where, *rest = [str(part) for part in location]
    if where == "body":
        return "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in rest)
    return "?" + ".".join(rest) if where == "query" else f"{where}:{'.'.join(rest)}"


def from_database(wrong: Exception) -> Problem:
    """What the database refused, in words: a constraint by its name, a lost connection as 503."""
    cause: Any = wrong
    while cause is not None and not isinstance(cause, asyncpg.PostgresError):
        cause = getattr(cause, "orig", None) or cause.__cause__
    if isinstance(cause, asyncpg.IntegrityConstraintViolationError) or isinstance(wrong, IntegrityError):
        name = getattr(cause, "constraint_name", None) or ""
        detail = f"constraint.{name}"
        return Problem(detail if detail in words("zh-CN") else "conflict", 409, constraint=name)
    if isinstance(cause, asyncpg.SerializationError | asyncpg.DeadlockDetectedError):
        return Problem("stale", 409)
    if isinstance(cause, asyncpg.DataError | asyncpg.UntranslatableCharacterError):
        return Problem("bad_request", 400)
    if cause is None or isinstance(cause, AWAY):
        log.warning("the database is away: %r", wrong)
        return Problem("unavailable", 503, retry_after=2)
    log.error("the database refused a statement", exc_info=wrong)
    return Problem("internal", 500)
