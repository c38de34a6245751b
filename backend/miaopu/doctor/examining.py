"""Running the invariants: all in one snapshot, so that a busy platform is seen at one moment."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import obstore
from obstore.store import ObjectStore

from miaopu.core.db import plain_url
from miaopu.core.files import make_store, place_of
from miaopu.doctor.closing import CLOSING
from miaopu.doctor.entry import ENTRY
from miaopu.doctor.invariant import Invariant
from miaopu.doctor.machinery import MACHINERY
from miaopu.doctor.selection import SELECTION
from miaopu.doctor.training import TRAINING
from miaopu.settings import Settings

# How many of the rows that break an invariant are named.
NAMED = 5
INVARIANTS: tuple[Invariant, ...] = (*MACHINERY, *ENTRY, *SELECTION, *TRAINING, *CLOSING)
# The one that no statement can ask: the bytes are in the store, beside the database.
BYTES = Invariant(
    "files.bytes", "architecture: files", "每个文件的内容都在", "the bytes of every file are in the store, and as many",
    "SELECT id, size FROM files ORDER BY id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """An invariant, how many rows break it, and the ids of the first of them."""

    invariant: Invariant
    count: int
    ids: tuple[str, ...]


Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def examine(
    connection: Connection, store: ObjectStore | None = None, invariants: Iterable[Invariant] = INVARIANTS
) -> list[Examined]:
    """What each invariant finds, in one snapshot of the caller's connection.

    Args:
        store: where the files' bytes are; without it they are not looked for.

    Raises:
        asyncpg.PostgresError: the schema is another one than this code's.
    """
    found: list[Examined] = []
    # Inside a transaction of the caller's its own changes are seen too.
    transaction = (
        connection.transaction()
        if connection.is_in_transaction()
        else connection.transaction(isolation="repeatable_read", readonly=True)
    )
    await transaction.start()
    try:
        for one in invariants:
            row = await connection.fetchrow(
                f"SELECT count(*) AS n, (array_agg(broken.id::text))[1:{NAMED}] AS ids FROM ({one.sql}) AS broken"
            )
            assert row is not None
            found.append(Examined(one, row["n"], tuple(row["ids"] or ())))
        if store is not None:
            lost = await _lost(connection, store)
            found.append(Examined(BYTES, len(lost), tuple(lost[:NAMED])))
    finally:
        await transaction.rollback()
    return found


async def _lost(connection: Connection, store: ObjectStore) -> list[str]:
    """Ids of files whose bytes are gone, or fewer or more than was taken."""
    lost: list[str] = []
    for row in await connection.fetch(BYTES.sql):
        file_id: uuid.UUID = row["id"]
        try:
            size = (await obstore.head_async(store, place_of(file_id)))["size"]
        except FileNotFoundError:
            size = -1
        if size != row["size"]:
            lost.append(str(file_id))
    return lost


async def examine_installation(settings: Settings) -> list[Examined]:
    """What the invariants find in an installation, its files among them. Raises as `examine`."""
    connection = await asyncpg.connect(plain_url(settings.database_url))
    try:
        return await examine(connection, make_store(settings))
    finally:
        await connection.close()


def told(found: Iterable[Examined], language: str) -> list[str]:
    """What was found as lines for a terminal: every invariant with its count, what breaks one by its ids."""
    lines: list[str] = []
    asked = broken = 0
    for one in found:
        asked, broken = asked + 1, broken + bool(one.count)
        sentence = one.invariant.zh if language == "zh-CN" else one.invariant.en
        mark = f"✗ {one.count}" if one.count else "✓"
        lines.append(f"{mark:<6}{one.invariant.code:<30}{sentence}（{one.invariant.source}）")
        if one.count:
            lines.append(" " * 36 + ", ".join(one.ids) + (" …" if one.count > len(one.ids) else ""))
    zh = f"共 {asked} 项，{broken} 项不成立" if broken else f"共 {asked} 项，全部成立"
    en = f"{asked} invariants, {broken} broken" if broken else f"{asked} invariants, none broken"
    return [*lines, zh if language == "zh-CN" else en]
