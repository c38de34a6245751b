"""Paths of planned meetings."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.calendars import ICS
from miaopu.core.door import Door as DoorRoute
from miaopu.core.download import download, sends
from miaopu.core.read import Page, present
from miaopu.core.room import Room
from miaopu.core.throttle import count
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved
from miaopu.programme.schemas import Trail
from miaopu.training import appointments as verbs
from miaopu.training import appointments_queries as queries
from miaopu.training import doors
from miaopu.training.appointments_models import Appointment
from miaopu.training.appointments_schemas import (
    AppointmentEdit,
    AppointmentForm,
    AppointmentPage,
    AppointmentRecord,
    AppointmentState,
    Clash,
    Door,
    DoorCheckIn,
    DoorPassed,
    Held,
    Planned,
)

router = Room(prefix="/appointments", tags=["training"], route_class=DoorRoute)
P = Permission
# Six digits cannot be tried out within the half minute they last.
TRIES, TRY_WINDOW = 10, timedelta(minutes=1)


@router.get("", operation_id="appointments_list", response_model=AppointmentPage, **needs(P.TRAINING_READ))
async def list_appointments(
    reads: Reading,
    page: Page,
    state: Annotated[AppointmentState | None, Query()] = None,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    coming: Annotated[bool | None, Query(description="true: not over yet, the next first")] = None,
) -> Response:
    """Planned meetings."""
    shape, given = present(state=state, mentor=mentor, enrolment=enrolment, coming=coming)
    return await reads.page(queries.page(reads.actor.role, shape), page, **given)


def _planned(made: tuple[Appointment, list[Clash]]) -> Planned:
    thing, clashes = made
    return Planned(id=thing.id, version=thing.version, clashes=clashes)


@router.post("", operation_id="appointments_create", status_code=201, **needs(P.SESSION_RECORD))
async def create(tx: Writing, form: AppointmentForm) -> Planned:
    """Plan a meeting with one's students."""
    return _planned(await verbs.plan_meeting(tx, form))


ONE = "/{appointment_id}"


@router.get(ONE, operation_id="appointments_get", response_model=AppointmentRecord, **needs(P.TRAINING_READ))
async def get(reads: Reading, appointment_id: uuid.UUID) -> Response:
    """One meeting."""
    return await reads.record(queries.record(reads.actor.role), id=appointment_id)


@router.patch(ONE, operation_id="appointments_update", **tells(P.SESSION_RECORD))
async def update(tx: Writing, appointment_id: uuid.UUID, form: AppointmentEdit) -> Planned:
    """Move it, or ask others to it."""
    return _planned(await verbs.edit(tx, appointment_id, form))


@router.post(f"{ONE}/actions/call_off", operation_id="appointments_call_off", **tells(P.SESSION_RECORD))
async def call_off(tx: Writing, appointment_id: uuid.UUID, form: Move) -> Moved:
    """It does not take place."""
    return Moved.model_validate(await verbs.call_off(tx, appointment_id, form), from_attributes=True)


@router.post(f"{ONE}/hold", operation_id="appointments_hold", **tells(P.SESSION_RECORD))
async def hold(tx: Writing, appointment_id: uuid.UUID, form: Held) -> Moved:
    """Record who came: it becomes a session."""
    return Moved.model_validate(await verbs.hold(tx, appointment_id, form), from_attributes=True)


@router.post(f"{ONE}/door", operation_id="appointments_door", **tells(P.SESSION_RECORD))
async def door(request: Request, tx: Writing, appointment_id: uuid.UUID) -> Door:
    """The code at the door just now, for whoever keeps it."""
    state = request.app.state
    return await doors.show_door(tx, state.vault, appointment_id, state.settings.public_url)


@router.post(f"{ONE}/check-in", operation_id="appointments_check_in", **tells(P.SESSION_CHECK_IN))
async def check_in(request: Request, tx: Writing, appointment_id: uuid.UUID, form: DoorCheckIn) -> DoorPassed:
    """A student at the door."""
    await count(request.app.state.database, f"door:{tx.actor.account_id}", limit=TRIES, window=TRY_WINDOW)
    return await doors.check_in(tx, request.app.state.vault, appointment_id, form.code)


@router.get(f"{ONE}/calendar", operation_id="appointments_calendar", **needs(P.TRAINING_READ), **sends(ICS))
async def calendar(reads: Reading, appointment_id: uuid.UUID) -> Response:
    """The meeting for one's calendar."""
    name, made = await verbs.calendar(reads, appointment_id)
    return download(made, f"{name}.ics", ICS)


@router.get(f"{ONE}/trail", operation_id="appointments_trail", response_model=Trail, **needs(P.TRAINING_READ))
async def trail(reads: Reading, appointment_id: uuid.UUID) -> Response:
    """Everything that was done to a meeting."""
    return await reads.record(queries.trail(reads.actor.role), id=appointment_id)
