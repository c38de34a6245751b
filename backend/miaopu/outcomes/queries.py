"""Reads of supervision and tracking."""

from typing import Any

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, filtered, kept
from miaopu.outcomes.models import SupervisionVisit, TrackingEntry
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import OVERSIGHT, Role
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.programme.queries import MY_CYCLE

School = aliased(Unit, name="school")


def visible_visits(role: Role) -> ColumnElement[bool]:
    """The region and the organisers all, a city those in it, an expert the own ones."""
    here = SupervisionVisit.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role is Role.CITY_OFFICE:
        inside = exists().where(Unit.id == SupervisionVisit.unit_id, Unit.city_id == MY_CITY)
        return and_(here, inside.correlate_except(Unit))
    return and_(here, SupervisionVisit.account_id == ME) if role is Role.EXPERT else false()


def visible_tracking(role: Role) -> ColumnElement[bool]:
    """Who sees the student; and a university whom it has admitted (P30)."""
    seen = visible_enrolments(role)
    return or_(seen, TrackingEntry.university_id == MY_UNIT) if role is Role.UNIVERSITY else seen


@kept
def visits_page(role: Role) -> Rows:
    """Supervision visits, the last first."""
    rows = (
        select(
            SupervisionVisit.id,
            SupervisionVisit.unit_id,
            Unit.name.label("unit_name"),
            Account.name.label("expert_name"),
            SupervisionVisit.visited_on,
            SupervisionVisit.means,
            SupervisionVisit.findings,
            SupervisionVisit.model_case,
            SupervisionVisit.version,
        )
        .join(Unit, Unit.id == SupervisionVisit.unit_id)
        .join(Account, Account.id == SupervisionVisit.account_id)
        .where(visible_visits(role))
    )
    return as_page(rows, SupervisionVisit.visited_on.desc(), SupervisionVisit.id)


@kept
def tracking_page(role: Role, filters: frozenset[str]) -> Rows:
    """Where former students have gone, the last year first. Years of other cycles' students count as well."""
    rows = (
        select(
            TrackingEntry.id,
            TrackingEntry.enrolment_id,
            Enrolment.name.label("student_name"),
            School.name.label("school_name"),
            TrackingEntry.year,
            TrackingEntry.institution,
            TrackingEntry.field,
            TrackingEntry.note,
            TrackingEntry.version,
        )
        .join(Enrolment, Enrolment.id == TrackingEntry.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .where(visible_tracking(role))
    )
    conditions: dict[str, Any] = {
        "enrolment": TrackingEntry.enrolment_id == bindparam("enrolment", type_=Uuid),
    }
    return as_page(filtered(rows, conditions, filters), TrackingEntry.year.desc(), Enrolment.name_key, TrackingEntry.id)
