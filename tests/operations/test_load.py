"""Load: what is let in stays quick, the rest hears so at once; slow clients are left; a stop finishes what it took."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from miaopu.core import jobs
from miaopu.core.embedded import free_port
from miaopu.core.gate import Full, Share
from miaopu.core.jobs import JobContext, Params
from miaopu.main import make_app, open_state
from miaopu.worker import run_worker
from postgres import drop_database, fresh_database
from settled import test_settings

PLACES, QUEUE = 4, 8
SIGN_IN = "/api/v1/auth/sign-in"
NOBODY = {"login": "nobody-at-all", "password": "nothing-of-that-kind"}


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the application, without a socket."""
    await open_state(app, app.state.settings)
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=30) as client:
            yield client
    finally:
        await app.state.database.close()


async def test_a_share_holds_its_places_its_queue_and_nobody_for_long() -> None:
    share, leave = Share(2, 2, 0.2), asyncio.Event()

    async def one() -> str:
        try:
            async with share.place():
                await leave.wait()
        except Full:
            return "refused"
        return "served"

    tasks = [asyncio.create_task(one()) for _ in range(5)]
    await asyncio.sleep(0.05)
    assert (share.busy, share.waiting) == (2, 2)
    assert tasks[4].done()
    tasks[3].cancel()
    await asyncio.sleep(0)
    late = asyncio.create_task(one())
    await asyncio.sleep(0.3)
    # Those who waited were sent away after their patience, and left no trace.
    assert (share.busy, share.waiting, late.result()) == (2, 0, "refused")
    leave.set()
    assert [task.result() for task in await _ended(tasks[:3])] == ["served", "served", "refused"]
    assert (share.busy, share.refused) == (0, 3)
    # A place that was handed over to somebody who is gone goes on to the next.
    held = Share(1, 2, 1.0)
    async with held.place():
        first = asyncio.create_task(_through(held))
        second = asyncio.create_task(_through(held))
        await asyncio.sleep(0)
    first.cancel()
    await second
    assert held.busy == 0


async def _through(share: Share) -> None:
    async with share.place():
        pass


async def _ended(tasks: "list[asyncio.Task[str]]") -> "list[asyncio.Task[str]]":
    await asyncio.gather(*tasks)
    return tasks


