"""Reads of cycles, stages, plans, trails and of who one is."""

import json
import uuid
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    ColumnElement,
    DateTime,
    String,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core.audit import AuditEntry, inner_parts
from miaopu.core.db import Base
from miaopu.core.problem import Problem, not_found
from miaopu.core.read import Rows, among, as_list, as_page, as_record, kept
from miaopu.notices.models import Notice
from miaopu.people.access import permissions_of
from miaopu.people.acting import Reads, Tx, scope
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, memberships_json
from miaopu.people.roles import CITY_SIDE, Role
from miaopu.programme.models import CYCLE_FLOW, Cycle, CycleCity, CycleSubject, PlanVersion, Stage
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.plan import Plan

T = TypeVar("T", bound=Base)
MY_CYCLE = bindparam("cycle_id", type_=Uuid)
ID = bindparam("id", type_=Uuid)
CycleSort = Literal["-year", "year"]


def visible(role: Role) -> ColumnElement[bool]:
    """Cycles are open to everybody who takes part."""
    return false() if role is Role.PUBLIC else true()


def rows_json(rows: Rows) -> Any:
    """The rows as a JSON array, for a column of a record; a table of the record's own statement is the record's row.

    One aggregate and no derived table: SQLAlchemy does not see from inside a FROM which row is meant, and would
    list the rows of every record.
    """
    pairs = [part for c in rows.selected_columns for part in (literal_column(f"'{c.key}'"), c)]
    item: Any = func.json_build_object(*pairs)
    order = rows._order_by_clauses
    if order:
        item = aggregate_order_by(item, *order)
    listed = func.coalesce(func.json_agg(item), literal_column("'[]'::json"))
    return rows.with_only_columns(listed).order_by(None).scalar_subquery()


def stages_json(cycle_id: Any) -> Any:
    """The stages of a cycle in the plan's order, each with its state by the clock."""
    state = case((Stage.opens_at > NOW, "planned"), (Stage.closes_at > NOW, "open"), else_="closed")
    return rows_json(
        select(
            Stage.code,
            Stage.position,
            Stage.opens_at,
            Stage.closes_at,
            state.label("state"),
            Stage.version,
        )
        .where(Stage.cycle_id == cycle_id)
        .order_by(Stage.position)
    )


def subjects_json(cycle_id: Any) -> Any:
    """The subjects of a cycle in the plan's order."""
    return rows_json(
        select(CycleSubject.code, CycleSubject.name, CycleSubject.name_en)
        .where(CycleSubject.cycle_id == cycle_id)
        .order_by(CycleSubject.position)
    )


def _cycles(role: Role) -> Rows:
    return select(
        Cycle.id,
        Cycle.code,
        Cycle.year,
        Cycle.title,
        Cycle.title_en,
        Cycle.state,
        Cycle.plan_version,
        Cycle.plan_digest,
        Cycle.version,
    ).where(visible(role))


@kept
def cycles_page(role: Role, sort: CycleSort) -> Rows:
    """All cycles."""
    return as_page(_cycles(role), Cycle.year.desc() if sort == "-year" else Cycle.year, Cycle.id)


@kept
def cycle_record(role: Role) -> Rows:
    """One cycle with its stages, places and subjects."""
    places = rows_json(
        select(CycleCity.city_id, Unit.name.label("city_name"), CycleCity.places, CycleCity.taken)
        .join(Unit, Unit.id == CycleCity.city_id)
        .where(CycleCity.cycle_id == Cycle.id)
        .order_by(CycleCity.places.desc(), Unit.code)
    )
    return as_record(
        _cycles(role)
        .add_columns(
            Cycle.state_since,
            stages_json(Cycle.id).label("stages"),
            places.label("cities"),
            subjects_json(Cycle.id).label("subjects"),
            offers(CYCLE_FLOW, role, Cycle.state, Cycle.id),
            waiting_for(CYCLE_FLOW, Cycle.state),
        )
        .where(Cycle.id == ID)
    )


@kept
def plan_record(role: Role) -> Rows:
    """The plan in force, text and data."""
    return as_record(
        select(
            Cycle.id.label("cycle_id"),
            PlanVersion.number,
            PlanVersion.digest,
            PlanVersion.source,
            Cycle.plan,
        )
        .join(PlanVersion, (PlanVersion.cycle_id == Cycle.id) & (PlanVersion.number == Cycle.plan_version))
        .where(Cycle.id == ID, visible(role))
    )


@kept
def _plan_of_mine(role: Role) -> Rows:
    return select(Cycle.plan_digest, cast(Cycle.plan, Text).label("plan")).where(Cycle.id == MY_CYCLE, visible(role))


async def plan_in_force(reads: Reads) -> Plan:
    """The plan of the reader's cycle. Raises 409 `no_cycle`."""
    found = await reads.rows(_plan_of_mine(reads.actor.role))
    if not found:
        raise Problem("no_cycle", 409)
    return parsed(found[0]["plan_digest"], found[0]["plan"])


