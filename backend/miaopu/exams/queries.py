"""Reads of sittings and seats."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.exams.models import RECHECK_FLOW, ExamRoom, Recheck, Seat, Sitting
from miaopu.people.models import Unit
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import CITY_SIDE, OVERSIGHT, STUDENT_SIDE, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")


def visible_sittings(role: Role) -> ColumnElement[bool]:
    """The region all, everybody else of the city its own: when and where is no secret within the city."""
    here = Sitting.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role in (Role.CITY_OFFICE, Role.UNIVERSITY, Role.SCHOOL) or role in STUDENT_SIDE:
        return and_(here, Sitting.city_id == MY_CITY)
    return false()


def visible_seats(role: Role) -> ColumnElement[bool]:
    """Who sees the registration sees its seat; a university sees none by name."""
    return visible_registrations(role)


def _sittings(role: Role) -> Rows:
    def count(*conditions: Any) -> Any:
        return (
            select(func.count()).select_from(Seat).where(Seat.sitting_id == Sitting.id, *conditions).scalar_subquery()
        )

    rooms = select(func.count()).select_from(ExamRoom).where(ExamRoom.sitting_id == Sitting.id).scalar_subquery()
    seats = (
        select(func.coalesce(func.sum(ExamRoom.capacity), 0)).where(ExamRoom.sitting_id == Sitting.id).scalar_subquery()
    )
    return (
        select(
            Sitting.id,
            Sitting.city_id,
            City.name.label("city_name"),
            Sitting.subject,
            Sitting.starts_at,
            Sitting.ends_at,
            Sitting.address,
            func.encode(func.sha256(cast(Sitting.seed, LargeBinary)), "hex").label("seed_digest"),
            case((count() > 0, Sitting.seed)).label("seed"),
            rooms.label("rooms"),
            seats.label("capacity"),
            count().label("seated"),
            count(Seat.entered_by.is_not(None)).label("marked"),
            count(Seat.second_by.is_not(None)).label("confirmed"),
            count(Seat.present_at.is_not(None)).label("present"),
            Sitting.locked_at,
            Sitting.published_at,
            Sitting.version,
        )
        .join(City, City.id == Sitting.city_id)
        .where(visible_sittings(role))
    )


@kept
def sittings_page(role: Role, filters: frozenset[str]) -> Rows:
    """Sittings."""
    conditions = {
        "subject": Sitting.subject == bindparam("subject"),
        "city": Sitting.city_id == bindparam("city", type_=Uuid),
    }
    return as_page(filtered(_sittings(role), conditions, filters), Sitting.starts_at, City.name, Sitting.id)


@kept
def sitting_record(role: Role) -> Rows:
    """One sitting with its rooms."""
    taken = select(func.count()).select_from(Seat).where(Seat.room_id == ExamRoom.id).scalar_subquery()
    came = (
        select(func.count())
        .select_from(Seat)
        .where(Seat.room_id == ExamRoom.id, Seat.present_at.is_not(None))
        .scalar_subquery()
    )
    rooms = rows_json(
        select(ExamRoom.id, ExamRoom.name, ExamRoom.capacity, taken.label("seated"), came.label("present"))
        .where(ExamRoom.sitting_id == Sitting.id)
        .order_by(ExamRoom.name)
    )
    return as_record(_sittings(role).add_columns(rooms.label("room_list")).where(Sitting.id == ID))


@kept
def sitting_trail(role: Role) -> Rows:
    """The trail of a sitting."""
    return trail_of(role, "sitting", select(Sitting.id).where(Sitting.id == ID, visible_sittings(role)))


@kept
def rooms_sheet(role: Role) -> Rows:
    """What the city's workbook says of its rooms, each with its sitting."""
    return (
        select(
            Sitting.subject,
            Sitting.starts_at,
            Sitting.ends_at,
            Sitting.address,
            ExamRoom.name,
            ExamRoom.capacity,
        )
        .join(Sitting, Sitting.id == ExamRoom.sitting_id)
        .where(visible_sittings(role))
        .order_by(Sitting.subject, ExamRoom.name)
    )


