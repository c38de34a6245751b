"""The first page of a phone: what comes, what was, and whom it is about (P9–P11, P21). One statement for any role."""

from typing import Any

from sqlalchemy import Uuid, and_, cast, func, null, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_record, kept
from miaopu.growth.models import GrowthLog
from miaopu.growth.queries import visible as visible_logs
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.models import Unit
from miaopu.people.roles import TEAM, Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW
from miaopu.programme.queries import MY_CYCLE, rows_json
from miaopu.training import appointments_queries
from miaopu.training.models import Attendance
from miaopu.training.queries import leads

Mentor = aliased(Nomination, name="mentor")
University = aliased(Unit, name="university")


def _through(role: Role) -> Any:
    """The nomination by which a mentor or a member of the team records meetings with a student."""
    if role not in TEAM:
        return cast(null(), Uuid)
    led = select(Nomination.id).where(
        or_(Nomination.id == Enrolment.mentor_id, Nomination.id == Enrolment.co_mentor_id), leads(role)
    )
    return led.order_by(Nomination.id == Enrolment.co_mentor_id).limit(1).correlate(Enrolment).scalar_subquery()


@kept
def phone(role: Role) -> Rows:
    """Meetings to come and held, and the reader's students with their logs that wait or are missing."""
    waiting = (
        select(func.count())
        .select_from(GrowthLog)
        .where(GrowthLog.enrolment_id == Enrolment.id, GrowthLog.state == "submitted", visible_logs(role))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    missing = (
        select(func.count())
        .select_from(Attendance)
        .outerjoin(
            GrowthLog,
            and_(GrowthLog.enrolment_id == Attendance.enrolment_id, GrowthLog.session_id == Attendance.session_id),
        )
        .where(
            Attendance.enrolment_id == Enrolment.id,
            Attendance.mode != "absent",
            Attendance.log_due_at <= NOW,
            or_(GrowthLog.id.is_(None), GrowthLog.state == "draft"),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    students = rows_json(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.name.label("student_name"),
            Enrolment.state,
            Enrolment.mentor_id,
            Mentor.name.label("mentor_name"),
            University.name.label("university_name"),
            _through(role).label("through"),
            waiting.label("logs_waiting"),
            missing.label("logs_missing"),
        )
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .join(University, University.id == Enrolment.university_id)
        .where(visible_enrolments(role), Enrolment.state != "withdrawn")
        .order_by(Enrolment.name_key, Enrolment.id)
    )
    return as_record(
        select(
            NOW.label("now"),
            select(Cycle.plan["training"]["activities"])
            .where(Cycle.id == MY_CYCLE)
            .scalar_subquery()
            .label("activities"),
            appointments_queries.coming(role).label("coming"),
            appointments_queries.held(role).label("held"),
            students.label("students"),
        )
    )
