"""Verbs of the outbox and the groups: announce, take people out, register a robot, try it, switch it off."""

import uuid
from typing import Literal, cast
from urllib.parse import urlsplit

from sqlalchemy import insert, update

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Language, Problem, invalid, say
from miaopu.core.read import present
from miaopu.core.secrets import Vault
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.queries import ask_version, load
from miaopu.reminders.channels import Result, RobotKind, robot_fault, send_to_robot
from miaopu.reminders.models import Batch, GroupChannel, Message
from miaopu.reminders.queries import meant, visible, visible_groups
from miaopu.reminders.schemas import AnnouncementForm, GroupEdit, GroupForm, TakeOut
from miaopu.settings import Settings

ANNOUNCEMENT: Literal["announcement"] = "announcement"


async def announce(tx: Tx, form: AnnouncementForm) -> Batch:
    """An announcement to a chosen group; it waits until somebody releases it. Raises 409 `nobody_meant`."""
    cycle_id = cycle_of(tx.actor)
    shape, given = present(city=form.city, unit=form.unit, mentor=form.mentor, in_training=form.in_training or None)
    chosen = meant(tx.actor.role, shape)
    values = {**scope(tx.actor), **given, "roles": [role.value for role in form.roles]}
    people = (await tx.session.execute(chosen, values)).all()
    if not people:
        raise Problem("nobody_meant", 409)
    batch = Batch(
        id=new_id(),
        cycle_id=cycle_id,
        state="waiting",
        kind=ANNOUNCEMENT,
        unit_id=tx.actor.unit_id,
        author_id=tx.actor.account_id,
        title=form.title,
        text=form.text,
        audience=form.model_dump(mode="json", exclude={"title", "text", "channels"}),
        channels=list(dict.fromkeys(form.channels)),
    )
    tx.session.add(batch)
    await tx.session.flush()
    common = {
        "cycle_id": cycle_id,
        "batch_id": batch.id,
        "rule": ANNOUNCEMENT,
        "thing_type": ANNOUNCEMENT,
        "thing_id": batch.id,
        "title": form.title,
        "channels": batch.channels,
        "created_at": clock.now(),
    }
    lines = [{"id": new_id(), "account_id": person.account_id, **common} for person in people]
    await tx.session.execute(insert(Message), lines)
    return batch


async def take_out(tx: Tx, batch_id: uuid.UUID, form: TakeOut) -> int:
    """Take people out of a batch that has not gone; returns how many lines. Raises 404, 403, 409."""
    batch = await load(tx, Batch, visible(tx.actor.role), batch_id)
    require(tx.actor, Permission.OUTBOX_RELEASE)
    # A release at this moment waits, or is waited for.
    await tx.session.refresh(batch, with_for_update=True)
    if batch.state not in ("waiting", "held"):
        raise Problem("wrong_state", 409, state=batch.state)
    taken = await tx.session.execute(
        update(Message)
        .where(Message.batch_id == batch.id, Message.id.in_(form.messages), Message.removed_at.is_(None))
        .values(removed_at=clock.now())
        .returning(Message.account_id)
    )
    accounts = [str(account) for account in taken.scalars()]
    if accounts:
        act = Act("outbox_batch.take_out")
        audit.record(tx.session, act, "outbox_batch", batch.id, accounts=accounts)
    return len(accounts)


async def register(tx: Tx, vault: Vault, settings: Settings, form: GroupForm) -> GroupChannel:
    """Register a group's robot for one's office. Raises 422 for an address the installation does not call."""
    if fault := robot_fault(settings, form.url):
        raise invalid(FieldError("/url", fault, {"hosts": "、".join(settings.robot_hosts)}))
    made = GroupChannel(
        id=new_id(),
        unit_id=tx.actor.unit_id,
        kind=form.kind,
        name=form.name,
        host=urlsplit(form.url).hostname or "",
        url_sealed=vault.seal(form.url),
        secret_sealed=vault.seal(form.secret) if form.secret else None,
    )
    tx.session.add(made)
    await tx.session.flush()
    return made


async def switch(tx: Tx, group_id: uuid.UUID, form: GroupEdit) -> GroupChannel:
    """Switch a group on or off. Raises 404, 409 `stale`."""
    group = await load(tx, GroupChannel, visible_groups(tx.actor.role), group_id)
    ask_version(group, form.version)
    group.active = form.active
    audit.note(tx.session, group, Act("group_channel.switch_on" if form.active else "group_channel.switch_off"))
    await tx.session.flush()
    return group


async def try_out(tx: Tx, vault: Vault, settings: Settings, group_id: uuid.UUID, language: Language) -> Result:
    """Send a test message to a group now. Raises 404."""
    group = await load(tx, GroupChannel, visible_groups(tx.actor.role), group_id)
    result = await send_to(group, vault, settings, say(language, "group.test", {"name": group.name}))
    audit.record(tx.session, Act("group_channel.test"), "group_channel", group.id, error=result.error)
    return result


async def send_to(group: GroupChannel, vault: Vault, settings: Settings, text: str) -> Result:
    """A line to a group that is registered."""
    secret = vault.open(group.secret_sealed) if group.secret_sealed else None
    return await send_to_robot(settings, cast(RobotKind, group.kind), vault.open(group.url_sealed), secret, text)
