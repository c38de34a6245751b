"""The selection in numbers: the funnel, the marks with their lines, the judges (P13–P16)."""

from sqlalchemy import (
    Integer,
    Numeric,
    String,
    and_,
    bindparam,
    cast,
    func,
    select,
)

from miaopu.core.read import Rows, kept
from miaopu.exams.models import Cutoff, Seat, Sitting
from miaopu.interviews.models import InterviewRound, Panel, ScoreSheet, Slot
from miaopu.numbers import scope
from miaopu.numbers.grouping import key_of, named, narrowed
from miaopu.numbers.schemas import FunnelBy, MarksBy
from miaopu.people.models import Unit
from miaopu.people.queries import MY_CITY
from miaopu.people.roles import Role
from miaopu.programme.models import CycleSubject
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration
from miaopu.reports.funnel_queries import steps

STEP = bindparam("step", type_=Numeric)
LAST = bindparam("last", type_=Integer)


@kept
def funnel(role: Role, by: FunnelBy, filters: frozenset[str]) -> Rows:
    """How many got how far."""
    rows = select(key_of(Registration, by), *(step.label(name) for name, step in steps().items()))
    rows = rows.where(Registration.cycle_id == MY_CYCLE, scope.registered(role))
    facts = narrowed(rows, Registration, filters).subquery("f")
    return named(facts, by, *(func.count().filter(facts.c[name]).label(name) for name in steps()))


@kept
def marks(role: Role, by: MarksBy, filters: frozenset[str]) -> Rows:
    """Published marks in bins of `step`, numbered from 0 to `last`."""
    rows = (
        select(key_of(Registration, by), func.least(cast(func.floor(Seat.mark / STEP), Integer), LAST).label("bin"))
        .join(Seat, Seat.registration_id == Registration.id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .where(Registration.cycle_id == MY_CYCLE, scope.registered(role))
        .where(Seat.mark.is_not(None), Sitting.published_at.is_not(None))
    )
    facts = narrowed(rows, Registration, filters).subquery("f")
    return named(facts, by, facts.c.bin, func.count().label("count"), more=(facts.c.bin,))


@kept
def lines(role: Role, filters: frozenset[str]) -> Rows:
    """The lines that were released: they are public."""
    rows = (
        select(
            cast(Cutoff.city_id, String).label("city"),
            Unit.name.label("city_name"),
            Unit.name_en.label("city_name_en"),
            Cutoff.subject,
            CycleSubject.name.label("subject_name"),
            CycleSubject.name_en.label("subject_name_en"),
            Cutoff.line,
        )
        .join(Unit, Unit.id == Cutoff.city_id)
        .join(CycleSubject, and_(CycleSubject.code == Cutoff.subject, CycleSubject.cycle_id == Cutoff.cycle_id))
        .where(Cutoff.cycle_id == MY_CYCLE, Cutoff.state == "released", Cutoff.line.is_not(None), scope.cities(role))
        .order_by(Unit.code, CycleSubject.position)
    )
    return narrowed(rows, Cutoff, filters)


@kept
def judges(role: Role, filters: frozenset[str]) -> Rows:
    """The panels of released rounds: how far the members of each were apart over one student."""
    slot = (
        select(
            Slot.panel_id,
            func.count().label("sheets"),
            (func.max(ScoreSheet.score) - func.min(ScoreSheet.score)).label("spread"),
            func.avg(ScoreSheet.score).label("mean"),
            func.count().filter(ScoreSheet.far_off).label("far_off"),
        )
        .join(ScoreSheet, ScoreSheet.slot_id == Slot.id)
        .where(ScoreSheet.locked)
        .group_by(Slot.id, Slot.panel_id)
        .subquery("s")
    )
    released = and_(
        InterviewRound.cycle_id == Panel.cycle_id,
        InterviewRound.city_id == Panel.city_id,
        InterviewRound.subject == Panel.subject,
        InterviewRound.state == "released",
    )
    rows = (
        select(
            cast(Panel.id, String).label("key"),
            Panel.name.label("panel"),
            Unit.name,
            Unit.name_en,
            CycleSubject.name.label("subject_name"),
            CycleSubject.name_en.label("subject_name_en"),
            func.count().label("candidates"),
            cast(func.sum(slot.c.sheets), Integer).label("sheets"),
            func.avg(slot.c.mean).label("mean"),
            func.avg(slot.c.spread).label("spread"),
            func.max(slot.c.spread).label("widest"),
            cast(func.sum(slot.c.far_off), Integer).label("far_off"),
        )
        .join(slot, slot.c.panel_id == Panel.id)
        .join(InterviewRound, released)
        .join(Unit, Unit.id == Panel.city_id)
        .join(CycleSubject, and_(CycleSubject.code == Panel.subject, CycleSubject.cycle_id == Panel.cycle_id))
        .where(Panel.cycle_id == MY_CYCLE, scope.judged(role, Panel.city_id == MY_CITY))
        .group_by(Panel.id, Unit.id, CycleSubject.name, CycleSubject.name_en, CycleSubject.position)
        .order_by(Unit.code, CycleSubject.position, Panel.name)
    )
    return narrowed(rows, Panel, filters)
