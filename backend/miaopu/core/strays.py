"""Bytes and uploads that belong to nothing: taken away, so that nobody's paper lies where nobody looks for it.

An upload whose request was rolled back leaves bytes without a row; one that its person never handed in leaves a row
that nothing claims.
"""

import uuid
from datetime import timedelta

import obstore
from obstore.store import ObjectStore
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.db import Base
from miaopu.core.files import StoredFile, erase, place_of

# An upload may be under way, and its row committed only when all of it has come.
UNDER_WAY = timedelta(days=1)
# A family fills in a form over days or weeks; the files of one that was left behind go after this.
LEFT_BEHIND = timedelta(days=31)


async def sweep_strays(session: AsyncSession, store: ObjectStore) -> int:
    """Erase bytes without a row; returns how many. Nothing younger than `UNDER_WAY` is touched."""
    found: dict[uuid.UUID, str] = {}
    until = clock.real_now() - UNDER_WAY
    async for batch in obstore.list(store):
        for one in batch:
            file_id = _id_of(one["path"])
            if file_id is not None and one["last_modified"] < until:
                found[file_id] = one["path"]
    if not found:
        return 0
    # Rows are never taken away before their bytes, and bytes come before their row: what has none by now gets none.
    known = set(await session.scalars(select(StoredFile.id).where(StoredFile.id.in_(found))))
    stray = [path for file_id, path in found.items() if file_id not in known]
    for path in stray:
        await obstore.delete_async(store, path)
    return len(stray)


async def sweep_left_behind(session: AsyncSession, store: ObjectStore) -> int:
    """Erase uploads that nothing claimed or names within `LEFT_BEHIND`; returns how many."""
    old = StoredFile.created_at < clock.real_now() - LEFT_BEHIND
    left = list(await session.scalars(select(StoredFile).where(StoredFile.claimed_type.is_(None), old, ~_named())))
    for file in left:
        await erase(store, file)
    if left:
        await session.execute(delete(StoredFile).where(StoredFile.id.in_([file.id for file in left])))
    return len(left)


def _named() -> ColumnElement[bool]:
    """Some row of some table points at the file."""
    key = StoredFile.__table__.c.id
    points = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(one.column is key for one in column.foreign_keys)
    ]
    found: ColumnElement[bool] = StoredFile.id.is_(None)
    for column in points:
        found = found | exists().where(column == StoredFile.id)
    return found


def _id_of(path: str) -> uuid.UUID | None:
    """The file's id, where the path is one that `place_of` makes: in the same store may lie what is not ours."""
    try:
        file_id = uuid.UUID(hex=path.rpartition("/")[2])
    except ValueError:
        return None
    return file_id if place_of(file_id) == path else None
