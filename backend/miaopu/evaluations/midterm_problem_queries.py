"""Reads of the problems that the mid-term evaluation found (P23)."""

from typing import Any

from sqlalchemy import ColumnElement, Date, String, Uuid, and_, bindparam, case, cast, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.evaluations.midterm_models import PROBLEM_FLOW, MidtermProblem
from miaopu.evaluations.queries import City, Mentor, School, University
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.access import may
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, trail_of


def visible_problems(role: Role) -> ColumnElement[bool]:
    """Whoever sees the student: a problem is solved by those around, and each of them may be its owner."""
    return and_(MidtermProblem.cycle_id == MY_CYCLE, student_seen(role, MidtermProblem.enrolment_id))


def answers(role: Role) -> ColumnElement[bool]:
    """Who can say that it is solved: its owner, and who raises problems. Of visible rows a role says who it is."""
    if may(role, Permission.PROBLEM_RAISE):
        return literal(True)
    return MidtermProblem.owner_role == role.value if may(role, Permission.PROBLEM_SOLVE) else false()


def _problems(role: Role) -> Rows:
    teacher = select(Account.name).where(Account.id == Enrolment.guide_teacher_account_id).scalar_subquery()
    raised = select(Account.name).where(Account.id == MidtermProblem.raised_by).scalar_subquery()
    whose = {
        Role.MENTOR: Mentor.name,
        Role.STUDENT: Enrolment.name,
        Role.GUIDE_TEACHER: teacher,
        Role.SCHOOL: School.name,
        Role.UNIVERSITY: University.name,
        Role.CITY_OFFICE: City.name,
    }
    owner = case({r.value: name for r, name in whose.items()}, value=MidtermProblem.owner_role)
    return (
        select(
            MidtermProblem.id,
            MidtermProblem.enrolment_id,
            Enrolment.name.label("student_name"),
            Enrolment.subject,
            City.name.label("city_name"),
            MidtermProblem.text,
            MidtermProblem.owner_role,
            owner.label("owner_name"),
            (MidtermProblem.owner_role == role.value).label("mine"),
            raised.label("raised_by_name"),
            MidtermProblem.due_on,
            _overdue().label("overdue"),
            MidtermProblem.solution,
            MidtermProblem.solved_at,
            MidtermProblem.state,
            MidtermProblem.state_since,
            MidtermProblem.version,
        )
        .join(Enrolment, Enrolment.id == MidtermProblem.enrolment_id)
        .join(City, City.id == Enrolment.city_id)
        .join(School, School.id == Enrolment.school_id)
        .join(University, University.id == Enrolment.university_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .where(visible_problems(role))
    )


def _overdue() -> ColumnElement[bool]:
    """Open after its day, by the days of the programme."""
    zone = select(Cycle.plan["timezone"].as_string()).where(Cycle.id == MidtermProblem.cycle_id).scalar_subquery()
    today = cast(func.timezone(zone, NOW), Date)
    return and_(MidtermProblem.state == "open", MidtermProblem.due_on < today)


@kept
def problems_page(role: Role, filters: frozenset[str]) -> Rows:
    """Problems, the open ones first, and of these the one whose day comes first."""
    conditions: dict[str, ColumnElement[bool]] = {
        "state": MidtermProblem.state == bindparam("state"),
        "owner": MidtermProblem.owner_role == bindparam("owner"),
        "overdue": _overdue(),
        "enrolment": MidtermProblem.enrolment_id == bindparam("enrolment", type_=Uuid),
        "subject": Enrolment.subject == bindparam("subject"),
        "city": Enrolment.city_id == bindparam("city", type_=Uuid),
        "q": or_(
            Enrolment.name.contains(bindparam("q", type_=String)), Enrolment.number == bindparam("q", type_=String)
        ),
    }
    rows = filtered(_problems(role), conditions, filters)
    return as_page(rows, MidtermProblem.state, MidtermProblem.due_on, MidtermProblem.id)


@kept
def problem_record(role: Role) -> Rows:
    """One problem."""
    can: Any = offers(PROBLEM_FLOW, role, MidtermProblem.state, MidtermProblem.cycle_id)
    none = cast(literal("[]", String), JSONB)
    return as_record(
        _problems(role)
        .add_columns(
            case((answers(role), can), else_=none).label("actions"), waiting_for(PROBLEM_FLOW, MidtermProblem.state)
        )
        .where(MidtermProblem.id == ID)
    )


@kept
def problem_trail(role: Role) -> Rows:
    """The trail of a problem."""
    seen = select(MidtermProblem.id).where(MidtermProblem.id == ID, visible_problems(role))
    return trail_of(role, "midterm_problem", seen)
