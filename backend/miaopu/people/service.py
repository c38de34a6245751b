"""Accounts and units: founding, inviting, accepting."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.people import password_rules
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.models import Account, Invitation, Membership, Unit
from miaopu.people.names import sort_key
from miaopu.people.queries import TAKEN_UP
from miaopu.people.roles import FOUNDS, INVITES, OFFICES, ROLE_UNIT, Role, UnitKind, foundable
from miaopu.people.schemas import AcceptForm, InvitationForm, MembershipForm, UnitForm
from miaopu.people.sessions import end_acting
from miaopu.people.tokens import new_secret, secret_hash

INVITATION_LIFE = timedelta(days=30)


async def found_unit(tx: Tx, form: UnitForm) -> Unit:
    """A new unit below one's own.

    Raises 404 for a parent out of reach, 403 for a kind one may not found, 422 for one that has no place there.
    """
    parent = await tx.session.get(Unit, form.parent_id)
    if parent is None or not within(tx.actor, parent):
        raise not_found("unit")
    if form.kind not in FOUNDS.get(tx.actor.role, frozenset()):
        raise Problem("forbidden", 403)
    if form.kind not in foundable(tx.actor.role, UnitKind(parent.kind)):
        raise invalid(FieldError("/kind", "unit_parent"))
    unit_id = new_id()
    unit = Unit(
        id=unit_id,
        parent_id=parent.id,
        city_id=unit_id if form.kind is UnitKind.CITY else parent.city_id,
        kind=form.kind.value,
        code=form.code,
        name=form.name,
        name_en=form.name_en,
        credit_code=form.credit_code,
    )
    tx.session.add(unit)
    await tx.session.flush()
    return unit


def within(actor: Actor, unit: Unit) -> bool:
    """True when the unit is the actor's own or lies below it."""
    if actor.role is Role.REGION_OFFICE:
        return True
    if actor.role is Role.CITY_OFFICE:
        return unit.city_id == actor.city_id
    return unit.id == actor.unit_id


async def invite(tx: Tx, form: InvitationForm, *, demo: bool) -> tuple[Invitation, str]:
    """A one-time link for a person: account and membership exist at once, and wake when it is accepted.

    Raises 404 for a unit out of reach, 403 for a role one may not invite, 422 for a role that does not fit the unit.
    """
    unit = await _reachable(tx, form.unit_id, form.role)
    account = await found_person(tx, unit.id, form.role, form.name, cycle_id=form.cycle_id, demo=demo)
    return await _link_for(tx, account, form)


async def found_person(
    tx: Tx, unit_id: uuid.UUID, role: Role, name: str, *, cycle_id: uuid.UUID | None = None, demo: bool
) -> Account:
    """An account with a role in a unit; it sleeps until its owner takes up an invitation."""
    account = Account(id=new_id(), login=f"invited-{new_id().hex}", name=name, name_key=sort_key(name), demo=demo)
    tx.session.add(account)
    await tx.session.flush()
    tx.session.add(Membership(account_id=account.id, role=role.value, unit_id=unit_id, cycle_id=cycle_id))
    await tx.session.flush()
    return account


async def _link_for(tx: Tx, account: Account, form: InvitationForm) -> tuple[Invitation, str]:
    secret, token_hash = new_secret()
    invitation = Invitation(
        id=new_id(),
        unit_id=form.unit_id,
        cycle_id=form.cycle_id,
        role=form.role.value,
        name=form.name,
        token_hash=token_hash,
        invited_by=tx.actor.account_id,
        expires_at=clock.real_now() + INVITATION_LIFE,
        account_id=account.id,
    )
    tx.session.add(invitation)
    await tx.session.flush()
    return invitation, secret


async def slips(tx: Tx, unit_id: uuid.UUID, role: Role) -> list[tuple[str, str]]:
    """Name and a fresh one-time link of everybody of a role in a unit who has not joined yet; older links end.

    Raises as `invite`.
    """
    unit = await _reachable(tx, unit_id, role)
    asleep = (
        select(Account, Membership.cycle_id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.unit_id == unit.id,
            Membership.role == role.value,
            Membership.ended_at.is_(None),
            not_(TAKEN_UP),
            Account.active,
        )
        .order_by(Account.name_key, Account.id)
    )
    made = []
    for account, cycle_id in (await tx.session.execute(asleep)).all():
        older = select(Invitation).where(Invitation.account_id == account.id, Invitation.accepted_at.is_(None))
        for invitation in await tx.session.scalars(older):
            invitation.expires_at = min(invitation.expires_at, clock.real_now())
        form = InvitationForm(unit_id=unit.id, role=role, name=account.name, cycle_id=cycle_id)
        made.append((account.name, (await _link_for(tx, account, form))[1]))
    return made


async def add_membership(tx: Tx, form: MembershipForm) -> Membership:
    """One more role for an existing account (a mentor who is also an expert). Raises as `invite` does."""
    unit = await _reachable(tx, form.unit_id, form.role)
    account = await account_by_login(tx.session, form.login)
    if account is None:
        raise invalid(FieldError("/login", "unknown"))
    membership = Membership(
        id=new_id(), account_id=account.id, role=form.role.value, unit_id=unit.id, cycle_id=form.cycle_id
    )
    tx.session.add(membership)
    await tx.session.flush()
    return membership


def reaches(actor: Actor, unit: Unit) -> bool:
    """True for a unit whose people the actor looks after: its own, one directly below, one within."""
    return unit.id == actor.unit_id or unit.parent_id == actor.unit_id or within(actor, unit)


