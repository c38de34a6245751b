"""How a message goes: into the inbox at once when nobody else is concerned, else when its batch is released."""

import uuid

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.roles import Role
from miaopu.programme.flow import Move, move
from miaopu.programme.queries import load
from miaopu.reminders.models import BATCH_FLOW, Batch, Delivery, GroupChannel, Message
from miaopu.reminders.queries import visible
from miaopu.reminders.schemas import BatchAction

TELL = text(
    """
    WITH told AS (
        UPDATE outbox_messages m SET told_at = :now
        WHERE m.told_at IS NULL AND m.ended_at IS NULL AND m.removed_at IS NULL AND (
            m.batch_id IS NULL
            OR EXISTS (SELECT FROM outbox_batches b WHERE b.id = m.batch_id AND b.state = 'released')
        )
        RETURNING m.*
    )
    INSERT INTO notices (id, account_id, cycle_id, kind, thing_type, thing_id, title, reason, created_at)
    SELECT gen_random_uuid(), t.account_id, t.cycle_id, 'reminder.' || t.rule, t.thing_type, t.thing_id, t.title,
           nullif(b.text, ''), :now
    FROM told t LEFT JOIN outbox_batches b ON b.id = t.batch_id
    """
)
NOBODY = uuid.UUID(int=0)


async def tell_due(session: AsyncSession) -> int:
    """A line in the inbox for every message that may go and has none; returns how many."""
    done = await session.execute(TELL, {"now": clock.now()})
    return int(getattr(done, "rowcount", 0))


async def act(tx: Tx, batch_id: uuid.UUID, action: BatchAction, form: Move) -> Batch:
    """Release, hold or cancel. Raises as `flow.move`."""
    batch = await load(tx, Batch, visible(tx.actor.role), batch_id)
    await _move(tx, batch, action, form.version, form.reason)
    return batch


async def _move(tx: Tx, batch: Batch, action: str, version: int | None, reason: str | None) -> None:
    if action == "release":
        batch.released_at = clock.now()
    await move(tx, BATCH_FLOW, batch, action, version=version, reason=reason)
    if action == "release":
        await tell_due(tx.session)
        await _to_groups(tx.session, batch)


async def _to_groups(session: AsyncSession, batch: Batch) -> None:
    """The office's own groups are told how many, never who."""
    if "group" not in batch.channels:
        return
    groups = await session.scalars(
        select(GroupChannel.id).where(GroupChannel.unit_id == batch.unit_id, GroupChannel.active)
    )
    session.add_all([Delivery(id=new_id(), channel="group", group_id=g, batch_id=batch.id) for g in groups])
    await session.flush()


async def release_due(session: AsyncSession) -> int:
    """Rules' batches whose time to be held is over go by themselves; returns how many.

    One whose causes are all gone ends, whether it is held or not.
    """
    await _end_empty(session)
    due = select(Batch).where(Batch.state == "waiting", Batch.release_at <= clock.now())
    batches = list(await session.scalars(due.with_for_update(skip_locked=True)))
    for batch in batches:
        await _move(_clock_for(session, batch), batch, "release", batch.version, None)
    return len(batches)


async def _end_empty(session: AsyncSession) -> None:
    left = exists().where(Message.batch_id == Batch.id, Message.removed_at.is_(None), Message.ended_at.is_(None))
    empty = select(Batch).where(Batch.kind == "reminder", Batch.state.in_(("waiting", "held")), ~left)
    for batch in await session.scalars(empty.with_for_update(skip_locked=True)):
        await _move(_clock_for(session, batch), batch, "lapse", batch.version, None)


def _clock_for(session: AsyncSession, batch: Batch) -> Tx:
    """The office let the time run out: the clock acts in its place, and the trail names nobody."""
    actor = Actor(NOBODY, NOBODY, Role.REGION_OFFICE, batch.unit_id, None, batch.cycle_id)
    return Tx(session, actor, "clock")
