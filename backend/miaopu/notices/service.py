"""Telling people: one line in the inbox of each account concerned, in the same transaction as the deed."""

import uuid
from collections.abc import Iterable

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.secrets import Vault
from miaopu.notices.models import Notice
from miaopu.people.access import Actor
from miaopu.people.models import Membership
from miaopu.people.roles import Role
from miaopu.people.telling import teller


async def tell(
    session: AsyncSession,
    accounts: Iterable[uuid.UUID],
    kind: str,
    *,
    thing_type: str,
    thing_id: uuid.UUID | None,
    cycle_id: uuid.UUID | None = None,
    title: str = "",
    reason: str | None = None,
) -> int:
    """Put a line into each inbox once; returns how many."""
    lines = [
        {
            "id": new_id(),
            "account_id": account_id,
            "cycle_id": cycle_id,
            "kind": kind,
            "thing_type": thing_type,
            "thing_id": thing_id,
            "title": title[:200],
            "reason": reason,
            "created_at": clock.now(),
        }
        for account_id in dict.fromkeys(accounts)
    ]
    if lines:
        await session.execute(insert(Notice), lines)
    return len(lines)


@teller("inbox")
async def tell_of_account(
    session: AsyncSession, _vault: Vault, account_id: uuid.UUID, kind: str, title: str, reason: str | None
) -> None:
    """What happened to one's own account, as a line in the inbox."""
    await tell(session, [account_id], kind, thing_type="account", thing_id=account_id, title=title, reason=reason)


async def holders(session: AsyncSession, role: Role, unit_id: uuid.UUID | None) -> list[uuid.UUID]:
    """The accounts that hold a role in a unit (in any unit when None)."""
    rows = select(Membership.account_id).where(Membership.role == role.value, Membership.ended_at.is_(None))
    if unit_id is not None:
        rows = rows.where(Membership.unit_id == unit_id)
    return list(await session.scalars(rows))


async def mark_read(session: AsyncSession, actor: Actor, notice_id: uuid.UUID | None) -> int:
    """Mark one line, or all, of one's own inbox as read; returns how many."""
    which = update(Notice).where(Notice.account_id == actor.account_id, Notice.read_at.is_(None))
    if notice_id is not None:
        which = which.where(Notice.id == notice_id)
    result = await session.execute(which.values(read_at=clock.now()))
    return int(getattr(result, "rowcount", 0))
