"""Paths of training plans and sessions."""

import uuid
from typing import Annotated

from fastapi import Path, Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail
from miaopu.training import editions, queries, service
from miaopu.training import plans as plan_verbs
from miaopu.training.models import PLAN_FLOW
from miaopu.training.schemas import (
    Agreement,
    PlanEditions,
    ProgressShown,
    SessionEdit,
    SessionForm,
    SessionPage,
    SessionRecord,
    StepMark,
    TrainingPlanAction,
    TrainingPlanEdit,
    TrainingPlanForm,
    TrainingPlanPage,
    TrainingPlanRecord,
    TrainingPlanState,
)

plans = Room(prefix="/training-plans", tags=["training"], route_class=Door)
sessions = Room(prefix="/sessions", tags=["training"], route_class=Door)
counters = Room(prefix="/enrolments", tags=["training"], route_class=Door)
P = Permission


@plans.get("", operation_id="training_plans_list", response_model=TrainingPlanPage, **needs(P.TRAINING_READ))
async def list_plans(
    reads: Reading,
    page: Page,
    state: Annotated[TrainingPlanState | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """Training plans."""
    shape, given = present(state=state, enrolment=enrolment, subject=subject)
    return await reads.page(queries.plans_page(reads.actor.role, shape), page, **given)


@plans.post("", operation_id="training_plans_create", status_code=201, **needs(P.TRAINING_PLAN))
async def create_plan(tx: Writing, form: TrainingPlanForm) -> Created:
    """Draft a student's training plan."""
    return Created.model_validate(await plan_verbs.create_plan(tx, form), from_attributes=True)


@plans.get("/{plan_id}", operation_id="training_plans_get", response_model=TrainingPlanRecord, **needs(P.TRAINING_READ))
async def get_plan(reads: Reading, plan_id: uuid.UUID) -> Response:
    """One training plan."""
    return await reads.record(queries.plan_record(reads.actor.role), id=plan_id)


@plans.patch("/{plan_id}", operation_id="training_plans_update", **tells(P.TRAINING_PLAN))
async def edit_plan(tx: Writing, plan_id: uuid.UUID, form: TrainingPlanEdit) -> Moved:
    """Save a draft."""
    return Moved.model_validate(await plan_verbs.edit_plan(tx, plan_id, form), from_attributes=True)


@plans.post("/{plan_id}/agree", operation_id="training_plans_agree", **tells(P.TRAINING_PLAN_AGREE))
async def agree(tx: Writing, plan_id: uuid.UUID, form: Agreement) -> Moved:
    """Agree to a plan, as the student or the guide teacher."""
    return Moved.model_validate(await plan_verbs.agree(tx, plan_id, form), from_attributes=True)


@plans.post(
    "/{plan_id}/actions/{action}",
    operation_id="training_plans_act",
    **tells(PLAN_FLOW.permissions(simple_actions(PLAN_FLOW))),
)
async def act_plan(tx: Writing, plan_id: uuid.UUID, action: TrainingPlanAction, form: Move) -> Moved:
    """Propose, confirm, return or revise a plan."""
    return Moved.model_validate(await plan_verbs.act_plan(tx, plan_id, action, form), from_attributes=True)


@plans.get("/{plan_id}/editions", operation_id="training_plans_editions", **needs(P.TRAINING_READ))
async def plan_editions(reads: Reading, plan_id: uuid.UUID) -> PlanEditions:
    """Every edition that was proposed, the last first, with what differs from the one before."""
    return await editions.shown(reads, plan_id)


@plans.put("/{plan_id}/steps/{step_id}", operation_id="training_plans_mark_step", **tells(P.SESSION_RECORD))
async def mark_step(
    tx: Writing, plan_id: uuid.UUID, step_id: Annotated[str, Path(max_length=8)], form: StepMark
) -> Created:
    """Say how far a step is."""
    return Created.model_validate(await plan_verbs.mark_step(tx, plan_id, step_id, form), from_attributes=True)


@plans.get("/{plan_id}/trail", operation_id="training_plans_trail", response_model=Trail, **needs(P.TRAINING_READ))
async def plan_trail(reads: Reading, plan_id: uuid.UUID) -> Response:
    """Everything that was done to a plan."""
    return await reads.record(queries.plan_trail(reads.actor.role), id=plan_id)


@sessions.get("", operation_id="sessions_list", response_model=SessionPage, **needs(P.TRAINING_READ))
async def list_sessions(
    reads: Reading,
    page: Page,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    activity: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """Sessions, the last first."""
    shape, given = present(mentor=mentor, enrolment=enrolment, activity=activity)
    return await reads.page(queries.sessions_page(reads.actor.role, shape), page, **given)


@sessions.post("", operation_id="sessions_create", status_code=201, **needs(P.SESSION_RECORD))
async def record_session(tx: Writing, form: SessionForm) -> Created:
    """Record a session and who came."""
    return Created.model_validate(await service.record_session(tx, form), from_attributes=True)


@sessions.get("/{session_id}", operation_id="sessions_get", response_model=SessionRecord, **needs(P.TRAINING_READ))
async def get_session(reads: Reading, session_id: uuid.UUID) -> Response:
    """One session."""
    return await reads.record(queries.session_record(reads.actor.role), id=session_id)


@sessions.patch("/{session_id}", operation_id="sessions_update", **tells(P.SESSION_RECORD))
async def edit_session(tx: Writing, session_id: uuid.UUID, form: SessionEdit) -> Created:
    """Correct a session."""
    return Created.model_validate(await service.edit_session(tx, session_id, form), from_attributes=True)


@sessions.get("/{session_id}/trail", operation_id="sessions_trail", response_model=Trail, **needs(P.TRAINING_READ))
async def session_trail(reads: Reading, session_id: uuid.UUID) -> Response:
    """Everything that was done to a session."""
    return await reads.record(queries.session_trail(reads.actor.role), id=session_id)


@counters.get("/{enrolment_id}/progress", operation_id="enrolments_progress", **needs(P.TRAINING_READ))
async def progress(reads: Reading, enrolment_id: uuid.UUID) -> ProgressShown:
    """A student's meetings and campus visits against what the plan asks."""
    return await service.progress_shown(reads, enrolment_id)
