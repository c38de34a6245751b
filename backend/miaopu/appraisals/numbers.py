"""What the platform itself knows of a unit's year: counted, so that nobody is asked for it (P27)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, Select, Uuid, bindparam, cast, func, select, true

from miaopu.activities.models import Activity, Participation
from miaopu.activities.queries import visible as visible_activities
from miaopu.appraisals.schemas import NumberLine
from miaopu.core.read import Rows, among, kept
from miaopu.evaluations.certificates_models import Certificate
from miaopu.growth.models import GrowthLog
from miaopu.nominations.models import Nomination
from miaopu.nominations.queries import visible as visible_nominations
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.roles import Role, UnitKind
from miaopu.programme.offering import NOW
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations
from miaopu.school.models import Lesson
from miaopu.school.queries import visible as visible_lessons
from miaopu.training.models import Attendance, Session, TrainingPlan

UNIT = bindparam("unit", type_=Uuid)
HOUR = bindparam("hour_minutes", type_=Integer)
CITY, UNIVERSITY, SCHOOL = UnitKind.CITY.value, UnitKind.UNIVERSITY.value, UnitKind.SCHOOL.value
# The region's own numbers, and its organisers': the programme's whole year.
REGION = UnitKind.REGION.value
COLUMNS = {CITY: "city_id", UNIVERSITY: "university_id", SCHOOL: "school_id"}
Counted = Select[Any]


def _of(model: Any, kind: str) -> ColumnElement[bool]:
    if kind == REGION:
        return true()
    found: ColumnElement[bool] = getattr(model, COLUMNS[kind]) == UNIT
    return found


def _students(role: Role, kind: str, *conditions: Any, what: Any = None) -> Counted:
    """Of the unit's students whom the reader sees."""
    counted = func.count() if what is None else what
    return select(counted).select_from(Enrolment).where(visible_enrolments(role), _of(Enrolment, kind), *conditions)


def _registered(role: Role, kind: str) -> Counted:
    seen = (visible_registrations(role), _of(Registration, kind), Registration.submitted_at.is_not(None))
    return select(func.count()).select_from(Registration).where(*seen)


def _mentors(role: Role, kind: str) -> Counted:
    seen = (visible_nominations(role), _of(Nomination, kind), Nomination.state == "appointed")
    return select(func.count()).select_from(Nomination).where(*seen)


def _came(role: Role, kind: str, what: Any, *conditions: Any) -> Counted:
    came = _students(role, kind, Attendance.mode != "absent", Session.starts_at <= NOW, *conditions, what=what)
    return came.join(Attendance, Attendance.enrolment_id == Enrolment.id).join(
        Session, Session.id == Attendance.session_id
    )


def _logs(role: Role, kind: str, *conditions: Any) -> Counted:
    rows = _students(role, kind, GrowthLog.submitted_at.is_not(None), *conditions)
    return rows.join(GrowthLog, GrowthLog.enrolment_id == Enrolment.id)


def _plans(role: Role, kind: str) -> Counted:
    rows = _students(role, kind, TrainingPlan.state == "agreed")
    return rows.join(TrainingPlan, TrainingPlan.enrolment_id == Enrolment.id)


def _hours(role: Role, kind: str) -> Counted:
    """Teaching hours that the school has confirmed, of so many minutes as the plan says (P19)."""
    minutes = func.coalesce(func.sum(Lesson.minutes), 0)
    hours = func.round(cast(minutes, Numeric) / HOUR, 2)
    seen = (visible_lessons(role), _of(Lesson, kind), Lesson.state == "confirmed")
    return select(hours).select_from(Lesson).where(*seen)


def _activities(role: Role, kind: str) -> Counted:
    ours = true() if kind == REGION else Activity.unit_id == UNIT
    held = (visible_activities(role), ours, among(Activity.state, ("held", "reported")))
    return select(func.count()).select_from(Activity).where(*held)


def _took_part(role: Role, kind: str) -> Counted:
    rows = _students(role, kind, Participation.state == "chosen", func.jsonb_array_length(Participation.days) > 0)
    return rows.join(Participation, Participation.enrolment_id == Enrolment.id)


def _certificates(role: Role, kind: str) -> Counted:
    rows = _students(role, kind, Certificate.revoked_at.is_(None))
    return rows.join(Certificate, Certificate.enrolment_id == Enrolment.id)


def _graded(grade: str) -> Callable[[Role, str], Counted]:
    return lambda role, kind: _students(role, kind, Enrolment.grade == grade)


EVERY = (REGION, CITY, UNIVERSITY, SCHOOL)
# In the order of the year: the code, whose number it is, how it is counted.
FIGURES: tuple[tuple[str, tuple[str, ...], Callable[[Role, str], Counted]], ...] = (
    ("registered", (REGION, CITY, SCHOOL), _registered),
    ("mentors", (REGION, CITY, UNIVERSITY), _mentors),
    ("enrolled", EVERY, _students),
    ("withdrawn", EVERY, lambda role, kind: _students(role, kind, Enrolment.state == "withdrawn")),
    ("plans_agreed", EVERY, _plans),
    ("sessions", EVERY, lambda role, kind: _came(role, kind, func.count(Session.id.distinct()))),
    ("meetings", EVERY, lambda role, kind: _came(role, kind, func.count(), Attendance.mode == "face_to_face")),
    ("campus_visits", EVERY, lambda role, kind: _came(role, kind, func.count(), Session.on_campus)),
    ("logs", EVERY, _logs),
    ("logs_accepted", EVERY, lambda role, kind: _logs(role, kind, GrowthLog.state == "accepted")),
    ("logs_late", EVERY, lambda role, kind: _logs(role, kind, GrowthLog.late)),
    ("lesson_hours", (REGION, CITY, SCHOOL), _hours),
    ("activities", (REGION, CITY, UNIVERSITY), _activities),
    ("participations", EVERY, _took_part),
    ("excellent", EVERY, _graded("excellent")),
    ("qualified", EVERY, _graded("qualified")),
    ("unqualified", EVERY, _graded("unqualified")),
    ("certificates", EVERY, _certificates),
)


def counted_as(kind: str) -> str:
    """How a unit of a kind is counted: the region's organisers as the region."""
    return kind if kind in COLUMNS else REGION


def counted(role: Role, kind: str) -> Rows:
    """One row with the numbers of the unit `:unit`, as far as the reader sees what is counted."""
    return select(*(count(role, kind).scalar_subquery().label(code) for code, kinds, count in FIGURES if kind in kinds))


@kept
def unit_numbers(role: Role, kind: str) -> Rows:
    """The numbers of a unit of a kind, for reading."""
    return counted(role, kind)


def as_lines(kind: str, row: Any) -> list[NumberLine]:
    """The row of `counted` as lines in the order of the year."""
    return [
        NumberLine.model_validate({"code": code, "value": Decimal(row[code])})
        for code, kinds, _ in FIGURES
        if kind in kinds
    ]
