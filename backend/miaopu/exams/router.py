"""Paths of the written test."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.download import PDF, download, sends
from miaopu.core.problem import Language, language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.exams import hall_papers, papers, publication, queries, rechecks, seats, service
from miaopu.exams.models import RECHECK_FLOW
from miaopu.exams.schemas import (
    CheckedIn,
    LockForm,
    MarkForm,
    MarksEntered,
    MarksForm,
    PlaceForm,
    Published,
    PublishForm,
    PublishPreview,
    RecheckAction,
    RecheckAsk,
    RecheckMark,
    RecheckOpen,
    RecheckPage,
    RecheckRecord,
    RecheckState,
    ReseatForm,
    RoomForm,
    Seated,
    SeatItem,
    SeatPage,
    SittingForm,
    SittingPage,
    SittingRecord,
    TicketScanned,
    UnlockForm,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = Room(prefix="/exams", tags=["written_test"], route_class=Door)
P = Permission


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


def _passes(request: Request) -> papers.Passes:
    state = request.app.state
    return papers.Passes(state.vault, state.settings.public_url or str(request.base_url))


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
    seated, seed = await seats.seat_all(tx, sitting_id)
    return Seated(seated=seated, seed=seed)


@router.post("/sittings/{sitting_id}/marks", operation_id="sittings_marks", **tells(P.EXAM_MARK))
async def enter_marks(tx: Writing, sitting_id: uuid.UUID, form: MarksForm) -> MarksEntered:
    """Enter many marks at once: all or none."""
    return await service.enter_marks(tx, sitting_id, form.items)


@router.get("/sittings/{sitting_id}/tickets", operation_id="sittings_tickets", **tells(P.EXAM_ARRANGE), **sends(PDF))
async def tickets(request: Request, reads: Reading, sitting_id: uuid.UUID) -> Response:
    """The admission tickets of a sitting, one page each, to print."""
    name, made = await papers.tickets(reads, sitting_id, _language(request), _passes(request))
    return download(made, name, PDF)


@router.get("/rooms/{room_id}/door-list", operation_id="rooms_door_list", **tells(P.EXAM_ARRANGE), **sends(PDF))
async def door_list(request: Request, reads: Reading, room_id: uuid.UUID) -> Response:
    """Who sits in a room, to hang at its door."""
    name, made = await hall_papers.door_list(reads, room_id, _language(request))
    return download(made, name, PDF)


@router.get("/rooms/{room_id}/desk-labels", operation_id="rooms_desk_labels", **tells(P.EXAM_ARRANGE), **sends(PDF))
async def desk_labels(request: Request, reads: Reading, room_id: uuid.UUID) -> Response:
    """Labels for the desks of a room, to cut."""
    name, made = await hall_papers.desk_labels(reads, room_id, _language(request))
    return download(made, name, PDF)


@router.post("/sittings/{sitting_id}/reseat", operation_id="sittings_reseat", **tells(P.EXAM_ARRANGE))
async def reseat(tx: Writing, sitting_id: uuid.UUID, form: ReseatForm) -> Seated:
    """Draw all seats anew; everybody is told."""
    seated, seed = await seats.reseat(tx, sitting_id, form)
    return Seated(seated=seated, seed=seed)


@router.post("/check-in", operation_id="seats_check_in", **needs(P.EXAM_ARRANGE))
async def check_in(request: Request, tx: Writing, form: TicketScanned) -> CheckedIn:
    """Mark the holder of a ticket as present."""
    return await seats.check_in(tx, request.app.state.vault, form.code)


@router.post("/sittings/{sitting_id}/lock", operation_id="sittings_lock", **tells(P.EXAM_MARK))
async def lock(tx: Writing, sitting_id: uuid.UUID, form: LockForm) -> Created:
    """Lock complete marks: they wait for a second person to publish them."""
    return Created.model_validate(await publication.lock(tx, sitting_id, form), from_attributes=True)


@router.post("/sittings/{sitting_id}/unlock", operation_id="sittings_unlock", **tells(P.EXAM_MARK))
async def unlock(tx: Writing, sitting_id: uuid.UUID, form: UnlockForm) -> Created:
    """Open locked marks again, with a reason."""
    return Created.model_validate(await publication.unlock(tx, sitting_id, form), from_attributes=True)


@router.post("/marks/publish/preview", operation_id="marks_publish_preview", **needs(P.EXAM_MARK))
async def publish_preview(tx: Writing) -> PublishPreview:
    """What a publication of all locked marks would show to whom."""
    return await publication.preview(tx)


@router.post("/marks/publish", operation_id="marks_publish", **needs(P.EXAM_MARK))
async def publish(tx: Writing, form: PublishForm) -> Published:
    """Publish all locked marks at one moment; by somebody else than who locked them."""
    return await publication.publish(tx, form)


@router.get("/sittings/{sitting_id}/trail", operation_id="sittings_trail", response_model=Trail, **needs(P.EXAM_READ))
async def sitting_trail(reads: Reading, sitting_id: uuid.UUID) -> Response:
    """Everything that was done to a sitting."""
    return await reads.record(queries.sitting_trail(reads.actor.role), id=sitting_id)


@router.get("/rechecks", operation_id="rechecks_list", response_model=RecheckPage, **needs(P.RECHECK_READ))
async def list_rechecks(
    reads: Reading,
    page: Page,
    state: Annotated[RecheckState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    seat: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Published marks looked at again."""
    shape, given = present(state=state, subject=subject, seat=seat)
    return await reads.page(queries.rechecks_page(reads.actor.role, shape), page, **given)


