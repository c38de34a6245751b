"""Families of tokens: refresh with rotation and reuse detection, switching of roles, sign-out (RFC 9700 4.14)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, column, exists, or_, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Database, new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.people import password_rules, passwords
from miaopu.people.access import Actor
from miaopu.people.idle import IDLE, idle_after, idle_over, last_used
from miaopu.people.models import Account, Membership, RefreshToken, SignIn, Unit
from miaopu.people.refusals import refused_entry
from miaopu.people.roles import Role
from miaopu.people.schemas import PasswordForm
from miaopu.people.steps import ask_codes, codes_over, forget
from miaopu.people.tokens import new_secret, secret_hash
from miaopu.settings import Settings

SIGN_IN_LIFE = timedelta(days=14)

cycles = table("cycles", column("id"), column("state"), column("year"))


@dataclass(frozen=True, slots=True)
class Granted:
    """A sign-in that goes on: who acts, in which family, and the refresh secret for the cookie."""

    actor: Actor
    sign_in_id: uuid.UUID
    refresh: str


async def refresh(session: AsyncSession, database: Database, secret: str, settings: Settings) -> Granted:
    """The next token of a family. One that was left behind revokes the whole family, at once. Raises 401.

    On a bad network the answer that carries the next token gets lost, and the caller comes again with the one before:
    that is no theft as long as nothing newer of the family was ever used. Where two hold tokens of one family, the
    second of them to come is the one left behind. A family without a second step ends where it would act in a role
    that needs one (another membership, other settings); one that rested too long (`idle`) is over, and that is said
    as long as its token is brought.
    """
    token = await session.get(RefreshToken, secret_hash(secret))
    sign_in = await session.get(SignIn, token.sign_in_id, with_for_update=True) if token else None
    if token is None or sign_in is None or sign_in.expires_at <= clock.real_now():
        raise Problem("unauthenticated", 401)
    rests = await idle_after(session, sign_in.account_id, settings)
    if sign_in.revoked_at:
        raise idle_over(rests) if sign_in.revoked_why == IDLE else Problem("unauthenticated", 401)
    left_behind = exists().where(
        RefreshToken.sign_in_id == sign_in.id,
        RefreshToken.token_hash != token.token_hash,
        RefreshToken.used_at > token.issued_at,
    )
    if await session.scalar(select(left_behind)):
        family = sign_in.id
        await refused_entry(database, "refresh_reused", sign_in.account_id, sign_in.address)
        await session.rollback()
        await _revoke_now(database, family, "reused")
        raise Problem("refresh_reused", 401)
    if await last_used(session, sign_in) + rests <= clock.real_now():
        family = sign_in.id
        await session.rollback()
        await _revoke_now(database, family, IDLE)
        raise idle_over(rests)
    token.used_at = clock.real_now()
    actor = await actor_for(session, sign_in.account_id, sign_in.membership_id, sign_in.cycle_id)
    if actor.role.value in settings.two_step_roles and sign_in.second_step_at is None:
        raise Problem("unauthenticated", 401)
    return Granted(actor, sign_in.id, issue(session, sign_in.id))


async def _revoke_now(database: Database, sign_in_id: uuid.UUID, why: str) -> None:
    # In a transaction of its own: the request that found it is refused, this must stay.
    async with database.session() as session:
        await session.execute(_revoke(SignIn.id == sign_in_id, why))
        await session.commit()


async def follow(session: AsyncSession, old: SignIn, actor: Actor, cycle_id: uuid.UUID | None) -> Granted:
    """The family that goes on after a second step, in new tokens alone: the old one ends (ASVS 5.0 7.2.4).

    It lives no longer than the old one would have, for no password was asked.
    """
    moment = clock.real_now()
    kept = {name: getattr(old, name) for name in ("account_id", "expires_at", "agent", "address", "device_hash")}
    chosen = {"membership_id": actor.membership_id, "cycle_id": cycle_id}
    new = SignIn(id=new_id(), created_at=moment, second_step_at=moment, **chosen, **kept)
    session.add(new)
    old.revoked_at, old.revoked_why = moment, "second_step"
    await session.flush()
    return Granted(actor, new.id, issue(session, new.id))


def _revoke(which: Any, why: str) -> Any:
    return update(SignIn).where(which, SignIn.revoked_at.is_(None)).values(revoked_at=clock.real_now(), revoked_why=why)


def issue(session: AsyncSession, sign_in_id: uuid.UUID) -> str:
    """The next refresh secret of a family."""
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


async def chosen(
    session: AsyncSession, account_id: uuid.UUID, membership_id: uuid.UUID, cycle_id: uuid.UUID | None
) -> Actor:
    """Who one would be through another of one's memberships, or in another year.

    Without a year it is the present one, whichever that is from then on. Raises 404 for a membership that is not one's
    own or has ended, and for a year that is not known or not open yet.
    """
    if cycle_id is not None:
        state = await session.scalar(select(cycles.c.state).where(cycles.c.id == cycle_id))
        if state is None or state == "planned":
            raise not_found("cycle")
    actor = await actor_for(session, account_id, membership_id, cycle_id)
    if actor.membership_id != membership_id:
        raise not_found("membership")
    return actor


async def choose(
    session: AsyncSession, sign_in_id: uuid.UUID, membership_id: uuid.UUID, cycle_id: uuid.UUID | None
) -> None:
    """The sign-in keeps what was `chosen`."""
    kept = {"membership_id": membership_id, "cycle_id": cycle_id}
    await session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(kept))


async def sign_out(session: AsyncSession, secret: str | None, why: str = "signed_out") -> None:
    """End the family of a refresh token; silent when there is none."""
    if secret is None:
        return
    family = select(RefreshToken.sign_in_id).where(RefreshToken.token_hash == secret_hash(secret))
    await session.execute(_revoke(SignIn.id.in_(family), why))


async def sign_out_everywhere(session: AsyncSession, account_id: uuid.UUID) -> None:
    """End every family of an account, and what was asked of it."""
    await end_all(session, account_id, "signed_out_everywhere")
    audit.record(session, Act("account.signed_out_everywhere"), "account", account_id)


async def end_one(session: AsyncSession, account_id: uuid.UUID, sign_in_id: uuid.UUID) -> None:
    """End one of one's own families. Raises 404 for another's, and for one that is over."""
    own = (SignIn.id == sign_in_id, SignIn.account_id == account_id)
    result = await session.execute(_revoke(and_(*own), "signed_out"))
    if not getattr(result, "rowcount", 0):
        raise not_found("sign_in")
    audit.record(session, Act("account.signed_out_one"), "account", account_id)


async def end_others(session: AsyncSession, account_id: uuid.UUID, here: uuid.UUID | None) -> None:
    """End every family of an account but this one."""
    await end_all(session, account_id, "signed_out_others", besides=here)
    audit.record(session, Act("account.signed_out_others"), "account", account_id)


async def end_all(session: AsyncSession, account_id: uuid.UUID, why: str, *, besides: uuid.UUID | None = None) -> None:
    """End every family of an account but one, and what was asked of it."""
    others = SignIn.account_id == account_id
    await session.execute(_revoke(others if besides is None else and_(others, SignIn.id != besides), why))
    await forget(session, account_id)


async def end_acting(session: AsyncSession, membership_id: uuid.UUID) -> None:
    """End every family that acts through a membership: the role was taken away."""
    await session.execute(_revoke(SignIn.membership_id == membership_id, "membership_ended"))


async def change_password(
    session: AsyncSession, database: Database, account_id: uuid.UUID, form: PasswordForm, here: uuid.UUID | None
) -> None:
    """A new password; every device but this one is signed out. Raises 422 when the old one is wrong, 429."""
    account = await session.get_one(Account, account_id)
    await ask_codes(database, account_id)
    if account.password_hash is None:
        raise invalid(FieldError("/old_password", "no_own_password"))
    if not await passwords.matches(form.old_password, account.password_hash):
        raise invalid(FieldError("/old_password", "wrong_password"))
    await codes_over(database, account_id)
    known = await password_rules.known_of(session, account)
    account.password_hash = await password_rules.fresh(form.new_password, "/new_password", known)
    audit.note(session, account, Act("account.password_changed"))
    await end_all(session, account_id, "password_changed", besides=here)
