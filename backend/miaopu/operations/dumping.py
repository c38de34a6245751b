"""PostgreSQL's own pg_dump and pg_restore, from the binaries that the platform carries."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable
from urllib.parse import unquote, urlsplit, urlunsplit

from anyio.to_thread import run_sync

from miaopu.core import embedded
from miaopu.core.db import plain_url
from miaopu.operations.parts import FRAME
from miaopu.operations.sealing import Unreadable

ERRORS_KEPT = 2000


def _addressed(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, and the environment that carries it: arguments are seen by everybody."""
    split = urlsplit(plain_url(url))
    host = split.netloc.rpartition("@")[2]
    user = f"{split.username}@" if split.username else ""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MIAOPU_")}
    if split.password:
        environment["PGPASSWORD"] = unquote(split.password)
    return urlunsplit(split._replace(netloc=user + host)), environment


async def dumped(url: str, snapshot: str) -> AsyncGenerator[bytes, None]:
    """The database as pg_dump writes it (custom format), seen in a snapshot that another connection holds open.

    Raises:
        Unreadable: pg_dump failed; the message is its own.
    """
    address, environment = _addressed(url)
    process = await asyncio.create_subprocess_exec(
        str(embedded.binaries() / "pg_dump"),
        "--format=custom", "--compress=gzip:3", "--no-owner", "--no-privileges", "--no-password",
        f"--snapshot={snapshot}", f"--dbname={address}",
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    try:
        while piece := await process.stdout.read(FRAME):
            yield piece
        if await process.wait():
            raise Unreadable(f"pg_dump: {_last(await errors)}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await asyncio.gather(errors, return_exceptions=True)


async def poured(url: str, frames: Iterable[bytes]) -> None:
    """Feed a dump to pg_restore, in one transaction: all of it or nothing.

    Triggers and constraints come after the rows, so the trail goes back entry by entry as it was, unchained anew.

    Raises:
        Unreadable: pg_restore failed; the message is its own.
    """
    address, environment = _addressed(url)
    process = await asyncio.create_subprocess_exec(
        str(embedded.binaries() / "pg_restore"),
        "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
        f"--dbname={address}",
        env=environment, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    try:
        pieces = iter(frames)
        try:
            while (piece := await run_sync(next, pieces, None)) is not None:
                process.stdin.write(piece)
                await process.stdin.drain()
            process.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            pass  # it gave up early: its own words follow
        if await process.wait():
            raise Unreadable(f"pg_restore: {_last(await errors)}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await asyncio.gather(errors, return_exceptions=True)


def _last(errors: bytes) -> str:
    return errors.decode(errors="replace").strip()[-ERRORS_KEPT:]
