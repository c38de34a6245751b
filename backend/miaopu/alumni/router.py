"""Paths of former students (P29–P31)."""

import json
import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.alumni import invitation_queries, invitations, queries, service
from miaopu.alumni.models import ACTIVITY_FLOW
from miaopu.alumni.schemas import (
    ActivityAction,
    ActivityState,
    AlumniActivityEdit,
    AlumniActivityForm,
    AlumniActivityPage,
    AlumniActivityRecord,
    AlumniPage,
    AlumnusState,
    FormerMine,
    GuestAction,
    GuestAnswer,
    GuestsForm,
    TrackingEdit,
    TrackingForm,
    TrackingKind,
    TrackingPage,
    WordForm,
)
from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.queries import plan_in_force
from miaopu.programme.schemas import Trail

router = Room(prefix="/alumni", tags=["alumni"], route_class=Door)
tracking = Room(prefix="/tracking", tags=["alumni"], route_class=Door)
activities = Room(prefix="/alumni-activities", tags=["alumni"], route_class=Door)
guests = Room(prefix="/alumni-guests", tags=["alumni"], route_class=Door)
Year = Annotated[int | None, Query(ge=2000, le=2200)]
Words = Annotated[str | None, Query(max_length=40)]


@router.get("", operation_id="alumni_list", response_model=AlumniPage, **needs(P.ALUMNI_READ))
async def list_alumni(
    reads: Reading,
    page: Page,
    consent: Annotated[AlumnusState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    year: Year = None,
    q: Words = None,
) -> Response:
    """Former students, and whether they may be followed and asked."""
    shape, given = present(consent=consent, subject=subject, city=city, year=year, q=q)
    return await reads.page(queries.alumni_page(reads.actor.role, shape), page, **given)


@router.get("/mine", operation_id="alumni_mine", **needs(P.ALUMNI_CONSENT))
async def mine(reads: Reading) -> FormerMine:
    """What a former student finds: the years, the word on being followed, what is recorded, invitations."""
    kept = (await plan_in_force(reads)).tracking
    found = json.loads(await reads.text(queries.mine(reads.actor.role)) or "{}")
    text = kept.consent
    return FormerMine(text_version=text.version, text_zh=text.zh, text_en=text.en, followed_years=kept.years, **found)


@router.post("/mine", operation_id="alumni_say", **needs(P.ALUMNI_CONSENT))
async def say(request: Request, tx: Writing, form: WordForm) -> Moved:
    """Agree, refuse or withdraw; what was recorded is then forgotten."""
    return Moved.model_validate(await service.say(tx, form, address_of(request)), from_attributes=True)


@tracking.get("", operation_id="tracking_list", response_model=TrackingPage, **needs(P.TRACKING_READ))
async def list_tracking(
    reads: Reading,
    page: Page,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    year: Year = None,
    tracking_kind: Annotated[TrackingKind | None, Query()] = None,
    university: Annotated[uuid.UUID | None, Query()] = None,
    q: Words = None,
) -> Response:
    """Where former students have gone; to a university, those who came to it."""
    shape, given = present(enrolment=enrolment, year=year, tracking_kind=tracking_kind, university=university, q=q)
    return await reads.page(queries.tracking_page(reads.actor.role, shape), page, **given)


@tracking.post("", operation_id="tracking_create", status_code=201, **tells(P.TRACKING_WRITE))
async def track(tx: Writing, form: TrackingForm) -> Created:
    """Record where a former student is who agreed to be followed."""
    return Created.model_validate(await service.track(tx, form), from_attributes=True)


@tracking.patch("/{entry_id}", operation_id="tracking_update", **tells(P.TRACKING_WRITE))
async def correct(tx: Writing, entry_id: uuid.UUID, form: TrackingEdit) -> Created:
    """Put an entry right."""
    return Created.model_validate(await service.correct(tx, entry_id, form), from_attributes=True)


@activities.get(
    "", operation_id="alumni_activities_list", response_model=AlumniActivityPage, **needs(P.ALUMNI_ACTIVITY_READ)
)
async def list_activities(
    reads: Reading, page: Page, state: Annotated[ActivityState | None, Query()] = None
) -> Response:
    """What former students are asked to, and how many come."""
    shape, given = present(state=state)
    return await reads.page(invitation_queries.activities_page(reads.actor.role, shape), page, **given)


@activities.post("", operation_id="alumni_activities_create", status_code=201, **needs(P.ALUMNI_INVITE))
async def create(tx: Writing, form: AlumniActivityForm) -> Created:
    """Draft what one's city asks former students to."""
    return Created.model_validate(await invitations.create(tx, form), from_attributes=True)


@activities.get(
    "/{activity_id}",
    operation_id="alumni_activities_get",
    response_model=AlumniActivityRecord,
    **needs(P.ALUMNI_ACTIVITY_READ),
)
async def get(reads: Reading, activity_id: uuid.UUID) -> Response:
    """One of them, with who was asked and who answered what."""
    return await reads.record(invitation_queries.activity_record(reads.actor.role), id=activity_id)


@activities.patch("/{activity_id}", operation_id="alumni_activities_update", **tells(P.ALUMNI_INVITE))
async def edit(tx: Writing, activity_id: uuid.UUID, form: AlumniActivityEdit) -> Moved:
    """Change it; who was asked is told of another time or place."""
    return Moved.model_validate(await invitations.edit(tx, activity_id, form), from_attributes=True)


@activities.post("/{activity_id}/guests", operation_id="alumni_activities_invite", **tells(P.ALUMNI_INVITE))
async def invite(tx: Writing, activity_id: uuid.UUID, form: GuestsForm) -> Moved:
    """Choose whom to ask."""
    return Moved.model_validate(await invitations.invite(tx, activity_id, form), from_attributes=True)


@activities.post(
    "/{activity_id}/actions/{action}",
    operation_id="alumni_activities_act",
    **tells(ACTIVITY_FLOW.permissions(simple_actions(ACTIVITY_FLOW))),
)
async def act(tx: Writing, activity_id: uuid.UUID, action: ActivityAction, form: Move) -> Moved:
    """Send the invitations, or call it off."""
    return Moved.model_validate(await invitations.act(tx, activity_id, action, form), from_attributes=True)


@activities.get(
    "/{activity_id}/trail",
    operation_id="alumni_activities_trail",
    response_model=Trail,
    **needs(P.ALUMNI_ACTIVITY_READ),
)
async def trail(reads: Reading, activity_id: uuid.UUID) -> Response:
    """Everything that was done to it."""
    return await reads.record(invitation_queries.activity_trail(reads.actor.role), id=activity_id)


@guests.post("/{guest_id}/actions/{action}", operation_id="alumni_guests_answer", **tells(P.ALUMNI_ANSWER))
async def answer(tx: Writing, guest_id: uuid.UUID, action: GuestAction, form: GuestAnswer) -> Moved:
    """Say whether one comes."""
    return Moved.model_validate(await invitations.answer(tx, guest_id, action, form), from_attributes=True)
