"""Bringing a backup back: into an empty installation, or over a stopped one that is given up by name."""

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import asyncpg
import obstore
from alembic.script import ScriptDirectory
from anyio.to_thread import run_sync
from obstore.store import ObjectStore

from miaopu import migrate
from miaopu.core import audit
from miaopu.core.db import Database, plain_url
from miaopu.core.files import make_store, place_of
from miaopu.operations.backup import mark_of_secret
from miaopu.operations.counting import connected, differences
from miaopu.operations.dumping import poured
from miaopu.operations.parts import DATABASE, FILES, MANIFEST, Manifest, checked, parts
from miaopu.operations.sealing import Damaged, Unreadable, key_of, unsealed
from miaopu.settings import Settings

# A file up to this size stays in memory on its way to the store.
IN_MEMORY = 8 * 1024 * 1024
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'miaopu%'
"""


class NotEmpty(Exception):
    """The installation holds something that a restore would overwrite."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: empty lists where everything is as it was."""

    manifest: Manifest
    differences: list[str]
    broken: list[tuple[int | None, int, int]]
    files: int

    @property
    def whole(self) -> bool:
        """True when the rows are those of the manifest and the trail's chain holds."""
        return not (self.differences or self.broken or self.manifest.lost)


def look_at(path: Path, key: bytes) -> Manifest:
    """Read a backup from its first byte to its last and give its manifest; nothing is changed anywhere.

    Raises:
        Unreadable: a wrong key (`WrongKey`) or a damaged file (`Damaged`).
    """
    with path.open("rb") as source:
        return checked(unsealed(source, key))


async def restore(settings: Settings, path: Path, *, replace: bool = False) -> Restored:
    """Bring a backup back into the installation of these settings.

    The whole file is proven before anything is touched. The rows come back in one transaction.

    Args:
        replace: give up what the installation holds.

    Raises:
        NotEmpty: something is there and `replace` was not given, or the installation is at work.
        Unreadable: the key, the file, its revision or the installation's secret do not fit.
    """
    key = key_of(settings.backup_key.get_secret_value())
    manifest = await run_sync(look_at, path, key)
    if manifest.secret != mark_of_secret(settings):
        raise Unreadable("MIAOPU_SECRET is not that of the backup: what is sealed in it could never be read")
    if manifest.revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise Unreadable(f"the backup is of a newer version of the platform (schema {manifest.revision})")
    await _clear(plain_url(settings.database_url), replace)
    files = await pour(path, key, plain_url(settings.database_url), make_store(settings))
    return Restored(manifest, *await compared(settings, manifest), files)


async def pour(path: Path, key: bytes, url: str, store: ObjectStore | None) -> int:
    """The rows into an empty database and the files into a store (None: they are only read); how many files."""
    count = 0
    with path.open("rb") as source:
        for name, frames in parts(unsealed(source, key)):
            if name == DATABASE:
                await poured(url, frames)
            elif name.startswith(FILES):
                count += 1
                if store is not None:
                    await _put(store, uuid.UUID(hex=name.removeprefix(FILES)), frames)
            elif name != MANIFEST:
                raise Damaged(f"nobody knows the part {name}")
    return count


async def compared(settings: Settings, manifest: Manifest) -> tuple[list[str], list[tuple[int | None, int, int]]]:
    """Where the database differs from the manifest, and where the trail's chain is broken."""
    connection = await connected(plain_url(settings.database_url))
    try:
        differing = await differences(connection, manifest)
    finally:
        await connection.close()
    database = Database(settings)
    try:
        async with database.session() as session:
            return differing, await audit.broken_links(session)
    finally:
        await database.close()


def is_present(manifest: Manifest) -> bool:
    """True for a backup of the schema that this version of the platform has."""
    return manifest.revision == _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(migrate.config("postgresql://unused"))


async def _clear(url: str, replace: bool) -> None:
    """Make room. A schema without units and accounts counts as empty: somebody only migrated it."""
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('public.units') IS NOT NULL"):
            held = await connection.fetchval("SELECT (SELECT count(*) FROM units) + (SELECT count(*) FROM accounts)")
        else:
            held = await connection.fetchval(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            )
        if held and not replace:
            raise NotEmpty("the installation is not empty; --replace gives up what is in it")
        if await connection.fetchval(OTHERS):
            raise NotEmpty("the installation is at work; stop its server and worker first")
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()


async def _put(store: ObjectStore, file_id: uuid.UUID, frames: Iterator[bytes]) -> None:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as held:
        await run_sync(_gather, held, frames)
        await obstore.put_async(store, place_of(file_id), held)


def _gather(held: IO[Any], frames: Iterator[bytes]) -> None:
    for frame in frames:
        held.write(frame)
    held.seek(0)
