"""Reads of supervision: visits, findings, model cases (P28)."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.supervision.models import CASE_FLOW, FINDING_FLOW, CasePerson, Finding, ModelCase, SupervisionVisit

UNITS = frozenset({Role.CITY_OFFICE, Role.UNIVERSITY, Role.SCHOOL})


def _of_unit(role: Role, unit_id: Any) -> ColumnElement[bool]:
    """One's own unit's; to a city's office also those in it."""
    if role is Role.CITY_OFFICE:
        inside = exists().where(Unit.id == unit_id, Unit.city_id == MY_CITY).correlate_except(Unit)
        return or_(unit_id == MY_UNIT, inside)
    own: ColumnElement[bool] = unit_id == MY_UNIT
    return own if role in UNITS else false()


def visible_visits(role: Role) -> ColumnElement[bool]:
    """The region and the organisers all, an expert the own ones, a unit those to it."""
    here = SupervisionVisit.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role is Role.EXPERT:
        return and_(here, SupervisionVisit.account_id == ME)
    return and_(here, _of_unit(role, SupervisionVisit.unit_id))


def _of_visit(role: Role, visit_id: Any) -> ColumnElement[bool]:
    seen = exists().where(SupervisionVisit.id == visit_id, visible_visits(role))
    return seen.correlate_except(SupervisionVisit)


def visible_findings(role: Role) -> ColumnElement[bool]:
    """Those of the visits one sees, for who supervises; to units those they own."""
    here = Finding.cycle_id == MY_CYCLE
    if role in UNITS:
        return and_(here, _of_unit(role, Finding.unit_id))
    return and_(here, _of_visit(role, Finding.visit_id))


def is_named() -> ColumnElement[bool]:
    """The case names the reader, who is asked once the unit has agreed."""
    line = exists().where(CasePerson.case_id == ModelCase.id, CasePerson.account_id == ME)
    return line.correlate_except(CasePerson)


def visible_cases(role: Role) -> ColumnElement[bool]:
    """As the visits; and who is named in one sees it, whatever year it is of."""
    if role is Role.PUBLIC:
        return false()
    here = ModelCase.cycle_id == MY_CYCLE
    if role in UNITS:
        return or_(and_(here, _of_unit(role, ModelCase.unit_id)), is_named())
    return or_(and_(here, _of_visit(role, ModelCase.visit_id)), is_named())


def all_agree() -> ColumnElement[bool]:
    """Nobody whom the case names is without a consent in force."""
    lacking = exists().where(CasePerson.case_id == ModelCase.id, CasePerson.said.is_distinct_from("given"))
    return ~lacking.correlate_except(CasePerson)


