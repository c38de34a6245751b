"""Paths of first meetings (P16b)."""

import uuid

from fastapi import Request, Response

from miaopu.core.calendars import ICS
from miaopu.core.door import Door
from miaopu.core.download import download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page
from miaopu.core.room import Room
from miaopu.pairings import meetings as verbs
from miaopu.pairings import meetings_queries as queries
from miaopu.pairings.meeting_schemas import (
    Activated,
    Arrived,
    MeetingForm,
    MeetingHeld,
    MeetingPage,
    MeetingRecord,
    Pass,
    PassScanned,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.programme.schemas import Trail

meetings = Room(prefix="/meetings", tags=["meeting"], route_class=Door)


@meetings.get("", operation_id="meetings_list", response_model=MeetingPage, **needs(P.MEETING_READ))
async def list_meetings(reads: Reading, page: Page) -> Response:
    """First meetings."""
    return await reads.page(queries.meetings_page(reads.actor.role), page)


@meetings.post("", operation_id="meetings_create", status_code=201, **needs(P.MEETING_ARRANGE))
async def create(tx: Writing, form: MeetingForm) -> Created:
    """Invite the mentors, students, guide teachers and parents of one's city."""
    return Created.model_validate(await verbs.create(tx, form), from_attributes=True)


@meetings.post("/check-in", operation_id="meetings_check_in", **needs(P.MEETING_ARRANGE))
async def check_in(request: Request, tx: Writing, form: PassScanned) -> Arrived:
    """Mark the holder of a pass as present."""
    return await verbs.check_in(tx, request.app.state.vault, form.code)


@meetings.get("/{meeting_id}", operation_id="meetings_get", response_model=MeetingRecord, **needs(P.MEETING_READ))
async def get(reads: Reading, meeting_id: uuid.UUID) -> Response:
    """One meeting with its guests, as far as one sees their students."""
    return await reads.record(queries.meeting_record(reads.actor.role), id=meeting_id)


@meetings.get("/{meeting_id}/pass", operation_id="meetings_pass", **needs(P.MEETING_READ))
async def own_pass(request: Request, reads: Reading, meeting_id: uuid.UUID) -> Pass:
    """One's own pass, to show at the door."""
    public_url = request.app.state.settings.public_url or str(request.base_url)
    return await queries.own_pass(reads, request.app.state.vault, meeting_id, public_url)


@meetings.get("/{meeting_id}/calendar", operation_id="meetings_calendar", **needs(P.MEETING_READ), **sends(ICS))
async def calendar(request: Request, reads: Reading, meeting_id: uuid.UUID) -> Response:
    """The meeting for one's calendar."""
    name, made = await queries.calendar(reads, meeting_id, language_of(request.headers.get("accept-language")))
    return download(made, name, ICS)


@meetings.post("/{meeting_id}/hold", operation_id="meetings_hold", **tells(P.MEETING_ARRANGE))
async def hold(tx: Writing, meeting_id: uuid.UUID, form: MeetingHeld) -> Activated:
    """Record who came: their pairs become active."""
    return Activated(active=await verbs.hold(tx, meeting_id, form))


@meetings.get("/{meeting_id}/trail", operation_id="meetings_trail", response_model=Trail, **needs(P.MEETING_READ))
async def trail(reads: Reading, meeting_id: uuid.UUID) -> Response:
    """Everything that was done to a meeting."""
    return await reads.record(queries.meeting_trail(reads.actor.role), id=meeting_id)
