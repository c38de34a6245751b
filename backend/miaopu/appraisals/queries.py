"""Reads of summaries and of the region's appraisals."""

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from miaopu.appraisals.models import ABOVE, OWNERS, SUMMARY_FLOW, Summary, SummaryPaper
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.people.models import Unit
from miaopu.people.queries import MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role, UnitKind
from miaopu.programme import papers
from miaopu.programme.flow import Flow
from miaopu.programme.models import CycleCity
from miaopu.programme.offering import offers
from miaopu.programme.queries import ID, MY_CYCLE, trail_of

City = aliased(Unit, name="city")
ANSWERING = (UnitKind.CITY, UnitKind.UNIVERSITY, UnitKind.SCHOOL)
UNIT = bindparam("unit", type_=Uuid)


def visible_summaries(role: Role) -> ColumnElement[bool]:
    """A unit its own; the office above and the region what was handed in; experts what they supervise by."""
    here = Summary.cycle_id == MY_CYCLE
    sent = Summary.state != "draft"
    if role in OVERSIGHT or role is Role.EXPERT:
        return and_(here, sent)
    below = exists().where(Unit.id == Summary.unit_id, Unit.city_id == MY_CITY).correlate_except(Unit)
    if role is Role.CITY_OFFICE:
        return and_(here, or_(Summary.unit_id == MY_UNIT, and_(sent, below)))
    return and_(here, Summary.unit_id == MY_UNIT) if role in (Role.UNIVERSITY, Role.SCHOOL) else false()


def _below(role: Role) -> ColumnElement[bool]:
    """Of a unit whose summaries this role accepts; `Unit` is the summary's own."""
    return among(Unit.kind, [kind for kind, office in ABOVE.items() if office is role])


def waiting_summaries(role: Role) -> ColumnElement[bool]:
    """Those of which one may be the next to act: the own until it is handed in, and those one accepts."""
    own = and_(Summary.unit_id == MY_UNIT, Summary.state == "draft")
    below = exists().where(Unit.id == Summary.unit_id, _below(role)).correlate_except(Unit)
    return and_(visible_summaries(role), or_(own, below, Summary.state == "accepted"))


def answering_units(role: Role) -> ColumnElement[bool]:
    """The units that hand in a summary and of which the reader may look at the numbers: its own and those below."""
    ours = and_(among(Unit.kind, ANSWERING), Unit.active)
    if role in OVERSIGHT:
        return ours
    if role is Role.CITY_OFFICE:
        return and_(ours, Unit.city_id == MY_CITY)
    return and_(ours, Unit.id == MY_UNIT) if role in (Role.UNIVERSITY, Role.SCHOOL) else false()


def _summaries(role: Role) -> Rows:
    count = select(func.count()).where(SummaryPaper.summary_id == Summary.id).scalar_subquery()
    return (
        select(
            Summary.id,
            Summary.unit_id,
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            City.name.label("city_name"),
            count.label("papers_count"),
            Summary.submitted_at,
            Summary.state,
            Summary.state_since,
            Summary.version,
        )
        .join(Unit, Unit.id == Summary.unit_id)
        .outerjoin(City, City.id == Unit.city_id)
        .where(visible_summaries(role))
    )


@kept
def summaries_page(role: Role, filters: frozenset[str]) -> Rows:
    """Summaries, by city; a city's own before those of its units."""
    conditions: dict[str, Any] = {
        "state": Summary.state == bindparam("state"),
        "unit": Summary.unit_id == UNIT,
        "kind": Unit.kind == bindparam("kind"),
        "city": Unit.city_id == bindparam("city", type_=Uuid),
    }
    return as_page(filtered(_summaries(role), conditions, filters), City.code, Unit.kind, Unit.name, Summary.id)


@kept
def summaries_numbers(role: Role) -> Rows:
    """The summaries that one sees with their numbers, in the order of the list."""
    numbers = cast(Summary.numbers, Text).label("numbers")
    return _summaries(role).add_columns(numbers).order_by(City.code, Unit.kind, Unit.name, Summary.id)


