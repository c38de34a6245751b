"""Paths of the cities' mid-term summaries and their filing (P23)."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.download import PDF, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.evaluations import midterm_papers as papers
from miaopu.evaluations import midterm_summaries as verbs
from miaopu.evaluations import midterm_summary_queries as queries
from miaopu.evaluations.midterm_models import SUMMARY_FLOW
from miaopu.evaluations.midterm_summary_schemas import (
    MidtermSummaryAction,
    MidtermSummaryEdit,
    MidtermSummaryForm,
    MidtermSummaryPage,
    MidtermSummaryRecord,
    MidtermSummaryState,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

summaries = Room(prefix="/midterm-summaries", tags=["midterm_summary"], route_class=Door)


@summaries.get("", operation_id="midterm_summaries_list", response_model=MidtermSummaryPage, **needs(P.EVALUATION_READ))
async def list_summaries(
    reads: Reading,
    page: Page,
    state: Annotated[MidtermSummaryState | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """The cities' summaries, the last handed in first."""
    shape, given = present(state=state, city=city)
    return await reads.page(queries.summaries_page(reads.actor.role, shape), page, **given)


@summaries.post("", operation_id="midterm_summaries_create", status_code=201, **needs(P.MIDTERM_SUM))
async def sum_up(tx: Writing, form: MidtermSummaryForm) -> Created:
    """Sum up one's city's mid-term evaluation and hand it in."""
    return Created.model_validate(await verbs.sum_up(tx, form), from_attributes=True)


@summaries.get(
    "/{summary_id}",
    operation_id="midterm_summaries_get",
    response_model=MidtermSummaryRecord,
    **needs(P.EVALUATION_READ),
)
async def get(reads: Reading, summary_id: uuid.UUID) -> Response:
    """One summary with its students."""
    return await reads.record(queries.summary_record(reads.actor.role), id=summary_id)


@summaries.put("/{summary_id}", operation_id="midterm_summaries_hand_in", **tells(P.MIDTERM_SUM))
async def hand_in(tx: Writing, summary_id: uuid.UUID, form: MidtermSummaryEdit) -> Moved:
    """Hand in again what was returned."""
    return Moved.model_validate(await verbs.hand_in(tx, summary_id, form), from_attributes=True)


@summaries.post(
    "/{summary_id}/actions/{action}",
    operation_id="midterm_summaries_act",
    **tells(SUMMARY_FLOW.permissions(simple_actions(SUMMARY_FLOW))),
)
async def act(tx: Writing, summary_id: uuid.UUID, action: MidtermSummaryAction, form: Move) -> Moved:
    """File a summary, or return it."""
    return Moved.model_validate(await verbs.act(tx, summary_id, action, form), from_attributes=True)


@summaries.get(
    "/{summary_id}/filing.pdf", operation_id="midterm_summaries_filing", **needs(P.EVALUATION_READ), **sends(PDF)
)
async def filing(request: Request, reads: Reading, summary_id: uuid.UUID) -> Response:
    """The summary as filed."""
    name, made = await papers.filing(reads, summary_id, language_of(request.headers.get("accept-language")))
    return download(made, f"{name}.pdf", PDF)


@summaries.get(
    "/{summary_id}/trail", operation_id="midterm_summaries_trail", response_model=Trail, **needs(P.EVALUATION_READ)
)
async def trail(reads: Reading, summary_id: uuid.UUID) -> Response:
    """Everything that was done to a summary."""
    return await reads.record(queries.summary_trail(reads.actor.role), id=summary_id)