def _seats(role: Role) -> Rows:
    office = role in OVERSIGHT or role is Role.CITY_OFFICE
    # Before publication a mark is the offices' alone; after it, also the student's and the guardian's (S-rows).
    shown: ColumnElement[bool] = true() if role in OVERSIGHT else Sitting.published_at.is_not(None)
    if role is Role.CITY_OFFICE:
        # Who enters second does not see the first mark until both are there.
        shown = or_(shown, Seat.entered_by == ME, Seat.second_by.is_not(None))
    if role is Role.SCHOOL:
        shown = false()
    entries = case((Seat.second_by.is_not(None), 2), (Seat.entered_by.is_not(None), 1), else_=0)
    differ = and_(
        Seat.second_by.is_not(None),
        or_(
            Seat.mark.is_distinct_from(Seat.second_mark),
            Seat.absent != Seat.second_absent,
            Seat.parts.is_distinct_from(Seat.second_parts),
        ),
    )
    return (
        select(
            Seat.id,
            Seat.registration_id,
            Seat.sitting_id,
            Registration.number.label("registration_number"),
            Registration.name,
            School.name.label("school_name"),
            Sitting.subject,
            Seat.ticket_number,
            ExamRoom.name.label("room"),
            Seat.number.label("seat"),
            Sitting.address,
            Sitting.starts_at,
            case((shown, Seat.absent)).label("absent"),
            case((shown, Seat.mark)).label("mark"),
            case((shown, Seat.parts)).label("parts"),
            (differ if office else null()).label("entries_differ"),
            (entries if office else null()).label("entries"),
            Seat.present_at,
            Sitting.published_at,
            Seat.version,
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .join(ExamRoom, ExamRoom.id == Seat.room_id)
        .join(School, School.id == Registration.school_id)
        .where(visible_seats(role))
    )


SEAT_FILTERS: dict[str, ColumnElement[bool]] = {
    "sitting": Seat.sitting_id == bindparam("sitting", type_=Uuid),
    "registration": Seat.registration_id == bindparam("registration", type_=Uuid),
    "subject": Sitting.subject == bindparam("subject"),
    "q": Registration.name.contains(bindparam("q", type_=String))
    | (Seat.ticket_number == bindparam("q", type_=String)),
}


@kept
def seats_page(role: Role, filters: frozenset[str]) -> Rows:
    """Seats, by room and number."""
    rows = filtered(_seats(role), SEAT_FILTERS, filters)
    return as_page(rows, Sitting.subject, ExamRoom.name, Seat.number, Seat.id)


@kept
def seat_record(role: Role) -> Rows:
    """One seat."""
    return as_record(_seats(role).where(Seat.id == ID))


def visible_rechecks(role: Role) -> ColumnElement[bool]:
    """The region all, a city its own, a family its own; nobody else learns that a mark was doubted."""
    if role not in CITY_SIDE and role not in STUDENT_SIDE:
        return false()
    seen = exists().where(
        Seat.id == Recheck.seat_id, Registration.id == Seat.registration_id, visible_registrations(role)
    )
    return and_(Recheck.cycle_id == MY_CYCLE, seen.correlate_except(Seat, Registration))


def _rechecks(role: Role) -> Rows:
    # A proposal is the offices' until a second person has confirmed it.
    open_to_all: ColumnElement[bool] = true() if role in CITY_SIDE else Recheck.state == "upheld"
    return (
        select(
            Recheck.id,
            Recheck.seat_id,
            Registration.number.label("registration_number"),
            Registration.name,
            Registration.subject,
            City.name.label("city_name"),
            Recheck.by_student,
            Recheck.asked_at,
            Recheck.mark_before,
            case((open_to_all, Recheck.mark)).label("mark"),
            Recheck.state,
            Recheck.state_since,
            Recheck.version,
        )
        .join(Seat, Seat.id == Recheck.seat_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(City, City.id == Registration.city_id)
        .where(visible_rechecks(role))
    )


@kept
def rechecks_page(role: Role, filters: frozenset[str]) -> Rows:
    """Marks looked at again, those that wait first."""
    conditions = {
        "state": Recheck.state == bindparam("state"),
        "subject": Registration.subject == bindparam("subject"),
        "seat": Recheck.seat_id == bindparam("seat", type_=Uuid),
    }
    order = case((Recheck.state == "open", 0), (Recheck.state == "proposed", 1), else_=2)
    return as_page(filtered(_rechecks(role), conditions, filters), order, Recheck.asked_at, Recheck.id)


@kept
def recheck_record(role: Role) -> Rows:
    """One of them."""
    return as_record(
        _rechecks(role)
        .add_columns(
            Recheck.reason,
            Recheck.answer,
            offers(RECHECK_FLOW, role, Recheck.state, Recheck.cycle_id),
            waiting_for(RECHECK_FLOW, Recheck.state),
        )
        .where(Recheck.id == ID)
    )


@kept
def recheck_trail(role: Role) -> Rows:
    """The trail of one."""
    return trail_of(role, "recheck", select(Recheck.id).where(Recheck.id == ID, visible_rechecks(role)))
