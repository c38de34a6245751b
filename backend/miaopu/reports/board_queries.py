"""The board of the training year (P9–P11): what each student came to and handed in, counted in one statement."""

from typing import Any

from sqlalchemy import DateTime, Integer, String, Text, Uuid, and_, bindparam, cast, distinct, func, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, filtered, kept
from miaopu.growth.models import GrowthLog
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.models import Unit
from miaopu.people.roles import Role
from miaopu.programme.offering import NOW
from miaopu.programme.queries import MY_CYCLE
from miaopu.training.models import Attendance, Session

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")
University = aliased(Unit, name="university")
Mentor = aliased(Nomination, name="mentor")
ZONE = bindparam("zone", type_=String)
# Logs handed in before this moment have waited longer than the plan lets them.
REVIEW_BEFORE = bindparam("review_before", type_=DateTime(timezone=True))

FILTERS: dict[str, Any] = {
    "city": Enrolment.city_id == bindparam("city", type_=Uuid),
    "university": Enrolment.university_id == bindparam("university", type_=Uuid),
    "school": Enrolment.school_id == bindparam("school", type_=Uuid),
    "mentor": Enrolment.mentor_id == bindparam("mentor", type_=Uuid),
    "subject": Enrolment.subject == bindparam("subject"),
    "state": Enrolment.state == bindparam("state"),
    "enrolment": Enrolment.id == bindparam("enrolment", type_=Uuid),
    "q": Enrolment.name.contains(bindparam("q", type_=String)),
}


def _months() -> Any:
    """One row for each student: `[[year, month, face to face, remote], …]`, and the sums of the year."""
    local = func.timezone(ZONE, Session.starts_at)
    met = Attendance.mode == "face_to_face"
    month = (
        select(
            Attendance.enrolment_id,
            cast(func.extract("year", local), Integer).label("year"),
            cast(func.extract("month", local), Integer).label("month"),
            func.count().filter(met).label("met"),
            func.count().filter(~met).label("remote"),
            func.count().filter(met, Session.on_campus).label("visits"),
            func.count().filter(Session.by_mentor).label("by_mentor"),
        )
        .join(Session, Session.id == Attendance.session_id)
        .where(Session.cycle_id == MY_CYCLE, Attendance.mode != "absent")
        .group_by(Attendance.enrolment_id, "year", "month")
        .subquery("month")
    )
    return (
        select(
            month.c.enrolment_id,
            cast(
                func.json_agg(func.json_build_array(month.c.year, month.c.month, month.c.met, month.c.remote)), Text
            ).label("months"),
            cast(func.sum(month.c.visits), Integer).label("visits"),
            cast(func.sum(month.c.by_mentor), Integer).label("by_mentor"),
            cast(func.sum(month.c.met + month.c.remote), Integer).label("sessions"),
        )
        .group_by(month.c.enrolment_id)
        .subquery("months")
    )


def _logs() -> Any:
    """One row for each student with logs that are not done with."""
    none = or_(GrowthLog.id.is_(None), GrowthLog.state == "draft")
    missing = and_(none, Attendance.log_due_at <= NOW)
    waiting = GrowthLog.state == "submitted"
    unreviewed = and_(waiting, GrowthLog.state_since <= REVIEW_BEFORE)
    returned = GrowthLog.state == "returned"
    return (
        select(
            Attendance.enrolment_id,
            func.count().filter(missing).label("missing"),
            func.min(Attendance.log_due_at).filter(missing).label("missing_since"),
            func.count().filter(returned).label("returned"),
            func.min(GrowthLog.state_since).filter(returned).label("returned_since"),
            func.count().filter(waiting).label("waiting"),
            func.count().filter(unreviewed).label("unreviewed"),
            func.min(GrowthLog.state_since).filter(unreviewed).label("unreviewed_since"),
            func.count().filter(GrowthLog.state == "accepted").label("accepted"),
            func.count(distinct(Attendance.session_id)).label("asked"),
        )
        .join(Session, Session.id == Attendance.session_id)
        .outerjoin(
            GrowthLog,
            and_(GrowthLog.enrolment_id == Attendance.enrolment_id, GrowthLog.session_id == Attendance.session_id),
        )
        .where(Session.cycle_id == MY_CYCLE, Attendance.mode != "absent")
        .group_by(Attendance.enrolment_id)
        .subquery("logs")
    )


@kept
def lines(role: Role, filters: frozenset[str]) -> Rows:
    """Everybody whose training began, as far as the reader sees them. Binds `zone`, `review_before`."""
    months, logs = _months(), _logs()
    sums = ("missing", "returned", "waiting", "unreviewed", "accepted", "asked")
    since = ("missing_since", "returned_since", "unreviewed_since")
    rows = (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.name.label("student_name"),
            Enrolment.name_key,
            Enrolment.number,
            Enrolment.subject,
            Enrolment.state,
            Enrolment.city_id,
            City.name.label("city_name"),
            Enrolment.university_id,
            University.name.label("university_name"),
            Enrolment.school_id,
            School.name.label("school_name"),
            Enrolment.mentor_id,
            Mentor.name.label("mentor_name"),
            Enrolment.active_from,
            Enrolment.ended_at,
            months.c.months,
            *(func.coalesce(months.c[name], 0).label(name) for name in ("visits", "by_mentor", "sessions")),
            *(func.coalesce(logs.c[name], 0).label(name) for name in sums),
            *(logs.c[name] for name in since),
        )
        .join(City, City.id == Enrolment.city_id)
        .join(University, University.id == Enrolment.university_id)
        .join(School, School.id == Enrolment.school_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .outerjoin(months, months.c.enrolment_id == Enrolment.id)
        .outerjoin(logs, logs.c.enrolment_id == Enrolment.id)
        .where(visible_enrolments(role), Enrolment.active_from.is_not(None))
    )
    return filtered(rows, FILTERS, filters)
