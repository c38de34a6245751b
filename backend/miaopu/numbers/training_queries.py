"""The training year in numbers: meetings, logs, results (P9, P11, P25)."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from miaopu.core.read import Rows, kept
from miaopu.growth.models import GrowthLog
from miaopu.numbers import scope
from miaopu.numbers.grouping import key_of, named, narrowed
from miaopu.numbers.schemas import TrainedBy
from miaopu.pairings.models import Enrolment
from miaopu.people.roles import Role
from miaopu.programme.queries import MY_CYCLE
from miaopu.training.models import Attendance, Session

ZONE = bindparam("zone", type_=String)


def grades() -> dict[str, ColumnElement[bool]]:
    """Where a student's year ended; each is in exactly one of these."""
    left = Enrolment.state == "withdrawn"
    graded: dict[str, ColumnElement[bool]] = {
        grade: and_(~left, Enrolment.grade == grade) for grade in ("excellent", "qualified", "unqualified")
    }
    return {**graded, "withdrawn": left, "going_on": and_(~left, Enrolment.grade.is_(None))}


GRADES = tuple(grades())


def _trained(role: Role, by: str, filters: frozenset[str]) -> Any:
    rows = select(
        key_of(Enrolment, by),
        Enrolment.id,
        Enrolment.active_from.is_not(None).label("began"),
        *(held.label(name) for name, held in grades().items()),
    ).where(Enrolment.cycle_id == MY_CYCLE, scope.trained(role))
    return narrowed(rows, Enrolment, filters).subquery("f")


@kept
def results(role: Role, by: TrainedBy, filters: frozenset[str]) -> Rows:
    """Students in training and how their year ended."""
    facts = _trained(role, by, filters)
    counts = (func.count().filter(facts.c[name]).label(name) for name in ("began", *GRADES))
    return named(facts, by, func.count().label("students"), *counts)


@kept
def meetings(role: Role, by: TrainedBy, filters: frozenset[str]) -> Rows:
    """Who was met face to face, by local month: one for each student and session."""
    facts = _trained(role, by, filters)
    month = func.to_char(func.timezone(ZONE, Session.starts_at), "YYYY-MM")
    met = (
        select(Attendance.enrolment_id, month.label("month"))
        .join(Session, Session.id == Attendance.session_id)
        .where(Session.cycle_id == MY_CYCLE, Attendance.mode == "face_to_face")
        .subquery("met")
    )
    rows = select(facts.c.key, met.c.month).join(met, met.c.enrolment_id == facts.c.id).subquery("m")
    return named(rows, by, rows.c.month, func.count().label("count"), more=(rows.c.month,))


@kept
def logs(role: Role, filters: frozenset[str]) -> Rows:
    """Logs by local week, named by its Monday: handed in, late among them, accepted."""

    def of(moment: Any, submitted: Any, late: Any, accepted: Any, *condition: Any) -> Rows:
        week = func.to_char(func.date_trunc("week", func.timezone(ZONE, moment)), "YYYY-MM-DD")
        rows = (
            select(week.label("week"), submitted.label("submitted"), late.label("late"), accepted.label("accepted"))
            .join(Enrolment, Enrolment.id == GrowthLog.enrolment_id)
            .where(scope.logs(role), *condition)
        )
        return narrowed(rows, Enrolment, filters)

    none, one = literal(0, Integer), literal(1, Integer)
    both = union_all(
        of(GrowthLog.submitted_at, one, case((GrowthLog.late, 1), else_=0), none),
        of(GrowthLog.reviewed_at, none, none, one, GrowthLog.state == "accepted"),
    ).subquery("w")
    sums = (cast(func.sum(both.c[name]), Integer).label(name) for name in ("submitted", "late", "accepted"))
    return select(both.c.week, *sums).group_by(both.c.week).order_by(both.c.week)
