"""The application: rooms in, problems in; nothing happens at import."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CollectorRegistry
from starlette.requests import Request

from miaopu.core import tracing, web
from miaopu.core.bodies import Bodies
from miaopu.core.db import Database
from miaopu.core.files import make_store
from miaopu.core.gate import Gate, Shares
from miaopu.core.pages import pages
from miaopu.core.problem import Problem
from miaopu.core.room import API
from miaopu.core.secrets import vault_of
from miaopu.core.seen import Seen, histogram
from miaopu.evaluations import signatures
from miaopu.operations import metrics
from miaopu.people.acting import admit, identify
from miaopu.people.ended import Ended
from miaopu.people.keys import load
from miaopu.people.oidc import Providers
from miaopu.people.roles import Role
from miaopu.programme.demo_clock import read_demo_clock
from miaopu.rooms import routes_of
from miaopu.settings import Settings


def make_app(settings: Settings) -> FastAPI:
    """The application for these settings. Opens the database when it starts serving.

    Raises ValueError for a role that does not exist: it would go without its second step.
    """
    for role in settings.two_step_roles:
        Role(role)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await open_state(app, settings)
        yield
        await app.state.database.close()
        await tracing.end(traces)

    traces = tracing.provider_of(settings, "api")
    app = FastAPI(
        title="Miaopu 苗圃",
        version="1.0",
        description="青少年科技创新后备人才网络工作平台。The platform that finds and trains young scientists.",
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=True,
        telemetry=tracing.telemetry(traces),
        routes=list(routes_of(settings.demo)),
    )
    app.include_router(_health())
    app.include_router(metrics.router)
    if settings.spa_dir is not None:
        app.mount("/", pages(settings.spa_dir))
    # A record that somebody brings to be recomputed is as large as a file.
    uploads = (f"{API}/files", f"{API}/imports/", f"{API}/public/verify")
    app.state.shares = Shares(settings.max_in_flight, settings.max_hashing, settings.queue_seconds)
    app.add_middleware(Bodies, limit=settings.body_limit, upload_limit=settings.upload_limit, uploads=uploads)
    app.add_middleware(Gate, shares=app.state.shares)
    app.state.registry = CollectorRegistry()
    app.add_middleware(Seen, seconds=histogram(app.state.registry))
    web.install(app, settings)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type", "idempotency-key", "accept-language", "x-request-id"],
            expose_headers=["x-request-id", "retry-after", "content-disposition"],
        )
    app.openapi = lambda: contract(app)  # type: ignore[method-assign]
    app.state.settings = settings
    app.state.tracer = tracing.tracer_of(traces)
    app.state.identify = identify
    app.state.admit = admit
    return app


async def open_state(app: FastAPI, settings: Settings) -> None:
    """Open what requests lean on: database, vault, keys, the demo's clock."""
    state = app.state
    state.database = Database(settings, state.tracer)
    await state.database.open()
    state.files = make_store(settings)
    state.vault = vault_of(settings)
    state.sso = Providers(settings)
    state.keys = await load(state.database, state.vault)
    state.keys_read = time.monotonic()
    state.ended = Ended()
    state.paper_keys = await signatures.load(state.database, state.vault)
    if settings.demo:
        await read_demo_clock(state.database)


def _health() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz(request: Request) -> dict[str, str]:
        if getattr(request.app.state, "draining", False):
            raise Problem("draining", 503, retry_after=5)
        try:
            await request.app.state.database.reads.fetchval("SELECT 1")
        except Exception as away:
            raise Problem("unavailable", 503, retry_after=2) from away
        return {"status": "ready"}

    return router


# By whether the demo's rooms are in it: making one takes seconds.
_contracts: dict[bool, dict[str, Any]] = {}


def contract(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with problems as `application/problem+json` everywhere and without FastAPI's own 422.

    Made once for a process and each kind of application; not to be changed by who reads it.
    """
    kind: bool = app.state.settings.demo
    if kind not in _contracts:
        made = FastAPI.openapi(app)
        for path in made["paths"].values():
            for operation in path.values():
                answers = operation["responses"]
                answers.pop("422", None)
                problem = answers.get("default", {})
                if "content" in problem:
                    problem["content"] = {"application/problem+json": next(iter(problem["content"].values()))}
        for unused in ("HTTPValidationError", "ValidationError"):
            made["components"]["schemas"].pop(unused, None)
        _contracts[kind] = made
    return _contracts[kind]
