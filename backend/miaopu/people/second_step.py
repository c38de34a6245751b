"""The second step: prove it, set a factor up, act in a role that needs it, look after one's own factor."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.people import factors, passwords, sessions, steps
from miaopu.people.access import Actor
from miaopu.people.entry import Entry, begin, request_id
from miaopu.people.factors import SetUp
from miaopu.people.models import Account, Challenge, Membership, SecondFactor, SignIn
from miaopu.people.refusals import refused_entry
from miaopu.people.sessions import Granted
from miaopu.people.steps import Asked
from miaopu.people.telling import tell_owner
from miaopu.settings import Settings


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A factor that is set up: the recovery codes, shown this once, and the sign-in that goes on."""

    recovery_codes: list[str]
    granted: Granted


async def prove(entry: Entry, token: str, code: str) -> Granted:
    """A code of the authenticator, or a recovery code: the sign-in goes on.

    Raises 401 `step_over`, 422 for a wrong or used code, 429 after six tries.
    """
    challenge = await steps.pending(entry.session, token, "verify")
    account = await _active(entry, challenge)
    await _spend_code(entry, account.id, code)
    return await _go_on(entry, challenge, account)


async def begin_set_up(entry: Entry, token: str) -> SetUp:
    """The secret for the authenticator; the same as long as the question stands. Raises 401 `step_over`."""
    challenge = await steps.pending(entry.session, token, "set_up")
    account = await _active(entry, challenge)
    secret = entry.vault.open(challenge.secret_sealed) if challenge.secret_sealed else ""
    made = factors.new_factor(account.login, secret)
    challenge.secret_sealed = entry.vault.seal(made.secret)
    return made


async def confirm_set_up(entry: Entry, token: str, code: str) -> Confirmed:
    """The authenticator shows the right code: the factor counts from now on. An older one counts no more.

    Every other sign-in of the account ends, as after a new password (ASVS 5.0 7.4.3).

    Raises 401 `step_over`, 422 for a wrong code, 429 after six tries.
    """
    session = entry.session
    challenge = await steps.pending(session, token, "set_up")
    account = await _active(entry, challenge)
    if challenge.secret_sealed is None:
        raise Problem("step_over", 401)
    secret = entry.vault.open(challenge.secret_sealed)
    await _ask_codes(entry, account.id)
    step = factors.step_of(secret, code, after=0)
    if step is None:
        await refused_entry(entry.database, "wrong_second_code", account.id, entry.device.address)
        raise steps.wrong_code()
    await steps.codes_over(entry.database, account.id)
    audit.act_as(session, audit.Who(account.id, None, None, request_id(session)))
    shown, kept = factors.new_recovery(account.id)
    factor = await factors.factor_of(session, account.id)
    if factor is None:
        factor = SecondFactor(id=new_id(), account_id=account.id)
        session.add(factor)
    factor.secret_sealed, factor.last_step, factor.recovery = entry.vault.seal(secret), step, kept
    factor.set_up_at = clock.real_now()
    audit.note(session, factor, Act("account.factor_set_up"))
    await session.flush()
    await tell_owner(session, entry.vault, account.id, "account.factor_set_up", entry.device.told)
    granted = await _go_on(entry, challenge, account)
    await sessions.end_all(session, account.id, "factor_changed", besides=granted.sign_in_id)
    return Confirmed(shown, granted)


async def switch(entry: Entry, actor: Actor, membership_id: uuid.UUID, cycle_id: uuid.UUID | None) -> Granted | Asked:
    """Act through another of one's memberships, after a second step where its role needs one. Raises 404."""
    family_id = actor.sign_in_id or uuid.UUID(int=0)
    wanted = await sessions.chosen(entry.session, actor.account_id, membership_id, cycle_id)
    if wanted.role.value in entry.settings.two_step_roles:
        taken = await entry.session.scalar(select(SignIn.second_step_at).where(SignIn.id == family_id))
        if taken is None:
            there = await has_factor(entry.session, actor.account_id)
            step = "verify" if there else "set_up"
            given = {"membership_id": membership_id, "cycle_id": cycle_id}
            return await steps.ask(entry.session, actor.account_id, step, sign_in_id=family_id, **given)
    await sessions.choose(entry.session, family_id, membership_id, cycle_id)
    return Granted(wanted, family_id, "")


async def ask_set_up(entry: Entry, actor: Actor, password: str, code: str | None) -> Asked:
    """Somebody signed in sets a factor up, or another one: the password, and a code where there is one already.

    Raises 422 for a wrong password or code, 429.
    """
    await prove_password(entry, actor.account_id, password)
    if await has_factor(entry.session, actor.account_id):
        await _spend_code(entry, actor.account_id, code or "")
    return await steps.ask(entry.session, actor.account_id, "set_up", sign_in_id=actor.sign_in_id)


async def renew_recovery(entry: Entry, actor: Actor, code: str) -> list[str]:
    """New recovery codes, shown this once; the old ones count no more, and one's other sign-ins are over.

    Raises 422 for a wrong code, 429.
    """
    factor = await _spend_code(entry, actor.account_id, code)
    shown, factor.recovery = factors.new_recovery(actor.account_id)
    audit.note(entry.session, factor, Act("account.recovery_renewed"))
    await sessions.end_all(entry.session, actor.account_id, "factor_changed", besides=actor.sign_in_id)
    await tell_owner(entry.session, entry.vault, actor.account_id, "account.recovery_renewed", entry.device.told)
    return shown


