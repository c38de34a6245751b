"""Verbs of single sign-on: name a provider, confirm it, link oneself, sign in."""

import uuid

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.secrets import Vault
from miaopu.people.acting import Tx, scope
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.oidc import Flow, Providers, Someone
from miaopu.people.oidc_http import Refused
from miaopu.people.oidc_models import WORKING, SsoIdentity, SsoProvider
from miaopu.people.oidc_queries import visible_providers
from miaopu.people.oidc_schemas import SsoForm
from miaopu.people.roles import Role, UnitKind
from miaopu.people.service import within


async def name_provider(tx: Tx, vault: Vault, providers: Providers, unit_id: uuid.UUID, form: SsoForm) -> SsoProvider:
    """Say where a university's people sign in. What the university itself says waits for the region's office.

    Raises 404 for a unit out of reach, 409 `stale`, 422 for an issuer that is not called or does not describe itself.
    """
    unit = await tx.session.get(Unit, unit_id)
    if unit is None or unit.kind != UnitKind.UNIVERSITY or not within(tx.actor, unit):
        raise not_found("unit")
    try:
        await providers.metadata(form.issuer)
    except Refused as refused:
        raise invalid(FieldError("/issuer", "sso_address")) from refused
    except Problem as away:
        raise invalid(FieldError("/issuer", "sso_issuer")) from away
    made = await tx.session.scalar(select(SsoProvider).where(SsoProvider.unit_id == unit_id).with_for_update())
    if made is None:
        if form.client_secret is None:
            raise invalid(FieldError("/client_secret", "missing"))
        made = SsoProvider(id=new_id(), unit_id=unit_id)
        tx.session.add(made)
    elif made.version != form.version:
        raise Problem("stale", 409, version=made.version)
    elif form.issuer != made.issuer and form.client_secret is None:
        # A secret is not carried to another address by whoever does not know it.
        raise invalid(FieldError("/client_secret", "missing"))
    made.issuer, made.client_id, made.name_claim = form.issuer, form.client_id, form.name_claim
    made.active = form.active
    if form.client_secret is not None:
        made.secret_sealed = vault.seal(form.client_secret)
    made.confirmed_at = clock.real_now() if tx.actor.role is Role.REGION_OFFICE else None
    audit.note(tx.session, made, Act("sso_provider.named"))
    await tx.session.flush()
    return made


async def confirm(tx: Tx, provider_id: uuid.UUID, version: int) -> SsoProvider:
    """The region's office has asked the university and lets its people in. Raises 404, 409 `stale`."""
    seen = select(SsoProvider).where(SsoProvider.id == provider_id, visible_providers(tx.actor.role))
    found = (await tx.session.execute(seen.with_for_update(), scope(tx.actor))).scalar_one_or_none()
    if found is None:
        raise not_found("sso_provider")
    if found.version != version:
        raise Problem("stale", 409, version=found.version)
    found.confirmed_at = clock.real_now()
    audit.note(tx.session, found, Act("sso_provider.confirmed"))
    await tx.session.flush()
    return found


async def working(session: AsyncSession, provider_id: uuid.UUID) -> SsoProvider:
    """A provider that is confirmed and in use. Raises 404."""
    found = await session.scalar(
        select(SsoProvider)
        .join(Unit, Unit.id == SsoProvider.unit_id)
        .where(SsoProvider.id == provider_id, WORKING, Unit.active)
    )
    if found is None:
        raise not_found("sso_provider")
    return found


async def of_own_unit(tx: Tx, provider_id: uuid.UUID) -> SsoProvider:
    """The provider of a unit in which the actor holds a role: only there can one link oneself. Raises 404."""
    found = await working(tx.session, provider_id)
    belongs = await tx.session.scalar(
        select(Membership.id).where(
            Membership.account_id == tx.actor.account_id,
            Membership.unit_id == found.unit_id,
            or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
        )
    )
    if belongs is None:
        raise not_found("sso_provider")
    return found


async def link(tx: Tx, provider: SsoProvider, flow: Flow, who: Someone) -> SsoIdentity:
    """From now on this identity signs in to the actor's account. Raises 400 `sso_failed`, 409 `sso_taken`."""
    if flow.account_id != str(tx.actor.account_id):
        raise Problem("sso_failed", 400)
    taken = await tx.session.scalar(
        select(SsoIdentity.id).where(SsoIdentity.issuer == who.issuer, SsoIdentity.subject == who.subject)
    )
    if taken is not None:
        raise Problem("sso_taken", 409)
    made = SsoIdentity(
        id=new_id(),
        provider_id=provider.id,
        account_id=tx.actor.account_id,
        issuer=who.issuer,
        subject=who.subject,
        label=who.label,
    )
    tx.session.add(made)
    audit.record(tx.session, Act("account.sso_linked"), "account", tx.actor.account_id, unit_id=str(provider.unit_id))
    await tx.session.flush()
    return made


async def unlink(tx: Tx, identity_id: uuid.UUID) -> None:
    """Take one's own link away. Raises 404, 409 `sso_only_way` for the last way into an account without a password."""
    found = await tx.session.get(SsoIdentity, identity_id, with_for_update=True)
    if found is None or found.account_id != tx.actor.account_id:
        raise not_found("sso_identity")
    # Of two requests that take the last two links away at once, one waits here and is refused.
    account = await tx.session.get_one(Account, found.account_id, with_for_update=True)
    others = select(SsoIdentity.id).where(SsoIdentity.account_id == account.id, SsoIdentity.id != identity_id)
    if account.password_hash is None and await tx.session.scalar(others.limit(1)) is None:
        raise Problem("sso_only_way", 409)
    await tx.session.delete(found)
    audit.record(tx.session, Act("account.sso_unlinked"), "account", tx.actor.account_id)
    await tx.session.flush()


async def account_of(session: AsyncSession, provider: SsoProvider, who: Someone) -> Account:
    """The account that its owner linked to this identity. Raises 403 `sso_unlinked`: no name or mail ever does."""
    account = await session.scalar(
        select(Account)
        .join(SsoIdentity, SsoIdentity.account_id == Account.id)
        .where(
            SsoIdentity.issuer == who.issuer,
            SsoIdentity.subject == who.subject,
            SsoIdentity.provider_id == provider.id,
            Account.active,
        )
    )
    if account is None:
        raise Problem("sso_unlinked", 403)
    return account
