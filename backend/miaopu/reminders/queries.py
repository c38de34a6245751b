"""Reads of the outbox, of those whom an announcement means, and of the groups."""

from typing import Any

from sqlalchemy import ColumnElement, String, Uuid, and_, any_, bindparam, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.reminders.models import BATCH_FLOW, Batch, Delivery, GroupChannel, Message, Preference


def visible(role: Role) -> ColumnElement[bool]:
    """The region all of its cycle, a city its own."""
    if role is Role.REGION_OFFICE:
        return Batch.cycle_id == MY_CYCLE
    return and_(Batch.cycle_id == MY_CYCLE, Batch.unit_id == MY_UNIT) if role is Role.CITY_OFFICE else false()


def visible_groups(role: Role) -> ColumnElement[bool]:
    """An office its own."""
    return GroupChannel.unit_id == MY_UNIT if role in (Role.REGION_OFFICE, Role.CITY_OFFICE) else false()


# Who is still meant, or was told: a cause that was gone later does not take back that it was told.
MEANT = and_(
    Message.batch_id == Batch.id,
    Message.removed_at.is_(None),
    or_(Message.ended_at.is_(None), Message.told_at.is_not(None)),
)


def _count(where: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(Message).where(where).correlate(Batch).scalar_subquery()


def _batches(role: Role) -> Rows:
    failed = exists().where(Delivery.id == Message.mail_id, Delivery.state == "failed")
    return (
        select(
            Batch.id,
            Batch.kind,
            Batch.rule,
            Unit.name.label("unit_name"),
            Batch.title.label("heading"),
            _count(MEANT).label("count"),
            _count(and_(Message.batch_id == Batch.id, failed)).label("undelivered"),
            Batch.created_at.label("prepared_at"),
            Batch.release_at.label("goes_at"),
            Batch.released_at.label("gone_at"),
            Batch.state,
            Batch.state_since,
            Batch.version,
        )
        .join(Unit, Unit.id == Batch.unit_id)
        .where(visible(role))
    )


@kept
def batches_page(role: Role, filters: frozenset[str]) -> Rows:
    """The outbox, the newest first."""
    conditions = {"state": Batch.state == bindparam("state"), "kind": Batch.kind == bindparam("kind")}
    return as_page(filtered(_batches(role), conditions, filters), Batch.created_at.desc(), Batch.id)


@kept
def batch_record(role: Role) -> Rows:
    """One batch."""
    author = select(Account.name).where(Account.id == Batch.author_id).scalar_subquery()
    groups = rows_json(
        select(GroupChannel.name, GroupChannel.kind, Delivery.state, Delivery.error)
        .select_from(Delivery)
        .join(GroupChannel, GroupChannel.id == Delivery.group_id)
        .where(Delivery.batch_id == Batch.id)
        .order_by(GroupChannel.name)
    )
    return as_record(
        _batches(role)
        .add_columns(
            Batch.text,
            Batch.channels,
            author.label("author_name"),
            _count(and_(Message.batch_id == Batch.id, Message.removed_at.is_not(None))).label("taken_out"),
            groups.label("groups"),
            offers(BATCH_FLOW, role, Batch.state, Batch.cycle_id),
            waiting_for(BATCH_FLOW, Batch.state),
        )
        .where(Batch.id == ID)
    )


@kept
def batch_trail(role: Role) -> Rows:
    """The trail of a batch."""
    return trail_of(role, "outbox_batch", select(Batch.id).where(Batch.id == ID, visible(role)))


@kept
def recipients_page(role: Role) -> Rows:
    """The real list of a batch, by name."""
    unit = (
        select(Unit.name)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.account_id == Message.account_id, Membership.ended_at.is_(None))
        .order_by(Membership.since)
        .limit(1)
        .scalar_subquery()
    )
    wants = and_(Preference.mail_sealed.is_not(None), Preference.mail_failed_at.is_(None), Preference.mode != "off")
    rows = (
        select(
            Message.id,
            Account.name,
            unit.label("unit_name"),
            Message.title.label("about"),
            func.coalesce(wants, False).label("reachable"),
            Delivery.state.label("mail"),
            Delivery.error,
            Message.told_at,
            Message.ended_at,
            Message.removed_at,
        )
        .join(Batch, Batch.id == Message.batch_id)
        .join(Account, Account.id == Message.account_id)
        .outerjoin(Preference, Preference.account_id == Message.account_id)
        .outerjoin(Delivery, Delivery.id == Message.mail_id)
        .where(Batch.id == ID, visible(role))
    )
    return as_page(rows, Account.name_key, Message.id)