async def remove(entry: Entry, actor: Actor, password: str, code: str) -> None:
    """Go without a factor again; one's other sign-ins are over.

    Raises 409 `factor_needed` where one of one's roles needs it, 422, 429.
    """
    if await is_needed(entry.session, actor.account_id, entry.settings.two_step_roles):
        raise Problem("factor_needed", 409)
    await prove_password(entry, actor.account_id, password)
    factor = await _spend_code(entry, actor.account_id, code)
    audit.note(entry.session, factor, Act("account.factor_removed"))
    await entry.session.delete(factor)
    await sessions.end_all(entry.session, actor.account_id, "factor_changed", besides=actor.sign_in_id)
    await tell_owner(entry.session, entry.vault, actor.account_id, "account.factor_removed", entry.device.told)


async def has_factor(session: AsyncSession, account_id: uuid.UUID) -> bool:
    """Whether somebody has set a factor up."""
    found = await session.scalar(select(SecondFactor.id).where(SecondFactor.account_id == account_id))
    return found is not None


async def is_needed(session: AsyncSession, account_id: uuid.UUID, roles: frozenset[str]) -> bool:
    """Whether one of somebody's roles in force needs a second step."""
    rows = select(Membership.id).where(
        Membership.account_id == account_id,
        Membership.role.in_(roles),
        or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
    )
    return await session.scalar(rows.limit(1)) is not None


async def _active(entry: Entry, challenge: Challenge) -> Account:
    account = await entry.session.get_one(Account, challenge.account_id)
    if not account.active:
        raise Problem("step_over", 401)
    return account


async def _ask_codes(entry: Entry, account_id: uuid.UUID) -> None:
    try:
        await steps.ask_codes(entry.database, account_id)
    except Problem:
        await refused_entry(entry.database, "too_many_codes", account_id, entry.device.address)
        raise


async def _spend_code(entry: Entry, account_id: uuid.UUID, code: str) -> SecondFactor:
    """The factor whose code this is. Raises 422 for a wrong code, or none, 429 after six tries."""
    await _ask_codes(entry, account_id)
    factor = await factors.factor_of(entry.session, account_id)
    if factor is None or not factors.accepts(entry.vault, factor, code):
        await refused_entry(entry.database, "wrong_second_code", account_id, entry.device.address)
        raise steps.wrong_code()
    await steps.codes_over(entry.database, account_id)
    if entry.session.info.get("who") is None or entry.session.info["who"].account_id is None:
        audit.act_as(entry.session, audit.Who(account_id, None, None, request_id(entry.session)))
    audit.note(entry.session, factor, Act("account.factor_used"))
    await entry.session.flush()
    return factor


async def prove_password(entry: Entry, account_id: uuid.UUID, password: str) -> None:
    """Somebody signed in is still the one. Raises 422 at `/password`, 429 after six tries."""
    await _ask_codes(entry, account_id)
    account = await entry.session.get_one(Account, account_id)
    if account.password_hash is None:
        raise invalid(FieldError("/password", "no_own_password"))
    if not await passwords.matches(password, account.password_hash):
        await refused_entry(entry.database, "wrong_password_inside", account_id, entry.device.address)
        raise invalid(FieldError("/password", "wrong_own_password"))
    await steps.codes_over(entry.database, account_id)


async def is_fresh(session: AsyncSession, sign_in_id: uuid.UUID | None, settings: Settings) -> bool:
    """Whether a second step was taken in a family within the last `proof_minutes`."""
    taken = await session.scalar(select(SignIn.second_step_at).where(SignIn.id == sign_in_id))
    return taken is not None and taken > clock.real_now() - timedelta(minutes=settings.proof_minutes)


async def prove_again(entry: Entry, actor: Actor, password: str | None) -> None:
    """Whoever ends other sign-ins is still the one: a fresh second step, or the password (ASVS 5.0 7.5.2).

    Raises 422 at `/password` for a wrong one and where one is needed, 429 after six tries.
    """
    if await is_fresh(entry.session, actor.sign_in_id, entry.settings):
        return
    if password is None:
        raise invalid(FieldError("/password", "proof_needed"))
    await prove_password(entry, actor.account_id, password)


async def _go_on(entry: Entry, challenge: Challenge, account: Account) -> Granted:
    """The question is answered: a new family, or the one it was asked for, in the membership it was asked for."""
    challenge.used_at = clock.real_now()
    if challenge.sign_in_id is None:
        return await begin(entry, account, second_step=True)
    family = await entry.session.get(SignIn, challenge.sign_in_id, with_for_update=True)
    if family is None or family.revoked_at or family.expires_at <= clock.real_now():
        raise Problem("step_over", 401)
    if challenge.membership_id is None:
        actor = await sessions.actor_for(entry.session, account.id, family.membership_id, family.cycle_id)
        return await sessions.follow(entry.session, family, actor, family.cycle_id)
    actor = await sessions.chosen(entry.session, account.id, challenge.membership_id, challenge.cycle_id)
    return await sessions.follow(entry.session, family, actor, challenge.cycle_id)