@router.get(
    "/rechecks/{recheck_id}", operation_id="rechecks_get", response_model=RecheckRecord, **needs(P.RECHECK_READ)
)
async def get_recheck(reads: Reading, recheck_id: uuid.UUID) -> Response:
    """One of them."""
    return await reads.record(queries.recheck_record(reads.actor.role), id=recheck_id)


@router.post("/rechecks/{recheck_id}/propose", operation_id="rechecks_propose", **tells(P.EXAM_MARK))
async def propose_mark(tx: Writing, recheck_id: uuid.UUID, form: RecheckMark) -> Moved:
    """Propose another mark; a second person confirms it."""
    return Moved.model_validate(await rechecks.propose(tx, recheck_id, form), from_attributes=True)


@router.post(
    "/rechecks/{recheck_id}/actions/{action}",
    operation_id="rechecks_act",
    **tells(RECHECK_FLOW.permissions(simple_actions(RECHECK_FLOW))),
)
async def act_recheck(tx: Writing, recheck_id: uuid.UUID, action: RecheckAction, form: Move) -> Moved:
    """Let the mark stand, confirm another one, or refuse it."""
    return Moved.model_validate(await rechecks.act(tx, recheck_id, action, form), from_attributes=True)


@router.get(
    "/rechecks/{recheck_id}/trail", operation_id="rechecks_trail", response_model=Trail, **needs(P.RECHECK_READ)
)
async def recheck_trail(reads: Reading, recheck_id: uuid.UUID) -> Response:
    """Everything that was done to one of them."""
    return await reads.record(queries.recheck_trail(reads.actor.role), id=recheck_id)


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
    name, made = await papers.ticket(reads, seat_id, _language(request), _passes(request))
    return download(made, name, PDF)


@router.put("/seats/{seat_id}/mark", operation_id="seats_mark", **tells(P.EXAM_MARK))
async def enter_mark(tx: Writing, seat_id: uuid.UUID, form: MarkForm) -> Created:
    """Enter one mark by hand."""
    return Created.model_validate(await service.enter_mark(tx, seat_id, form), from_attributes=True)


@router.put("/seats/{seat_id}/place", operation_id="seats_place", **tells(P.EXAM_ARRANGE))
async def place(tx: Writing, seat_id: uuid.UUID, form: PlaceForm) -> Created:
    """Give a student another free seat, with a reason."""
    return Created.model_validate(await seats.place(tx, seat_id, form), from_attributes=True)


@router.post("/seats/{seat_id}/recheck", operation_id="seats_recheck", status_code=201, **tells(P.EXAM_RECHECK))
async def ask_recheck(tx: Writing, seat_id: uuid.UUID, form: RecheckAsk) -> Created:
    """Ask that one's own mark be looked at again."""
    return Created.model_validate(await rechecks.ask(tx, seat_id, form), from_attributes=True)


@router.post("/seats/{seat_id}/correction", operation_id="seats_correct", status_code=201, **tells(P.EXAM_MARK))
async def correct(tx: Writing, seat_id: uuid.UUID, form: RecheckOpen) -> Created:
    """Propose another mark where the published one is found to be wrong."""
    return Created.model_validate(await rechecks.find(tx, seat_id, form), from_attributes=True)
