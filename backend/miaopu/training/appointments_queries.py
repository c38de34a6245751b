"""Reads of planned meetings, and of what a phone shows first."""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen, visible_enrolments
from miaopu.people.roles import TEAM, Role
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.training.appointments_models import APPOINTMENT_FLOW, Appointment, AppointmentGuest
from miaopu.training.models import Attendance, Session
from miaopu.training.queries import leads, visible_sessions

Mentor = aliased(Nomination, name="mentor")
# As far back and as far ahead as a phone looks.
HELD = 10
COMING = 10


def visible_appointments(role: Role) -> ColumnElement[bool]:
    """Who sees one of those asked; a mentor and the team what they planned."""
    seen: ColumnElement[bool] = exists().where(
        AppointmentGuest.appointment_id == Appointment.id, student_seen(role, AppointmentGuest.enrolment_id)
    )
    if role in TEAM:
        seen = or_(seen, exists().where(Nomination.id == Appointment.mentor_id, leads(role)))
    return and_(Appointment.cycle_id == MY_CYCLE, seen)


def _count(*conditions: Any) -> Any:
    rows = select(func.count()).select_from(AppointmentGuest)
    return rows.where(AppointmentGuest.appointment_id == Appointment.id, *conditions).scalar_subquery()


def _appointments(role: Role) -> Rows:
    return (
        select(
            Appointment.id,
            Appointment.mentor_id,
            Mentor.name.label("mentor_name"),
            Appointment.starts_at,
            Appointment.minutes,
            Appointment.activity,
            Appointment.title,
            Appointment.place,
            Appointment.directions,
            Appointment.on_campus,
            _count().label("asked"),
            _count(AppointmentGuest.checked_in_at.is_not(None)).label("checked_in"),
            Appointment.session_id,
            Appointment.state,
            Appointment.state_since,
            Appointment.version,
        )
        .join(Mentor, Mentor.id == Appointment.mentor_id)
        .where(visible_appointments(role))
    )


ENDS = Appointment.starts_at + func.make_interval(0, 0, 0, 0, 0, Appointment.minutes)
FILTERS: dict[str, Any] = {
    "state": Appointment.state == bindparam("state"),
    "mentor": Appointment.mentor_id == bindparam("mentor", type_=Uuid),
    "enrolment": exists().where(
        AppointmentGuest.appointment_id == Appointment.id,
        AppointmentGuest.enrolment_id == bindparam("enrolment", type_=Uuid),
    ),
    "coming": (ENDS >= NOW) == cast(bindparam("coming"), Boolean),
}


@kept
def page(role: Role, filters: frozenset[str]) -> Rows:
    """Planned meetings, the next first where only those to come are asked for."""
    order = Appointment.starts_at if "coming" in filters else Appointment.starts_at.desc()
    return as_page(filtered(_appointments(role), FILTERS, filters), order, Appointment.id)


def _guests(role: Role) -> Any:
    return rows_json(
        select(
            AppointmentGuest.enrolment_id,
            Enrolment.name.label("student_name"),
            AppointmentGuest.checked_in_at,
            Attendance.mode,
        )
        .select_from(AppointmentGuest)
        .join(Enrolment, Enrolment.id == AppointmentGuest.enrolment_id)
        .outerjoin(
            Attendance,
            and_(
                Attendance.session_id == Appointment.session_id,
                Attendance.enrolment_id == AppointmentGuest.enrolment_id,
            ),
        )
        .where(AppointmentGuest.appointment_id == Appointment.id, visible_enrolments(role))
        .order_by(Enrolment.name_key, Enrolment.id)
        .correlate(Appointment)
    )


@kept
def record(role: Role) -> Rows:
    """One meeting, with those asked whom the reader sees."""
    return as_record(
        _appointments(role)
        .add_columns(
            _guests(role).label("guests"),
            offers(APPOINTMENT_FLOW, role, Appointment.state, Appointment.cycle_id),
            waiting_for(APPOINTMENT_FLOW, Appointment.state),
        )
        .where(Appointment.id == ID)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of a meeting."""
    return trail_of(role, "appointment", select(Appointment.id).where(Appointment.id == ID, visible_appointments(role)))


@kept
def one(role: Role) -> Rows:
    """What the calendar file says."""
    return select(
        Appointment.starts_at,
        Appointment.minutes,
        Appointment.title,
        Appointment.place,
        Appointment.directions,
        Appointment.state,
        Appointment.version,
    ).where(Appointment.id == ID, visible_appointments(role))


def coming(role: Role) -> Any:
    """The next meetings, as a column; a team also sees those that nobody has recorded yet."""
    late = true() if role in TEAM else ENDS >= NOW
    soon = (
        select(Appointment.id)
        .where(visible_appointments(role), Appointment.state == "planned", late)
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(COMING)
    )
    return rows_json(
        select(
            Appointment.id,
            Appointment.title,
            Mentor.name.label("mentor_name"),
            Appointment.starts_at,
            Appointment.minutes,
            Appointment.place,
            Appointment.directions,
            Appointment.on_campus,
            Appointment.state,
            Appointment.version,
            _guests(role).label("guests"),
        )
        .join(Mentor, Mentor.id == Appointment.mentor_id)
        .where(Appointment.id.in_(soon))
        .order_by(Appointment.starts_at, Appointment.id)
    )


def held(role: Role) -> Any:
    """The last sessions, as a column, each with those who came of the students the reader sees."""
    present = (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(Enrolment.name, Enrolment.name_key)), literal_column("'[]'::json")
            )
        )
        .select_from(Attendance)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Attendance.session_id == Session.id, Attendance.mode != "absent", visible_enrolments(role))
        .correlate(Session)
        .scalar_subquery()
    )
    last = select(Session.id).where(visible_sessions(role)).order_by(Session.starts_at.desc(), Session.id).limit(HELD)
    return rows_json(
        select(
            Session.id,
            Session.title,
            Mentor.name.label("mentor_name"),
            Session.starts_at,
            Session.on_campus,
            Session.version,
            present.label("present"),
        )
        .join(Mentor, Mentor.id == Session.mentor_id)
        .where(Session.id.in_(last))
        .order_by(Session.starts_at.desc(), Session.id)
    )
