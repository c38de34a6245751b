"""Reads of what cities ask former students to (P31)."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, false, func, select, true

from miaopu.alumni.models import ACTIVITY_FLOW, AlumniActivity, AlumniGuest
from miaopu.alumni.queries import City, School
from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.pairings.models import Enrolment
from miaopu.people.queries import MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of


def visible_activities(role: Role) -> ColumnElement[bool]:
    """A city its own, also in the making; the region what was sent."""
    here = AlumniActivity.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return and_(here, AlumniActivity.state != "draft")
    return and_(here, AlumniActivity.unit_id == MY_UNIT) if role is Role.CITY_OFFICE else false()


def _activities(role: Role) -> Rows:
    def count(state: str | None = None) -> Any:
        rows = select(func.count()).select_from(AlumniGuest).where(AlumniGuest.activity_id == AlumniActivity.id)
        return (rows.where(AlumniGuest.state == state) if state else rows).scalar_subquery()

    return (
        select(
            AlumniActivity.id,
            AlumniActivity.title.label("activity_title"),
            City.name.label("city_name"),
            AlumniActivity.place,
            AlumniActivity.starts_at,
            count().label("invited"),
            count("coming").label("coming"),
            count("declined").label("declined"),
            AlumniActivity.state,
            AlumniActivity.state_since,
            AlumniActivity.version,
        )
        .join(City, City.id == AlumniActivity.unit_id)
        .where(visible_activities(role))
    )


@kept
def activities_page(role: Role, filters: frozenset[str]) -> Rows:
    """What former students are asked to, the next first."""
    conditions: dict[str, Any] = {"state": AlumniActivity.state == bindparam("state", type_=String)}
    rows = filtered(_activities(role), conditions, filters)
    return as_page(rows, AlumniActivity.starts_at.desc(), AlumniActivity.id)


@kept
def activity_record(role: Role) -> Rows:
    """One of them, with who was asked and what they answered; the names are its city's alone."""
    own = AlumniActivity.unit_id == MY_UNIT if role is Role.CITY_OFFICE else false()
    guests = rows_json(
        select(
            AlumniGuest.id,
            AlumniGuest.enrolment_id,
            Enrolment.name.label("student_name"),
            School.name.label("school_name"),
            AlumniGuest.state,
            AlumniGuest.state_since,
            AlumniGuest.message,
        )
        .join(Enrolment, Enrolment.id == AlumniGuest.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .where(AlumniGuest.activity_id == AlumniActivity.id, own)
        .order_by(Enrolment.name_key, AlumniGuest.id)
        .correlate(AlumniActivity)
    )
    return as_record(
        _activities(role)
        .add_columns(
            AlumniActivity.text,
            case((own, true()), else_=false()).label("organises"),
            guests.label("guests"),
            offers(ACTIVITY_FLOW, role, AlumniActivity.state, AlumniActivity.cycle_id),
            waiting_for(ACTIVITY_FLOW, AlumniActivity.state),
        )
        .where(AlumniActivity.id == ID)
    )


@kept
def activity_trail(role: Role) -> Rows:
    """The trail of one of them."""
    return trail_of(
        role, "alumni_activity", select(AlumniActivity.id).where(AlumniActivity.id == ID, visible_activities(role))
    )
