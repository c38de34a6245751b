"""Those a thread can name: the student's circle (P21)."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    exists,
    literal,
    or_,
    select,
    union_all,
)

from miaopu.contacts.queries import T, _told, visible
from miaopu.core.read import Rows, as_list, kept
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import City, School, University, by_leave
from miaopu.people.models import Account, Membership
from miaopu.people.roles import Role
from miaopu.programme.queries import ID


def circle(role: Role) -> Rows:
    """The people who read a thread now, by name and unit."""

    def people(code: Role, account: Any, unit: Any, *conditions: Any) -> Rows:
        return (
            select(
                Account.id.label("account_id"),
                Account.name,
                literal(code.value, String).label("role"),
                unit.name.label("unit_name") if unit is not None else literal("", String).label("unit_name"),
                unit.name_en.label("unit_name_en") if unit is not None else literal("", String).label("unit_name_en"),
            )
            .select_from(T)
            .join(Enrolment, Enrolment.id == T.enrolment_id)
            .join(School, School.id == Enrolment.school_id)
            .join(City, City.id == Enrolment.city_id)
            .join(University, University.id == Enrolment.university_id)
            .join(Account, account)
            .where(T.id == ID, visible(role), *conditions)
        )

    def holding(code: Role, unit_id: Any) -> ColumnElement[bool]:
        held = exists().where(
            Membership.account_id == Account.id, Membership.role == code.value, Membership.ended_at.is_(None)
        )
        return (held.where(Membership.unit_id == unit_id) if unit_id is not None else held).correlate_except(Membership)

    def leads(mentor_id: Any) -> ColumnElement[bool]:
        led = exists().where(Nomination.id == mentor_id, Nomination.account_id == Account.id)
        return led.correlate_except(Nomination)

    mentors = or_(leads(Enrolment.co_mentor_id), and_(leads(Enrolment.mentor_id), _told()))
    every: Any = union_all(
        people(Role.STUDENT, Account.id == Enrolment.account_id, School, T.with_student),
        people(Role.GUARDIAN, Account.id == Enrolment.guardian_account_id, None, T.with_guardian),
        people(Role.GUIDE_TEACHER, Account.id == Enrolment.guide_teacher_account_id, School, T.with_guide),
        people(Role.SCHOOL, holding(Role.SCHOOL, Enrolment.school_id), School, T.with_guide),
        people(Role.MENTOR, mentors, University, T.with_team),
        people(Role.TEAM_MEMBER, by_leave(Enrolment, Account.id), University, T.with_team, _told()),
        people(Role.CITY_OFFICE, holding(Role.CITY_OFFICE, Enrolment.city_id), City),
        people(Role.REGION_OFFICE, holding(Role.REGION_OFFICE, None), None, T.region_at.is_not(None)),
    ).subquery("p")
    return select(every)


@kept
def participants(role: Role) -> Rows:
    """Who reads a thread."""
    return as_list(circle(role)).having(select(T.id).where(T.id == ID, visible(role)).exists())
