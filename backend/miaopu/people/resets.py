"""Helping somebody who cannot get in: a link for a new password, or another factor; never one's own (ASVS 6.4.4)."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.core.secrets import Vault
from miaopu.people import factors, password_rules, sessions
from miaopu.people.acting import Tx
from miaopu.people.models import Account, PasswordLink
from miaopu.people.queries import TAKEN_UP
from miaopu.people.roles import DISABLES, RESETS
from miaopu.people.service import account_by_login, in_reach
from miaopu.people.telling import tell_owner
from miaopu.people.tokens import new_secret, secret_hash

LINK_LIFE = timedelta(hours=24)


async def make_link(tx: Tx, vault: Vault, account_id: uuid.UUID, reason: str) -> tuple[PasswordLink, str]:
    """A one-time link by which somebody chooses a new password; older ones end. The owner is told.

    Whose roles lie in several units is helped by the office above all of them.

    Raises 404 out of reach, 403 `own_account`, 403 `beyond_reach` where the person also has a role that this office
    does not look after, 409 `not_joined` for an account that was never taken up (it has its invitation).
    """
    account = await in_reach(tx, account_id, RESETS, DISABLES)
    if not await tx.session.scalar(select(TAKEN_UP).where(Account.id == account_id)):
        raise Problem("not_joined", 409)
    return await _link(tx.session, vault, account.id, tx.actor.account_id, reason)


async def _link(
    session: AsyncSession, vault: Vault, account_id: uuid.UUID, made_by: uuid.UUID | None, reason: str
) -> tuple[PasswordLink, str]:
    await _end_links(session, account_id)
    secret, token_hash = new_secret()
    expires_at = clock.real_now() + LINK_LIFE
    link = PasswordLink(
        id=new_id(), account_id=account_id, token_hash=token_hash, made_by=made_by, expires_at=expires_at
    )
    session.add(link)
    audit.note(session, link, Act("account.reset_link", reason))
    await session.flush()
    await tell_owner(session, vault, account_id, "account.reset_link", reason=reason)
    return link, secret


async def reset_factor(tx: Tx, vault: Vault, account_id: uuid.UUID, reason: str) -> None:
    """Somebody lost the authenticator and the codes: the factor goes, every device is signed out, the owner is told.

    The next sign-in asks for a new one where a role needs it. Raises as `make_link`, and 409 `no_factor`.
    """
    account = await in_reach(tx, account_id, RESETS, DISABLES)
    if not await _take_factor(tx.session, vault, account.id, reason):
        raise Problem("no_factor", 409)


async def by_operator(session: AsyncSession, vault: Vault, login: str, reason: str) -> str:
    """Both, from the command line, for the last of an office whom nobody else can help. Gives the link's secret.

    In the trail without an account, and the owner is told. Raises 404 for an unknown login.
    """
    account = await account_by_login(session, login)
    if account is None:
        raise not_found("account")
    audit.act_as(session, audit.Who(request_id="command line"))
    await _take_factor(session, vault, account.id, reason)
    _, secret = await _link(session, vault, account.id, None, reason)
    await audit.commit(session)
    return secret


async def _take_factor(session: AsyncSession, vault: Vault, account_id: uuid.UUID, reason: str) -> bool:
    factor = await factors.factor_of(session, account_id)
    if factor is None:
        return False
    audit.note(session, factor, Act("account.factor_reset", reason))
    await session.delete(factor)
    await sessions.end_all(session, account_id, "factor_reset")
    await session.flush()
    await tell_owner(session, vault, account_id, "account.factor_reset", reason=reason)
    return True


async def take_up(session: AsyncSession, vault: Vault, token: str, password: str) -> None:
    """A new password by a link; every device is signed out, and the sign-in then asks as always.

    Raises 404 for a link that is unknown, used or over (one answer), 422 for a password that is not taken.
    """
    link = await session.scalar(
        select(PasswordLink).where(PasswordLink.token_hash == secret_hash(token)).with_for_update()
    )
    if link is None or link.used_at is not None or link.expires_at <= clock.real_now():
        raise not_found("password_link")
    account = await session.get_one(Account, link.account_id)
    if not account.active:
        raise not_found("password_link")
    who: audit.Who = session.info.get("who", audit.Who())
    audit.act_as(session, audit.Who(account.id, None, None, who.request_id))
    known = await password_rules.known_of(session, account)
    account.password_hash = await password_rules.fresh(password, "/password", known)
    audit.note(session, account, Act("account.password_reset"))
    link.used_at = clock.real_now()
    audit.note(session, link, Act("account.password_reset"))
    await sessions.end_all(session, account.id, "password_reset")
    await session.flush()
    await tell_owner(session, vault, account.id, "account.password_reset")


async def _end_links(session: AsyncSession, account_id: uuid.UUID) -> None:
    now = clock.real_now()
    older = select(PasswordLink).where(
        PasswordLink.account_id == account_id, PasswordLink.used_at.is_(None), PasswordLink.expires_at > now
    )
    for link in await session.scalars(older):
        link.expires_at = now
