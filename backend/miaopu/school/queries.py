"""Reads of the school's training, and its sums by teacher and term (P19)."""

from sqlalchemy import ColumnElement, DateTime, Uuid, and_, bindparam, exists, false, func, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen, visible_enrolments
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.school.models import LESSON_FLOW, Lesson, LessonStudent

Teacher = aliased(Account, name="teacher")
School = aliased(Unit, name="teachers_school")


def visible(role: Role) -> ColumnElement[bool]:
    """A teacher's own; a school's, a city's, the region's; a family what its child was at."""
    own: dict[Role, ColumnElement[bool]] = {
        Role.GUIDE_TEACHER: Lesson.teacher_account_id == ME,
        Role.SCHOOL: Lesson.school_id == MY_UNIT,
        Role.CITY_OFFICE: Lesson.city_id == MY_CITY,
    }
    here = Lesson.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role in (Role.STUDENT, Role.GUARDIAN):
        came = exists().where(LessonStudent.lesson_id == Lesson.id, student_seen(role, LessonStudent.enrolment_id))
        return and_(here, came)
    return and_(here, own[role]) if role in own else false()


def _lessons(role: Role) -> Rows:
    present = select(func.count()).select_from(LessonStudent).where(LessonStudent.lesson_id == Lesson.id)
    return (
        select(
            Lesson.id,
            Teacher.name.label("teacher_name"),
            School.name.label("school_name"),
            Lesson.starts_at,
            Lesson.minutes,
            Lesson.kind,
            Lesson.title.label("lesson_title"),
            present.scalar_subquery().label("present"),
            Lesson.state,
            Lesson.state_since,
            Lesson.version,
        )
        .join(Teacher, Teacher.id == Lesson.teacher_account_id)
        .join(School, School.id == Lesson.school_id)
        .where(visible(role))
    )


CONDITIONS: dict[str, ColumnElement[bool]] = {
    "state": Lesson.state == bindparam("state"),
    "kind": Lesson.kind == bindparam("kind"),
    "teacher": Lesson.teacher_account_id == bindparam("teacher", type_=Uuid),
}


@kept
def lessons_page(role: Role, filters: frozenset[str]) -> Rows:
    """Lessons, the last first."""
    return as_page(filtered(_lessons(role), CONDITIONS, filters), Lesson.starts_at.desc(), Lesson.id)


@kept
def lesson_record(role: Role) -> Rows:
    """One lesson, with those of its students whom the reader sees."""
    students = rows_json(
        select(LessonStudent.enrolment_id, Enrolment.name.label("student_name"))
        .join(Enrolment, Enrolment.id == LessonStudent.enrolment_id)
        .where(LessonStudent.lesson_id == Lesson.id, visible_enrolments(role))
        .order_by(Enrolment.name_key)
    )
    return as_record(
        _lessons(role)
        .add_columns(
            Lesson.line,
            students.label("students"),
            offers(LESSON_FLOW, role, Lesson.state, Lesson.cycle_id),
            waiting_for(LESSON_FLOW, Lesson.state),
        )
        .where(Lesson.id == ID)
    )


@kept
def lesson_trail(role: Role) -> Rows:
    """The trail of a lesson."""
    return trail_of(role, "lesson", select(Lesson.id).where(Lesson.id == ID, visible(role)))


FROM, UNTIL = (bindparam(name, type_=DateTime(timezone=True)) for name in ("from", "until"))


@kept
def hours(role: Role) -> Rows:
    """Sums by teacher of what began between `from` and `until`; only what the school confirmed counts."""
    confirmed = Lesson.state == "confirmed"
    return (
        select(
            Lesson.teacher_account_id.label("teacher_id"),
            Teacher.name.label("teacher_name"),
            School.name.label("school_name"),
            func.count().filter(confirmed).label("lessons"),
            func.coalesce(func.sum(Lesson.minutes).filter(confirmed), 0).label("minutes"),
            func.count().filter(~confirmed).label("unconfirmed"),
        )
        .join(Teacher, Teacher.id == Lesson.teacher_account_id)
        .join(School, School.id == Lesson.school_id)
        .where(visible(role), Lesson.starts_at >= FROM, Lesson.starts_at < UNTIL)
        .group_by(Lesson.teacher_account_id, Teacher.name, Teacher.name_key, School.id, School.name)
        .order_by(School.name, Teacher.name_key, Lesson.teacher_account_id)
    )


@kept
def confirmed_lessons(role: Role) -> Rows:
    """Each confirmed lesson of a term, for the workbook."""
    return (
        select(
            School.name.label("school_name"),
            Teacher.name.label("teacher_name"),
            Lesson.starts_at,
            Lesson.minutes,
            Lesson.kind,
            Lesson.title,
        )
        .join(Teacher, Teacher.id == Lesson.teacher_account_id)
        .join(School, School.id == Lesson.school_id)
        .where(visible(role), Lesson.state == "confirmed", Lesson.starts_at >= FROM, Lesson.starts_at < UNTIL)
        .order_by(School.name, Teacher.name_key, Lesson.starts_at, Lesson.id)
    )
