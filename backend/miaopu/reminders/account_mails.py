"""What happened to one's own account, by mail to an address that its owner has confirmed."""

import json
import uuid
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core.db import new_id
from miaopu.core.problem import Language, say
from miaopu.core.secrets import Vault
from miaopu.people.telling import teller
from miaopu.reminders.mail import Letter
from miaopu.reminders.models import Delivery
from miaopu.reminders.preferences import preference_of
from miaopu.settings import Settings


def letter(settings: Settings, language: Language, given: Mapping[str, str]) -> Letter:
    """What such a mail says: what happened, where from, why; and where to look."""
    lines = [say(language, f"account_mail.{given['about']}", {}), given["title"], given["reason"]]
    subject = say(language, "account_mail.subject", {})
    return Letter(subject=subject, lines=tuple(filter(None, lines)), link=f"{settings.public_url}/account")


@teller("mail")
async def mail(
    session: AsyncSession, vault: Vault, account_id: uuid.UUID, kind: str, title: str, reason: str | None
) -> None:
    """One mail, at once; none where no address is confirmed, the mails are off, or the host refused the address."""
    found = await preference_of(session, account_id)
    if found is None or found.mail_sealed is None or found.mode == "off" or found.mail_failed_at is not None:
        return
    given = {"to": vault.open(found.mail_sealed), "about": kind, "title": title, "reason": reason or ""}
    sealed = vault.seal(json.dumps(given, ensure_ascii=False))
    session.add(Delivery(id=new_id(), channel="code", account_id=account_id, sealed=sealed))
    await session.flush()
