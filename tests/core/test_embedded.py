"""The embedded PostgreSQL: real, durable, alone, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from miaopu.core import embedded


async def _run(dsn: str, *statements: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that an ordinary account can reach too."""
    made = Path("/tmp") / f"miaopu-embedded-{os.getpid()}-{time.monotonic_ns()}"
    made.mkdir(mode=0o755)
    return made


def test_data_outlive_a_stop_and_a_kill(folder: Path) -> None:
    server = embedded.start(folder)
    asyncio.run(_run(server.dsn(), "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)", "SELECT 1"))
    server.stop()
    server = embedded.start(folder)
    assert asyncio.run(_run(server.dsn(), "SELECT n FROM t")) == 1
    asyncio.run(_run(server.dsn(), "INSERT INTO t VALUES (2)", "SELECT 1"))
    os.kill(server.pid, signal.SIGKILL)
    server.process.wait()
    server = embedded.start(folder)
    try:
        assert asyncio.run(_run(server.dsn(), "SELECT count(*) FROM t")) == 2
        assert asyncio.run(_run(server.dsn(), "SHOW server_version_num")) >= "150000"
    finally:
        server.stop()


def test_nobody_comes_in_without_the_password(folder: Path) -> None:
    server = embedded.start(folder)
    try:
        wrong = server.dsn().replace(server.password, "guess")
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(_run(wrong, "SELECT 1"))
    finally:
        server.stop()


def test_a_killed_owner_leaves_no_server_behind(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from miaopu.core import embedded;"
        f"s = embedded.start(Path({str(folder)!r})); print(s.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
