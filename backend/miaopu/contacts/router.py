"""Paths of the contact chain."""

import uuid
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from miaopu.contacts import circle, queries, service
from miaopu.contacts.models import FLOW
from miaopu.contacts.schemas import (
    Participants,
    PostForm,
    Said,
    ThreadAction,
    ThreadForm,
    ThreadPage,
    ThreadRecord,
    ThreadSort,
    ThreadState,
    Withdrawal,
)
from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = Room(prefix="/contacts", tags=["training"], route_class=Door)
P = Permission
Shown = Literal["unread", "escalated", "mine"]


@router.get("", operation_id="contacts_list", response_model=ThreadPage, **needs(P.CONTACT_READ))
async def list_threads(
    reads: Reading,
    page: Page,
    sort: ThreadSort = "-last_at",
    state: Annotated[ThreadState | None, Query()] = None,
    enrolment: Annotated[uuid.UUID | None, Query()] = None,
    show: Annotated[Shown | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Threads that this reader takes part in."""
    shape, given = present(state=state, enrolment=enrolment, q=q)
    shape |= {show} if show else set()
    return await reads.page(queries.page(reads.actor.role, shape, sort), page, **given)


@router.post("", operation_id="contacts_create", status_code=201, **needs(P.CONTACT_WRITE))
async def open_thread(tx: Writing, form: ThreadForm) -> Created:
    """Open a thread about a student."""
    return Created.model_validate(await service.open_thread(tx, form), from_attributes=True)


@router.get("/{thread_id}", operation_id="contacts_get", response_model=ThreadRecord, **needs(P.CONTACT_READ))
async def get(reads: Reading, thread_id: uuid.UUID) -> Response:
    """One thread with everything said in it."""
    return await reads.record(queries.record(reads.actor.role), id=thread_id)


@router.get(
    "/{thread_id}/participants",
    operation_id="contacts_participants",
    response_model=Participants,
    **needs(P.CONTACT_READ),
)
async def participants(reads: Reading, thread_id: uuid.UUID) -> Response:
    """Who reads a thread."""
    return await reads.record(circle.participants(reads.actor.role), id=thread_id)


@router.post("/{thread_id}/posts", operation_id="contacts_say", status_code=201, **tells(P.CONTACT_WRITE))
async def say(tx: Writing, thread_id: uuid.UUID, form: PostForm) -> Said:
    """Say something in a thread."""
    return Said.model_validate(await service.say_in(tx, thread_id, form), from_attributes=True)


@router.post("/{thread_id}/posts/{post_id}/withdraw", operation_id="contacts_withdraw", **tells(P.CONTACT_WRITE))
async def withdraw(tx: Writing, thread_id: uuid.UUID, post_id: uuid.UUID, form: Withdrawal) -> Said:
    """Take back what one said; the trace stays."""
    return Said.model_validate(await service.withdraw(tx, thread_id, post_id, form), from_attributes=True)


@router.post("/{thread_id}/read", operation_id="contacts_read", **tells(P.CONTACT_READ))
async def read(tx: Writing, thread_id: uuid.UUID) -> Said:
    """Mark everything said so far as read."""
    return Said.model_validate(await service.mark_read(tx, thread_id), from_attributes=True)


@router.post(
    "/{thread_id}/actions/{action}",
    operation_id="contacts_act",
    **tells(FLOW.permissions(simple_actions(FLOW))),
)
async def act(tx: Writing, thread_id: uuid.UUID, action: ThreadAction, form: Move) -> Moved:
    """Bring a thread before the city or the region, or answer it there."""
    return Moved.model_validate(await service.act(tx, thread_id, action, form), from_attributes=True)


@router.get("/{thread_id}/files/{file_id}", operation_id="contacts_file", **needs(P.CONTACT_READ))
async def file(request: Request, reads: Reading, thread_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of a post."""
    rows = await reads.rows(queries.file(reads.actor.role), id=thread_id, file_id=file_id)
    return await files.serve(request.app.state.files, files.from_rows(rows))


@router.get("/{thread_id}/trail", operation_id="contacts_trail", response_model=Trail, **needs(P.CONTACT_READ))
async def trail(reads: Reading, thread_id: uuid.UUID) -> Response:
    """Everything that was done to a thread."""
    return await reads.record(queries.trail(reads.actor.role), id=thread_id)
