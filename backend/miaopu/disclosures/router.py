"""Paths of public notices (公示), objections (异议) and their answers (P16a)."""

import uuid
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.read import Page, PublicReads, present
from miaopu.core.room import Room
from miaopu.disclosures import public_queries, queries, service
from miaopu.disclosures.models import OBJECTION_FLOW, DisclosureKind
from miaopu.disclosures.schemas import (
    DisclosurePage,
    DisclosureRecord,
    DisclosureState,
    ObjectionAction,
    ObjectionForm,
    ObjectionPage,
    ObjectionRaised,
    ObjectionRecord,
    ObjectionShown,
    ObjectionState,
    PublicDisclosure,
    PublicDisclosurePage,
)
from miaopu.people.acting import Reading, Writing, checking, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = Room(prefix="/disclosures", tags=["disclosures"], route_class=Door)
objections = Room(prefix="/objections", tags=["disclosures"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission


@router.get("", operation_id="disclosures_list", response_model=DisclosurePage, **needs(P.DISCLOSURE_READ))
async def list_disclosures(
    reads: Reading,
    page: Page,
    kind: Annotated[DisclosureKind | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    state: Annotated[DisclosureState | None, Query()] = None,
) -> Response:
    """Lists that are or were on public notice, in all their editions."""
    shape, given = present(kind=kind, subject=subject, state=state)
    return await reads.page(queries.page(reads.actor.role, shape), page, **given)


@router.get(
    "/{disclosure_id}", operation_id="disclosures_get", response_model=DisclosureRecord, **needs(P.DISCLOSURE_READ)
)
async def get(reads: Reading, disclosure_id: uuid.UUID) -> Response:
    """One edition of a list, with what it follows from and what was objected to."""
    return await reads.record(queries.record(reads.actor.role), id=disclosure_id)


@router.get(
    "/{disclosure_id}/trail", operation_id="disclosures_trail", response_model=Trail, **needs(P.DISCLOSURE_READ)
)
async def trail(reads: Reading, disclosure_id: uuid.UUID) -> Response:
    """Everything that was done to a list."""
    return await reads.record(queries.trail(reads.actor.role), id=disclosure_id)


@objections.get("", operation_id="objections_list", response_model=ObjectionPage, **needs(P.DISCLOSURE_READ))
async def list_objections(
    reads: Reading,
    page: Page,
    state: Annotated[ObjectionState | None, Query()] = None,
    sort: Annotated[queries.ObjectionSort, Query()] = "due_at",
) -> Response:
    """Objections, what must be answered first at the top."""
    shape, given = present(state=state)
    return await reads.page(queries.objections_page(reads.actor.role, shape, sort), page, **given)


@objections.get("/{objection_id}", operation_id="objections_get", **needs(P.DISCLOSURE_READ))
async def objection(request: Request, reads: Reading, objection_id: uuid.UUID) -> ObjectionRecord:
    """One objection."""
    return await service.shown(reads, request.app.state.vault, objection_id)


@objections.post(
    "/{objection_id}/actions/{action}",
    operation_id="objections_act",
    **tells(OBJECTION_FLOW.permissions(simple_actions(OBJECTION_FLOW))),
)
async def act(tx: Writing, objection_id: uuid.UUID, action: ObjectionAction, form: Move) -> Moved:
    """Take it up, uphold it or dismiss it; the reason is the answer."""
    return Moved.model_validate(await service.act(tx, objection_id, action, form), from_attributes=True)


@objections.get(
    "/{objection_id}/trail", operation_id="objections_trail", response_model=Trail, **needs(P.DISCLOSURE_READ)
)
async def objection_trail(reads: Reading, objection_id: uuid.UUID) -> Response:
    """Everything that was done to an objection."""
    return await reads.record(queries.objection_trail(reads.actor.role), id=objection_id)


@public.get("/notices", operation_id="public_notices", response_model=PublicDisclosurePage)
async def notices(
    reads: PublicReads,
    page: Page,
    kind: Annotated[DisclosureKind | None, Query()] = None,
    running: Annotated[bool | None, Query(description="only those that can be objected to now")] = None,
) -> Response:
    """Lists on public notice (公示)."""
    shape, given = present(kind=kind, running=running or None)
    return await reads.page(public_queries.public_page(shape), page, **given)


@public.get("/notices/{disclosure_id}", operation_id="public_notice", response_model=PublicDisclosure)
async def notice(reads: PublicReads, disclosure_id: uuid.UUID) -> Response:
    """One list on public notice, with its other editions."""
    return await reads.record(public_queries.public_record(), id=disclosure_id)


@public.post(
    "/notices/{disclosure_id}/objections",
    operation_id="public_object",
    status_code=201,
    dependencies=[Depends(checking)],
)
async def object_to(request: Request, disclosure_id: uuid.UUID, form: ObjectionForm) -> ObjectionRaised:
    """Raise an objection; keep the receipt."""
    made = await service.object_to(request.state.session, request.app.state.vault, disclosure_id, form)
    return ObjectionRaised(receipt=made.receipt, due_at=made.due_at)


@public.get(
    "/objections/{receipt}",
    operation_id="public_objection",
    response_model=ObjectionShown,
    dependencies=[Depends(checking)],
)
async def by_receipt(reads: PublicReads, receipt: str) -> Response:
    """What became of an objection."""
    return await reads.record(public_queries.by_receipt(), receipt=receipt)