def _summary_offers(role: Role) -> ColumnElement[Any]:
    """The unit itself hands in, the office directly above it answers; nobody else is offered anything."""

    def by(*actions: str) -> Any:
        edges = tuple(edge for edge in SUMMARY_FLOW.edges if edge.action in actions)
        flow = Flow(SUMMARY_FLOW.thing, SUMMARY_FLOW.states, edges)
        return offers(flow, role, Summary.state, Summary.cycle_id).element

    return case(
        (Summary.unit_id == MY_UNIT, by("submit")),
        (_below(role), by("accept", "return_for_changes")),
        else_=by(),
    ).label("actions")


def _summary_turn() -> ColumnElement[Any]:
    """Whose turn it is: the unit's own while it drafts, the office directly above it once it is handed in."""

    def roles(*found: Role) -> Any:
        return cast(literal(json.dumps([role.value for role in found]), String), JSONB)

    turns = [(and_(Summary.state == "draft", Unit.kind == kind), roles(role)) for kind, role in OWNERS.items()]
    turns += [(and_(Summary.state == "submitted", Unit.kind == kind), roles(role)) for kind, role in ABOVE.items()]
    return case(*turns, else_=roles()).label("waiting_for")


@kept
def summary_record(role: Role) -> Rows:
    """One summary with its numbers and papers."""
    return as_record(
        _summaries(role)
        .add_columns(
            Summary.sections,
            Summary.numbers,
            papers.listed(SummaryPaper, Summary.id).label("papers"),
            _summary_offers(role),
            _summary_turn(),
        )
        .where(Summary.id == ID)
    )


@kept
def summary_paper(role: Role) -> Rows:
    """A paper of a summary, to look at."""
    return papers.file_of(SummaryPaper, Summary).where(Summary.id == ID, visible_summaries(role))


@kept
def summary_trail(role: Role) -> Rows:
    """The trail of a summary."""
    return trail_of(role, "summary", select(Summary.id).where(Summary.id == ID, visible_summaries(role)))


@kept
def answering(role: Role) -> Rows:
    """The unit whose numbers are asked for, if the reader may."""
    seen = or_(answering_units(role), Unit.id == MY_UNIT) if role in OVERSIGHT else answering_units(role)
    return select(Unit.id, Unit.name, Unit.kind).where(Unit.id == UNIT, seen)


@kept
def standing(role: Role) -> Rows:
    """Which units of each city have handed in and are accepted."""
    seen = visible_summaries(role)
    summary = select(Summary.id, Summary.unit_id, Summary.state, Summary.submitted_at).where(seen).subquery("seen")
    sent = among(summary.c.state, ("submitted", "accepted"))
    line = func.json_build_object(
        literal_column("'unit_id'"), Unit.id, literal_column("'unit_name'"), Unit.name,
        literal_column("'unit_kind'"), Unit.kind, literal_column("'summary_id'"), summary.c.id,
        literal_column("'state'"), summary.c.state, literal_column("'submitted_at'"), summary.c.submitted_at,
    )  # fmt: skip
    cities = (
        select(
            City.id.label("city_id"),
            City.name.label("city_name"),
            func.count().label("total"),
            func.count().filter(sent).label("handed_in"),
            func.count().filter(summary.c.state == "accepted").label("accepted"),
            func.json_agg(aggregate_order_by(line, Unit.kind, Unit.name)).label("units"),
        )
        .select_from(CycleCity)
        .join(City, City.id == CycleCity.city_id)
        .join(Unit, Unit.city_id == City.id)
        .outerjoin(summary, summary.c.unit_id == Unit.id)
        .where(CycleCity.cycle_id == MY_CYCLE, answering_units(role))
        .group_by(City.id, City.name, City.code)
    )
    found = cities.order_by(City.code).subquery("c")
    listed = func.json_agg(func.row_to_json(literal_column("c")))
    return as_record(select(func.coalesce(listed, literal_column("'[]'::json")).label("items")).select_from(found))