async def test_too_much_at_once_is_told_so_quickly_and_sign_ins_take_nobody_elses_place(
    own_database: str, tmp_path: Path
) -> None:
    settings = test_settings(own_database, tmp_path, max_in_flight=PLACES, max_hashing=1, queue_seconds=0.3)
    async with served(make_app(settings)) as client:
        blocker = await asyncpg.connect(own_database)
        await blocker.execute("BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
        # Sign-ins are held up by the lock: one at work, eight waiting, the rest refused.
        storm = [asyncio.create_task(client.post(SIGN_IN, json=NOBODY)) for _ in range(30)]
        began = time.monotonic()
        await asyncio.sleep(0.05)
        refused = [task.result() for task in storm if task.done()]
        assert len(refused) == 30 - 1 - 8
        assert time.monotonic() - began < 2
        for answer in refused:
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert 1 <= int(answer.headers["retry-after"]) <= 4
            assert answer.json()["code"] == "overloaded"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
        # Everybody else is served meanwhile, and so is who looks after the server.
        assert (await client.get("/api/v1/public/model-cases")).status_code == 200
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        waited = [task for task in storm if task not in refused]
        await asyncio.sleep(0.4)
        assert sum(task.done() and task.result().status_code == 503 for task in waited) == 29
        await blocker.execute("ROLLBACK")
        await blocker.close()
        answers = await asyncio.gather(*storm)
        assert sorted({answer.status_code for answer in answers}) == [401, 503]


async def test_a_pool_without_a_free_connection_answers_503(
    own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("miaopu.core.db.POOL_PATIENCE", 0.3)
    monkeypatch.setattr("miaopu.core.read.POOL_PATIENCE", 0.3)
    settings = test_settings(own_database, tmp_path, pool_size=1, read_pool_size=1)
    app = make_app(settings)
    async with served(app) as client:
        async with app.state.database.reads.acquire():
            read = await client.get("/api/v1/public/model-cases")
        async with app.state.database.engine.connect():
            written = await client.post(SIGN_IN, json=NOBODY)
        for answer in (read, written):
            assert (answer.status_code, answer.json()["code"]) == (503, "overloaded"), answer.text
            assert answer.headers["retry-after"]
        assert (await client.get("/api/v1/public/model-cases")).status_code == 200


async def test_a_body_is_bounded_by_its_kind_told_or_not(own_database: str, tmp_path: Path) -> None:
    settings = test_settings(own_database, tmp_path, body_limit=10_000)
    async with served(make_app(settings)) as client:

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b" " * 1000

        for body in (b" " * 20_000, pieces()):
            answer = await client.post(SIGN_IN, content=body, headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
            assert answer.headers["connection"] == "close"
        # An upload of that size is only unknown to the door behind.
        upload = await client.post("/api/v1/files", files={"file": ("a.pdf", b"%PDF-" + b"x" * 20_000)})
        assert upload.status_code == 401


@jobs.handler("test.slow")
async def slow(_context: JobContext, _params: Params) -> dict[str, object]:
    """Takes its time."""
    STARTED.set()
    await asyncio.sleep(0.7)
    return {"ended": True}


STARTED = asyncio.Event()


async def test_a_worker_that_is_told_to_stop_ends_the_job_it_has_and_leaves_the_next(app: FastAPI) -> None:
    database = app.state.database
    async with database.session() as session:
        taken = await jobs.enqueue(session, "test.slow", {}, None)
        await session.commit()
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(app.state.settings, silence=timedelta(seconds=5), stop=stop))
    await asyncio.wait_for(STARTED.wait(), 30)
    async with database.session() as session:
        left = await jobs.enqueue(session, "test.slow", {}, None)
        stop.set()
        await session.commit()
    await asyncio.wait_for(working, 30)
    async with database.session() as session:
        states = [found.state for job in (taken, left) if (found := await session.get(jobs.Job, job.id))]
    assert states == ["done", "queued"]


class Running:
    """A real server process over a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.port = url, free_port()
        given = {
            "MODE": "test", "DATABASE_URL": url, "SECRET": "ab" * 32, "PUBLIC_URL": "http://t", "PORT": str(self.port),
            "DATA_DIR": str(folder), "DRAIN_SECONDS": "1.5", "MAX_HASHING": "1", "QUEUE_SECONDS": "20",
        }  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MIAOPU_")}
        environment |= {f"MIAOPU_{name}": value for name, value in given.items()}
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)

    async def ready(self) -> None:
        async with httpx.AsyncClient() as client:
            for _ in range(1200):
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                assert self.process.poll() is None
                await asyncio.sleep(0.1)
        raise AssertionError("the server did not come up")


# What `miaopu serve` does, with less patience.
PROGRAM = """
from miaopu import running
from miaopu.core import bodies, serving
from miaopu.settings import from_environment
serving.Impatient.head_seconds = 1.0
bodies.PATIENCE = 1.0
running.answer(from_environment())
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    url = fresh_database()
    made = Running(url, tmp_path)
    yield made
    made.process.kill()
    made.process.wait()
    drop_database(url)


async def test_slow_clients_are_left_and_a_stop_finishes_what_was_begun(running: Running) -> None:
    await running.ready()
    head = b"POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n"
    began = time.monotonic()
    kinds = await asyncio.gather(
        _drip(running.port, b"", b""),
        _drip(running.port, head),
        _drip(running.port, head + b"content-length: 100\r\n\r\n{"),
        _drip(running.port, head + b"x: " + b"y" * 60_000 + b"\r\nz: " + b"y" * 9000),
        _drip(running.port, b"no such language\r\n\r\n"),
        *(_drip(running.port, head) for _ in range(39)),
    )
    assert time.monotonic() - began < 10
    assert [status for status, _ in kinds[:6]] == [408, 408, 408, 431, 400, 408]
    assert kinds[2][1]["code"] == "too_slow"

    blocker = await asyncpg.connect(running.url)
    await blocker.execute("BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE")
    base = f"http://127.0.0.1:{running.port}"
    async with httpx.AsyncClient(base_url=base, timeout=30) as client, httpx.AsyncClient(base_url=base) as other:
        held = asyncio.create_task(client.post(SIGN_IN, json=NOBODY))
        await asyncio.sleep(0.5)
        # Nine fit; the tenth is refused with its body still to come, and the connection goes on.
        waiting = [asyncio.create_task(client.post(SIGN_IN, json=NOBODY)) for _ in range(8)]
        await asyncio.sleep(0.5)
        for language, word in (("en", "more to do"), ("zh-CN", "稍后")):
            refused = await other.post(
                SIGN_IN, json={**NOBODY, "x": "y" * 100_000}, headers={"accept-language": language}
            )
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert word in refused.json()["title"]
            assert refused.json()["request_id"] == refused.headers["x-request-id"]
            assert int(refused.headers["retry-after"]) == refused.json()["retry_after"]
        running.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        # It serves on, and says that it will not for long.
        not_ready = await other.get("/readyz")
        assert (not_ready.status_code, not_ready.json()["code"]) == (503, "draining")
        assert (await other.get("/healthz")).status_code == 200
        await asyncio.sleep(2.0)
        with pytest.raises(httpx.TransportError):
            async with httpx.AsyncClient(base_url=base) as late:
                await late.get("/healthz")
        assert not held.done()
        await blocker.execute("ROLLBACK")
        assert (await held).status_code == 401
        assert {(await answer).status_code for answer in waiting} <= {401, 429}
    await blocker.close()
    assert await asyncio.to_thread(running.process.wait, 15) in (0, -signal.SIGTERM)


async def _drip(port: int, begin: bytes, more: bytes = b"a") -> tuple[int, dict[str, Any]]:
    """Send a beginning and then a byte now and then, never an end; the status and problem that came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.create_task(reader.read())
    try:
        writer.write(begin)
        while not answer.done():
            await asyncio.sleep(0.2)
            writer.write(more)
        text = await answer
    finally:
        writer.close()
    head, _, body = text.partition(b"\r\n\r\n")
    assert b"frame-ancestors 'none'" in head
    return int(head.split()[1]), json.loads(body) if body else {}
