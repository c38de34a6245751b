"""Paths of cycles, plans and stages, and of who one is."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs
from miaopu.people.permissions import Permission
from miaopu.programme import queries, service
from miaopu.programme.flow import Move, Moved
from miaopu.programme.plan import StageCode
from miaopu.programme.schemas import (
    CycleAction,
    CyclePage,
    CycleRecord,
    Extension,
    Me,
    PlanEdit,
    PlanForm,
    PlanShown,
    SchoolForm,
    Trail,
)

router = Room(prefix="/cycles", tags=["programme"], route_class=Door)
me_router = Room(tags=["auth"], route_class=Door)


@me_router.get("/me", operation_id="me", response_model=Me, **needs(Permission.SELF))
async def me(request: Request, reads: Reading) -> Response:
    """Who I am, what I may do, how the programme stands, what time it is."""
    demo = "true" if request.app.state.settings.demo else "false"
    return await reads.record(queries.me(reads.actor.role), demo=demo)


@router.get("", operation_id="cycles_list", response_model=CyclePage, **needs(Permission.CYCLE_READ))
async def list_cycles(reads: Reading, page: Page, sort: Annotated[queries.CycleSort, Query()] = "-year") -> Response:
    """All cycles, newest first."""
    return await reads.page(queries.cycles_page(reads.actor.role, sort), page)


@router.post("", operation_id="cycles_create", status_code=201, **needs(Permission.CYCLE_MANAGE))
async def create(tx: Writing, form: PlanForm) -> Created:
    """A planned cycle from a plan document (TOML)."""
    made = await service.create(tx, form)
    return Created(id=made.id, version=made.version)


@router.get("/{cycle_id}", operation_id="cycles_get", response_model=CycleRecord, **needs(Permission.CYCLE_READ))
async def get(reads: Reading, cycle_id: uuid.UUID) -> Response:
    """One cycle with its stages, places and subjects."""
    return await reads.record(queries.cycle_record(reads.actor.role), id=cycle_id)


@router.get("/{cycle_id}/plan", operation_id="cycles_plan", response_model=PlanShown, **needs(Permission.CYCLE_READ))
async def plan(reads: Reading, cycle_id: uuid.UUID) -> Response:
    """The plan in force."""
    return await reads.record(queries.plan_record(reads.actor.role), id=cycle_id)


@router.put("/{cycle_id}/plan", operation_id="cycles_edit_plan", **needs(Permission.CYCLE_MANAGE))
async def edit(tx: Writing, cycle_id: uuid.UUID, form: PlanEdit) -> Moved:
    """A new version of the plan, until the cycle opens."""
    return Moved.model_validate(await service.edit(tx, cycle_id, form), from_attributes=True)


@router.post("/{cycle_id}/actions/{action}", operation_id="cycles_act", **needs(Permission.CYCLE_MANAGE))
async def act(tx: Writing, cycle_id: uuid.UUID, action: CycleAction, form: Move) -> Moved:
    """Open or close the cycle."""
    return Moved.model_validate(await service.act(tx, cycle_id, action, form), from_attributes=True)


@router.post("/{cycle_id}/stages/{code}/extend", operation_id="stages_extend", **needs(Permission.STAGE_EXTEND))
async def extend(tx: Writing, cycle_id: uuid.UUID, code: StageCode, form: Extension) -> Created:
    """Move a stage's window, with a reason."""
    stage = await service.extend(tx, cycle_id, code, form)
    return Created(id=stage.id, version=stage.version)


@router.post(
    "/{cycle_id}/schools", operation_id="cycles_admit_school", status_code=201, **needs(Permission.CYCLE_MANAGE)
)
async def admit_school(tx: Writing, cycle_id: uuid.UUID, form: SchoolForm) -> Created:
    """A school takes part in the cycle."""
    made = await service.admit_school(tx, cycle_id, form)
    return Created(id=made.id, version=made.version)


@router.get("/{cycle_id}/trail", operation_id="cycles_trail", response_model=Trail, **needs(Permission.CYCLE_MANAGE))
async def trail(reads: Reading, cycle_id: uuid.UUID) -> Response:
    """Everything that was done to the cycle."""
    return await reads.record(queries.trail(reads.actor.role), id=cycle_id)
