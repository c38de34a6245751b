"""Sign-in, refresh with rotation and reuse detection, switching of roles, sign-out (RFC 9700 4.14)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, column, exists, or_, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Database, new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.throttle import clear, count
from miaopu.people import passwords
from miaopu.people.access import Actor, Role
from miaopu.people.models import Account, Membership, RefreshToken, SignIn, Unit
from miaopu.people.schemas import PasswordForm, SignInForm
from miaopu.people.service import account_by_login
from miaopu.people.tokens import new_secret, secret_hash

SIGN_IN_LIFE = timedelta(days=14)
TRIES = 6
TRY_WINDOW = timedelta(minutes=15)

cycles = table("cycles", column("id"), column("state"), column("year"))


@dataclass(frozen=True, slots=True)
class Granted:
    """A sign-in that goes on: who acts, in which family, and the refresh secret for the cookie."""

    actor: Actor
    sign_in_id: uuid.UUID
    refresh: str


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from; shown to its owner."""

    agent: str
    address: str


async def sign_in(session: AsyncSession, database: Database, form: SignInForm, device: Device) -> Granted:
    """Check login and password. Raises 401 `wrong_credentials` (one answer for every cause), 429 after six tries."""
    await ask_tries(database, form.login)
    account = await account_by_login(session, form.login)
    right = await passwords.matches(form.password, account.password_hash if account else None)
    if account is None or not right or not account.active:
        raise Problem("wrong_credentials", 401)
    await tries_over(database, form.login)
    return await begin(session, account, device)


async def ask_tries(database: Database, login: str) -> None:
    """Count a try at a login's password, wherever it is asked for. Raises 429 after six."""
    await count(database, _bucket(login), limit=TRIES, window=TRY_WINDOW)


async def tries_over(database: Database, login: str) -> None:
    """The password was right: tries are counted anew."""
    await clear(database, _bucket(login))


def _bucket(login: str) -> str:
    return f"sign-in:{login.lower()}"


async def begin(session: AsyncSession, account: Account, device: Device) -> Granted:
    """A new family for an account whose identity is proven. Raises 403 `no_membership`."""
    before = await session.scalar(
        select(SignIn.membership_id).where(SignIn.account_id == account.id).order_by(SignIn.created_at.desc()).limit(1)
    )
    actor = await actor_for(session, account.id, before)
    moment = clock.real_now()
    sign_in = SignIn(
        id=new_id(),
        account_id=account.id,
        membership_id=actor.membership_id,
        created_at=moment,
        expires_at=moment + SIGN_IN_LIFE,
        agent=device.agent[:200],
        address=device.address[:64],
    )
    session.add(sign_in)
    await session.flush()
    audit.act_as(session, audit.Who(account.id, actor.membership_id, actor.role.value))
    audit.record(session, Act("account.signed_in"), "account", account.id)
    return Granted(actor, sign_in.id, _issue(session, sign_in.id))


async def refresh(session: AsyncSession, database: Database, secret: str) -> Granted:
    """The next token of a family. One that was left behind revokes the whole family, at once. Raises 401.

    On a bad network the answer that carries the next token gets lost, and the caller comes again with the one before:
    that is no theft as long as nothing newer of the family was ever used. Where two hold tokens of one family, the
    second of them to come is the one left behind.
    """
    token = await session.get(RefreshToken, secret_hash(secret))
    sign_in = await session.get(SignIn, token.sign_in_id, with_for_update=True) if token else None
    if token is None or sign_in is None or sign_in.revoked_at or sign_in.expires_at <= clock.real_now():
        raise Problem("unauthenticated", 401)
    left_behind = exists().where(
        RefreshToken.sign_in_id == sign_in.id,
        RefreshToken.token_hash != token.token_hash,
        RefreshToken.used_at > token.issued_at,
    )
    if await session.scalar(select(left_behind)):
        family = sign_in.id
        await session.rollback()
        await _revoke_now(database, family, "reused")
        raise Problem("refresh_reused", 401)
    token.used_at = clock.real_now()
    actor = await actor_for(session, sign_in.account_id, sign_in.membership_id, sign_in.cycle_id)
    return Granted(actor, sign_in.id, _issue(session, sign_in.id))


