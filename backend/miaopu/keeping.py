"""Commands that keep the data safe: backup, restore, drill."""

import argparse
import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Iterator

from miaopu import running
from miaopu.core.db import Database
from miaopu.doctor.asking import EXAMINER
from miaopu.operations import restore as restoring
from miaopu.operations import upkeep
from miaopu.operations.backup import back_up
from miaopu.operations.sealing import Unreadable
from miaopu.settings import MissingSecret, Settings, from_environment
from miaopu.terminal import say

REFUSED = (Unreadable, restoring.NotEmpty, upkeep.Busy, OSError)


@contextlib.contextmanager
def _installation() -> Iterator[Settings]:
    """The database that is named, or the embedded one. Raises MissingSecret without a key for backups."""
    given = from_environment()
    if not given.backup_key.get_secret_value():
        raise MissingSecret("MIAOPU_BACKUP_KEY")
    if given.database_url:
        yield given
    else:
        with running.installation() as settings:
            yield settings


def _done(work: Callable[[Settings], Awaitable[int]]) -> int:
    with _installation() as settings:
        try:
            return asyncio.run(work(settings))  # type: ignore[arg-type]
        except REFUSED as refused:
            say(str(refused))
            return 1


def backup(args: argparse.Namespace) -> int:
    """Write database and files, as of one moment, sealed, to a file (or under a name of its own into a folder)."""

    async def write(settings: Settings) -> int:
        path, manifest = await back_up(settings, args.target)
        rows = sum(table.rows for table in manifest.tables.values())
        say(f"{path}: {len(manifest.tables)} tables, {rows} rows, {len(manifest.parts) - 1} files")
        _tell_lost(manifest.lost)
        return 1 if manifest.lost else 0

    return _done(write)


def restore(args: argparse.Namespace) -> int:
    """Bring a backup back, compare it with its manifest and verify the trail."""

    async def bring(settings: Settings) -> int:
        found = await restoring.restore(settings, args.file, replace=args.replace)
        _tell_lost(found.manifest.lost)
        for line in found.differences:
            say(f"differs: {line}")
        for entry, lane, place in found.broken:
            say(f"the trail is broken: lane {lane}, entry {place} (id {entry})")
        rows = sum(table.rows for table in found.manifest.tables.values())
        say(f"{rows} rows of {len(found.manifest.tables)} tables and {found.files} files are back")
        say("every row as in the manifest, the trail whole" if found.whole else "NOT as it was: see above")
        say("`miaopu migrate` brings the schema to this version, should it be older")
        return 0 if found.whole else 1

    return _done(bring)


def drill(args: argparse.Namespace) -> int:
    """Restore the newest backup (or the named one) into a scratch database, compare, verify, and keep the outcome."""

    async def exercise(settings: Settings) -> int:
        database = Database(settings)
        try:
            async with upkeep.alone(settings):
                work = functools.partial(upkeep.drill, path=args.file, examiner=EXAMINER)
                ok, facts = await upkeep.done("drill", work, settings, database)
        finally:
            await database.close()
        if "error" in facts:
            say(facts["error"])
            return 1
        for line in facts["differences"]:
            say(f"differs: {line}")
        say(f"{facts['file']} of {facts['made_at']}: {facts['rows']} rows, {facts['files']} files")
        if "asked" in facts:
            say(f"{facts['asked']} invariants asked of the copy, broken: {', '.join(facts['codes']) or 'none'}")
        say("it can be restored: every row as in the manifest, the trail whole" if ok else "it can NOT be trusted")
        return 0 if ok else 1

    return _done(exercise)


def _tell_lost(lost: list[str]) -> None:
    for file_id in lost:
        say(f"file {file_id}: its row is there, its bytes are lost or altered")
