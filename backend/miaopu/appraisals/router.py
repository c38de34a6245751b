"""Paths of summaries and of the region's appraisals."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.appraisals import prints, queries, service, sheet_queries, sheets
from miaopu.appraisals.models import APPRAISAL_FLOW, SUMMARY_FLOW
from miaopu.appraisals.schemas import (
    AppraisalAction,
    AppraisalForm,
    AppraisalPage,
    AppraisalRecord,
    SummaryAction,
    SummaryEdit,
    SummaryForm,
    SummaryKind,
    SummaryPage,
    SummaryRecord,
    SummaryStanding,
    SummaryState,
    UnitNumbers,
)
from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.download import PDF, XLSX, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.people.schemas import Done
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.papers import PaperForm
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
    kind: Annotated[SummaryKind | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Units' summaries of the year."""
    shape, given = present(state=state, unit=unit, kind=kind, city=city)
    return await reads.page(queries.summaries_page(reads.actor.role, shape), page, **given)


@summaries.post("", operation_id="summaries_create", status_code=201, **needs(P.SUMMARY_WRITE))
async def create(tx: Writing, form: SummaryForm) -> Created:
    """Begin one's unit's summary."""
    return Created.model_validate(await service.create(tx, form), from_attributes=True)


@summaries.get("/numbers", operation_id="summaries_numbers", **needs(P.SUMMARY_NUMBERS))
async def numbers(reads: Reading, unit: Annotated[uuid.UUID | None, Query()] = None) -> UnitNumbers:
    """What the platform counts of a unit's year now: one's own, or a unit's below."""
    return await service.numbers(reads, unit)


@summaries.get("/standing", operation_id="summaries_standing", response_model=SummaryStanding, **needs(P.SUMMARY_READ))
async def standing(reads: Reading) -> Response:
    """Which units of each city have handed in, and which are accepted."""
    return await reads.record(queries.standing(reads.actor.role))


@summaries.get("/workbook", operation_id="summaries_workbook", **needs(P.SUMMARY_READ), **sends(XLSX))
async def workbook(request: Request, reads: Reading) -> Response:
    """The units' numbers of the year, as they were handed in."""
    name, made = await prints.workbook(reads, language_of(request.headers.get("accept-language")))
    return download(made, name, XLSX)


@summaries.get("/{summary_id}", operation_id="summaries_get", response_model=SummaryRecord, **needs(P.SUMMARY_READ))
async def get(reads: Reading, summary_id: uuid.UUID) -> Response:
    """One summary with its numbers and papers."""
    return await reads.record(queries.summary_record(reads.actor.role), id=summary_id)


@summaries.patch("/{summary_id}", operation_id="summaries_update", **tells(P.SUMMARY_WRITE))
async def edit(tx: Writing, summary_id: uuid.UUID, form: SummaryEdit) -> Moved:
    """Save a draft."""
    return Moved.model_validate(await service.edit(tx, summary_id, form), from_attributes=True)


@summaries.put("/{summary_id}/papers/{kind}", operation_id="summaries_hand_in", **tells(P.SUMMARY_WRITE))
async def hand_in(tx: Writing, summary_id: uuid.UUID, kind: str, form: PaperForm) -> Done:
    """Put a paper of the plan's kinds to the material, or another one in its place."""
    await service.hand_in(tx, summary_id, kind, form)
    return Done()


@summaries.delete("/{summary_id}/papers/{kind}", operation_id="summaries_take_back", **tells(P.SUMMARY_WRITE))
async def take_back(tx: Writing, summary_id: uuid.UUID, kind: str) -> Done:
    """Take a paper out of the material."""
    await service.take_back(tx, summary_id, kind)
    return Done()


@summaries.get(
    "/{summary_id}/papers/{kind}",
    operation_id="summaries_paper",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.SUMMARY_READ),
)
async def get_paper(request: Request, reads: Reading, summary_id: uuid.UUID, kind: str) -> Response:
    """A paper of the material, to look at."""
    rows = await reads.rows(queries.summary_paper(reads.actor.role), id=summary_id, kind=kind)
    return await files.serve(request.app.state.files, files.from_rows(rows))


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
    return await reads.page(sheet_queries.appraisals_page(reads.actor.role), page)


@appraisals.put("", operation_id="appraisals_write", **needs(P.APPRAISAL_WRITE))
async def write(tx: Writing, form: AppraisalForm) -> Created:
    """Fill in a city's sheet."""
    return Created.model_validate(await sheets.write(tx, form), from_attributes=True)


@appraisals.get(
    "/{appraisal_id}", operation_id="appraisals_get", response_model=AppraisalRecord, **needs(P.APPRAISAL_READ)
)
async def get_appraisal(reads: Reading, appraisal_id: uuid.UUID) -> Response:
    """One sheet; a city reads its own once it is decided."""
    return await reads.record(sheet_queries.appraisal_record(reads.actor.role), id=appraisal_id)


@appraisals.get("/{appraisal_id}/sheet.pdf", operation_id="appraisals_sheet", **needs(P.APPRAISAL_READ), **sends(PDF))
async def get_sheet(request: Request, reads: Reading, appraisal_id: uuid.UUID) -> Response:
    """The decided sheet, to sign and seal."""
    language = language_of(request.headers.get("accept-language"))
    name, made = await prints.sheet(reads, appraisal_id, language)
    return download(made, name, PDF)


@appraisals.post(
    "/{appraisal_id}/actions/{action}",
    operation_id="appraisals_act",
    **tells(APPRAISAL_FLOW.permissions(simple_actions(APPRAISAL_FLOW))),
)
async def act_on_appraisal(tx: Writing, appraisal_id: uuid.UUID, action: AppraisalAction, form: Move) -> Moved:
    """Propose, decide or refuse; ask the city for more, and the city's answer."""
    return Moved.model_validate(await sheets.act(tx, appraisal_id, action, form), from_attributes=True)


@appraisals.get(
    "/{appraisal_id}/trail", operation_id="appraisals_trail", response_model=Trail, **needs(P.APPRAISAL_READ)
)
async def appraisal_trail(reads: Reading, appraisal_id: uuid.UUID) -> Response:
    """Everything that was done to an appraisal."""
    return await reads.record(sheet_queries.appraisal_trail(reads.actor.role), id=appraisal_id)
