"""Reads of former students (P29–P31). Of whatever year they were in training: the cycle acted in does not matter."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.alumni.models import (
    FORMER,
    AlumniActivity,
    AlumniGuest,
    Alumnus,
    AlumnusConsent,
    TrackingEntry,
)
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.pairings.models import Enrolment
from miaopu.people.models import Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW
from miaopu.programme.queries import rows_json

School = aliased(Unit, name="former_school")
City = aliased(Unit, name="former_city")


def visible_former(role: Role) -> ColumnElement[bool]:
    """Students whose training is over: the region's all, a city's and a school's own, each person the own years."""
    over = among(Enrolment.state, FORMER)
    if role in OVERSIGHT:
        return over
    own: dict[Role, ColumnElement[bool]] = {
        Role.CITY_OFFICE: Enrolment.city_id == MY_CITY,
        Role.SCHOOL: Enrolment.school_id == MY_UNIT,
        Role.STUDENT: Enrolment.account_id == ME,
    }
    return and_(over, own[role]) if role in own else false()


def agreed() -> ColumnElement[bool]:
    """The person (of `Enrolment`) lets the programme follow and ask."""
    said = exists().where(Alumnus.account_id == Enrolment.account_id, Alumnus.state == "agreed")
    return said.correlate_except(Alumnus)


def visible_tracking(role: Role) -> ColumnElement[bool]:
    """Where people went, as long as they agree: who sees the person; a university those who came to it (P30)."""
    if role is Role.STUDENT:
        return visible_former(role)
    if role is Role.UNIVERSITY:
        return and_(TrackingEntry.university_id == MY_UNIT, agreed())
    return and_(visible_former(role), agreed())


def visible_guests(role: Role) -> ColumnElement[bool]:
    """What one is asked to, once it is sent."""
    if role is not Role.STUDENT:
        return false()
    sent = exists().where(AlumniActivity.id == AlumniGuest.activity_id, AlumniActivity.state != "draft")
    return and_(AlumniGuest.account_id == ME, sent.correlate_except(AlumniActivity))