def _count(model: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def _visits(role: Role) -> Rows:
    finding = and_(Finding.visit_id == SupervisionVisit.id, visible_findings(role))
    return (
        select(
            SupervisionVisit.id,
            SupervisionVisit.unit_id,
            Unit.name.label("unit_name"),
            Account.name.label("expert_name"),
            SupervisionVisit.visited_on,
            SupervisionVisit.means,
            SupervisionVisit.note,
            _count(Finding, finding).label("findings"),
            _count(Finding, finding, Finding.state != "accepted").label("unsettled"),
            _count(ModelCase, ModelCase.visit_id == SupervisionVisit.id).label("model_cases"),
            SupervisionVisit.version,
        )
        .join(Unit, Unit.id == SupervisionVisit.unit_id)
        .join(Account, Account.id == SupervisionVisit.account_id)
        .where(visible_visits(role))
    )


@kept
def visits_page(role: Role) -> Rows:
    """Supervision visits, the last first."""
    return as_page(_visits(role), SupervisionVisit.visited_on.desc(), SupervisionVisit.id)


@kept
def visit_record(role: Role) -> Rows:
    """One visit."""
    return as_record(_visits(role).where(SupervisionVisit.id == ID))


def _findings(role: Role) -> Rows:
    late = and_(Finding.state == "open", Finding.due_on < cast(NOW, Date))
    return (
        select(
            Finding.id,
            Finding.visit_id,
            Finding.unit_id,
            Unit.name.label("unit_name"),
            Account.name.label("expert_name"),
            Finding.text,
            Finding.due_on,
            late.label("late"),
            Finding.answered_at,
            Finding.state,
            Finding.state_since,
            Finding.version,
        )
        .join(Unit, Unit.id == Finding.unit_id)
        .join(SupervisionVisit, SupervisionVisit.id == Finding.visit_id)
        .join(Account, Account.id == SupervisionVisit.account_id)
        .where(visible_findings(role))
    )


@kept
def findings_page(role: Role, filters: frozenset[str]) -> Rows:
    """Findings, the first due first."""
    conditions: dict[str, Any] = {
        "state": Finding.state == bindparam("state", type_=String),
        "visit": Finding.visit_id == bindparam("visit", type_=Uuid),
        "unit": Finding.unit_id == bindparam("unit", type_=Uuid),
    }
    return as_page(filtered(_findings(role), conditions, filters), Finding.due_on, Finding.id)


def _own_acts(flow: Any, role: Role, thing: Any) -> ColumnElement[Any]:
    """What can be done now: a city's office sees those of its units, and acts for its own unit alone."""
    can = offers(flow, role, thing.state, thing.cycle_id)
    if role not in UNITS:
        return can
    none = cast(literal("[]", String), JSONB)
    return case((thing.unit_id == MY_UNIT, can), else_=none).label("actions")


@kept
def finding_record(role: Role) -> Rows:
    """One finding with its answer."""
    return as_record(
        _findings(role)
        .add_columns(Finding.answer, _own_acts(FINDING_FLOW, role, Finding), waiting_for(FINDING_FLOW, Finding.state))
        .where(Finding.id == ID)
    )


@kept
def finding_trail(role: Role) -> Rows:
    """The trail of a finding."""
    return trail_of(role, "finding", select(Finding.id).where(Finding.id == ID, visible_findings(role)))


def _cases(role: Role) -> Rows:
    line = CasePerson.case_id == ModelCase.id
    return (
        select(
            ModelCase.id,
            ModelCase.visit_id,
            ModelCase.unit_id,
            Unit.name.label("unit_name"),
            ModelCase.title.label("case_title"),
            _count(CasePerson, line).label("people"),
            _count(CasePerson, line, CasePerson.said == "given").label("agreeing"),
            ModelCase.published_at,
            ModelCase.state,
            ModelCase.state_since,
            ModelCase.version,
        )
        .join(Unit, Unit.id == ModelCase.unit_id)
        .where(visible_cases(role))
    )


@kept
def cases_page(role: Role, filters: frozenset[str]) -> Rows:
    """Model cases, the last first."""
    conditions: dict[str, Any] = {
        "state": ModelCase.state == bindparam("state", type_=String),
        "visit": ModelCase.visit_id == bindparam("visit", type_=Uuid),
    }
    return as_page(filtered(_cases(role), conditions, filters), ModelCase.state_since.desc(), ModelCase.id)


@kept
def case_record(role: Role) -> Rows:
    """One case: who it names is for its unit and who supervises; a person named finds the own line."""
    lines = (
        select(Account.name, CasePerson.guardian, CasePerson.said, CasePerson.said_at)
        .join(Account, Account.id == CasePerson.account_id)
        .where(CasePerson.case_id == ModelCase.id)
    )
    if role not in UNITS and role not in OVERSIGHT and role is not Role.EXPERT:
        lines = lines.where(CasePerson.account_id == ME)
    named = rows_json(lines.order_by(Account.name_key, CasePerson.id).correlate(ModelCase))
    own = (
        select(func.json_build_object("version", CasePerson.version, "said", CasePerson.said))
        .where(CasePerson.case_id == ModelCase.id, CasePerson.account_id == ME)
        .scalar_subquery()
    )
    return as_record(
        _cases(role)
        .add_columns(
            ModelCase.text,
            named.label("named"),
            own.label("own"),
            _own_acts(CASE_FLOW, role, ModelCase),
            waiting_for(CASE_FLOW, ModelCase.state),
        )
        .where(ModelCase.id == ID)
    )


@kept
def case_trail(role: Role) -> Rows:
    """The trail of a case."""
    return trail_of(role, "model_case", select(ModelCase.id).where(ModelCase.id == ID, visible_cases(role)))


@kept
def public_cases() -> Rows:
    """What everybody may read: published, and everybody named agrees still."""
    rows = (
        select(
            ModelCase.id,
            Cycle.year.label("cycle_year"),
            Unit.name.label("unit_name"),
            ModelCase.title.label("case_title"),
            ModelCase.text,
            ModelCase.published_at,
        )
        .join(Unit, Unit.id == ModelCase.unit_id)
        .join(Cycle, Cycle.id == ModelCase.cycle_id)
        .where(ModelCase.state == "published", all_agree())
    )
    return as_page(rows, ModelCase.published_at.desc(), ModelCase.id)
