"""Reads of training plans and sessions."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_list, as_page, as_record, filtered, kept
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen, visible_enrolments
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import Registration
from miaopu.training.models import PLAN_FLOW, Attendance, PlanEdition, Session, StepProgress, TrainingPlan

Mentor = aliased(Nomination, name="mentor")
CoMentor = aliased(Nomination, name="co_mentor")
University = aliased(Unit, name="university")


def visible_plans(role: Role) -> ColumnElement[bool]:
    """Who sees the student sees the plan; the family and the school once the mentor has proposed it."""
    seen = student_seen(role, TrainingPlan.enrolment_id)
    if role in (Role.MENTOR, Role.TEAM_MEMBER):
        return seen
    return and_(seen, TrainingPlan.state != "draft")


def visible_sessions(role: Role) -> ColumnElement[bool]:
    """Who sees one of those who were there; a mentor and the team also their own without anybody."""
    seen: ColumnElement[bool] = exists().where(
        Attendance.session_id == Session.id, student_seen(role, Attendance.enrolment_id)
    )
    if role in (Role.MENTOR, Role.TEAM_MEMBER):
        seen = or_(seen, Session.given_by == ME)
    return and_(Session.cycle_id == MY_CYCLE, seen)


def leads(role: Role) -> ColumnElement[bool]:
    """The nominations for which this mentor or team member records sessions."""
    if role is Role.MENTOR:
        return Nomination.account_id == ME
    return exists().where(TeamMember.nomination_id == Nomination.id, TeamMember.account_id == ME, TeamMember.may_record)


def _plans(role: Role) -> Rows:
    return (
        select(
            TrainingPlan.id,
            TrainingPlan.enrolment_id,
            Enrolment.name.label("student_name"),
            Enrolment.subject,
            Mentor.name.label("mentor_name"),
            University.name.label("university_name"),
            TrainingPlan.topic,
            TrainingPlan.revision,
            TrainingPlan.student_agreed_at,
            TrainingPlan.teacher_agreed_at,
            TrainingPlan.state,
            TrainingPlan.state_since,
            TrainingPlan.version,
        )
        .join(Enrolment, Enrolment.id == TrainingPlan.enrolment_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .join(University, University.id == Enrolment.university_id)
        .where(visible_plans(role))
    )


@kept
def plans_page(role: Role, filters: frozenset[str]) -> Rows:
    """Training plans."""
    conditions = {
        "state": TrainingPlan.state == bindparam("state"),
        "enrolment": TrainingPlan.enrolment_id == bindparam("enrolment", type_=Uuid),
        "subject": Enrolment.subject == bindparam("subject"),
    }
    return as_page(filtered(_plans(role), conditions, filters), Enrolment.name_key, TrainingPlan.id)


def _steps() -> Any:
    """The steps, each with how far it is; late when its month is over and nobody said what became of it."""
    step = func.jsonb_array_elements(TrainingPlan.steps).table_valued(column("value", JSONB), name="step")
    value = step.c.value
    usual = cast(literal('{"id": "", "detail": "", "milestone": false, "led_by": "mentor"}', String), JSONB)
    state = func.coalesce(StepProgress.state, "open")
    day = func.timezone(Cycle.plan["timezone"].as_string(), NOW)
    this_month = func.extract("year", day) * 12 + func.extract("month", day)
    its_month = Cycle.year * 12 + cast(value["month"].astext, Integer)
    facts = func.jsonb_build_object(
        "state", state,
        "note", func.coalesce(StepProgress.note, ""),
        "at", StepProgress.at,
        "late", and_(its_month < this_month, among(state, ("open", "under_way"))),
    )  # fmt: skip
    return (
        select(func.coalesce(func.jsonb_agg(usual.op("||")(value).op("||")(facts)), cast(literal("[]", String), JSONB)))
        .select_from(
            step.join(Cycle, Cycle.id == TrainingPlan.cycle_id).outerjoin(
                StepProgress,
                and_(StepProgress.plan_id == TrainingPlan.id, StepProgress.step_id == value["id"].astext),
            )
        )
        .correlate(TrainingPlan)
        .scalar_subquery()
    )


@kept
def plan_editions(role: Role) -> Rows:
    """The editions of a plan in their order; no row where the reader does not see the plan."""
    rows = (
        select(
            PlanEdition.number,
            PlanEdition.topic,
            PlanEdition.aims,
            PlanEdition.co_mentor_part,
            PlanEdition.steps,
            PlanEdition.proposed_at,
            PlanEdition.student_agreed_at,
            PlanEdition.teacher_agreed_at,
        )
        .where(PlanEdition.plan_id == ID)
        .order_by(PlanEdition.number)
    )
    seen = select(TrainingPlan.id).where(TrainingPlan.id == ID, visible_plans(role))
    return as_list(rows).having(seen.exists())


@kept
def plan_record(role: Role) -> Rows:
    """One training plan."""
    return as_record(
        _plans(role)
        .join(Registration, Registration.id == Enrolment.registration_id)
        .outerjoin(CoMentor, CoMentor.id == Enrolment.co_mentor_id)
        .add_columns(
            TrainingPlan.aims,
            CoMentor.name.label("co_mentor_name"),
            TrainingPlan.co_mentor_part,
            Registration.interests,
            Registration.motivation,
            _steps().label("steps"),
            select(func.count())
            .select_from(PlanEdition)
            .where(PlanEdition.plan_id == TrainingPlan.id)
            .scalar_subquery()
            .label("editions"),
            offers(PLAN_FLOW, role, TrainingPlan.state, TrainingPlan.cycle_id),
            waiting_for(PLAN_FLOW, TrainingPlan.state),
        )
        .where(TrainingPlan.id == ID)
    )


@kept
def plan_trail(role: Role) -> Rows:
    """The trail of a training plan."""
    return trail_of(role, "training_plan", select(TrainingPlan.id).where(TrainingPlan.id == ID, visible_plans(role)))


def _sessions(role: Role) -> Rows:
    present = (
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.session_id == Session.id, Attendance.mode != "absent")
        .scalar_subquery()
    )
    return (
        select(
            Session.id,
            Session.mentor_id,
            Mentor.name.label("mentor_name"),
            Account.name.label("given_by_name"),
            Session.by_mentor,
            Session.starts_at,
            Session.minutes,
            Session.activity,
            Session.title,
            Session.place,
            Session.on_campus,
            present.label("present"),
            Session.version,
        )
        .join(Mentor, Mentor.id == Session.mentor_id)
        .join(Account, Account.id == Session.given_by)
        .where(visible_sessions(role))
    )


SESSION_FILTERS: dict[str, Any] = {
    "mentor": Session.mentor_id == bindparam("mentor", type_=Uuid),
    "enrolment": exists().where(
        Attendance.session_id == Session.id, Attendance.enrolment_id == bindparam("enrolment", type_=Uuid)
    ),
    "activity": Session.activity == bindparam("activity"),
}


@kept
def sessions_page(role: Role, filters: frozenset[str]) -> Rows:
    """Sessions, the last first."""
    return as_page(filtered(_sessions(role), SESSION_FILTERS, filters), Session.starts_at.desc(), Session.id)


@kept
def session_record(role: Role) -> Rows:
    """One session, with those of its students whom the reader sees."""
    here = rows_json(
        select(Attendance.enrolment_id, Enrolment.name.label("student_name"), Attendance.mode, Attendance.log_due_at)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Attendance.session_id == Session.id, visible_enrolments(role))
        .order_by(Enrolment.name_key)
    )
    return as_record(_sessions(role).add_columns(Session.notes, here.label("attendance")).where(Session.id == ID))


@kept
def session_trail(role: Role) -> Rows:
    """The trail of a session."""
    return trail_of(role, "training_session", select(Session.id).where(Session.id == ID, visible_sessions(role)))


@kept
def came(role: Role) -> Rows:
    """The sessions one student came to, with the dates that the counters start and end with."""
    return (
        select(
            Enrolment.active_from,
            Enrolment.ended_at,
            Session.starts_at,
            (Attendance.mode == "face_to_face").label("face_to_face"),
            Session.on_campus,
            Session.by_mentor,
            Cycle.plan_digest,
            Cycle.id.label("cycle_id"),
        )
        .select_from(Enrolment)
        .join(Cycle, Cycle.id == Enrolment.cycle_id)
        .outerjoin(Attendance, and_(Attendance.enrolment_id == Enrolment.id, Attendance.mode != "absent"))
        .outerjoin(Session, Session.id == Attendance.session_id)
        .where(Enrolment.id == ID, visible_enrolments(role))
        .order_by(Session.starts_at)
    )


@kept
def plan_text() -> Rows:
    """The plan of a cycle as JSON text."""
    return as_record(select(Cycle.plan.label("plan")).where(Cycle.id == ID))
