"""Paths of the written test and the cutoffs."""

import uuid
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from miaopu.core.door import Door
from miaopu.core.download import PDF, XLSX, download, sends
from miaopu.core.problem import Language, language_of
from miaopu.core.read import Created, Page, PublicReads, json_response, present
from miaopu.exams import cutoffs as cutoff_verbs
from miaopu.exams import papers, queries, service
from miaopu.exams.models import CUTOFF_FLOW
from miaopu.exams.schemas import (
    CutoffAction,
    CutoffForm,
    CutoffPage,
    CutoffRecord,
    CutoffState,
    LineForm,
    LineWeighed,
    MarkForm,
    MarksEntered,
    MarksForm,
    PlacesForm,
    PlacesShown,
    PublicCutoffPage,
    Published,
    RoomForm,
    Seated,
    SeatItem,
    SeatPage,
    SittingForm,
    SittingPage,
    SittingRecord,
)
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.schemas import Done
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = APIRouter(prefix="/exams", tags=["written_test"], route_class=Door)
cutoffs = APIRouter(prefix="/cutoffs", tags=["cutoff"], route_class=Door)
public = APIRouter(prefix="/public", tags=["public"], route_class=Door)
P = Permission
Workbook = Annotated[UploadFile, File(description="xlsx, xls or CSV")]


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