async def in_reach(
    tx: Tx,
    account_id: uuid.UUID,
    cares: Mapping[Role, frozenset[Role]],
    several: Mapping[Role, frozenset[Role]] | None = None,
) -> Account:
    """Somebody all of whose roles the actor's office looks after: else a school could shut an office out, or enter it.

    Args:
        cares: the roles of others that each role looks after in this.
        several: the roles that an office above looks after where somebody's lie in several units, none of which could
            look after all of them.

    Raises:
        Problem: 404 out of reach; 403 `own_account`; 403 `beyond_reach` where one of several roles is out of reach.
    """
    rows = (
        select(Membership.role, Unit)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.account_id == account_id,
            or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
        )
    )
    roles = (await tx.session.execute(rows)).all()
    cared = cares.get(tx.actor.role, frozenset())
    if several is not None and tx.actor.role in OFFICES and len({unit.id for _, unit in roles}) > 1:
        cared |= several.get(tx.actor.role, frozenset())
    reached = [reaches(tx.actor, unit) and Role(role) in cared for role, unit in roles]
    if not any(reached):
        raise not_found("account")
    if account_id == tx.actor.account_id:
        raise Problem("own_account", 403)
    if not all(reached):
        raise Problem("beyond_reach", 403)
    return await tx.session.get_one(Account, account_id)


async def _reachable(tx: Tx, unit_id: uuid.UUID, role: Role) -> Unit:
    unit = await tx.session.get(Unit, unit_id)
    if unit is None or not reaches(tx.actor, unit):
        raise not_found("unit")
    if role not in INVITES.get(tx.actor.role, frozenset()):
        raise Problem("forbidden", 403)
    if ROLE_UNIT[role] != unit.kind:
        raise invalid(FieldError("/role", "role_unit"))
    return unit


async def pending_invitation(session: AsyncSession, token_hash: bytes) -> Invitation:
    """The invitation behind a link, locked with its account.

    Raises 404 when it is unknown, used or expired, or its account is disabled or taken up (one answer for all).
    """
    found = await session.scalar(
        select(Invitation)
        .join(Account, Account.id == Invitation.account_id)
        .where(Invitation.token_hash == token_hash, Account.active, not_(TAKEN_UP))
        .with_for_update()
    )
    if found is None or found.accepted_at is not None or found.expires_at <= clock.real_now():
        raise not_found("invitation")
    return found


async def accept(session: AsyncSession, token: str, form: AcceptForm) -> Account:
    """Take up an invitation: choose login and password. Raises 404, or 422 when the login is taken."""
    invitation = await pending_invitation(session, secret_hash(token))
    account = await session.get_one(Account, invitation.account_id)
    if await account_by_login(session, form.login) is not None:
        raise invalid(FieldError("/login", "taken"))
    audit.act_as(session, audit.Who(account.id, None, invitation.role))
    account.login = form.login
    known = await password_rules.known_of(session, account, form.login)
    account.password_hash = await password_rules.fresh(form.password, "/password", known)
    taken_up(session, invitation, account)
    await session.flush()
    return account


def taken_up(session: AsyncSession, invitation: Invitation, account: Account) -> None:
    """The link is used, and the account is its owner's."""
    audit.note(session, account, Act("account.joined"))
    invitation.accepted_at = clock.real_now()


async def account_by_login(session: AsyncSession, login: str) -> Account | None:
    """The account of a login, whatever its letters' case."""
    found: Account | None = await session.scalar(
        select(Account).where(func.lower(Account.login) == login.strip().lower())
    )
    return found


async def end_membership(tx: Tx, membership_id: uuid.UUID) -> Membership:
    """End a role (somebody left). Raises 404 out of reach, 403 for a role that the actor may not give either."""
    # In one statement: a role out of reach takes as many as one that is nowhere.
    joined = select(Membership, Unit).join(Unit, Unit.id == Membership.unit_id).where(Membership.id == membership_id)
    found = (await tx.session.execute(joined)).first()
    if found is None or not within(tx.actor, found[1]):
        raise not_found("membership")
    membership: Membership = found[0]
    # An office ends every role in its reach; a mentor sits in the university's unit and ends no colleague's.
    if tx.actor.role not in OFFICES and Role(membership.role) not in INVITES.get(tx.actor.role, frozenset()):
        raise Problem("forbidden", 403)
    membership.ended_at = clock.now()
    audit.note(tx.session, membership, Act("membership.ended"))
    await end_acting(tx.session, membership.id)
    return membership


async def first_account(session: AsyncSession, *, unit_code: str, unit_name: str, name: str, demo: bool) -> str:
    """The region's unit and its first account's link, on an empty installation; for the command line.

    Raises Problem 409 `already_set_up` when a unit exists.
    """
    if await session.scalar(select(func.count()).select_from(Unit)):
        raise Problem("already_set_up", 409)
    unit = Unit(id=new_id(), kind=UnitKind.REGION.value, code=unit_code, name=unit_name)
    account = Account(id=new_id(), login=f"invited-{new_id().hex}", name=name, name_key=sort_key(name), demo=demo)
    session.add_all([unit, account])
    await session.flush()
    secret, token_hash = new_secret()
    session.add_all(
        [
            Membership(account_id=account.id, role=Role.REGION_OFFICE.value, unit_id=unit.id),
            Invitation(
                unit_id=unit.id,
                role=Role.REGION_OFFICE.value,
                name=name,
                token_hash=token_hash,
                expires_at=clock.real_now() + INVITATION_LIFE,
                account_id=account.id,
            ),
        ]
    )
    await audit.commit(session)
    return secret
