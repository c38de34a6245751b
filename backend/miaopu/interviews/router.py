"""Paths of the interviews."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.interviews import queries, scoring, service
from miaopu.interviews.schemas import (
    Assigned,
    Decided,
    MissedForm,
    Outcome,
    PanelForm,
    PanelPage,
    PanelRecord,
    SheetForm,
    SheetKept,
    SlotPage,
    SlotRecord,
    SubjectForm,
)
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.programme.schemas import Trail

router = APIRouter(prefix="/interviews", tags=["interview"], route_class=Door)
P = Permission


@router.get("/panels", operation_id="panels_list", response_model=PanelPage, **needs(P.INTERVIEW_READ))
async def list_panels(
    reads: Reading,
    page: Page,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Panels."""
    shape, given = present(subject=subject, city=city)
    return await reads.page(queries.panels_page(reads.actor.role, shape), page, **given)


@router.post("/panels", operation_id="panels_create", status_code=201, **needs(P.INTERVIEW_ARRANGE))
async def create_panel(tx: Writing, form: PanelForm) -> Created:
    """Form a panel of one's city's mentors."""
    return Created.model_validate(await service.create_panel(tx, form), from_attributes=True)


@router.get("/panels/{panel_id}", operation_id="panels_get", response_model=PanelRecord, **needs(P.INTERVIEW_READ))
async def get_panel(reads: Reading, panel_id: uuid.UUID) -> Response:
    """One panel with its members."""
    return await reads.record(queries.panel_record(reads.actor.role), id=panel_id)


@router.get("/panels/{panel_id}/trail", operation_id="panels_trail", response_model=Trail, **needs(P.INTERVIEW_READ))
async def trail(reads: Reading, panel_id: uuid.UUID) -> Response:
    """Everything that was done to a panel."""
    return await reads.record(queries.panel_trail(reads.actor.role), id=panel_id)


@router.post("/assign", operation_id="interviews_assign", **needs(P.INTERVIEW_ARRANGE))
async def assign(tx: Writing, form: SubjectForm) -> Assigned:
    """Give every shortlisted student of a subject a turn."""
    return Assigned(assigned=await service.assign(tx, form.subject))


@router.post("/decide", operation_id="interviews_decide", **needs(P.INTERVIEW_DECIDE))
async def decide(tx: Writing, form: SubjectForm) -> Decided:
    """Compute totals and verdicts of a subject."""
    return await service.decide(tx, form.subject)


@router.get("/slots", operation_id="slots_list", response_model=SlotPage, **needs(P.INTERVIEW_READ))
async def list_slots(
    reads: Reading,
    page: Page,
    panel: Annotated[uuid.UUID | None, Query()] = None,
    registration: Annotated[uuid.UUID | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Students' turns and, once decided, their totals."""
    shape, given = present(panel=panel, registration=registration, subject=subject, city=city, outcome=outcome, q=q)
    return await reads.page(queries.slots_page(reads.actor.role, shape), page, **given)


@router.get("/slots/{slot_id}", operation_id="slots_get", response_model=SlotRecord, **needs(P.INTERVIEW_READ))
async def get_slot(reads: Reading, slot_id: uuid.UUID) -> Response:
    """One turn with the sheets the reader may see."""
    return await reads.record(queries.slot_record(reads.actor.role), id=slot_id)


@router.put("/slots/{slot_id}/sheet", operation_id="slots_score", **tells(P.INTERVIEW_SCORE))
async def score(tx: Writing, slot_id: uuid.UUID, form: SheetForm) -> SheetKept:
    """Score a student on the plan's dimensions."""
    sheet, odd = await scoring.score(tx, slot_id, form)
    return SheetKept(id=sheet.id, version=sheet.version, score=sheet.score, far_off=odd)


@router.post("/slots/{slot_id}/missed", operation_id="slots_miss", **tells(P.INTERVIEW_ARRANGE))
async def miss(tx: Writing, slot_id: uuid.UUID, form: MissedForm) -> Created:
    """Record that a student did not come."""
    return Created.model_validate(await scoring.miss(tx, slot_id, form), from_attributes=True)
