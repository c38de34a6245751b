"""Which messages leave the platform now, and together: quiet hours, digests, at most one mail of reminders a day.

An announcement is a person's own word on something that may not wait: to who wants mails at once it goes alone and
does not count as the day's mail; in a digest it waits like the rest.
"""

import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_of
from miaopu.reminders.models import Delivery, Message, Preference
from miaopu.reminders.rules import is_quiet, may_mail
from miaopu.reminders.service import ANNOUNCEMENT
from miaopu.settings import Settings

OPEN = (Message.told_at.is_not(None), Message.ended_at.is_(None), Message.removed_at.is_(None))


async def plan_deliveries(session: AsyncSession, settings: Settings) -> int:
    """Make the mails and short messages that may go now; returns how many."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('miaopu.mailing', 0))"))
    made = await _mails(session)
    return made + (await _short(session) if settings.sms_url else 0)


async def _mails(session: AsyncSession) -> int:
    waiting = (
        select(Message.id, Message.account_id, Message.cycle_id, Message.rule, Preference.mode, Preference.digest_hour)
        .join(Preference, Preference.account_id == Message.account_id)
        .where(
            *OPEN,
            Message.mail_id.is_(None),
            Message.channels.contains(["mail"]),
            Preference.mode != "off",
            Preference.mail_sealed.is_not(None),
            Preference.mail_failed_at.is_(None),
        )
        .order_by(Message.account_id, Message.created_at, Message.id)
    )
    by_person: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in (await session.execute(waiting)).all():
        if not await _quiet(session, row.cycle_id):
            by_person[row.account_id].append(row)
    last = await _last_mails(session, list(by_person))
    made = 0
    for account_id, rows in by_person.items():
        plan = await plan_of(session, rows[0].cycle_id)
        first = rows[0]
        rest = rows
        if first.mode == "at_once":
            for row in rows:
                if row.rule == ANNOUNCEMENT:
                    await _mail(session, account_id, [row.id])
                    made += 1
            rest = [row for row in rows if row.rule != ANNOUNCEMENT]
        if rest and may_mail(first.mode, first.digest_hour, clock.now(), last.get(account_id), plan.zone):
            await _mail(session, account_id, [row.id for row in rest])
            made += 1
    return made


async def _last_mails(session: AsyncSession, accounts: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When each was last sent a mail of reminders."""
    rows = (
        select(Delivery.account_id, func.max(Delivery.created_at))
        .join(Message, Message.mail_id == Delivery.id)
        .join(Preference, Preference.account_id == Delivery.account_id)
        .where(
            Delivery.account_id.in_(accounts),
            Delivery.channel == "mail",
            Delivery.state != "void",
            # A digest with nothing but announcements is that day's digest all the same.
            (Message.rule != ANNOUNCEMENT) | (Preference.mode == "daily"),
        )
        .group_by(Delivery.account_id)
    )
    return {row[0]: row[1] for row in (await session.execute(rows)).all() if row[0] is not None}


async def _mail(session: AsyncSession, account_id: uuid.UUID, messages: list[uuid.UUID]) -> None:
    delivery = Delivery(id=new_id(), channel="mail", account_id=account_id, next_at=clock.now())
    session.add(delivery)
    await session.flush()
    await session.execute(
        text("UPDATE outbox_messages SET mail_id = :delivery WHERE id = ANY(:ids)"),
        {"delivery": delivery.id, "ids": messages},
    )


async def _short(session: AsyncSession) -> int:
    waiting = (
        select(Message.id, Message.account_id, Message.cycle_id)
        .join(Preference, Preference.account_id == Message.account_id)
        .where(*OPEN, Message.sms_id.is_(None), Message.channels.contains(["sms"]), Preference.sms)
        .order_by(Message.created_at, Message.id)
    )
    made = 0
    for row in (await session.execute(waiting)).all():
        if await _quiet(session, row.cycle_id):
            continue
        delivery = Delivery(id=new_id(), channel="sms", account_id=row.account_id, next_at=clock.now())
        session.add(delivery)
        await session.flush()
        await session.execute(
            text("UPDATE outbox_messages SET sms_id = :delivery WHERE id = :id"),
            {"delivery": delivery.id, "id": row.id},
        )
        made += 1
    return made


async def _quiet(session: AsyncSession, cycle_id: uuid.UUID) -> bool:
    plan: Plan = await plan_of(session, cycle_id)
    part = plan.reminders
    return is_quiet(clock.now(), plan.zone, part.quiet_from, part.quiet_until, weekends=part.quiet_weekends)
