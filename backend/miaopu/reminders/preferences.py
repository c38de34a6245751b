"""How a person is reached: mode, hour, language, and an address that its owner has confirmed by a code."""

import json
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Database, new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.secrets import Vault
from miaopu.core.throttle import count
from miaopu.people.acting import Tx
from miaopu.people.models import Account
from miaopu.reminders.models import Delivery, Preference
from miaopu.reminders.schemas import MailMode, MailSettings, PreferencesForm, PreferencesShown
from miaopu.settings import Settings

CODE = "mail-code"
CODE_LIFE = timedelta(minutes=30)
TRIES = 5
# Codes for one account in a day: nobody's address is filled with them.
CODES = 5
A_DAY = timedelta(days=1)
# Hexadecimal figures of a link's signature: 160 bits.
SIGNED = 40


def masked(address: str) -> str:
    """An address as its owner knows it again: `w***@example.cn`."""
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def mail_token(vault: Vault, account_id: uuid.UUID) -> str:
    """What stands in a mail's links: whose it is, signed. It can change the mails of this account, nothing else."""
    return f"{account_id.hex}{vault.index('mail-link', account_id.hex)[:SIGNED]}"


def account_of(vault: Vault, token: str) -> uuid.UUID:
    """Whose link it is. Raises 404 for one that was not made here."""
    name, signature = token[:32], token[32:]
    if not vault.knows("mail-link", name, signature, SIGNED):
        raise not_found()
    return uuid.UUID(hex=name)


async def preference_of(session: AsyncSession, account_id: uuid.UUID, *, lock: bool = False) -> Preference | None:
    """What a person has chosen, if anything."""
    rows = select(Preference).where(Preference.account_id == account_id)
    found: Preference | None = await session.scalar(rows.with_for_update() if lock else rows)
    return found


async def _own(tx: Tx) -> Preference:
    found = await preference_of(tx.session, tx.actor.account_id, lock=True)
    if found is None:
        found = Preference(id=new_id(), account_id=tx.actor.account_id)
        tx.session.add(found)
        await tx.session.flush()
    return found


async def shown(session: AsyncSession, vault: Vault, account_id: uuid.UUID) -> PreferencesShown:
    """What one has chosen; what holds where nothing was chosen. Version 0: nothing yet."""
    found = await preference_of(session, account_id)
    phone = await session.scalar(select(Account.phone_sealed.is_not(None)).where(Account.id == account_id))
    if found is None:
        return PreferencesShown(
            mode="at_once", digest_hour=18, sms=False, language="zh-CN", mail=None, mail_failed_at=None, asked=None,
            phone=bool(phone), version=0,
        )  # fmt: skip
    return PreferencesShown.model_validate(
        {
            "mode": found.mode,
            "digest_hour": found.digest_hour,
            "sms": found.sms,
            "language": found.language,
            "mail": masked(vault.open(found.mail_sealed)) if found.mail_sealed else None,
            "mail_failed_at": found.mail_failed_at,
            "asked": masked(vault.open(found.asked_sealed)) if found.asked_sealed else None,
            "phone": bool(phone),
            "version": found.version,
        }
    )


async def choose(tx: Tx, form: PreferencesForm) -> None:
    """Keep what one has chosen. Raises 409 `stale`."""
    before = await preference_of(tx.session, tx.actor.account_id)
    if before is not None and before.version != form.version:
        raise Problem("stale", 409, version=before.version)
    own = await _own(tx)
    own.mode, own.digest_hour, own.sms, own.language = form.mode, form.digest_hour, form.sms, form.language
    audit.note(tx.session, own, Act("mail_preference.choose"))
    await tx.session.flush()


async def ask_address(tx: Tx, database: Database, vault: Vault, settings: Settings, address: str) -> None:
    """A code goes to the address; nothing else is sent there before it came back. Raises 409 `mail_off`, 429."""
    if not settings.smtp_url.get_secret_value():
        raise Problem("mail_off", 409)
    await count(database, f"mail-code:{tx.actor.account_id}", limit=CODES, window=A_DAY)
    await count(database, f"mail-code:{vault.index('mail', address.lower())}", limit=CODES, window=A_DAY)
    own = await _own(tx)
    code = f"{secrets.randbelow(1_000_000):06d}"
    own.asked_sealed, own.code_hash = vault.seal(address), vault.index(CODE, _coded(tx.actor.account_id, code))
    own.code_until = clock.real_now() + CODE_LIFE
    audit.note(tx.session, own, Act("mail_preference.ask_address"))
    sealed = vault.seal(json.dumps({"to": address, "code": code}))
    tx.session.add(Delivery(id=new_id(), channel="code", account_id=tx.actor.account_id, sealed=sealed))
    await tx.session.flush()


async def confirm_address(tx: Tx, database: Database, vault: Vault, code: str) -> None:
    """The code came back: the address counts from now on.

    Raises 409 `code_over` without a code that still holds, 422 for a wrong one, 429 after too many of them.
    """
    own = await _own(tx)
    if own.code_hash is None or own.code_until is None or own.code_until <= clock.real_now():
        raise Problem("code_over", 409)
    # Counted at once and whatever becomes of the request: a rolled back try is a try.
    await count(database, f"mail-try:{own.code_hash}", limit=TRIES, window=CODE_LIFE)
    if not vault.knows(CODE, _coded(tx.actor.account_id, code), own.code_hash):
        raise invalid(FieldError("/code", "wrong_code"))
    own.mail_sealed, own.mail_failed_at = own.asked_sealed, None
    own.asked_sealed = own.code_hash = own.code_until = None
    audit.note(tx.session, own, Act("mail_preference.confirm_address"))
    await tx.session.flush()


async def forget_address(tx: Tx) -> None:
    """Take the address away."""
    own = await _own(tx)
    own.mail_sealed = own.asked_sealed = own.code_hash = own.code_until = own.mail_failed_at = None
    audit.note(tx.session, own, Act("mail_preference.forget_address"))
    await tx.session.flush()


def _coded(account_id: uuid.UUID, code: str) -> str:
    return f"{account_id.hex}:{code.strip()}"


async def settings_of(session: AsyncSession, vault: Vault, token: str) -> MailSettings:
    """What a mail's link shows. Raises 404."""
    found = await preference_of(session, account_of(vault, token))
    if found is None:
        raise not_found()
    mail = masked(vault.open(found.mail_sealed)) if found.mail_sealed else None
    return MailSettings.model_validate({"mail": mail, "mode": found.mode, "digest_hour": found.digest_hour})


async def set_mode(session: AsyncSession, vault: Vault, token: str, mode: MailMode) -> MailSettings:
    """Change or stop the mails by a mail's own link, without signing in. Raises 404."""
    account_id = account_of(vault, token)
    found = await preference_of(session, account_id, lock=True)
    if found is None:
        raise not_found()
    audit.act_as(session, audit.Who(account_id=account_id))
    if found.mode != mode:
        found.mode = mode
        audit.note(session, found, Act("mail_preference.by_link"))
        await session.flush()
    return await settings_of(session, vault, token)
