"""Feedback at fixed points: the mentor's on the student is for the circle, the student's on the mentoring for the city.

What a student says of the mentoring never reaches the mentor or the university: they have no statement that reads
it. The region sees means of cities, and only of as many answers as the plan asks for.
"""

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.core.read import Rows, as_list, kept
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.plan import Plan
from miaopu.programme.plan_feedback import Point, Question
from miaopu.programme.queries import MY_CYCLE, load, plan_in_force, plan_of
from miaopu.training.feedback_models import Feedback
from miaopu.training.feedback_schemas import About, FeedbackAsked, FeedbackForm, FeedbackStudent

Mentor = aliased(Nomination, name="mentor")
City = aliased(Unit, name="city")
WRITES: dict[Role, About] = {Role.MENTOR: "student", Role.STUDENT: "mentoring"}


def visible(role: Role) -> ColumnElement[bool]:
    """On the student: who sees the student, but not the public's experts. On the mentoring: its writer and the city."""
    circle = and_(Feedback.about == "student", visible_enrolments(role))
    if role is Role.STUDENT:
        return or_(circle, and_(Feedback.about == "mentoring", Enrolment.account_id == ME))
    if role is Role.CITY_OFFICE:
        return or_(circle, and_(Feedback.about == "mentoring", Enrolment.city_id == MY_CITY))
    return circle


@kept
def listed(role: Role) -> Rows:
    """All feedback that the reader sees, the last first."""
    return as_list(
        select(
            Feedback.id,
            Feedback.enrolment_id,
            Enrolment.name.label("student_name"),
            Mentor.name.label("mentor_name"),
            Feedback.about,
            Feedback.point,
            Feedback.answers,
            Feedback.written_at,
            Feedback.version,
        )
        .join(Enrolment, Enrolment.id == Feedback.enrolment_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .where(Enrolment.cycle_id == MY_CYCLE, visible(role))
        .order_by(Feedback.written_at.desc(), Feedback.id)
    )


@kept
def asked_of(role: Role) -> Rows:
    """The students whom one's feedback is about; binds `point`."""
    done = and_(
        Feedback.enrolment_id == Enrolment.id,
        Feedback.point == bindparam("point", type_=String),
        Feedback.about == WRITES.get(role, ""),
    )
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.name.label("student_name"),
            Mentor.name.label("mentor_name"),
            Feedback.answers,
        )
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .outerjoin(Feedback, done)
        .where(
            Enrolment.cycle_id == MY_CYCLE,
            visible_enrolments(role),
            Enrolment.active_from.is_not(None),
            Enrolment.state != "withdrawn",
        )
        .order_by(Enrolment.name_key, Enrolment.id)
    )


async def asked(reads: Reads) -> FeedbackAsked:
    """What is asked of the reader now, and what was answered of it. Raises 409 `no_cycle`."""
    plan = await plan_in_force(reads)
    about = WRITES[reads.actor.role]
    point = next((one for one in plan.feedback.points if _lasts(plan, one)), None)
    rows = await reads.rows(asked_of(reads.actor.role), point=point.code if point else "")
    today = plan.local_day(clock.now())
    coming = (one for one in plan.feedback.points if today.year == plan.year and one.opens_month > today.month)
    return FeedbackAsked(
        point=point,
        next=min(coming, key=lambda one: one.opens_month, default=None),
        about=about,
        scale=plan.feedback.scale,
        questions=list(_questions(plan, about)),
        students=[FeedbackStudent(**{**row, "answers": json.loads(row["answers"] or "null")}) for row in rows],
    )


def _questions(plan: Plan, about: About) -> tuple[Question, ...]:
    return plan.feedback.on_student if about == "student" else plan.feedback.on_mentoring


def _lasts(plan: Plan, point: Point) -> bool:
    today = plan.local_day(clock.now())
    return today.year == plan.year and point.opens_month <= today.month <= point.closes_month