def _tracking(role: Role) -> Rows:
    columns: list[Any] = [
        TrackingEntry.id,
        TrackingEntry.enrolment_id,
        Enrolment.name.label("student_name"),
        School.name.label("school_name"),
        Enrolment.subject,
        Enrolment.grade.label("result_grade"),
        TrackingEntry.year,
        TrackingEntry.kind,
        TrackingEntry.institution,
        TrackingEntry.university_id,
        TrackingEntry.field,
        TrackingEntry.research,
        TrackingEntry.note,
        TrackingEntry.said_by,
        TrackingEntry.version,
    ]
    return (
        select(*columns)
        .join(Enrolment, Enrolment.id == TrackingEntry.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .where(visible_tracking(role))
    )


@kept
def tracking_page(role: Role, filters: frozenset[str]) -> Rows:
    """Where former students have gone, the last year first."""
    conditions: dict[str, Any] = {
        "enrolment": TrackingEntry.enrolment_id == bindparam("enrolment", type_=Uuid),
        "year": TrackingEntry.year == bindparam("year", type_=Integer),
        "tracking_kind": TrackingEntry.kind == bindparam("tracking_kind", type_=String),
        "university": TrackingEntry.university_id == bindparam("university", type_=Uuid),
        "q": or_(
            Enrolment.name.contains(bindparam("q", type_=String)),
            TrackingEntry.institution.contains(bindparam("q", type_=String)),
        ),
    }
    order = (TrackingEntry.year.desc(), Enrolment.name_key, TrackingEntry.id)
    return as_page(filtered(_tracking(role), conditions, filters), *order)


@kept
def tracking_sheet(role: Role) -> Rows:
    """A school's entries as its workbook has them."""
    return _tracking(role).add_columns(Enrolment.number, Enrolment.name).order_by(Enrolment.number, TrackingEntry.year)


@kept
def agreed_sheet(role: Role) -> Rows:
    """Those of a school whom it may follow, and of whom nothing is recorded in a year."""
    there = exists().where(
        TrackingEntry.enrolment_id == Enrolment.id, TrackingEntry.year == bindparam("year", type_=Integer)
    )
    return (
        select(Enrolment.number, Enrolment.name)
        .where(visible_former(role), agreed(), ~there)
        .order_by(Enrolment.number)
    )


@kept
def alumni_page(role: Role, filters: frozenset[str]) -> Rows:
    """Former students, the last year first."""
    said = func.coalesce(Alumnus.state, "asked")
    last = (
        select(TrackingEntry)
        .where(TrackingEntry.enrolment_id == Enrolment.id, Alumnus.state == "agreed")
        .order_by(TrackingEntry.year.desc())
        .limit(1)
        .correlate(Enrolment, Alumnus)
    )
    columns: list[Any] = [
        Enrolment.id,
        Enrolment.number,
        Enrolment.name.label("student_name"),
        School.name.label("school_name"),
        City.name.label("city_name"),
        Enrolment.subject,
        Enrolment.grade.label("result_grade"),
        Cycle.year.label("cycle_year"),
        said.label("consent"),
        last.with_only_columns(TrackingEntry.year).scalar_subquery().label("followed_until"),
        last.with_only_columns(TrackingEntry.institution).scalar_subquery().label("institution"),
    ]
    rows = (
        select(*columns)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(School, School.id == Enrolment.school_id)
        .join(City, City.id == Enrolment.city_id)
        .outerjoin(Alumnus, Alumnus.account_id == Enrolment.account_id)
        .where(visible_former(role))
    )
    conditions: dict[str, Any] = {
        "consent": said == bindparam("consent", type_=String),
        "subject": Enrolment.subject == bindparam("subject", type_=String),
        "city": Enrolment.city_id == bindparam("city", type_=Uuid),
        "year": Cycle.year == bindparam("year", type_=Integer),
        "q": Enrolment.name.contains(bindparam("q", type_=String)) | (Enrolment.number == bindparam("q", type_=String)),
    }
    return as_page(filtered(rows, conditions, filters), Cycle.year.desc(), Enrolment.name_key, Enrolment.id)


@kept
def mine(role: Role) -> Rows:
    """What a former student finds of the own years, words, entries and invitations."""
    years = rows_json(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.cycle_id,
            Cycle.year.label("cycle_year"),
            Cycle.title.label("cycle_title"),
            School.name.label("school_name"),
            Enrolment.subject,
            Enrolment.grade.label("result_grade"),
        )
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .join(School, School.id == Enrolment.school_id)
        .where(visible_former(role))
        .order_by(Cycle.year.desc())
    )
    invitations = rows_json(
        select(
            AlumniGuest.id,
            AlumniActivity.title.label("activity_title"),
            City.name.label("city_name"),
            AlumniActivity.place,
            AlumniActivity.text,
            AlumniActivity.starts_at,
            (AlumniActivity.state == "cancelled").label("cancelled"),
            and_(AlumniActivity.state == "sent", AlumniActivity.starts_at > NOW).label("open"),
            AlumniGuest.state,
            AlumniGuest.message,
            AlumniGuest.version,
        )
        .join(AlumniActivity, AlumniActivity.id == AlumniGuest.activity_id)
        .join(City, City.id == AlumniActivity.unit_id)
        .where(visible_guests(role))
        .order_by(AlumniActivity.starts_at.desc())
    )
    me = Alumnus.account_id == ME
    said = (
        select(func.max(AlumnusConsent.said_at))
        .join(Alumnus, Alumnus.id == AlumnusConsent.alumnus_id)
        .where(me)
        .scalar_subquery()
    )
    state = select(Alumnus.state).where(me).scalar_subquery()
    return as_record(
        select(
            years.label("years"),
            func.coalesce(state, "asked").label("consent"),
            select(Alumnus.version).where(me).scalar_subquery().label("version"),
            said.label("said_at"),
            rows_json(_tracking(role).order_by(TrackingEntry.year.desc())).label("entries"),
            invitations.label("invitations"),
        )
    )
