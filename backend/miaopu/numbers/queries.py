"""The pictures over the whole: the balance of places, the years beside each other (P3)."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    false,
    func,
    null,
    select,
)

from miaopu.core.read import Rows, kept
from miaopu.evaluations.certificates_models import Certificate
from miaopu.exams.models import SubjectPlaces
from miaopu.numbers import scope
from miaopu.numbers.grouping import narrowed
from miaopu.numbers.schemas import PlacesBy
from miaopu.numbers.training_queries import GRADES, grades
from miaopu.pairings.models import Enrolment
from miaopu.people.models import Unit
from miaopu.people.roles import CITY_SIDE, Role, UnitKind
from miaopu.programme.models import Cycle, CycleCity, CycleSubject
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration
from miaopu.reports.funnel_queries import steps


@kept
def places(role: Role, by: PlacesBy, filters: frozenset[str]) -> Rows:
    """The plan's places, and who has them. How a city splits its places by subject is the offices' affair."""
    split = select(cast(func.sum(SubjectPlaces.places), Integer)).where(SubjectPlaces.cycle_id == MY_CYCLE)
    split = narrowed(split if role in CITY_SIDE else split.where(false()), SubjectPlaces, filters)

    def students(of: ColumnElement[bool], *condition: Any) -> Any:
        rows = select(func.count()).select_from(Enrolment)
        rows = rows.where(Enrolment.cycle_id == MY_CYCLE, of, scope.trained(role), *condition)
        return narrowed(rows, Enrolment, filters).correlate_except(Enrolment).scalar_subquery()

    left = Enrolment.state == "withdrawn"
    if by == "city":
        mine = Enrolment.city_id == Unit.id
        # Of one subject a city has what it gave it; the plan itself knows the whole only.
        parted = "subject" in filters
        part = split.where(SubjectPlaces.city_id == Unit.id).correlate_except(SubjectPlaces).scalar_subquery()
        planned: Any = part if parted else CycleCity.places
        taken: Any = null() if parted else CycleCity.taken
        rows = (
            select(
                cast(Unit.id, String).label("key"), Unit.name, Unit.name_en, planned.label("planned"),
                taken.label("taken"), students(mine).label("enrolled"), students(mine, left).label("withdrawn"),
            )
            .join(CycleCity, and_(CycleCity.city_id == Unit.id, CycleCity.cycle_id == MY_CYCLE))
            .where(scope.cities(role))
            .order_by(Unit.code)
        )  # fmt: skip
        if "city" in filters:
            rows = rows.where(Unit.id == bindparam("city", type_=Uuid))
        return rows
    mine = Enrolment.subject == CycleSubject.code
    own = select(Unit.id).where(Unit.id == SubjectPlaces.city_id, scope.cities(role)).correlate_except(Unit).exists()
    split = split.where(SubjectPlaces.subject == CycleSubject.code, own).correlate_except(SubjectPlaces)
    rows = (
        select(
            CycleSubject.code.label("key"), CycleSubject.name, CycleSubject.name_en,
            split.scalar_subquery().label("planned"), null().label("taken"), students(mine).label("enrolled"),
            students(mine, left).label("withdrawn"),
        )
        .where(CycleSubject.cycle_id == MY_CYCLE)
        .order_by(CycleSubject.position)
    )  # fmt: skip
    return rows.where(CycleSubject.code == bindparam("subject", type_=String)) if "subject" in filters else rows


YEARS_REGISTERED = ("registered", "eligible", "tested", "shortlisted", "selected")


@kept
def years(role: Role, filters: frozenset[str]) -> Rows:
    """The cycles beside each other."""
    reached = steps()
    came = select(Registration.cycle_id, *(reached[name].label(name) for name in YEARS_REGISTERED))
    came_by = narrowed(came.where(scope.registered(role)), Registration, filters).subquery("c")
    stayed = select(Enrolment.cycle_id, Enrolment.id, *(held.label(name) for name, held in grades().items()))
    stayed_by = narrowed(stayed.where(scope.trained(role)), Enrolment, filters).subquery("s")

    def count(facts: Any, *condition: Any) -> Any:
        rows = select(func.count()).select_from(facts).where(facts.c.cycle_id == Cycle.id, *condition)
        return rows.scalar_subquery()

    certificates = (
        select(func.count())
        .select_from(Certificate)
        .join(stayed_by, stayed_by.c.id == Certificate.enrolment_id)
        .where(Certificate.cycle_id == Cycle.id, Certificate.revoked_at.is_(None))
        .scalar_subquery()
    )
    planned = (
        select(cast(func.sum(CycleCity.places), Integer))
        .join(Unit, Unit.id == CycleCity.city_id)
        .where(CycleCity.cycle_id == Cycle.id, scope.cities(role))
    )
    if "subject" in filters:
        planned = planned.where(false())
    if "city" in filters:
        planned = planned.where(Unit.id == bindparam("city", type_=Uuid))
    return (
        select(
            cast(Cycle.id, String).label("key"),
            Cycle.year,
            Cycle.title,
            Cycle.title_en,
            planned.scalar_subquery().label("planned"),
            *(count(came_by, came_by.c[name]).label(name) for name in YEARS_REGISTERED),
            count(stayed_by).label("enrolled"),
            *(count(stayed_by, stayed_by.c[name]).label(name) for name in GRADES),
            certificates.label("certificates"),
        )
        .where(Cycle.state != "planned")
        .order_by(Cycle.year, Cycle.code)
    )


@kept
def shown_cities(role: Role) -> Rows:
    """The cities of the cycle that the reader's pictures show."""
    return (
        select(Unit.id, Unit.code, Unit.name, Unit.name_en)
        .join(CycleCity, and_(CycleCity.city_id == Unit.id, CycleCity.cycle_id == MY_CYCLE))
        .where(scope.cities(role))
        .order_by(Unit.code)
    )


@kept
def issuer() -> Rows:
    """The region's office, which the annual report is of."""
    return select(Unit.name, Unit.name_en).where(Unit.kind == UnitKind.REGION.value).limit(1)