def trail_of(
    role: Role,
    thing: str,
    seen: Rows,
    *,
    sealed: ColumnElement[bool] | None = None,
    only: ColumnElement[bool] | None = None,
) -> Rows:
    """The trail of one thing that the reader sees; no row (404) where `seen` has none. Rooms keep it by role.

    `seen` selects from the room's table with `visible(role)` and `id = :id`. Outside the offices, what a part of
    the thing says (a mark before its publication) stays out of the trail, and inner parts (a panel member's sheet
    and the reasons given for it, a conflict of interest) do not appear at all. `sealed` says of which entries
    what they changed is not shown to anybody yet but to who did it. `only` says which entries this reader is shown.
    """
    named: ColumnElement[bool] = AuditEntry.account_id == ME
    told: ColumnElement[bool] = AuditEntry.part_type.is_(None)
    shown: ColumnElement[bool] = told | ~among(AuditEntry.part_type, sorted(inner_parts()))
    if role in CITY_SIDE:
        named = told = shown = true()
    if sealed is not None:
        told = told & (~sealed | (AuditEntry.account_id == ME))
    if only is not None:
        shown = shown & only
    rows = (
        select(
            AuditEntry.at,
            AuditEntry.action,
            case((named, Account.name)).label("actor_name"),
            AuditEntry.role.label("actor_role"),
            AuditEntry.part_type,
            AuditEntry.from_state,
            AuditEntry.to_state,
            AuditEntry.reason,
            case((told, AuditEntry.changes)).label("changes"),
        )
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.thing_type == thing, AuditEntry.thing_id == ID, shown)
        .order_by(AuditEntry.id)
    )
    return as_list(rows).having(seen.exists())


@kept
def trail(role: Role) -> Rows:
    """The trail of a cycle."""
    return trail_of(role, "cycle", select(Cycle.id).where(Cycle.id == ID, visible(role)))


@kept
def me(role: Role) -> Rows:
    """`GET /me` in one statement."""
    granted = json.dumps([p.value for p in permissions_of(role)])
    account = rows_json(select(Account.id, Account.name, Account.login).where(Account.id == ME))
    cycle = rows_json(
        select(
            Cycle.id,
            Cycle.code,
            Cycle.year,
            Cycle.title,
            Cycle.title_en,
            Cycle.state,
            Cycle.plan["timezone"].as_string().label("timezone"),
            subjects_json(Cycle.id).label("subjects"),
        ).where(Cycle.id == MY_CYCLE)
    )
    years = rows_json(
        select(Cycle.id, Cycle.year, Cycle.title, Cycle.title_en, Cycle.state)
        .where(Cycle.state != "planned")
        .order_by(Cycle.year.desc(), Cycle.code)
    )
    mine = memberships_json()
    unread = select(func.count()).where(Notice.account_id == ME, Notice.read_at.is_(None)).scalar_subquery()
    membership = (
        select(literal_column("m.value"))
        .select_from(func.json_array_elements(mine).alias("m"))
        .where(literal_column("m.value ->> 'id'") == cast(bindparam("membership_id", type_=Uuid), String))
        .scalar_subquery()
    )
    return as_record(
        select(
            account.op("->")(0).label("account"),
            membership.label("membership"),
            mine.label("memberships"),
            cast(literal(granted, String), JSON).label("permissions"),
            cycle.op("->")(0).label("cycle"),
            years.label("cycles"),
            stages_json(MY_CYCLE).label("stages"),
            bindparam("now", type_=DateTime(timezone=True)).label("now"),
            unread.label("unread"),
            cast(bindparam("demo", type_=String), JSON).label("demo"),
        )
    )


async def load(tx: Tx, model: type[T], seen: ColumnElement[bool], thing_id: uuid.UUID) -> T:
    """The first gate: the thing, if the actor sees it (`seen` is the room's `visible(role)`). Raises 404."""
    key: Any = model
    statement = select(model).where(key.id == thing_id, seen)
    found: T | None = (await tx.session.execute(statement, scope(tx.actor))).scalar_one_or_none()
    if found is None:
        raise not_found()
    return found


def ask_version(thing: Any, version: int) -> None:
    """Raises 409 `stale` when the caller saw another version."""
    if thing.version != version:
        raise Problem("stale", 409, version=thing.version)


async def cycle_and_plan(session: AsyncSession, cycle_id: uuid.UUID) -> tuple[Cycle, Plan]:
    """A cycle and its plan, parsed once for each session. Raises 404."""
    kept_plans: dict[uuid.UUID, tuple[Cycle, Plan]] = session.info.setdefault("plans", {})
    if cycle_id not in kept_plans:
        cycle = await session.get(Cycle, cycle_id)
        if cycle is None:
            raise not_found("cycle")
        kept_plans[cycle_id] = (cycle, parsed(cycle.plan_digest, json.dumps(cycle.plan)))
    return kept_plans[cycle_id]


async def plan_of(session: AsyncSession, cycle_id: uuid.UUID) -> Plan:
    """The plan of a cycle: every number of the programme comes from here. Raises 404."""
    return (await cycle_and_plan(session, cycle_id))[1]


_parsed: dict[str, Plan] = {}


def parsed(digest: str, text: str) -> Plan:
    """A plan from its stored JSON; the last few are remembered by their digest."""
    if digest not in _parsed:
        if len(_parsed) > 8:
            _parsed.clear()
        _parsed[digest] = Plan.model_validate_json(text)
    return _parsed[digest]
