"""Running everything at one address: embedded PostgreSQL, migrations, the demo's data, API, worker, pages."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select

from miaopu import migrate
from miaopu.core import embedded, logs
from miaopu.core.db import Database, plain_url
from miaopu.core.serving import KEEP_ALIVE_SECONDS, Impatient, Server
from miaopu.demo import mails, snapshots
from miaopu.demo.build import PLAN, build
from miaopu.demo.journey.world import Scale
from miaopu.main import make_app, open_state
from miaopu.people.models import Account, Unit
from miaopu.settings import ROOT, NotForProduction, Settings, from_environment
from miaopu.terminal import say

NAME = "miaopu"


def secret_of(folder: Path, name: str = "secret") -> str:
    """The demo's own secret of a name, made on the first start and kept in the data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text().strip()


@contextlib.contextmanager
def installation(mode: str = "demo") -> Iterator[Settings]:
    """Settings of a local installation, with the embedded PostgreSQL unless another one is named."""
    given = from_environment(mode=mode)
    spa = ROOT / "frontend" / "dist"
    more: dict[str, Any] = {"mode": mode}
    if not given.secret.get_secret_value():
        more["secret"] = secret_of(given.data_dir)
    if not given.public_url:
        more["public_url"] = f"http://{given.host}:{given.port}"
    if given.spa_dir is None and (spa / "index.html").exists():
        more["spa_dir"] = spa
    if given.database_url:
        yield from_environment(**more)
        return
    server = embedded.start(given.data_dir / "postgres")
    try:
        asyncio.run(_create(server.dsn()))
        yield from_environment(**more, database_url=server.dsn(NAME))
    finally:
        server.stop()


async def _create(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME):
            await connection.execute(f"CREATE DATABASE {NAME}")
    finally:
        await connection.close()


async def fresh(server: embedded.Server, folder: Path, name: str) -> Settings:
    """Settings over a new, empty database of a running server."""
    database = "".join(c if c.isalnum() else "_" for c in name)
    connection = await asyncpg.connect(server.dsn())
    try:
        await connection.execute(f"CREATE DATABASE {database}")
    finally:
        await connection.close()
    return Settings(
        mode="demo",
        database_url=server.dsn(database),
        secret=SecretStr(secrets.token_hex(32)),
        data_dir=folder,
        public_url="http://journey",
    )


async def is_empty(settings: Settings) -> bool:
    """True on an installation without a single unit."""
    database = Database(settings)
    try:
        async with database.session() as session:
            return not await session.scalar(select(func.count()).select_from(Unit))
    finally:
        await database.close()


async def fill(settings: Settings, source: str | None = None) -> None:
    """Walk the demo's year on an empty installation. On an interrupted one it begins anew."""
    marker = settings.data_dir / "demo.building"
    marker.touch()
    app = make_app(settings)
    await open_state(app, settings)
    try:
        scale = Scale(applicants_per_place=settings.demo_applicants)
        await build(app, source or PLAN.read_text("utf-8"), scale, say, keep_copies=True)
    finally:
        await app.state.database.close()
    marker.unlink()


async def wipe(settings: Settings) -> None:
    """Drop everything in the database."""
    connection = await asyncpg.connect(plain_url(settings.database_url))
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()


def prepare(settings: Settings) -> None:
    """Migrate, and fill an empty demo (or one whose filling was interrupted)."""
    interrupted = (settings.data_dir / "demo.building").exists()
    if interrupted:
        say("The demo's data are incomplete: they are made again.")
        asyncio.run(wipe(settings))
    if migrate.upgrade(settings.database_url):
        # The copies that the demo goes back to are databases of the same schema.
        for copy in asyncio.run(snapshots.addresses(settings.database_url)):
            migrate.upgrade(copy)
    if asyncio.run(is_empty(settings)):
        say("First start: the demo's year is walked through the API, which takes some minutes.")
        asyncio.run(fill(settings))


async def refuse_demo(settings: Settings) -> None:
    """Raises NotForProduction where accounts of a demo are in the database."""
    database = Database(settings)
    try:
        async with database.session() as session:
            found = await session.scalar(select(func.count()).select_from(Account).where(Account.demo))
    finally:
        await database.close()
    if found:
        raise NotForProduction(f"{found} demo accounts are in this database; production does not start with them")


@contextlib.contextmanager
def mails_caught(settings: Settings) -> Iterator[Settings]:
    """A mail host that keeps everything on this machine, unless the installation names one."""
    if settings.smtp_url.get_secret_value():
        yield settings
        return
    with mails.caught(settings.data_dir) as url:
        yield settings.model_copy(update={"smtp_url": SecretStr(url)})


def backed_up(settings: Settings) -> Settings:
    """Settings of a demo with backups of its own, where none are named: the newest two, since they are only shown."""
    if settings.backup_dir is not None or not settings.demo_backs_up:
        return settings
    key = settings.backup_key.get_secret_value() or secret_of(settings.data_dir, "backup-key")
    kept = {"backup_dir": settings.data_dir / "backups", "backup_key": SecretStr(key), "backups_kept": 2}
    return settings.model_copy(update=kept)


@contextlib.contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """The worker as a process of its own, ended with this one and started again should it die."""
    environment = {
        **os.environ,
        "MIAOPU_MODE": settings.mode,
        "MIAOPU_DATABASE_URL": settings.database_url,
        "MIAOPU_SECRET": settings.secret.get_secret_value(),
        "MIAOPU_PUBLIC_URL": settings.public_url,
        "MIAOPU_DATA_DIR": str(settings.data_dir),
        "MIAOPU_SMTP_URL": settings.smtp_url.get_secret_value(),
        "MIAOPU_BACKUP_DIR": str(settings.backup_dir or ""),
        "MIAOPU_BACKUP_KEY": settings.backup_key.get_secret_value(),
        "MIAOPU_BACKUPS_KEPT": str(settings.backups_kept),
    }
    done = threading.Event()
    current: list[subprocess.Popen[bytes]] = []

    def keep_alive() -> None:
        while not done.is_set():
            process = subprocess.Popen([sys.executable, "-m", "miaopu.cli", "worker"], env=environment)
            current[:] = [process]
            process.wait()
            done.wait(2.0)

    thread = threading.Thread(target=keep_alive, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        for process in current:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
        thread.join(5)


def answer(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    logs.set_up(settings.log_format, settings.log_requests and settings.mode == "production")
    app = make_app(settings)
    Server(serving(app, settings), app.state, settings.drain_seconds).run()


def serving(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the application is served: a caller's address is the connection's, unless a proxy we know says another."""
    return uvicorn.Config(
        app,
        http=Impatient,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=settings.stop_seconds,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
    )