def meant(role: Role, filters: frozenset[str]) -> Rows:
    """Those whom a choice means: account, name, unit, each person once. Binds `roles` and what `filters` name."""
    circle = and_(
        Enrolment.cycle_id == MY_CYCLE,
        among(Enrolment.state, ("enrolled", "active")),
        or_(
            Enrolment.account_id == Account.id,
            Enrolment.guardian_account_id == Account.id,
            Enrolment.guide_teacher_account_id == Account.id,
            Nomination.account_id == Account.id,
        ),
    )
    around = select(Enrolment.id).join(Nomination, Nomination.id == Enrolment.mentor_id).where(circle)
    conditions: dict[str, Any] = {
        "city": Unit.city_id == bindparam("city", type_=Uuid),
        "unit": Unit.id == bindparam("unit", type_=Uuid),
        "mentor": around.where(Nomination.id == bindparam("mentor", type_=Uuid)).correlate(Account).exists(),
        "in_training": around.correlate(Account).exists(),
    }
    if role in OVERSIGHT:
        reach: ColumnElement[bool] = Account.id != ME
    else:
        reach = and_(Account.id != ME, Unit.city_id == MY_CITY) if role is Role.CITY_OFFICE else false()
    rows = (
        select(Account.id.label("account_id"), Account.name, Account.name_key, func.min(Unit.name).label("unit_name"))
        .join(Membership, Membership.account_id == Account.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.role == any_(bindparam("roles", type_=ARRAY(String))),
            Membership.ended_at.is_(None),
            or_(Membership.cycle_id.is_(None), Membership.cycle_id == MY_CYCLE),
            Account.active,
            reach,
        )
        .group_by(Account.id)
    )
    return filtered(rows, conditions, filters)


@kept
def meant_page(role: Role, filters: frozenset[str]) -> Rows:
    """Those whom a choice means, by name."""
    found = meant(role, filters).subquery("m")
    # The page counts the same rows without their columns, so where they are from is said.
    rows = select(found.c.account_id, found.c.name, found.c.unit_name).select_from(found)
    return as_page(rows, found.c.name_key, found.c.account_id)


def _groups(role: Role) -> Rows:
    return (
        select(
            GroupChannel.id,
            GroupChannel.kind,
            GroupChannel.name.label("group_name"),
            Unit.name.label("unit_name"),
            GroupChannel.host,
            GroupChannel.secret_sealed.is_not(None).label("signed"),
            GroupChannel.active,
            GroupChannel.created_at.label("registered_at"),
            GroupChannel.version,
        )
        .join(Unit, Unit.id == GroupChannel.unit_id)
        .where(visible_groups(role))
    )


@kept
def groups_page(role: Role) -> Rows:
    """An office's groups."""
    return as_page(_groups(role), GroupChannel.name, GroupChannel.id)


@kept
def group_record(role: Role) -> Rows:
    """One group."""
    return as_record(_groups(role).where(GroupChannel.id == ID))


@kept
def group_trail(role: Role) -> Rows:
    """The trail of a group."""
    seen = select(GroupChannel.id).where(GroupChannel.id == ID, visible_groups(role))
    return trail_of(role, "group_channel", seen)
