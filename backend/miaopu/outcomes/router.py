"""Paths of summaries and appraisals."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.outcomes import queries, service
from miaopu.outcomes.models import SUMMARY_FLOW
from miaopu.outcomes.schemas import (
    AppraisalForm,
    AppraisalPage,
    SummaryAction,
    SummaryEdit,
    SummaryForm,
    SummaryPage,
    SummaryRecord,
    SummaryState,
)
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

summaries = Room(prefix="/summaries", tags=["acceptance"], route_class=Door)
appraisals = Room(prefix="/appraisals", tags=["acceptance"], route_class=Door)
P = Permission


@summaries.get("", operation_id="summaries_list", response_model=SummaryPage, **needs(P.SUMMARY_READ))
async def list_summaries(
    reads: Reading,
    page: Page,
    state: Annotated[SummaryState | None, Query()] = None,
    unit: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Units' summaries of the year."""
    shape, given = present(state=state, unit=unit)
    return await reads.page(queries.summaries_page(reads.actor.role, shape), page, **given)


@summaries.post("", operation_id="summaries_create", status_code=201, **needs(P.SUMMARY_WRITE))
async def create(tx: Writing, form: SummaryForm) -> Created:
    """Begin one's unit's summary."""
    return Created.model_validate(await service.create(tx, form), from_attributes=True)


@summaries.get("/{summary_id}", operation_id="summaries_get", response_model=SummaryRecord, **needs(P.SUMMARY_READ))
async def get(reads: Reading, summary_id: uuid.UUID) -> Response:
    """One summary."""
    return await reads.record(queries.summary_record(reads.actor.role), id=summary_id)


@summaries.patch("/{summary_id}", operation_id="summaries_update", **tells(P.SUMMARY_WRITE))
async def edit(tx: Writing, summary_id: uuid.UUID, form: SummaryEdit) -> Moved:
    """Save a draft."""
    return Moved.model_validate(await service.edit(tx, summary_id, form), from_attributes=True)


@summaries.get(
    "/{summary_id}/file",
    operation_id="summaries_file",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.SUMMARY_READ),
)
async def get_file(request: Request, reads: Reading, summary_id: uuid.UUID) -> Response:
    """The file of a summary."""
    found = files.from_rows(await reads.rows(queries.summary_file(reads.actor.role), id=summary_id))
    return await files.serve(request.app.state.files, found)


@summaries.post(
    "/{summary_id}/actions/{action}",
    operation_id="summaries_act",
    **tells(SUMMARY_FLOW.permissions(simple_actions(SUMMARY_FLOW))),
)
async def act(tx: Writing, summary_id: uuid.UUID, action: SummaryAction, form: Move) -> Moved:
    """Hand in, accept or return."""
    return Moved.model_validate(await service.act(tx, summary_id, action, form), from_attributes=True)


@summaries.get("/{summary_id}/trail", operation_id="summaries_trail", response_model=Trail, **needs(P.SUMMARY_READ))
async def trail(reads: Reading, summary_id: uuid.UUID) -> Response:
    """Everything that was done to a summary."""
    return await reads.record(queries.summary_trail(reads.actor.role), id=summary_id)


@appraisals.get("", operation_id="appraisals_list", response_model=AppraisalPage, **needs(P.APPRAISAL_READ))
async def list_appraisals(reads: Reading, page: Page) -> Response:
    """The region's appraisals of its cities."""
    return await reads.page(queries.appraisals_page(reads.actor.role), page)


@appraisals.put("", operation_id="appraisals_write", **needs(P.APPRAISAL_WRITE))
async def appraise(tx: Writing, form: AppraisalForm) -> Created:
    """Appraise a city."""
    return Created.model_validate(await service.appraise(tx, form), from_attributes=True)


@appraisals.get(
    "/{appraisal_id}/trail", operation_id="appraisals_trail", response_model=Trail, **needs(P.APPRAISAL_READ)
)
async def appraisal_trail(reads: Reading, appraisal_id: uuid.UUID) -> Response:
    """Everything that was done to an appraisal."""
    return await reads.record(queries.appraisal_trail(reads.actor.role), id=appraisal_id)
