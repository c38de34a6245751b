"""What was planned leaves: one delivery after the other, each in a transaction of its own, locked while it is sent.

A worker that dies in the middle leaves the delivery to the next one; a mail that was taken and not written down goes
again with the same Message-ID.
"""

import json
import logging
import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.db import Database
from miaopu.core.problem import Language, say
from miaopu.core.secrets import Vault
from miaopu.notices.models import OutboxMessage
from miaopu.people.models import Account
from miaopu.programme.models import Cycle
from miaopu.programme.queries import plan_of
from miaopu.reminders import account_mails
from miaopu.reminders.channels import Result, send_sms
from miaopu.reminders.mail import Letter, built, send_mail
from miaopu.reminders.models import Batch, Delivery, GroupChannel, Message, Preference
from miaopu.reminders.preferences import mail_token
from miaopu.reminders.rules import back_off, is_quiet
from miaopu.reminders.service import ANNOUNCEMENT, send_to
from miaopu.settings import Settings

log = logging.getLogger("miaopu.sending")
CHINESE: Language = "zh-CN"


async def deliver(database: Database, settings: Settings, vault: Vault, most: int = 500) -> int:
    """Send what waits; returns how many were taken by the other side."""
    sent = 0
    for _ in range(most):
        async with database.session() as session:
            audit.act_as(session, audit.Who(request_id="clock"))
            taken = await session.scalar(
                select(Delivery)
                .where(Delivery.state == "waiting", Delivery.next_at <= clock.now())
                .order_by(Delivery.next_at, Delivery.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if taken is None:
                break
            sent += await _attempt(session, settings, vault, taken)
            await audit.commit(session)
    return sent


async def _attempt(session: AsyncSession, settings: Settings, vault: Vault, delivery: Delivery) -> bool:
    send = {"mail": _mail, "code": _code, "sms": _sms, "group": _group}[delivery.channel]
    result = await send(session, settings, vault, delivery)
    if result is None:
        delivery.state = "void"
        return False
    delivery.attempts += 1
    delivery.error = result.error
    if result.sent:
        delivery.state, delivery.sent_at, delivery.sealed = "sent", clock.now(), None
        return True
    wait = back_off(delivery.attempts) if result.again else None
    if wait is not None:
        delivery.next_at = clock.now() + wait
        return False
    delivery.state, delivery.sealed = "failed", None
    log.warning("delivery %s by %s failed: %s", delivery.id, delivery.channel, result.error)
    if delivery.channel == "mail" and (result.error or "").startswith("smtp_5"):
        await _mark(session, delivery)
    return False


async def _mark(session: AsyncSession, delivery: Delivery) -> None:
    """The mail host does not take this address: nothing goes there until another one is confirmed."""
    found = await session.scalar(select(Preference).where(Preference.account_id == delivery.account_id))
    if found is not None:
        found.mail_failed_at = clock.now()
        audit.note(session, found, audit.Act("mail_preference.refused", delivery.error))


async def _lines(session: AsyncSession, delivery: Delivery, language: Language) -> tuple[str, ...]:
    """What a mail says: of each rule how many and until when, never about whom; an announcement in full."""
    key = Message.mail_id if delivery.channel == "mail" else Message.sms_id
    standing = (key == delivery.id, Message.ended_at.is_(None), Message.removed_at.is_(None))
    counted = (
        select(Message.rule, func.count().label("count"), func.min(Message.due_at).label("due"), Cycle.id)
        .join(Cycle, Cycle.id == Message.cycle_id)
        .where(*standing, Message.rule != ANNOUNCEMENT)
        .group_by(Message.rule, Cycle.id)
        .order_by(func.min(Message.due_at))
    )
    said: list[str] = []
    for row in (await session.execute(counted)).all():
        zone = (await plan_of(session, row[3])).zone
        due = f"{row.due.astimezone(zone):%Y-%m-%d %H:%M}" if row.due else ""
        said.append(say(language, f"reminder.{row.rule}", {"count": row.count, "due": due}))
    written = select(Batch.title, Batch.text).join(Message, Message.batch_id == Batch.id)
    for title, words in (await session.execute(written.where(*standing, Message.rule == ANNOUNCEMENT))).all():
        said += [title, words]
    return tuple(said)


async def _preference(session: AsyncSession, account_id: uuid.UUID | None) -> Preference | None:
    found: Preference | None = await session.scalar(select(Preference).where(Preference.account_id == account_id))
    return found


def _language(preference: Preference | None) -> Language:
    return "en" if preference is not None and preference.language == "en" else CHINESE


async def _mail(session: AsyncSession, settings: Settings, vault: Vault, delivery: Delivery) -> Result | None:
    preference = await _preference(session, delivery.account_id)
    language = _language(preference)
    lines = await _lines(session, delivery, language)
    # Meanwhile everything was done, or the mails were switched off.
    if preference is None or preference.mail_sealed is None or preference.mode == "off" or not lines:
        return None
    token = mail_token(vault, preference.account_id)
    letter = Letter(
        subject=say(language, "mail.subject", {"count": len(lines)}),
        lines=lines,
        link=f"{settings.public_url}/inbox",
        change_url=f"{settings.public_url}/mail/{token}",
        off_url=f"{settings.public_url}/api/v1/public/mail/{token}/off",
    )
    message = built(settings, language, vault.open(preference.mail_sealed), letter, str(delivery.id))
    return await send_mail(settings, message)


async def _code(session: AsyncSession, settings: Settings, vault: Vault, delivery: Delivery) -> Result | None:
    if delivery.sealed is None:
        return None
    given = json.loads(vault.open(delivery.sealed))
    language = _language(await _preference(session, delivery.account_id))
    if "about" in given:
        letter = account_mails.letter(settings, language, given)
    else:
        lines = (say(language, "mail.code", {"code": given["code"]}),)
        letter = Letter(subject=say(language, "mail.code_subject", {}), lines=lines)
    return await send_mail(settings, built(settings, language, given["to"], letter, str(delivery.id)))


async def _sms(session: AsyncSession, settings: Settings, vault: Vault, delivery: Delivery) -> Result | None:
    sealed = await session.scalar(select(Account.phone_sealed).where(Account.id == delivery.account_id))
    lines = await _lines(session, delivery, _language(await _preference(session, delivery.account_id)))
    if sealed is None or not lines:
        return None
    return await send_sms(settings, vault.open(sealed), " ".join(lines), str(delivery.id))


async def _group(session: AsyncSession, settings: Settings, vault: Vault, delivery: Delivery) -> Result | None:
    """How many were told what, and where to look: no name of anybody goes to a group."""
    group = await session.get(GroupChannel, delivery.group_id)
    batch = await session.get(Batch, delivery.batch_id)
    if group is None or batch is None or not group.active:
        return None
    count = await session.scalar(
        select(func.count()).select_from(Message).where(Message.batch_id == batch.id, Message.told_at.is_not(None))
    )
    told: dict[str, Any] = {"count": count, "title": batch.title, "link": f"{settings.public_url}/inbox"}
    told["rule"] = say(CHINESE, f"group.rule.{batch.rule}", {}) if batch.rule else ""
    return await send_to(group, vault, settings, say(CHINESE, f"group.{batch.kind}", told))


async def send_links(database: Database, settings: Settings, vault: Vault, most: int = 100) -> int:
    """One-time links for phones (`notices.OutboxMessage`) go out by the gateway, where there is one."""
    if not settings.sms_url:
        return 0
    sent = 0
    for _ in range(most):
        async with database.session() as session:
            waiting = select(OutboxMessage).where(OutboxMessage.sent_at.is_(None), OutboxMessage.channel == "sms")
            due = func.coalesce(OutboxMessage.facts["next_at"].as_float(), 0.0) <= clock.now().timestamp()
            link = await session.scalar(
                waiting.where(due).order_by(OutboxMessage.created_at).limit(1).with_for_update(skip_locked=True)
            )
            if link is None or await _at_night(session):
                break
            given = json.loads(vault.open(link.sealed))
            result = await send_sms(
                settings, given["phone"], say(CHINESE, "sms.consent", {"link": given["link"]}), str(link.id)
            )
            attempts = int(link.facts.get("attempts", 0)) + 1
            wait = back_off(attempts) if result.again else None
            if result.sent:
                link.sent_at, link.facts = clock.now(), {"attempts": attempts}
                sent += 1
            else:
                until = clock.now() + wait if wait else None
                next_at = until.timestamp() if until else float("1e12")
                link.facts = {"attempts": attempts, "error": result.error, "next_at": next_at}
            await audit.commit(session)
    return sent


async def _at_night(session: AsyncSession) -> bool:
    # Where two years overlap, the newer one's night counts.
    newest = select(Cycle.id).where(Cycle.state == "open").order_by(Cycle.year.desc()).limit(1)
    cycle_id = await session.scalar(newest)
    if cycle_id is None:
        return False
    plan = await plan_of(session, cycle_id)
    part = plan.reminders
    return is_quiet(clock.now(), plan.zone, part.quiet_from, part.quiet_until, weekends=part.quiet_weekends)
