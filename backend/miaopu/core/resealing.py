"""Sealing everything anew under the installation's newest secret (ASVS 5.0, 11.1.1, 11.2.2, 13.3.4).

Batch by batch, each in a transaction of its own with a line in the trail, and by what is still under another
secret: whoever stops it begins again where it stopped. People may go on working meanwhile, as rows are locked
for a moment only and both secrets open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import MetaData, and_, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import LargeBinary

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import Database
from miaopu.core.sealing import Sealed, sealed_columns
from miaopu.core.secrets import MARK, Vault

BATCH = 500


@dataclass(frozen=True, slots=True)
class Resealed:
    """A column: the rows sealed anew just now, all that hold something, and those that fail the check at the end."""

    name: str
    rows: int
    total: int
    faults: int


async def reseal(
    database: Database, vault: Vault, metadata: MetaData, told: Callable[[str], None] = lambda _line: None
) -> list[Resealed]:
    """Seal every sealed column under the newest secret, make its blind indexes anew, and check each row.

    Args:
        vault: knows the newest secret and those before it.
        told: gets a line for each batch.

    Raises:
        InvalidTag: a value that none of the named secrets opens; the batch it is in stays as it was.
    """
    done = []
    for sealed in sealed_columns(metadata):
        rows = 0
        while moved := await _batch(database, vault, sealed):
            rows += moved
            told(f"{sealed.name}: {rows}")
        total, faults = await check(database, vault, sealed)
        done.append(Resealed(sealed.name, rows, total, faults))
    return done


async def _batch(database: Database, vault: Vault, sealed: Sealed) -> int:
    async with database.session() as session:
        keys = list(sealed.table.primary_key.columns)
        left = (
            select(*keys, sealed.column, *(column for column, _ in sealed.indexes))
            .where(_under_another(vault, sealed))
            .limit(BATCH)
            .with_for_update()
        )
        rows = (await session.execute(left)).all()
        if not rows:
            return 0
        await _write(session, vault, sealed, rows)
        facts = {"column": sealed.name, "rows": len(rows), "secret": vault.mark.hex()}
        audit.record(session, Act("keys.reseal"), "keys", None, **facts)
        await audit.commit(session)
    return len(rows)


def _under_another(vault: Vault, sealed: Sealed) -> Any:
    """Not null, and not marked as of the newest secret."""
    mark = literal(vault.mark, LargeBinary)
    return and_(sealed.column.is_not(None), func.substring(sealed.column, 1, MARK) != mark)


async def _write(session: AsyncSession, vault: Vault, sealed: Sealed, rows: Any) -> None:
    keys = list(sealed.table.primary_key.columns)
    values: dict[str, Any] = {sealed.column.name: bindparam("new_sealed", type_=sealed.column.type)}
    values |= {column.name: bindparam(f"new_{column.name}", type_=column.type) for column, _ in sealed.indexes}
    statement = update(sealed.table).where(*(key == bindparam(f"key_{key.name}", type_=key.type) for key in keys))
    parameters = []
    for row in rows:
        text = vault.open(row[len(keys)])
        one = {f"key_{key.name}": row[at] for at, key in enumerate(keys)}
        for nth, (column, purpose) in enumerate(sealed.indexes, len(keys) + 1):
            one[f"new_{column.name}"] = None if row[nth] is None else vault.index(purpose, text)
        parameters.append({**one, "new_sealed": vault.seal(text)})
    # Past the objects: the version stays, as nothing changed that anybody sees.
    connection = await session.connection()
    await connection.execute(statement.values(values), parameters)


async def check(database: Database, vault: Vault, sealed: Sealed) -> tuple[int, int]:
    """Rows that hold something; and those that are not under the newest secret, or not found by their index."""
    total = faults = 0
    async with database.session() as session:
        columns = [sealed.column, *(column for column, _ in sealed.indexes)]
        found = await session.stream(
            select(*columns).where(sealed.column.is_not(None)).execution_options(yield_per=BATCH)
        )
        async for row in found:
            total += 1
            faults += not _sound(vault, sealed, row)
    return total, faults


def _sound(vault: Vault, sealed: Sealed, row: Any) -> bool:
    if not bytes(row[0]).startswith(vault.mark):
        return False
    try:
        text = vault.open(row[0])
    except InvalidTag:
        return False
    # Without an index it is not meant to be found (any more).
    return all(row[at] in (None, vault.index(purpose, text)) for at, (_, purpose) in enumerate(sealed.indexes, 1))
