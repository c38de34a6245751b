"""Paths of the growth logs."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.read import Page, present
from miaopu.growth import queries, service
from miaopu.growth.models import FLOW
from miaopu.growth.schemas import LogAction, LogEdit, LogForm, LogPage, LogRecord, LogState, MissingPage
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = APIRouter(prefix="/growth-logs", tags=["growth"], route_class=Door)
P = Permission


@router.get("", operation_id="growth_logs_list", response_model=LogPage, **needs(P.GROWTH_READ))
async def list_logs(
    reads: Reading,
    page: Page,
    state: Annotated[LogState | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    session: Annotated[uuid.UUID | None, Query()] = None,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Growth logs."""
    shape, given = present(state=state, enrolment=enrolment, session=session, mentor=mentor, q=q)
    return await reads.page(queries.page(reads.actor.role, shape), page, **given)


@router.post("", operation_id="growth_logs_create", status_code=201, **needs(P.GROWTH_WRITE))
async def create(tx: Writing, form: LogForm) -> Moved:
    """Write a log of a session, and hand it in at once if asked to."""
    return Moved.model_validate(await service.create(tx, form), from_attributes=True)


@router.get("/missing", operation_id="growth_logs_missing", response_model=MissingPage, **needs(P.GROWTH_READ))
async def list_missing(
    reads: Reading,
    page: Page,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Sessions without a log, the longest due first."""
    shape, given = present(enrolment=enrolment, mentor=mentor)
    return await reads.page(queries.missing(reads.actor.role, shape), page, **given)


@router.get("/{log_id}", operation_id="growth_logs_get", response_model=LogRecord, **needs(P.GROWTH_READ))
async def get(reads: Reading, log_id: uuid.UUID) -> Response:
    """One log."""
    return await reads.record(queries.record(reads.actor.role), id=log_id)


@router.patch("/{log_id}", operation_id="growth_logs_update", **tells(P.GROWTH_WRITE))
async def edit(tx: Writing, log_id: uuid.UUID, form: LogEdit) -> Moved:
    """Save a draft, or what was returned."""
    return Moved.model_validate(await service.edit(tx, log_id, form), from_attributes=True)


@router.get(
    "/{log_id}/file",
    operation_id="growth_logs_file",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.GROWTH_READ),
)
async def get_file(request: Request, reads: Reading, log_id: uuid.UUID) -> Response:
    """The file of a log."""
    found = files.from_rows(await reads.rows(queries.file(reads.actor.role), id=log_id))
    return await files.serve(request.app.state.files, found)


@router.post(
    "/{log_id}/actions/{action}",
    operation_id="growth_logs_act",
    **tells(FLOW.permissions(simple_actions(FLOW))),
)
async def act(tx: Writing, log_id: uuid.UUID, action: LogAction, form: Move) -> Moved:
    """Hand in, accept or return a log."""
    return Moved.model_validate(await service.act(tx, log_id, action, form), from_attributes=True)


@router.get("/{log_id}/trail", operation_id="growth_logs_trail", response_model=Trail, **needs(P.GROWTH_READ))
async def trail(reads: Reading, log_id: uuid.UUID) -> Response:
    """Everything that was done to a log."""
    return await reads.record(queries.trail(reads.actor.role), id=log_id)
