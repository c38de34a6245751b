"""Reads of single sign-on."""

from sqlalchemy import ColumnElement, false, select, true

from miaopu.core.read import Rows, as_list, kept
from miaopu.people.models import Unit
from miaopu.people.oidc_models import WORKING, SsoIdentity, SsoProvider
from miaopu.people.queries import ME, MY_UNIT
from miaopu.people.roles import Role


def visible_providers(role: Role) -> ColumnElement[bool]:
    """The region's office sees all of them, a university its own."""
    if role is Role.REGION_OFFICE:
        return true()
    return SsoProvider.unit_id == MY_UNIT if role is Role.UNIVERSITY else false()


@kept
def providers_list(role: Role) -> Rows:
    """Providers with their units, by name."""
    return as_list(
        select(
            SsoProvider.id,
            SsoProvider.unit_id,
            Unit.name.label("unit_name"),
            SsoProvider.issuer,
            SsoProvider.client_id,
            SsoProvider.name_claim,
            SsoProvider.active,
            SsoProvider.confirmed_at,
            SsoProvider.version,
        )
        .join(Unit, Unit.id == SsoProvider.unit_id)
        .where(visible_providers(role))
        .order_by(Unit.name, SsoProvider.id)
    )


@kept
def choices_list() -> Rows:
    """The universities whose sign-in works, for everybody."""
    return as_list(
        select(SsoProvider.id, SsoProvider.unit_id, Unit.name, Unit.name_en)
        .join(Unit, Unit.id == SsoProvider.unit_id)
        .where(WORKING, Unit.active)
        .order_by(Unit.name, SsoProvider.id)
    )


@kept
def own_identities() -> Rows:
    """The reader's own links."""
    return as_list(
        select(SsoIdentity.id, Unit.name.label("unit_name"), SsoIdentity.label, SsoIdentity.linked_at)
        .join(SsoProvider, SsoProvider.id == SsoIdentity.provider_id)
        .join(Unit, Unit.id == SsoProvider.unit_id)
        .where(SsoIdentity.account_id == ME)
        .order_by(SsoIdentity.linked_at, SsoIdentity.id)
    )
