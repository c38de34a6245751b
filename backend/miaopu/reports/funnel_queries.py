"""The funnel of the selection: how many got how far."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_record, kept
from miaopu.evaluations.certificates_models import Certificate
from miaopu.exams.models import Seat, Sitting
from miaopu.interviews.models import InterviewRound, Result, Slot
from miaopu.pairings.models import Enrolment
from miaopu.people.models import Unit
from miaopu.people.queries import MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.models import CycleSubject
from miaopu.programme.queries import MY_CYCLE, rows_json
from miaopu.registrations.models import Registration


def counted(role: Role) -> ColumnElement[bool] | None:
    """Whose registrations a role counts (numbers without names: wider than what it sees one by one)."""
    sent = and_(Registration.cycle_id == MY_CYCLE, Registration.submitted_at.is_not(None))
    if role in OVERSIGHT or role is Role.EXPERT:
        return sent
    if role in (Role.CITY_OFFICE, Role.UNIVERSITY):
        return and_(sent, Registration.city_id == MY_CITY)
    if role is Role.SCHOOL:
        return and_(sent, Registration.school_id == MY_UNIT)
    return None


def steps() -> dict[str, ColumnElement[bool]]:
    """Who got how far, by facts that stay when a student withdraws later.

    A verdict counts from its release on: a proposed one is the offices', and a school with one candidate reads a
    number like a name.
    """
    before = ("submitted", "school_recommended", "city_recommended", "draft", "rejected", "withdrawn")
    enrolled = exists().where(Enrolment.registration_id == Registration.id)
    seated = exists().where(Seat.registration_id == Registration.id)
    tested = exists().where(
        Seat.registration_id == Registration.id,
        Seat.mark.is_not(None),
        Sitting.id == Seat.sitting_id,
        Sitting.published_at.is_not(None),
    )
    called = exists().where(Slot.registration_id == Registration.id)
    heard = exists().where(
        Result.registration_id == Registration.id,
        InterviewRound.cycle_id == Registration.cycle_id,
        InterviewRound.city_id == Registration.city_id,
        InterviewRound.subject == Registration.subject,
        InterviewRound.state == "released",
    )
    selected = heard.where(Result.outcome == "selected")
    certified = exists().where(
        Certificate.enrolment_id == Enrolment.id,
        Certificate.revoked_at.is_(None),
        Enrolment.registration_id == Registration.id,
    )
    return {
        "registered": literal_column("true"),
        "eligible": or_(~among(Registration.state, before), seated),
        "tested": tested,
        "shortlisted": or_(called, Registration.state == "shortlisted"),
        "interviewed": heard,
        "selected": or_(selected, enrolled),
        "enrolled": enrolled,
        "certified": certified,
    }


def _facts(role: Role) -> Any:
    condition = counted(role)
    return (
        select(
            Registration.city_id,
            Registration.subject,
            *(step.label(name) for name, step in steps().items()),
        )
        .where(false() if condition is None else condition)
        .subquery("f")
    )


def _counts(facts: Any) -> list[Any]:
    return [func.count().filter(facts.c[name]).label(name) for name in steps()]


def total_of(role: Role) -> Any:
    """One JSON object with the numbers of all that a role counts."""
    facts = _facts(role)
    pairs: list[Any] = []
    for count in _counts(facts):
        pairs += [literal_column(f"'{count.key}'"), count]
    return func.json_build_object(*pairs).label("total")


@kept
def funnel(role: Role) -> Rows:
    """The funnel by city and subject."""
    facts = _facts(role)
    city = aliased(Unit, name="city")
    grouped = (
        select(
            city.name.label("city_name"),
            facts.c.subject,
            CycleSubject.name.label("subject_name"),
            CycleSubject.position,
            *_counts(facts),
        )
        .select_from(facts)
        .join(city, city.id == facts.c.city_id)
        .join(CycleSubject, and_(CycleSubject.code == facts.c.subject, CycleSubject.cycle_id == MY_CYCLE))
        .group_by(city.name, facts.c.subject, CycleSubject.name, CycleSubject.position)
        .subquery("g")
    )
    items = rows_json(
        select(*(c for c in grouped.c if c.key != "position")).order_by(grouped.c.city_name, grouped.c.position)
    )
    return as_record(select(items.label("items"), select(total_of(role)).scalar_subquery().label("total")))
