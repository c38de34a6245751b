"""An invitation is taken up by single sign-on: no password is chosen, the identity at the university is the way in."""

import secrets
import uuid

from sqlalchemy import ForeignKeyConstraint, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import Base, new_id
from miaopu.core.problem import Problem, not_found
from miaopu.people.entry import request_id
from miaopu.people.models import Account, Invitation, Membership, Unit
from miaopu.people.oidc import Flow, Someone
from miaopu.people.oidc_models import WORKING, SsoIdentity, SsoProvider
from miaopu.people.service import account_by_login, pending_invitation, taken_up
from miaopu.people.tokens import secret_hash

# What an account is called whose owner chose no login: its unit's code and letters that nobody confuses.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LETTERS_LENGTH = 6
CODE_LENGTH = 40


async def provider_for(session: AsyncSession, token: str) -> SsoProvider:
    """The provider of the unit that a link invites into. Raises 404 for a link that opens nothing, or without one."""
    invitation = await pending_invitation(session, secret_hash(token))
    found = await session.scalar(
        select(SsoProvider)
        .join(Unit, Unit.id == SsoProvider.unit_id)
        .where(SsoProvider.unit_id == invitation.unit_id, WORKING, Unit.active)
    )
    if found is None:
        raise not_found("sso_provider")
    return found


async def join(session: AsyncSession, provider: SsoProvider, flow: Flow, who: Someone) -> Account:
    """The account that the invited person comes in by from now on: the invited one, or the one it had already.

    An identity that opens an account by this provider brings the new role there: nobody has two accounts for one
    person. No name or mail ever decides it.

    Raises:
        Problem: 404 for a link that is used or over; 400 `sso_failed` for a way of another kind, or another unit's
            provider; 409 `sso_taken` for an identity linked at another unit or to a disabled account, `sso_role_held`,
            and `sso_has_account` where more than a role hangs on the invited account.
    """
    if not flow.invitation:
        raise Problem("sso_failed", 400)
    invitation = await pending_invitation(session, bytes.fromhex(flow.invitation))
    if provider.unit_id != invitation.unit_id:
        raise Problem("sso_failed", 400)
    invited = await session.get_one(Account, invitation.account_id)
    known = await session.scalar(
        select(SsoIdentity).where(SsoIdentity.issuer == who.issuer, SsoIdentity.subject == who.subject)
    )
    if known is not None:
        return await _role_to(session, invitation, invited, await _owner(session, known, provider))
    audit.act_as(session, audit.Who(invited.id, None, invitation.role, request_id(session)))
    invited.login = await _login(session, provider.unit_id)
    session.add(
        SsoIdentity(
            id=new_id(),
            provider_id=provider.id,
            account_id=invited.id,
            issuer=who.issuer,
            subject=who.subject,
            label=who.label,
        )
    )
    taken_up(session, invitation, invited)
    audit.record(session, Act("account.sso_linked"), "account", invited.id, unit_id=str(provider.unit_id))
    await session.flush()
    return invited


async def _owner(session: AsyncSession, known: SsoIdentity, provider: SsoProvider) -> Account:
    """Whose identity it is, locked; only by the provider at which it was linked. Raises 409 `sso_taken`."""
    owner = await session.get_one(Account, known.account_id, with_for_update=True)
    if known.provider_id != provider.id or not owner.active:
        raise Problem("sso_taken", 409)
    return owner


async def _role_to(session: AsyncSession, invitation: Invitation, invited: Account, owner: Account) -> Account:
    """The invited role goes to an account that its owner has already; the one that slept opens nothing any more."""
    audit.act_as(session, audit.Who(owner.id, None, invitation.role, request_id(session)))
    roles = list(await session.scalars(select(Membership).where(Membership.account_id == invited.id)))
    for role in roles:
        held = select(Membership.id).where(
            Membership.account_id == owner.id,
            Membership.role == role.role,
            Membership.unit_id == role.unit_id,
            Membership.cycle_id.is_not_distinct_from(role.cycle_id),
        )
        if await session.scalar(held) is not None:
            raise Problem("sso_role_held", 409)
    if await session.scalar(select(_named_elsewhere(invited.id))):
        # The letter of a nomination, a place in a team: what hangs on that account would be nobody's. There the
        # university says that it is the person of an earlier year (`nominations.profile.know_mentor`).
        raise Problem("sso_has_account", 409)
    for role in roles:
        role.account_id = owner.id
        audit.note(session, role, Act("membership.taken_up"))
    taken_up(session, invitation, owner)
    invited.active = False
    audit.note(session, invited, Act("account.taken_into"))
    await session.flush()
    return owner


def _named_elsewhere(account_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether anything but its roles and invitations names an account, by every foreign key that there is."""
    own = {Membership.__tablename__, Invitation.__tablename__}
    return or_(
        *(
            select(table).where(column == account_id).exists()
            for table in Base.metadata.tables.values()
            if table.name not in own
            for column in _naming(table)
        )
    )


def _naming(table: Table) -> list[ColumnElement[uuid.UUID]]:
    keys = (one for one in table.constraints if isinstance(one, ForeignKeyConstraint))
    return [next(iter(key.columns)) for key in keys if key.referred_table.name == Account.__tablename__]


async def _login(session: AsyncSession, unit_id: uuid.UUID) -> str:
    """A login by which offices and the own authenticator name the account, and by which a password can work later."""
    unit = await session.get_one(Unit, unit_id)
    while True:
        made = f"{unit.code[:CODE_LENGTH]}-{''.join(secrets.choice(LETTERS) for _ in range(LETTERS_LENGTH))}"
        if await account_by_login(session, made) is None:
            return made
