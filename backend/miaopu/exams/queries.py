"""Reads of sittings, seats, places and cutoffs."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    false,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.exams.models import CUTOFF_FLOW, Cutoff, ExamRoom, Seat, Sitting
from miaopu.people.access import OVERSIGHT, STUDENT_SIDE, Role
from miaopu.people.models import Unit
from miaopu.people.queries import MY_CITY
from miaopu.programme.flow import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")
# Five-mark bins for the picture of a distribution.
BIN = 5
# Who stands no longer among the candidates of a line.
LEFT = ("withdrawn", "rejected", "absent")


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
            Sitting.seed,
            rooms.label("rooms"),
            seats.label("capacity"),
            count().label("seated"),
            count(Seat.entered_by.is_not(None)).label("marked"),
            count(Seat.second_by.is_not(None)).label("confirmed"),
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
    rooms = rows_json(
        select(ExamRoom.id, ExamRoom.name, ExamRoom.capacity, taken.label("seated"))
        .where(ExamRoom.sitting_id == Sitting.id)
        .order_by(ExamRoom.name)
    )
    return as_record(_sittings(role).add_columns(rooms.label("room_list")).where(Sitting.id == ID))


def _seats(role: Role) -> Rows:
    office = role in OVERSIGHT or role is Role.CITY_OFFICE
    # Before publication a mark is the offices' alone; after it, also the student's and the guardian's (S-rows).
    shown: ColumnElement[bool] = true() if office else Sitting.published_at.is_not(None)
    if role is Role.SCHOOL:
        shown = false()
    entries = case((Seat.second_by.is_not(None), 2), (Seat.entered_by.is_not(None), 1), else_=0)
    differ = and_(
        Seat.second_by.is_not(None),
        or_(
            Seat.mark.is_distinct_from(Seat.second_mark),
            Seat.absent != Seat.second_absent,
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
            Seat.number,
            Sitting.address,
            Sitting.starts_at,
            case((shown, Seat.absent)).label("absent"),
            case((shown, Seat.mark)).label("mark"),
            (differ if office else null()).label("entries_differ"),
            (entries if office else null()).label("entries"),
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


def visible_cutoffs(role: Role) -> ColumnElement[bool]:
    """The region all, a city its own; everybody else what is confirmed."""
    here = Cutoff.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role is Role.CITY_OFFICE:
        return and_(here, Cutoff.city_id == MY_CITY)
    if role in (Role.UNIVERSITY, Role.SCHOOL) or role in STUDENT_SIDE:
        return and_(here, Cutoff.city_id == MY_CITY, Cutoff.state == "confirmed")
    return false()


def _cutoffs(role: Role) -> Rows:
    return (
        select(
            Cutoff.id,
            Cutoff.city_id,
            City.name.label("city_name"),
            Cutoff.subject,
            Cutoff.places,
            Cutoff.candidates,
            Cutoff.computed_line,
            Cutoff.line,
            Cutoff.reaching,
            Cutoff.off_ratio,
            Cutoff.reason,
            Cutoff.confirmed_at,
            Cutoff.state,
            Cutoff.state_since,
            Cutoff.version,
        )
        .join(City, City.id == Cutoff.city_id)
        .where(visible_cutoffs(role))
    )


@kept
def cutoffs_page(role: Role, filters: frozenset[str]) -> Rows:
    """Cutoffs."""
    conditions = {
        "state": Cutoff.state == bindparam("state"),
        "subject": Cutoff.subject == bindparam("subject"),
        "city": Cutoff.city_id == bindparam("city", type_=Uuid),
    }
    return as_page(filtered(_cutoffs(role), conditions, filters), City.name, Cutoff.subject, Cutoff.id)


@kept
def cutoff_record(role: Role) -> Rows:
    """One cutoff with the distribution of the marks it was drawn from (counts only)."""
    start = func.floor(Seat.mark / BIN) * BIN
    counted = (
        select(start.label("start"), func.count().label("count"))
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .where(
            Sitting.cycle_id == Cutoff.cycle_id,
            Sitting.city_id == Cutoff.city_id,
            Sitting.subject == Cutoff.subject,
            Sitting.published_at.is_not(None),
            Seat.mark.is_not(None),
        )
        .group_by(start)
        .correlate(Cutoff)
        .subquery("b")
    )
    bins = rows_json(select(counted.c.start, counted.c["count"]).order_by(counted.c.start))
    return as_record(
        _cutoffs(role)
        .add_columns(
            bins.label("distribution"),
            offers(CUTOFF_FLOW, role, Cutoff.state, Cutoff.cycle_id),
            waiting_for(CUTOFF_FLOW, Cutoff.state),
        )
        .where(Cutoff.id == ID)
    )


@kept
def cutoff_candidates(role: Role) -> Rows:
    """The marks a cutoff is drawn from, with schools and places; for the offices that weigh it, never by name."""
    return (
        select(
            Registration.id,
            Seat.mark,
            Registration.returning,
            Unit.name.label("school_name"),
            Cutoff.places,
        )
        .join(Seat, Seat.registration_id == Registration.id)
        .join(Unit, Unit.id == Registration.school_id)
        .join(
            Cutoff,
            (Cutoff.cycle_id == Registration.cycle_id)
            & (Cutoff.city_id == Registration.city_id)
            & (Cutoff.subject == Registration.subject),
        )
        .where(Cutoff.id == ID, visible_cutoffs(role), Seat.mark.is_not(None), ~among(Registration.state, LEFT))
    )


@kept
def cutoff_trail(role: Role) -> Rows:
    """The trail of a cutoff."""
    return trail_of(role, "cutoff", select(Cutoff.id).where(Cutoff.id == ID, visible_cutoffs(role)))


@kept
def public_cutoffs() -> Rows:
    """Confirmed lines, for everybody: no names, no marks of persons."""
    rows = (
        select(
            City.name.label("city_name"),
            Cutoff.subject,
            Cutoff.line,
            Cutoff.places,
            Cutoff.reaching,
            Cutoff.confirmed_at,
        )
        .join(City, City.id == Cutoff.city_id)
        .where(Cutoff.state == "confirmed")
    )
    return as_page(rows, Cutoff.confirmed_at.desc(), City.name, Cutoff.subject, Cutoff.id)