async def _revoke_now(database: Database, sign_in_id: uuid.UUID, why: str) -> None:
    # In a transaction of its own: the request that detected the reuse is refused, this must stay.
    async with database.session() as session:
        await session.execute(_revoke(SignIn.id == sign_in_id, why))
        await session.commit()


def _revoke(which: Any, why: str) -> Any:
    return update(SignIn).where(which, SignIn.revoked_at.is_(None)).values(revoked_at=clock.real_now(), revoked_why=why)


def _issue(session: AsyncSession, sign_in_id: uuid.UUID) -> str:
    secret, token_hash = new_secret()
    session.add(RefreshToken(token_hash=token_hash, sign_in_id=sign_in_id, issued_at=clock.real_now()))
    return secret


async def actor_for(
    session: AsyncSession,
    account_id: uuid.UUID,
    membership_id: uuid.UUID | None,
    cycle_id: uuid.UUID | None = None,
) -> Actor:
    """The actor of a membership that is in force; the first one where the wanted one is not. Raises 403."""
    rows = (
        await session.execute(
            select(Membership, Unit.city_id)
            .join(Unit, Unit.id == Membership.unit_id)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Membership.account_id == account_id,
                Account.active,
                Unit.active,
                or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
            )
            .order_by(Membership.since, Membership.id)
        )
    ).all()
    if not rows:
        raise Problem("no_membership", 403)
    membership, city_id = next((r for r in rows if r[0].id == membership_id), rows[0])
    return Actor(
        account_id=account_id,
        membership_id=membership.id,
        role=Role(membership.role),
        unit_id=membership.unit_id,
        city_id=city_id,
        cycle_id=membership.cycle_id or cycle_id or await present_cycle(session),
    )


async def present_cycle(session: AsyncSession) -> uuid.UUID | None:
    """The newest open cycle, else the newest that was open, else one in planning; None before there is one."""
    order = case((cycles.c.state == "open", 0), (cycles.c.state == "planned", 2), else_=1)
    found: uuid.UUID | None = await session.scalar(select(cycles.c.id).order_by(order, cycles.c.year.desc()).limit(1))
    return found


async def switch(
    session: AsyncSession,
    actor: Actor,
    sign_in_id: uuid.UUID,
    membership_id: uuid.UUID,
    cycle_id: uuid.UUID | None,
) -> Actor:
    """Act through another of one's memberships, or in another year; the sign-in keeps both.

    Without a year it is the present one, whichever that is from then on. Raises 404 for a membership that is not one's
    own or has ended, and for a year that is not known or not open yet.
    """
    if cycle_id is not None:
        state = await session.scalar(select(cycles.c.state).where(cycles.c.id == cycle_id))
        if state is None or state == "planned":
            raise not_found("cycle")
    chosen = await actor_for(session, actor.account_id, membership_id, cycle_id)
    if chosen.membership_id != membership_id:
        raise not_found("membership")
    kept = {"membership_id": membership_id, "cycle_id": cycle_id}
    await session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(kept))
    return chosen


async def sign_out(session: AsyncSession, secret: str | None) -> None:
    """End the family of a refresh token; silent when there is none."""
    if secret is None:
        return
    family = select(RefreshToken.sign_in_id).where(RefreshToken.token_hash == secret_hash(secret))
    await session.execute(_revoke(SignIn.id.in_(family), "signed_out"))


async def sign_out_everywhere(session: AsyncSession, account_id: uuid.UUID) -> None:
    """End every family of an account. Access tokens run out within ten minutes."""
    await session.execute(_revoke(SignIn.account_id == account_id, "signed_out_everywhere"))
    audit.record(session, Act("account.signed_out_everywhere"), "account", account_id)


async def change_password(session: AsyncSession, account_id: uuid.UUID, form: PasswordForm) -> None:
    """A new password; every other device is signed out. Raises 422 when the old one is wrong."""
    account = await session.get(Account, account_id)
    if account is None or not await passwords.matches(form.old_password, account.password_hash):
        raise invalid(FieldError("/old_password", "wrong_password"))
    account.password_hash = await passwords.hashed(form.new_password)
    audit.note(session, account, Act("account.password_changed"))
    await session.execute(_revoke(SignIn.account_id == account_id, "password_changed"))
