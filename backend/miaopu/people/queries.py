"""Reads of units and members."""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, kept
from miaopu.people.models import Account, Invitation, Membership, Unit
from miaopu.people.oidc_models import WORKING, SsoIdentity, SsoProvider
from miaopu.people.roles import Role, UnitKind, foundable, invitable

UnitSort = Literal["name", "code"]
MY_UNIT = bindparam("unit_id", type_=Uuid)
MY_CITY = bindparam("city_id", type_=Uuid)
ME = bindparam("account_id", type_=Uuid)


# Whether somebody has made an account their own: by a password, or by an identity at their university.
TAKEN_UP: ColumnElement[bool] = or_(
    Account.password_hash.is_not(None), exists().where(SsoIdentity.account_id == Account.id).correlate(Account)
)
# Whether somebody can come in by an account; `schemas.AccountState`.
ACCOUNT_STATE: ColumnElement[str] = case(
    (Account.active.is_(False), literal_column("'disabled'")),
    (not_(TAKEN_UP), literal_column("'invited'")),
    else_=literal_column("'active'"),
)


def visible_units(role: Role) -> ColumnElement[bool]:
    """Units are public knowledge among those who take part."""
    return false() if role is Role.PUBLIC else true()


def visible_members(role: Role) -> ColumnElement[bool]:
    """Whose memberships a role sees: the region all, a city its own, a unit its own."""
    if role in (Role.REGION_OFFICE, Role.ASSOCIATION, Role.EDUCATION_DEPARTMENT):
        return true()
    if role is Role.CITY_OFFICE:
        return Unit.city_id == MY_CITY
    if role in (Role.UNIVERSITY, Role.SCHOOL):
        return Unit.id == MY_UNIT
    return Membership.account_id == ME


def _units(role: Role) -> Rows:
    members = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.unit_id == Unit.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    return select(
        Unit.id,
        Unit.parent_id,
        Unit.city_id,
        Unit.kind,
        Unit.code,
        Unit.name,
        Unit.name_en,
        Unit.credit_code,
        Unit.active,
        members.label("members"),
    ).where(visible_units(role))


@kept
def units_page(role: Role, filters: frozenset[str], sort: UnitSort) -> Rows:
    """Units, filtered by kind, city or parent."""
    rows = _units(role)
    if "kind" in filters:
        rows = rows.where(Unit.kind == bindparam("kind"))
    if "city" in filters:
        rows = rows.where(Unit.city_id == bindparam("city", type_=Uuid))
    if "q" in filters:
        rows = rows.where(Unit.name.contains(bindparam("q", type_=String)))
    if "parent" in filters:
        rows = rows.where(Unit.parent_id == bindparam("parent", type_=Uuid))
    return as_page(rows, Unit.name if sort == "name" else Unit.code, Unit.id)


@kept
def unit_record(role: Role) -> Rows:
    """One unit, with the roles that the reader may invite into it and the kinds it may found below it."""
    return as_record(
        _units(role)
        .add_columns(
            _by_kind(role, lambda kind: invitable(role, kind)).label("invites"),
            _by_kind(role, lambda kind: foundable(role, kind)).label("founds"),
        )
        .where(Unit.id == bindparam("id", type_=Uuid))
    )


def _by_kind(role: Role, of: Callable[[UnitKind], tuple[StrEnum, ...]]) -> Any:
    """What a unit in the reader's reach offers by its kind, as a JSON array; nothing for one out of reach."""
    if role is Role.REGION_OFFICE:
        reach: ColumnElement[bool] = true()
    elif role is Role.CITY_OFFICE:
        reach = Unit.city_id == MY_CITY
    else:
        reach = Unit.id == MY_UNIT
    lists = {kind: json.dumps([code.value for code in of(kind)]) for kind in UnitKind}
    offered: list[Any] = [
        (and_(reach, Unit.kind == kind.value), literal_column(f"'{found}'::json")) for kind, found in lists.items()
    ]
    return case(*offered, else_=literal_column("'[]'::json"))


def _members(role: Role) -> Rows:
    return (
        select(
            Membership.id,
            Membership.account_id,
            Account.name,
            Membership.role,
            Membership.unit_id,
            Unit.name.label("unit_name"),
            Membership.cycle_id,
            TAKEN_UP.label("accepted"),
            ACCOUNT_STATE.label("account_state"),
            Membership.ended_at,
        )
        .join(Account, Account.id == Membership.account_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(visible_members(role))
    )


@kept
def member_record(role: Role) -> Rows:
    """One person's role in a unit."""
    return as_record(_members(role).where(Membership.id == bindparam("id", type_=Uuid)))


@kept
def members_page(role: Role, filters: frozenset[str]) -> Rows:
    """People and their roles, by name."""
    rows = _members(role)
    if "q" in filters:
        rows = rows.where(Account.name.contains(bindparam("q", type_=String)))
    if "account_state" in filters:
        rows = rows.where(bindparam("account_state", type_=String) == ACCOUNT_STATE)
    if "role" in filters:
        rows = rows.where(Membership.role == bindparam("member_role"))
    if "unit" in filters:
        rows = rows.where(Membership.unit_id == bindparam("unit", type_=Uuid))
    return as_page(rows, Account.name_key, Membership.id)


def memberships_json() -> Any:
    """The reader's own memberships in force, as a JSON array (for `/me`)."""
    unit = aliased(Unit)
    rows = (
        select(
            Membership.id,
            Membership.role,
            Membership.unit_id,
            unit.name.label("unit_name"),
            unit.kind.label("unit_kind"),
            Membership.cycle_id,
        )
        .join(unit, unit.id == Membership.unit_id)
        .where(
            Membership.account_id == ME,
            or_(Membership.ended_at.is_(None), and_(Membership.ended_at > func.now())),
        )
        .order_by(Membership.since, Membership.id)
        .subquery("r")
    )
    return (
        select(func.coalesce(func.json_agg(func.row_to_json(literal_column("r"))), literal_column("'[]'::json")))
        .select_from(rows)
        .scalar_subquery()
    )


@kept
def invitation_record() -> Rows:
    """What a link that can still be used is for."""
    return as_record(
        select(
            Invitation.name,
            Invitation.role,
            Unit.name.label("unit_name"),
            Invitation.expires_at,
            SsoProvider.id.label("sso_provider_id"),
        )
        .join(Unit, Unit.id == Invitation.unit_id)
        .join(Account, Account.id == Invitation.account_id)
        .outerjoin(SsoProvider, and_(SsoProvider.unit_id == Unit.id, WORKING, Unit.active))
        .where(
            Account.active,
            not_(TAKEN_UP),
            Invitation.token_hash == bindparam("token_hash", type_=LargeBinary),
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > func.now(),
        )
    )
