"""Making a backup: database and files as they were at one moment, sealed, in one file that is whole or not there."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import obstore
from anyio.to_thread import run_sync
from obstore.store import ObjectStore

from miaopu.core import clock
from miaopu.core.db import plain_url
from miaopu.core.files import make_store, place_of
from miaopu.core.secrets import vault_of
from miaopu.operations.counting import Connection, connected, sequences_of, tables_of
from miaopu.operations.dumping import dumped
from miaopu.operations.parts import DATABASE, FILES, FRAME, Manifest, PartWriter
from miaopu.operations.sealing import Sealer, key_of
from miaopu.settings import Settings

SUFFIX = ".miaopu"
UNFINISHED = ".part"
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
AHEAD = 500
# A part left by a process that was killed is nobody's after this.
STALE = timedelta(days=1)


def mark_of_secret(settings: Settings) -> str:
    """Tells whether two installations share their secret, without telling it."""
    return vault_of(settings).index("backup", "the installation's secret")


def name_now() -> str:
    """The name of a backup made now; names sort by time."""
    return f"miaopu-{clock.real_now():%Y%m%dT%H%M%SZ}{SUFFIX}"


def backups_in(folder: Path) -> list[Path]:
    """The finished backups of a folder, newest first."""
    return sorted(folder.glob(f"miaopu-*{SUFFIX}"), reverse=True)


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups, and what broken attempts left; returns what went."""
    stale = (clock.real_now() - STALE).timestamp()
    gone = backups_in(folder)[keep:]
    gone += [left for left in folder.glob(f"*{SUFFIX}{UNFINISHED}") if left.stat().st_mtime < stale]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


async def back_up(settings: Settings, target: Path) -> tuple[Path, Manifest]:
    """Write a backup to a file, or under a name of its own into a folder; memory does not grow with it.

    Everything is read in one snapshot (REPEATABLE READ, exported to pg_dump). A file's bytes are stored before its
    row is committed and never changed, so the rows of the snapshot name files that are there.

    Raises:
        Unreadable: no key, or pg_dump failed.
        FileExistsError: the file is there already; a backup is never written over.
    """
    key = key_of(settings.backup_key.get_secret_value())
    target = await run_sync(_free, target)
    unfinished = target.with_name(target.name + UNFINISHED)
    try:
        with _opened(unfinished) as out:
            manifest = await _write(settings, key, out)
            await run_sync(_settle, out)
        # The name appears only with everything behind it.
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target, manifest


def _free(target: Path) -> Path:
    if target.is_dir():
        target = target / name_now()
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    return target


def _opened(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _settle(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


async def _write(settings: Settings, key: bytes, out: BinaryIO) -> Manifest:
    url = plain_url(settings.database_url)
    writer = PartWriter(Sealer(out, key), {})
    connection = await connected(url)
    try:
        await connection.execute(SNAPSHOT)
        snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
        made_at = clock.real_now()
        # Before the dump, which sees sequences as they are when it comes to them.
        sequences = await sequences_of(connection)
        async with contextlib.aclosing(dumped(url, snapshot)) as pieces:
            await _part(writer, DATABASE, pieces)
        lost = await _write_files(connection, make_store(settings), writer)
        manifest = Manifest(
            made_at=made_at,
            revision=await connection.fetchval("SELECT version_num FROM alembic_version"),
            server=await connection.fetchval("SHOW server_version"),
            secret=mark_of_secret(settings),
            tables=await tables_of(connection),
            sequences=sequences,
            parts=writer.written,
            lost=lost,
        )
        await run_sync(writer.finish, manifest)
        return manifest
    finally:
        await asyncio.shield(connection.close())


async def _write_files(connection: Connection, store: ObjectStore, writer: PartWriter) -> list[str]:
    """Every file of the snapshot's rows; returns the ids of those the store has lost, or keeps altered."""
    lost: list[str] = []
    async for row in connection.cursor("SELECT id, sha256 FROM files ORDER BY id", prefetch=AHEAD):
        file_id: uuid.UUID = uuid.UUID(str(row["id"]))
        try:
            found = await obstore.get_async(store, place_of(file_id))
        except FileNotFoundError:
            lost.append(str(file_id))
            continue
        await _part(writer, f"{FILES}{file_id.hex}", _bytes_of(found))
        if writer.written[f"{FILES}{file_id.hex}"].sha256 != row["sha256"]:
            lost.append(str(file_id))
    return lost


async def _bytes_of(found: "obstore.GetResult") -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=FRAME):
        yield bytes(piece)


async def _part(writer: PartWriter, name: str, pieces: AsyncIterator[bytes]) -> None:
    writer.begin(name)
    async for piece in pieces:
        await run_sync(writer.add, piece)
    writer.end()