@router.get("/sittings", operation_id="sittings_list", response_model=SittingPage, **needs(P.EXAM_READ))
async def list_sittings(
    reads: Reading,
    page: Page,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Sittings of the written test."""
    shape, given = present(subject=subject, city=city)
    return await reads.page(queries.sittings_page(reads.actor.role, shape), page, **given)


@router.post("/sittings", operation_id="sittings_create", status_code=201, **needs(P.EXAM_ARRANGE))
async def create_sitting(tx: Writing, form: SittingForm) -> Created:
    """Arrange a subject's test in one's city."""
    return Created.model_validate(await service.create_sitting(tx, form), from_attributes=True)


@router.get("/sittings/{sitting_id}", operation_id="sittings_get", response_model=SittingRecord, **needs(P.EXAM_READ))
async def get_sitting(reads: Reading, sitting_id: uuid.UUID) -> Response:
    """One sitting with its rooms."""
    return await reads.record(queries.sitting_record(reads.actor.role), id=sitting_id)


@router.post("/sittings/{sitting_id}/rooms", operation_id="sittings_add_room", status_code=201, **tells(P.EXAM_ARRANGE))
async def add_room(tx: Writing, sitting_id: uuid.UUID, form: RoomForm) -> Created:
    """Add a room."""
    return Created.model_validate(await service.add_room(tx, sitting_id, form), from_attributes=True)


@router.post("/sittings/{sitting_id}/seat", operation_id="sittings_seat", **tells(P.EXAM_ARRANGE))
async def seat_all(tx: Writing, sitting_id: uuid.UUID) -> Seated:
    """Seat every eligible student."""
    seated, seed = await service.seat_all(tx, sitting_id)
    return Seated(seated=seated, seed=seed)


@router.post("/sittings/{sitting_id}/marks", operation_id="sittings_marks", **tells(P.EXAM_MARK))
async def enter_marks(tx: Writing, sitting_id: uuid.UUID, form: MarksForm) -> MarksEntered:
    """Enter many marks at once: all or none."""
    return await service.enter_marks(tx, sitting_id, form.items)


@router.get(
    "/sittings/{sitting_id}/marks-template", operation_id="sittings_marks_template", **tells(P.EXAM_MARK), **sends(XLSX)
)
async def marks_template(request: Request, reads: Reading, sitting_id: uuid.UUID) -> Response:
    """A workbook in which to enter the marks."""
    name, made = await papers.marks_template(reads, sitting_id, _language(request))
    return download(made, name, XLSX)


@router.post("/sittings/{sitting_id}/marks-workbook", operation_id="sittings_marks_workbook", **tells(P.EXAM_MARK))
async def enter_workbook(request: Request, tx: Writing, sitting_id: uuid.UUID, file: Workbook) -> MarksEntered:
    """Enter the marks of a workbook: all or none. Faults point at row and column: `/rows/17/mark`."""
    limit = request.app.state.settings.upload_limit
    return await papers.enter_workbook(tx, sitting_id, file, limit, _language(request))


@router.post(
    "/sittings/{sitting_id}/marks-workbook/faults",
    operation_id="sittings_marks_workbook_faults",
    **tells(P.EXAM_MARK),
    **sends(XLSX),
)
async def mark_workbook(request: Request, tx: Writing, sitting_id: uuid.UUID, file: Workbook) -> Response:
    """The same workbook with its faults marked, to correct; nothing is entered."""
    limit = request.app.state.settings.upload_limit
    name, made = await papers.mark_workbook(tx, sitting_id, file, limit, _language(request))
    return download(made, name, XLSX)


@router.get("/sittings/{sitting_id}/tickets", operation_id="sittings_tickets", **tells(P.EXAM_ARRANGE), **sends(PDF))
async def tickets(request: Request, reads: Reading, sitting_id: uuid.UUID) -> Response:
    """The admission tickets of a sitting, one page each, to print."""
    name, made = await papers.tickets(reads, sitting_id, _language(request))
    return download(made, name, PDF)


@router.post("/sittings/{sitting_id}/publish", operation_id="sittings_publish", **tells(P.EXAM_MARK))
async def publish(tx: Writing, sitting_id: uuid.UUID) -> Published:
    """Lock and publish the marks."""
    tested, absent = await service.publish(tx, sitting_id)
    return Published(tested=tested, absent=absent)


@router.get("/seats", operation_id="seats_list", response_model=SeatPage, **needs(P.EXAM_READ))
async def list_seats(
    reads: Reading,
    page: Page,
    sitting: Annotated[uuid.UUID | None, Query()] = None,
    registration: Annotated[uuid.UUID | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Seats, tickets and marks."""
    shape, given = present(sitting=sitting, registration=registration, subject=subject, q=q)
    return await reads.page(queries.seats_page(reads.actor.role, shape), page, **given)


@router.get("/seats/{seat_id}", operation_id="seats_get", response_model=SeatItem, **needs(P.EXAM_READ))
async def get_seat(reads: Reading, seat_id: uuid.UUID) -> Response:
    """One seat."""
    return await reads.record(queries.seat_record(reads.actor.role), id=seat_id)


@router.get("/seats/{seat_id}/ticket", operation_id="seats_ticket", **needs(P.EXAM_READ), **sends(PDF))
async def ticket(request: Request, reads: Reading, seat_id: uuid.UUID) -> Response:
    """The admission ticket, to print."""
    name, made = await papers.ticket(reads, seat_id, _language(request))
    return download(made, name, PDF)


@router.put("/seats/{seat_id}/mark", operation_id="seats_mark", **tells(P.EXAM_MARK))
async def enter_mark(tx: Writing, seat_id: uuid.UUID, form: MarkForm) -> Created:
    """Enter one mark by hand."""
    return Created.model_validate(await service.enter_mark(tx, seat_id, form), from_attributes=True)


@cutoffs.get("/places", operation_id="cutoffs_places", response_model=PlacesShown, **needs(P.CUTOFF_PLACES))
async def places(reads: Reading) -> Response:
    """The split of one's city's places, and a suggestion."""
    return json_response(await cutoff_verbs.places_shown(reads))


@cutoffs.put("/places", operation_id="cutoffs_split_places", **needs(P.CUTOFF_PLACES))
async def split_places(tx: Writing, form: PlacesForm) -> Done:
    """Split one's city's places over the subjects."""
    await cutoff_verbs.split_places(tx, form)
    return Done()


@cutoffs.get("", operation_id="cutoffs_list", response_model=CutoffPage, **needs(P.CUTOFF_READ))
async def list_cutoffs(
    reads: Reading,
    page: Page,
    state: Annotated[CutoffState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Cutoffs."""
    shape, given = present(state=state, subject=subject, city=city)
    return await reads.page(queries.cutoffs_page(reads.actor.role, shape), page, **given)


@cutoffs.post("", operation_id="cutoffs_create", status_code=201, **needs(P.CUTOFF_PROPOSE))
async def propose(tx: Writing, form: CutoffForm) -> Created:
    """Compute a line from marks and places."""
    return Created.model_validate(await cutoff_verbs.propose(tx, form), from_attributes=True)


@cutoffs.get("/{cutoff_id}", operation_id="cutoffs_get", response_model=CutoffRecord, **needs(P.CUTOFF_READ))
async def get_cutoff(reads: Reading, cutoff_id: uuid.UUID) -> Response:
    """One cutoff with the distribution of marks."""
    return await reads.record(queries.cutoff_record(reads.actor.role), id=cutoff_id)


@cutoffs.get("/{cutoff_id}/weigh", operation_id="cutoffs_weigh", **needs(P.CUTOFF_WEIGH))
async def weigh(reads: Reading, cutoff_id: uuid.UUID, line: Annotated[Decimal, Query(ge=0, le=10_000)]) -> LineWeighed:
    """What a line would mean: how many reach it, who stands at it, each school on both sides."""
    return await cutoff_verbs.weigh_line(reads, cutoff_id, line)


@cutoffs.put("/{cutoff_id}/line", operation_id="cutoffs_set_line", **tells(P.CUTOFF_CONFIRM))
async def set_line(tx: Writing, cutoff_id: uuid.UUID, form: LineForm) -> Moved:
    """Set another line, with a reason."""
    return Moved.model_validate(await cutoff_verbs.set_line(tx, cutoff_id, form), from_attributes=True)


@cutoffs.post(
    "/{cutoff_id}/actions/{action}",
    operation_id="cutoffs_act",
    **tells(CUTOFF_FLOW.permissions(simple_actions(CUTOFF_FLOW))),
)
async def act(tx: Writing, cutoff_id: uuid.UUID, action: CutoffAction, form: Move) -> Moved:
    """Confirm the line: the list of those to be interviewed stands."""
    return Moved.model_validate(await cutoff_verbs.act(tx, cutoff_id, action, form), from_attributes=True)


@cutoffs.get("/{cutoff_id}/trail", operation_id="cutoffs_trail", response_model=Trail, **needs(P.CUTOFF_READ))
async def trail(reads: Reading, cutoff_id: uuid.UUID) -> Response:
    """Everything that was done to a cutoff."""
    return await reads.record(queries.cutoff_trail(reads.actor.role), id=cutoff_id)


@public.get("/cutoffs", operation_id="public_cutoffs", response_model=PublicCutoffPage)
async def public_cutoffs(reads: PublicReads, page: Page) -> Response:
    """Confirmed lines."""
    return await reads.page(queries.public_cutoffs(), page)
