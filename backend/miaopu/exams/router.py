"""Paths of the written test."""

import uuid
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from miaopu.core.door import Door
from miaopu.core.download import PDF, XLSX, download, sends
from miaopu.core.problem import Language, language_of
from miaopu.core.read import Created, Page, present
from miaopu.exams import papers, queries, service
from miaopu.exams.schemas import (
    MarkForm,
    MarksEntered,
    MarksForm,
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

router = APIRouter(prefix="/exams", tags=["written_test"], route_class=Door)
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
