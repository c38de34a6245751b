"""`make bench`: how soon a growth log can be typed on a cheap phone: slow network, CPU slowed four times."""

import asyncio
import contextlib
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn

from miaopu.core import audit
from miaopu.main import make_app, open_state
from miaopu.people import passwords
from miaopu.people.models import Account
from miaopu.settings import ROOT, Settings
from postgres import fresh_database
from trained import Training, begin

PASSWORD = "a password of the bench"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def seed(settings: Settings) -> tuple[Training, str]:
    """Students in training; the first one can sign in. Gives the login too."""
    app = make_app(settings)
    await open_state(app, settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as http:
        training = await begin(app, http)
    async with app.state.database.session() as session:
        account = await session.get_one(Account, training.enrolment.account_id)
        account.password_hash = await passwords.hashed(PASSWORD)
        login = account.login
        await audit.commit(session)
    await app.state.database.close()
    return training, login


@contextlib.contextmanager
def served() -> Iterator[list[str]]:
    """The built pages with a seeded API; gives address, login, password and the session to write about."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = Settings(
            mode="test",
            database_url=fresh_database(),
            secret=secrets.token_hex(32),
            data_dir=Path(folder),
            public_url=f"http://127.0.0.1:{port}",
            spa_dir=ROOT / "frontend" / "dist",
        )
        training, login = asyncio.run(seed(settings))
        server = uvicorn.Server(uvicorn.Config(make_app(settings), port=port, log_level="error"))
        serving = threading.Thread(target=server.run)
        serving.start()
        while not server.started:
            time.sleep(0.05)
        try:
            yield [f"http://127.0.0.1:{port}", login, PASSWORD, training.session]
        finally:
            server.should_exit = True
            serving.join()


def main() -> None:
    """Let a browser measure how soon one can type; with `lighthouse`, what Lighthouse says of the same pages."""
    scripts = {
        "type": ROOT / "frontend" / "scripts" / "first-visit.mjs",
        "lighthouse": ROOT / "tests" / "bench" / "lighthouse" / "measure.mjs",
    }
    with served() as asked:
        script = scripts["lighthouse" if "lighthouse" in sys.argv[1:] else "type"]
        subprocess.run(["node", script, *asked], cwd=ROOT / "frontend", check=True)


if __name__ == "__main__":
    main()
