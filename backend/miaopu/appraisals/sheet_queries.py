"""Reads of the region's appraisals of its cities."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, false, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from miaopu.appraisals.models import APPRAISAL_FLOW, Appraisal, Summary
from miaopu.appraisals.queries import visible_summaries
from miaopu.core.audit import AuditEntry
from miaopu.core.read import Rows, among, as_page, as_record, kept
from miaopu.people.models import Unit
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.flow import Flow
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, trail_of

City = aliased(Unit, name="city")
# What a city is told of its appraisal: never what was weighed before the decision.
TOLD = ("appraisal.ask_city", "appraisal.answer", "appraisal.decide")


def visible_appraisals(role: Role) -> ColumnElement[bool]:
    """The region all; the organisers and the city what was decided, and the city what it is asked."""
    here = Appraisal.cycle_id == MY_CYCLE
    if role is Role.REGION_OFFICE:
        return here
    if role in OVERSIGHT:
        return and_(here, Appraisal.state == "decided")
    if role is Role.CITY_OFFICE:
        return and_(here, Appraisal.city_id == MY_CITY, among(Appraisal.state, ("asked", "decided")))
    return false()


def waiting_appraisals(role: Role) -> ColumnElement[bool]:
    """A sheet that one proposed waits for somebody else."""
    mine = and_(Appraisal.state == "proposed", Appraisal.proposed_by == ME)
    return and_(visible_appraisals(role), ~mine)


def _appraisals(role: Role) -> Rows:
    return (
        select(
            Appraisal.id,
            Appraisal.city_id,
            City.name.label("city_name"),
            _told(role, Appraisal.total).label("points"),
            _told(role, Appraisal.grade).label("city_grade"),
            Appraisal.decided_at,
            Appraisal.state,
            Appraisal.state_since,
            Appraisal.version,
        )
        .join(City, City.id == Appraisal.city_id)
        .where(visible_appraisals(role))
    )


def _told(role: Role, column: Any, otherwise: Any = None) -> ColumnElement[Any]:
    """A column of the sheet: for the region always, for everybody else once it is decided."""
    if role is Role.REGION_OFFICE:
        shown: ColumnElement[Any] = column
        return shown
    return case((Appraisal.state == "decided", column), else_=otherwise)


@kept
def appraisals_page(role: Role) -> Rows:
    """Appraisals, the best first; those not scored yet last."""
    order = _told(role, Appraisal.total).desc().nulls_last()
    return as_page(_appraisals(role), order, City.code, Appraisal.id)


def _sheet_offers(role: Role) -> ColumnElement[Any]:
    """Whoever proposed a sheet is not offered to decide it."""
    edges = tuple(edge for edge in APPRAISAL_FLOW.edges if edge.action != "decide")
    mine = Flow(APPRAISAL_FLOW.thing, APPRAISAL_FLOW.states, edges)
    state, cycle = Appraisal.state, Appraisal.cycle_id
    return case(
        (Appraisal.proposed_by == ME, offers(mine, role, state, cycle).element),
        else_=offers(APPRAISAL_FLOW, role, state, cycle).element,
    ).label("actions")


@kept
def appraisal_record(role: Role) -> Rows:
    """One sheet, with the city's own summary beside it."""
    nothing = cast(literal("{}", String), JSONB)
    return as_record(
        _appraisals(role)
        .add_columns(
            _told(role, Appraisal.scores, nothing).label("scores"),
            _told(role, Appraisal.comment, literal("", String)).label("comment"),
            _told(role, Appraisal.numbers).label("numbers"),
            Appraisal.asked,
            Appraisal.answer,
            func.coalesce(Appraisal.proposed_by == ME, false()).label("proposed_by_me"),
            Summary.id.label("summary_id"),
            Summary.state.label("summary_state"),
            _sheet_offers(role),
            waiting_for(APPRAISAL_FLOW, Appraisal.state),
        )
        .outerjoin(Summary, and_(Summary.unit_id == Appraisal.city_id, visible_summaries(role)))
        .where(Appraisal.id == ID)
    )


@kept
def appraisal_trail(role: Role) -> Rows:
    """The trail of a sheet; a city's begins with what it was asked."""
    seen = select(Appraisal.id).where(Appraisal.id == ID, visible_appraisals(role))
    only = None if role is Role.REGION_OFFICE else among(AuditEntry.action, TOLD)
    return trail_of(role, "appraisal", seen, only=only)
