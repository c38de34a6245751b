"""Who lets the rules run: the worker, the command line, and in the demo whoever turns the clock."""

import asyncio
import os
import secrets
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from miaopu.core import clock, jobs
from miaopu.core.jobs import JobContext, Params
from miaopu.main import make_app, open_state
from miaopu.reminders import ticking
from miaopu.settings import Settings
from miaopu.worker import run_worker
from reminding import Clockwork, PostOffice, told
from seeded import turn_to
from trained import Training, begin

SEEN: list[str] = []


@jobs.handler("test.beside_the_reminders")
async def beside(_context: JobContext, params: Params) -> None:
    """Says that it was done."""
    SEEN.append(params["name"])


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits five seconds for a turn of the clock."""
    monkeypatch.setattr(ticking, "SEND_EVERY", 0.3)


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 30) -> bool:
    for _ in range(int(seconds * 5)):
        if await true():
            return True
        await asyncio.sleep(0.2)
    return False


async def test_the_worker_runs_the_rules_and_sends_what_is_due(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    await turn.address(training.nomination.account_id, "mentor@example.cn")
    await training.hand_in()
    turn_to("2024-03-18T13:00", training.at.plan)
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(training.at.app.state.settings, stop=stop))

    async def sent() -> bool:
        return len(post.mails) > 0

    try:
        assert await until(sent)
    finally:
        stop.set()
        await asyncio.wait_for(working, 30)
    assert await told(training, training.mentor, "reminder.review_waiting") == ["学生1"]


async def test_rules_that_fail_do_not_stop_the_jobs(training: Training, caplog: pytest.LogCaptureFixture) -> None:
    state = training.at.app.state
    async with state.database.engine.begin() as connection:
        await connection.execute(text("DROP TABLE outbox_messages CASCADE"))
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(state.settings, stop=stop))
    name = uuid.uuid4().hex

    async def failed() -> bool:
        return "the reminders begin again" in caplog.text

    async def done() -> bool:
        return name in SEEN

    try:
        # Past the first turn of the rules, which fails.
        assert await until(failed)
        async with state.database.session() as session:
            await jobs.enqueue(session, "test.beside_the_reminders", {"name": name}, None)
            await session.commit()
        assert await until(done)
        assert not working.done()
    finally:
        stop.set()
        await asyncio.wait_for(working, 30)


async def test_the_command_line_runs_the_rules_once(training: Training, tmp_path: Path) -> None:
    settings = training.at.app.state.settings
    await training.hand_in()
    environment = {
        **os.environ,
        "MIAOPU_MODE": "test",
        "MIAOPU_DATABASE_URL": settings.database_url,
        "MIAOPU_SECRET": settings.secret.get_secret_value(),
        "MIAOPU_SMTP_URL": "smtp://user:a-password@127.0.0.1:1",
        "MIAOPU_DATA_DIR": str(tmp_path),
    }

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "miaopu.cli", "remind"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    first, second = await asyncio.to_thread(run), await asyncio.to_thread(run)
    # By the real clock the cycle's year is over, and what is owed is owed: told once.
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("new ")
    assert not first.stdout.startswith("new 0")
    assert second.stdout.startswith("new 0")
    assert "a-password" not in first.stdout + first.stderr + second.stdout + second.stderr


async def test_turning_the_demos_clock_runs_the_rules(own_database: str, tmp_path: Path, post: PostOffice) -> None:
    settings = Settings(
        mode="demo", database_url=own_database, secret=SecretStr(secrets.token_hex(32)), data_dir=tmp_path,
        public_url="http://testserver", smtp_url=SecretStr(post.url),
    )  # fmt: skip
    app: FastAPI = make_app(settings)
    await open_state(app, settings)
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as client:
            training = await begin(app, client)
            log = await training.hand_in()
            assert log["receipt_number"]
            later = (clock.now() + timedelta(days=8)).isoformat()
            await training.call("POST", "/demo/clock", {}, {"at": later})
            assert await told(training, training.mentor, "reminder.review_waiting") == ["学生1"]
    finally:
        await app.state.database.close()
