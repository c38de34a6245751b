"""Emptying the words of entries whose time is over: who, when, what act and on which thing stay, and the chain holds.

What is emptied is gone from the table, not from copies: backups keep it until their own time is over. Entries from
before words had digests (migration 0050) are hashed with their words and keep them.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit
from miaopu.core.audit import AuditEntry
from miaopu.core.audit_guards import COMMITMENT, ERASE, ERASED, ERASING
from miaopu.core.db import new_id


def erasable(about: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the entries asked for, those that still have words and may lose them; the trigger asks the same."""
    return (
        about
        & AuditEntry.salt.is_not(None)
        & AuditEntry.part_type.is_distinct_from(COMMITMENT)
        & (AuditEntry.action != ERASE)
    )


async def forget(
    session: AsyncSession, about: ColumnElement[bool], *, thing_type: str, thing_id: uuid.UUID | None, **facts: Any
) -> int:
    """Empty the words of these entries, with one entry that says how many; returns the number.

    Args:
        about: which entries, by the columns of `AuditEntry`.
        thing_type, thing_id: in whose trail the erasure is told.
        facts: what the telling entry says beside; never whose words or which.
    """
    key = str(new_id())
    await session.execute(select(func.set_config(ERASING, key, True)))
    emptied = (
        update(AuditEntry)
        .where(erasable(about))
        .values(salt=null(), reason=null(), changes=func.jsonb_build_object(ERASED, key))
    )
    rows = await audit.bulk(
        session,
        emptied.execution_options(synchronize_session=False),
        action=ERASE,
        thing_type=thing_type,
        thing_id=thing_id,
        facts={"key": [None, key], **{name: [None, value] for name, value in facts.items()}},
    )
    await session.execute(select(func.set_config(ERASING, "", True)))
    return rows


def is_erased(changes: Mapping[str, Any]) -> bool:
    """Whether this is what stands where an entry's words were erased; a field of that name holds a list."""
    return isinstance(changes.get(ERASED), str)
