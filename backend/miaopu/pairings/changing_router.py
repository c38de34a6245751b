"""Paths of leaving in the middle, of changes of mentor, and of who had which place."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.download import PDF, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.pairings import changing, changing_papers, changing_queries
from miaopu.pairings.changing_models import FLOW
from miaopu.pairings.changing_schemas import (
    ChangeAction,
    ChangeForm,
    ChangeKind,
    ChangePage,
    ChangeRecord,
    ChangeState,
    MentorshipPage,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

changes = Room(prefix="/place-changes", tags=["training"], route_class=Door)
mentorships = Room(prefix="/mentorships", tags=["training"], route_class=Door)
P = Permission


@changes.get("", operation_id="place_changes_list", response_model=ChangePage, **needs(P.PLACE_CHANGE_READ))
async def list_changes(
    reads: Reading,
    page: Page,
    state: Annotated[ChangeState | None, Query()] = None,
    kind: Annotated[ChangeKind | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Students who leave, and changes of mentor."""
    shape, given = present(state=state, kind=kind, enrolment=enrolment, q=q)
    return await reads.page(changing_queries.page(reads.actor.role, shape), page, **given)


@changes.post("", operation_id="place_changes_create", status_code=201, **needs(P.PLACE_CHANGE_PROPOSE))
async def propose(tx: Writing, form: ChangeForm) -> Created:
    """Propose that a student leaves, or gets another mentor."""
    return Created.model_validate(await changing.propose(tx, form), from_attributes=True)


@changes.get(
    "/{change_id}", operation_id="place_changes_get", response_model=ChangeRecord, **needs(P.PLACE_CHANGE_READ)
)
async def get(reads: Reading, change_id: uuid.UUID) -> Response:
    """One proposal with every word given to it."""
    return await reads.record(changing_queries.record(reads.actor.role), id=change_id)


@changes.post(
    "/{change_id}/actions/{action}",
    operation_id="place_changes_act",
    **tells(FLOW.permissions(simple_actions(FLOW))),
)
async def act(tx: Writing, change_id: uuid.UUID, action: ChangeAction, form: Move) -> Moved:
    """Confirm or be heard, refuse, take back, or file: only then it takes effect."""
    return Moved.model_validate(await changing.act(tx, change_id, action, form), from_attributes=True)


@changes.get("/{change_id}/files/{file_id}", operation_id="place_changes_file", **needs(P.PLACE_CHANGE_READ))
async def file(request: Request, reads: Reading, change_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of a proposal."""
    rows = await reads.rows(changing_queries.file(reads.actor.role), id=change_id, file_id=file_id)
    return await files.serve(request.app.state.files, files.from_rows(rows))


@changes.get("/{change_id}/filing.pdf", operation_id="place_changes_filing", **needs(P.PLACE_CHANGE_READ), **sends(PDF))
async def filing(request: Request, reads: Reading, change_id: uuid.UUID) -> Response:
    """The filing, to print and seal."""
    language = language_of(request.headers.get("accept-language"))
    name, made = await changing_papers.filing(reads, change_id, language)
    return download(made, name, PDF)


@changes.get(
    "/{change_id}/trail", operation_id="place_changes_trail", response_model=Trail, **needs(P.PLACE_CHANGE_READ)
)
async def trail(reads: Reading, change_id: uuid.UUID) -> Response:
    """Everything that was done to a proposal."""
    return await reads.record(changing_queries.trail(reads.actor.role), id=change_id)


@mentorships.get("", operation_id="mentorships_list", response_model=MentorshipPage, **needs(P.PAIRING_EXPLAIN))
async def list_mentorships(
    reads: Reading,
    page: Page,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Who had which student from when to when."""
    shape, given = present(enrolment=enrolment, mentor=mentor)
    return await reads.page(changing_queries.mentorships(reads.actor.role, shape), page, **given)
