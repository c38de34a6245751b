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
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from miaopu.core.problem import FieldError, Problem, body, language_of, words

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
]


class Surround:
    """Gives each request an id (kept when the caller sent a sane one) and each answer its headers."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        api = scope["path"].startswith("/api/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                headers += [*HEADERS, (b"x-request-id", request_id.encode())]
                if api and not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        await self.app(scope, receive, sending)


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as `application/problem+json` in the reader's language."""
    language = language_of(request.headers.get("accept-language"))
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


def install(app: FastAPI) -> None:
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

    async def unknown(request: Request, wrong: Exception) -> Response:
        log.exception("request %s failed", getattr(request.state, "request_id", ""), exc_info=wrong)
        return problem_response(request, Problem("internal", 500))

    app.add_exception_handler(Problem, known)
    app.add_exception_handler(RequestValidationError, invalid_request)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(StaleDataError, stale)
    app.add_exception_handler(DBAPIError, database)
    app.add_exception_handler(asyncpg.PostgresError, database)
    app.add_exception_handler(asyncpg.InterfaceError, database)
    app.add_exception_handler(OSError, database)
    app.add_exception_handler(Exception, unknown)
    app.add_middleware(Surround)


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
