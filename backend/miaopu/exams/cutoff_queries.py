"""Reads of cutoffs, lotteries and the list of those to be interviewed."""

from typing import Any

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, false, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from miaopu.core.read import Rows, among, as_list, as_page, as_record, filtered, kept
from miaopu.exams.models import CUTOFF_FLOW, Cutoff, CutoffLot, Seat, Sitting
from miaopu.exams.queries import City
from miaopu.people.models import Unit
from miaopu.people.queries import MY_CITY
from miaopu.people.roles import OVERSIGHT, STUDENT_SIDE, Role
from miaopu.programme.models import CycleSubject
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations

# Five-mark bins for the picture of a distribution.
BIN = 5
# Who stands no longer among the candidates of a line.
LEFT = ("withdrawn", "rejected", "absent")


def visible_cutoffs(role: Role) -> ColumnElement[bool]:
    """The region all, a city its own; everybody else what is released."""
    here = Cutoff.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role is Role.CITY_OFFICE:
        return and_(here, Cutoff.city_id == MY_CITY)
    if role in (Role.UNIVERSITY, Role.SCHOOL) or role in STUDENT_SIDE:
        return and_(here, Cutoff.city_id == MY_CITY, Cutoff.state == "released")
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
            Cutoff.ties,
            Cutoff.draw_source,
            Cutoff.draws_at,
            Cutoff.draw_value,
            Cutoff.confirmed_at,
            Cutoff.released_at,
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
            Seat.parts,
            Registration.sex,
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


OF_SUBJECT = (CycleSubject.cycle_id == Cutoff.cycle_id) & (CycleSubject.code == Cutoff.subject)


def _subject() -> tuple[Any, ...]:
    """A subject with its names: the public has no cycle of its own to look them up in."""
    return Cutoff.subject, CycleSubject.name.label("subject_name"), CycleSubject.name_en.label("subject_name_en")


@kept
def public_cutoffs() -> Rows:
    """Released lines, for everybody: no names, no marks of persons."""
    rows = (
        select(
            City.name.label("city_name"),
            *_subject(),
            Cutoff.line,
            Cutoff.places,
            Cutoff.reaching,
            Cutoff.released_at,
        )
        .join(City, City.id == Cutoff.city_id)
        .join(CycleSubject, OF_SUBJECT)
        .where(Cutoff.state == "released")
    )
    return as_page(rows, Cutoff.released_at.desc(), City.name, Cutoff.subject, Cutoff.id)


@kept
def public_draws() -> Rows:
    """Lotteries, announced and drawn; whose a lot is stands nowhere."""
    pool = (
        select(func.json_agg(aggregate_order_by(CutoffLot.lot, CutoffLot.lot)))
        .where(CutoffLot.cutoff_id == Cutoff.id)
        .scalar_subquery()
    )
    rows = (
        select(
            City.name.label("city_name"),
            *_subject(),
            Cutoff.draw_source.label("source"),
            Cutoff.draws_at,
            Cutoff.draw_value.label("value"),
            pool.label("pool"),
        )
        .join(City, City.id == Cutoff.city_id)
        .join(CycleSubject, OF_SUBJECT)
        .where(Cutoff.draws_at.is_not(None))
    )
    return as_page(rows, Cutoff.draws_at.desc(), City.name, Cutoff.subject, Cutoff.id)


@kept
def my_lots(role: Role) -> Rows:
    """The lots of the registrations that a family sees."""
    rows = (
        select(
            Cutoff.subject,
            CutoffLot.lot,
            Cutoff.draw_source.label("source"),
            Cutoff.draws_at,
            Cutoff.draw_value.is_not(None).label("drawn"),
        )
        .join(Cutoff, Cutoff.id == CutoffLot.cutoff_id)
        .join(Registration, Registration.id == CutoffLot.registration_id)
        .where(visible_registrations(role) if role in STUDENT_SIDE else false())
        .order_by(Cutoff.draws_at)
    )
    return as_list(rows)
