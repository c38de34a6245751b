"""Traces by setting: what a collector is told of a request, its statements and its job, and what it is not told."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import text

from miaopu.core import jobs
from miaopu.core.jobs import JobContext, Params
from miaopu.core.tracing import summary
from miaopu.main import make_app
from miaopu.people.roles import Role
from miaopu.worker import run_worker
from seeded import world
from settled import test_settings

NAME, IDENTITY = "wurinaqiqige", "150102200803071234"


@dataclass(slots=True)
class Collector:
    """Takes what OTLP over HTTP brings, as any collector does."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> list[Any]:
        """Everything told so far, each with its service."""
        found = []
        for body in self.bodies:
            for of in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = next(one.value.string_value for one in of.resource.attributes if one.key == "service.name")
                found += [(service, span) for scope in of.scope_spans for span in scope.spans]
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector on this machine."""
    held = Collector()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            held.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    held.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
    yield held
    server.shutdown()
    server.server_close()


@jobs.handler("test.traced")
async def traced(context: JobContext, _params: Params) -> dict[str, object]:
    """Asks the database."""
    async with context.database.session() as session:
        await session.execute(text("SELECT count(*) FROM units"))
    return {}


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver/api/v1")


async def _all_done(app: FastAPI) -> None:
    waiting = True
    async with app.state.database.session() as session:
        while waiting:
            await asyncio.sleep(0.05)
            waiting = await session.scalar(text("SELECT EXISTS (SELECT FROM jobs WHERE state <> 'done')"))


@contextmanager
def _asking(app: FastAPI) -> Iterator[None]:
    """An operation that asks for a job, and one that fails with what was entered in the error's text."""

    @app.post("/api/v1/asks/{what}")
    async def asks(what: str) -> dict[str, str]:
        async with app.state.database.session() as session:
            job = await jobs.enqueue(session, "test.traced", {"what": what}, None)
            await session.commit()
        return {"job": str(job.id)}

    @app.post("/api/v1/breaks")
    async def breaks(body: dict[str, str]) -> None:
        async with app.state.database.session() as session:
            await session.execute(text("SELECT CAST(:given AS integer) FROM accounts"), {"given": body["identity"]})

    yield


async def test_a_request_its_statements_and_its_job_are_one_story_and_nothing_personal_is_in_it(
    own_database: str, tmp_path: Path, collector: Collector
) -> None:
    settings = test_settings(own_database, tmp_path, traces_url=collector.url)
    app = make_app(settings)
    with _asking(app):
        async with app.router.lifespan_context(app), _client(app) as client:
            at = await world(app, client)
            headers, account = await at.person(Role.REGION_OFFICE, "region")
            found = await client.get(f"/memberships?q={NAME}", headers={**headers, "x-request-id": "traced-request-1"})
            assert found.status_code == 200, found.text
            await client.post(f"/asks/{NAME}")
            failed = await client.post("/breaks", json={"identity": IDENTITY})
            assert failed.status_code >= 400
            stop = asyncio.Event()
            working = asyncio.create_task(run_worker(settings, stop=stop))
            async with asyncio.timeout(30):
                await _all_done(app)
            stop.set()
            await asyncio.wait_for(working, 30)
    told = collector.spans()
    by_name = {span.name: (service, span) for service, span in told}

    def attributes(span: Any) -> dict[str, str]:
        return {one.key: one.value.string_value for one in span.attributes}

    # The request, under its route and its request's id, with what it asked of the database below it.
    service, listed = by_name["GET /api/v1/memberships"]
    assert service == "miaopu-api"
    assert attributes(listed)["miaopu.request_id"] == "traced-request-1"
    assert attributes(listed)["miaopu.role"] == "region_office"
    within = [span for _, span in told if span.trace_id == listed.trace_id]
    reads = [span for span in within if span.name.startswith("SELECT ")]
    assert reads
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in reads)
    # The job is a trace of its own, of the worker, and says which request asked for it.
    _, asked = by_name["POST /api/v1/asks/{what}"]
    service, done = by_name["job test.traced"]
    assert service == "miaopu-worker"
    assert [link.trace_id for link in done.links] == [asked.trace_id]
    below = {span.name for _, span in told if span.trace_id == done.trace_id}
    assert "SELECT units" in below
    # A statement that failed says how, by its SQLSTATE.
    wrong = [attributes(span) for _, span in told if span.name == "SELECT accounts" and span.status.code == 2]
    assert any(one["error.type"] for one in wrong)
    everything = b"".join(collector.bodies)
    for private in (NAME, IDENTITY, str(account.id), account.login, "testserver", "password"):
        assert private.encode() not in everything, private


async def test_without_a_collector_nothing_is_traced_and_with_one_that_is_away_nobody_waits(
    own_database: str, tmp_path: Path, collector: Collector
) -> None:
    secret = "0" * 64
    for url, share in (("", 1.0), (collector.url, 0.0), ("http://127.0.0.1:9/v1/traces", 1.0)):
        settings = test_settings(own_database, tmp_path, secret=secret, traces_url=url, traces_share=share)
        app = make_app(settings)
        async with app.router.lifespan_context(app), _client(app) as client:
            assert (await client.get("/public/cycles")).status_code < 500
            began = time.monotonic()
        assert time.monotonic() - began < 15
        assert (app.state.tracer is None) == (url == "")
    assert collector.spans() == []


def test_a_statement_is_called_by_its_verb_and_first_table() -> None:
    assert summary('SELECT a.login FROM "accounts" a WHERE a.login = $1') == ("SELECT", "SELECT accounts")
    assert summary("  insert into jobs (id) values ($1)") == ("INSERT", "INSERT jobs")
    assert summary("SELECT x FROM (SELECT 1 FROM units) u") == ("SELECT", "SELECT units")
    assert summary("COMMIT") == ("COMMIT", "COMMIT")
