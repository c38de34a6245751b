"""Paths of the growth logs."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.read import Page, present
from miaopu.core.room import Room
from miaopu.growth import drafts, mine, queries, service
from miaopu.growth import phone as phone_reads
from miaopu.growth.models import FLOW
from miaopu.growth.schemas import (
    DraftForm,
    DraftSaved,
    LogAction,
    LogEdit,
    LogForm,
    LogPage,
    LogReceived,
    LogRecord,
    LogState,
    Mine,
    MissingPage,
)
from miaopu.people.acting import Reading, Writing, cycle_of, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail
from miaopu.training.appointments_schemas import Phone

router = Room(prefix="/growth-logs", tags=["growth"], route_class=Door)
phone = Room(prefix="/phone", tags=["growth"], route_class=Door)
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
async def hand_in(tx: Writing, form: LogForm) -> LogReceived:
    """Hand in a log of a session, or a returned one again; the answer is the receipt."""
    return LogReceived.model_validate(await service.hand_in(tx, form), from_attributes=True)


@router.get("/mine", operation_id="growth_logs_mine", response_model=Mine, **needs(P.GROWTH_WRITE))
async def get_mine(reads: Reading) -> Response:
    """Everything a student's phone keeps: what is due, what was handed in, what was begun."""
    cycle_of(reads.actor)
    return await reads.record(mine.record(reads.actor.role))


@router.put("/drafts/{session_id}", operation_id="growth_logs_save_draft", **needs(P.GROWTH_WRITE))
async def save_draft(tx: Writing, session_id: uuid.UUID, form: DraftForm) -> DraftSaved:
    """Keep a draft for all devices; `stale` carries as `current` what another device saved."""
    return DraftSaved.model_validate(await drafts.save(tx, session_id, form), from_attributes=True)


@router.get(
    "/drafts/{session_id}/photos/{file_id}",
    operation_id="growth_logs_draft_photo",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.GROWTH_WRITE),
)
async def get_draft_photo(request: Request, reads: Reading, session_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A photo of one's draft."""
    rows = await reads.rows(mine.photo(reads.actor.role), session=session_id, file_id=file_id)
    return await files.serve(request.app.state.files, files.from_rows(rows))


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
    """Correct what was returned."""
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


@router.get(
    "/{log_id}/photos/{file_id}",
    operation_id="growth_logs_photo",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.GROWTH_READ),
)
async def get_photo(request: Request, reads: Reading, log_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A photo of a log."""
    found = files.from_rows(await reads.rows(queries.photo(reads.actor.role), id=log_id, file_id=file_id))
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


@phone.get("", operation_id="phone_get", response_model=Phone, **needs(P.TRAINING_READ))
async def get_phone(reads: Reading) -> Response:
    """The first page of a phone: meetings to come and held, and whom they are about."""
    cycle_of(reads.actor)
    return await reads.record(phone_reads.phone(reads.actor.role))