@kept
def sums(role: Role) -> Rows:
    """Means on the mentoring by city and point, for the offices; binds `least`, the plan's smallest group."""
    seen = Enrolment.cycle_id == MY_CYCLE if role in OVERSIGHT else Enrolment.city_id == MY_CITY
    if role not in OVERSIGHT | {Role.CITY_OFFICE}:
        seen = false()
    answer = func.jsonb_each(Feedback.answers).table_valued("key", "value", name="answer")
    one = (
        select(
            City.name.label("city_name"),
            Feedback.point,
            answer.c.key,
            func.count().label("answers"),
            func.round(func.avg(cast(cast(answer.c.value, String), Numeric)), 2).label("mean"),
        )
        .select_from(Feedback)
        .join(Enrolment, Enrolment.id == Feedback.enrolment_id)
        .join(City, City.id == Enrolment.city_id)
        .join(answer, true())
        .where(
            Feedback.about == "mentoring",
            Enrolment.cycle_id == MY_CYCLE,
            seen,
            func.jsonb_typeof(cast(answer.c.value, JSONB)) == "number",
        )
        .group_by(City.name, Feedback.point, answer.c.key)
        .subquery("one")
    )
    least = bindparam("least", type_=Integer)
    told = func.jsonb_object_agg(one.c.key, one.c.mean).filter(one.c.answers >= least)
    rows = (
        select(one.c.city_name, one.c.point, func.max(one.c.answers).label("answers"), told.label("means"))
        .group_by(one.c.city_name, one.c.point)
        .order_by(one.c.city_name, one.c.point)
    )
    return as_list(rows)


async def write(tx: Tx, form: FeedbackForm) -> Feedback:
    """Write or correct one's feedback while its point lasts.

    Raises:
        Problem: 404 for another's student; 403; 409 `feedback_closed`; 422 with the question it is about.
    """
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), form.enrolment_id)
    require(tx.actor, Permission.FEEDBACK_WRITE)
    about = WRITES[tx.actor.role]
    plan = await plan_of(tx.session, enrolment.cycle_id)
    if enrolment.active_from is None or enrolment.state == "withdrawn":
        raise Problem("wrong_state", 409, state=enrolment.state)
    _ask_open(plan, form.point)
    answers = _answers(plan, _questions(plan, about), form)
    found = await tx.session.scalar(
        select(Feedback).where(
            Feedback.enrolment_id == enrolment.id, Feedback.point == form.point, Feedback.about == about
        )
    )
    if found is None:
        found = Feedback(id=new_id(), enrolment_id=enrolment.id, point=form.point, about=about)
        tx.session.add(found)
    found.answers, found.written_by, found.written_at = answers, tx.actor.account_id, clock.now()
    audit.note(tx.session, found, Act("feedback.write"))
    await tx.session.flush()
    if about == "student":
        circle = (enrolment.account_id, enrolment.guardian_account_id, enrolment.guide_teacher_account_id)
        await tell(
            tx.session,
            [one for one in circle if one is not None],
            "feedback.write",
            thing_type="enrolment",
            thing_id=enrolment.id,
            cycle_id=enrolment.cycle_id,
            title=enrolment.name,
        )
    return found


def _ask_open(plan: Plan, code: str) -> None:
    point = next((one for one in plan.feedback.points if one.code == code), None)
    if point is None:
        raise invalid(FieldError("/point", "unknown"))
    if not _lasts(plan, point):
        raise Problem("feedback_closed", 409, opens=point.opens_month, closes=point.closes_month)


def _answers(plan: Plan, asked: tuple[Question, ...], form: FeedbackForm) -> dict[str, Any]:
    faults: list[FieldError] = []
    known = {question.code: question for question in asked}
    for code, value in form.answers.items():
        question = known.get(code)
        if question is None:
            faults.append(FieldError(f"/answers/{code}", "unknown"))
        elif question.kind == "scale" and not (isinstance(value, int) and 1 <= value <= plan.feedback.scale):
            faults.append(FieldError(f"/answers/{code}", "off_scale", {"scale": plan.feedback.scale}))
        elif question.kind == "text" and not isinstance(value, str):
            faults.append(FieldError(f"/answers/{code}", "unknown"))
    faults += [
        FieldError(f"/answers/{question.code}", "missing")
        for question in asked
        if question.kind == "scale" and question.code not in form.answers
    ]
    if faults:
        raise invalid(*faults)
    return dict(form.answers)
