"""Verbs of training plans: drafted, proposed, agreed, revised; every edition kept, and how far its steps are (P17)."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, or_, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.nominations.models import Nomination
from miaopu.pairings.enrolments import about
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, scope
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.training.models import PLAN_FLOW, PlanEdition, StepProgress, TrainingPlan
from miaopu.training.queries import leads, visible_plans
from miaopu.training.schemas import (
    Agreement,
    Step,
    StepMark,
    TrainingPlanAction,
    TrainingPlanEdit,
    TrainingPlanForm,
)


async def create_plan(tx: Tx, form: TrainingPlanForm) -> TrainingPlan:
    """A mentor's draft for one student (P17). Raises 404, 409 outside the window or twice, 422."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), form.enrolment_id)
    await ask_window(tx.session, enrolment.cycle_id, StageCode.TRAINING)
    if enrolment.state not in ("enrolled", "active"):
        raise Problem("wrong_state", 409, state=enrolment.state)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    made = TrainingPlan(
        id=new_id(),
        cycle_id=enrolment.cycle_id,
        state="draft",
        enrolment_id=enrolment.id,
        topic=form.topic,
        aims=form.aims,
        co_mentor_part=form.co_mentor_part,
        steps=_steps(plan, form.steps, ()),
    )
    tx.session.add(made)
    await tx.session.flush()
    return made


