"""Coming in: login and password, then the second step where one is asked for, then a family of tokens."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Database, new_id
from miaopu.core.problem import Problem
from miaopu.core.secrets import Vault
from miaopu.people import passwords, steps
from miaopu.people.devices import Device
from miaopu.people.models import Account, SecondFactor, SignIn
from miaopu.people.refusals import refused_entry
from miaopu.people.schemas import SignInForm
from miaopu.people.service import account_by_login
from miaopu.people.sessions import SIGN_IN_LIFE, Granted, actor_for, issue, sign_out
from miaopu.people.steps import Asked
from miaopu.people.telling import tell_owner
from miaopu.people.tries import ask_address, ask_tries, failed_from, known_device, tries_over
from miaopu.settings import Settings

NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sign-in leans on, and where it comes from."""

    session: AsyncSession
    database: Database
    vault: Vault
    settings: Settings
    device: Device
    # The refresh secret that the browser brought: whose sign-in goes on here, the former one does not.
    former: str | None = None


async def sign_in(entry: Entry, form: SignInForm) -> Granted | Asked:
    """Check login and password.

    Raises 401 `wrong_credentials`: one answer, and one verification of a hash, for an unknown login, a wrong password,
    an account without one and one that is not active (ASVS 5.0 6.3.8). Raises 429 after six tries at a login, or a
    hundred that failed from one address.
    """
    account = await account_by_login(entry.session, form.login)
    device = entry.device.hash or b""
    known = await entry.session.scalar(known_device(account.id if account else NOBODY, device))
    mine = device if known else None
    try:
        await ask_address(entry.database, entry.device.address, entry.settings.sign_in_address_failures)
        await ask_tries(entry.database, form.login, mine)
    except Problem:
        await refused_entry(entry.database, "too_many_sign_ins", account.id if account else None, entry.device.address)
        raise
    right = await passwords.matches(form.password, account.password_hash if account else None)
    if account is None or not right or not account.active:
        await failed_from(entry.database, entry.device.address)
        await refused_entry(entry.database, "wrong_password", account.id if account else None, entry.device.address)
        raise Problem("wrong_credentials", 401)
    await tries_over(entry.database, form.login, mine)
    await _hash_anew(entry, account, form.password)
    return await admit(entry, account)


async def _hash_anew(entry: Entry, account: Account, password: str) -> None:
    """A hash of weaker parameters than ours becomes one of ours: now is the only time that the password is here."""
    if account.password_hash is None or not passwords.is_outdated(account.password_hash):
        return
    audit.act_as(entry.session, audit.Who(account.id, None, None, request_id(entry.session)))
    account.password_hash = await passwords.hashed(password)
    audit.note(entry.session, account, Act("account.hash_renewed"))
    await entry.session.flush()


async def admit(entry: Entry, account: Account) -> Granted | Asked:
    """An account whose password (or first link) is proven: in, or one step further. Raises 403 `no_membership`."""
    actor = await actor_for(entry.session, account.id, await _last_membership(entry.session, account.id))
    if await entry.session.scalar(select(SecondFactor.id).where(SecondFactor.account_id == account.id)):
        return await steps.ask(entry.session, account.id, "verify")
    if actor.role.value in entry.settings.two_step_roles:
        return await steps.ask(entry.session, account.id, "set_up")
    return await begin(entry, account)


async def begin(entry: Entry, account: Account, *, second_step: bool = False) -> Granted:
    """A new family for an account whose identity is proven; the browser's former one ends. Raises 403 `no_membership`.

    Whoever's it was: this browser has no other cookie for it from now on (ASVS 5.0 7.2.4).
    """
    session, device = entry.session, entry.device
    # An office that disables the account at this moment goes first or waits: no family is begun after it.
    await session.execute(select(Account.id).where(Account.id == account.id).with_for_update(read=True))
    actor = await actor_for(session, account.id, await _last_membership(session, account.id))
    seen = await session.scalar(known_device(account.id, device.hash or b""))
    first = await session.scalar(select(SignIn.id).where(SignIn.account_id == account.id).limit(1)) is None
    moment = clock.real_now()
    family = SignIn(
        id=new_id(),
        account_id=account.id,
        membership_id=actor.membership_id,
        created_at=moment,
        expires_at=moment + SIGN_IN_LIFE,
        agent=device.agent[:200],
        address=device.address[:64],
        device_hash=device.hash,
        second_step_at=moment if second_step else None,
    )
    session.add(family)
    await session.flush()
    await sign_out(session, entry.former, "signed_in_anew")
    audit.act_as(session, audit.Who(account.id, actor.membership_id, actor.role.value, request_id(session)))
    audit.record(session, Act("account.signed_in"), "account", account.id)
    if device.hash and not seen and not first:
        await tell_owner(session, entry.vault, account.id, "account.new_device", device.told)
    return Granted(actor, family.id, issue(session, family.id))


def request_id(session: AsyncSession) -> str | None:
    """The request that the session's author was named with."""
    who: Any = session.info.get("who")
    found: str | None = who.request_id if who else None
    return found


async def _last_membership(session: AsyncSession, account_id: uuid.UUID) -> uuid.UUID | None:
    found: uuid.UUID | None = await session.scalar(
        select(SignIn.membership_id).where(SignIn.account_id == account_id).order_by(SignIn.created_at.desc()).limit(1)
    )
    return found