def _steps(plan: Plan, steps: Sequence[Step], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps with an id each: those of before keep theirs. Raises 422 for an unknown means."""
    known = {a.code for a in plan.training.activities}
    faults = [FieldError(f"/steps/{i}/activity", "enum") for i, s in enumerate(steps) if s.activity not in known]
    if faults:
        raise invalid(*faults)
    free = {str(one.get("id")) for one in before if one.get("id")}
    made: list[dict[str, Any]] = []
    for step in steps:
        # An id that is not one of this plan's, or that stands twice, is a new step.
        kept = step.id if step.id in free else secrets.token_hex(4)
        free.discard(kept)
        made.append({**step.model_dump(), "id": kept})
    return made


async def edit_plan(tx: Tx, plan_id: uuid.UUID, form: TrainingPlanEdit) -> TrainingPlan:
    """Save a draft. Raises 404, 403, 409, 422."""
    found = await load(tx, TrainingPlan, visible_plans(tx.actor.role), plan_id)
    require(tx.actor, Permission.TRAINING_PLAN)
    ask_version(found, form.version)
    if found.state != "draft":
        raise Problem("wrong_state", 409, state=found.state)
    if form.topic is not None:
        found.topic = form.topic
    if form.aims is not None:
        found.aims = form.aims
    if form.co_mentor_part is not None:
        found.co_mentor_part = form.co_mentor_part
    if form.steps is not None:
        found.steps = _steps(await plan_of(tx.session, found.cycle_id), form.steps, found.steps)
    audit.note(tx.session, found, Act("training_plan.edit"))
    await tx.session.flush()
    return found


async def _circle(tx: Tx, enrolment_id: uuid.UUID) -> tuple[Enrolment, Concerned]:
    enrolment = await tx.session.get(Enrolment, enrolment_id)
    assert enrolment is not None
    mentor = await tx.session.get(Nomination, enrolment.mentor_id)
    told = about(enrolment, mentor)
    return enrolment, Concerned(told.title, told.owners, {Role.UNIVERSITY: enrolment.university_id})


async def act_plan(tx: Tx, plan_id: uuid.UUID, action: TrainingPlanAction, form: Move) -> TrainingPlan:
    """Take one edge. Raises as `flow.move`."""
    found = await load(tx, TrainingPlan, visible_plans(tx.actor.role), plan_id)
    _, told = await _circle(tx, found.enrolment_id)
    await move(tx, PLAN_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    if action == "propose":
        await _keep(tx, found)
    if found.state == "draft":
        found.student_agreed_at = found.teacher_agreed_at = None
        found.revision += action == "revise"
        await tx.session.flush()
    return found


async def _keep(tx: Tx, plan: TrainingPlan) -> None:
    """The plan as it is proposed becomes an edition that nobody changes any more."""
    number = await tx.session.scalar(select(func.count()).where(PlanEdition.plan_id == plan.id)) or 0
    tx.session.add(
        PlanEdition(
            id=new_id(),
            plan_id=plan.id,
            number=number + 1,
            topic=plan.topic,
            aims=plan.aims,
            co_mentor_part=plan.co_mentor_part,
            steps=plan.steps,
        )
    )
    await tx.session.flush()


async def _last(tx: Tx, plan: TrainingPlan) -> PlanEdition | None:
    rows = select(PlanEdition).where(PlanEdition.plan_id == plan.id).order_by(PlanEdition.number.desc()).limit(1)
    found: PlanEdition | None = await tx.session.scalar(rows)
    return found


async def _ask_leave(tx: Tx, plan: TrainingPlan) -> None:
    """Who may record meetings of the student may also say how far the plan is. Raises 403."""
    led = exists().where(
        Enrolment.id == plan.enrolment_id,
        or_(Nomination.id == Enrolment.mentor_id, Nomination.id == Enrolment.co_mentor_id),
        leads(tx.actor.role),
    )
    if not await tx.session.scalar(select(led), scope(tx.actor)):
        raise Problem("forbidden", 403, permission=Permission.SESSION_RECORD.value)


async def mark_step(tx: Tx, plan_id: uuid.UUID, step_id: str, form: StepMark) -> StepProgress:
    """How far a step is, as the team says. Raises 404, 403, 409 before the plan is agreed or outside the window."""
    found = await load(tx, TrainingPlan, visible_plans(tx.actor.role), plan_id)
    require(tx.actor, Permission.SESSION_RECORD)
    await _ask_leave(tx, found)
    if found.state != "agreed":
        raise Problem("wrong_state", 409, state=found.state)
    await ask_window(tx.session, found.cycle_id, StageCode.TRAINING)
    if step_id not in {str(step.get("id")) for step in found.steps}:
        raise not_found()
    one = await tx.session.scalar(
        select(StepProgress).where(StepProgress.plan_id == found.id, StepProgress.step_id == step_id)
    )
    if one is None:
        one = StepProgress(id=new_id(), plan_id=found.id, step_id=step_id, state="open")
        tx.session.add(one)
    one.state, one.note, one.at, one.account_id = form.state, form.note, clock.now(), tx.actor.account_id
    audit.note(tx.session, one, Act("training_plan.mark_step"))
    await tx.session.flush()
    return one


async def agree(tx: Tx, plan_id: uuid.UUID, form: Agreement) -> TrainingPlan:
    """The student's or the guide teacher's agreement; with the last one the plan is agreed. Raises as `flow.move`."""
    found = await load(tx, TrainingPlan, visible_plans(tx.actor.role), plan_id)
    require(tx.actor, Permission.TRAINING_PLAN_AGREE)
    ask_version(found, form.version)
    if found.state != "confirmed":
        raise Problem("wrong_state", 409, state=found.state)
    await ask_window(tx.session, found.cycle_id, StageCode.TRAINING)
    enrolment, told = await _circle(tx, found.enrolment_id)
    if tx.actor.role is Role.STUDENT:
        found.student_agreed_at = clock.now()
    else:
        found.teacher_agreed_at = clock.now()
    edition = await _last(tx, found)
    if edition is not None:
        edition.student_agreed_at, edition.teacher_agreed_at = found.student_agreed_at, found.teacher_agreed_at
        audit.note(tx.session, edition, Act("training_plan.agree"))
    audit.note(tx.session, found, Act("training_plan.agree"))
    await tx.session.flush()
    if found.student_agreed_at and (found.teacher_agreed_at or enrolment.guide_teacher_account_id is None):
        await move(tx, PLAN_FLOW, found, "agree", version=None, concerned=told)
    return found
