"""Paths of the inbox."""

import uuid
from typing import Annotated

from fastapi import Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Page
from miaopu.core.room import Room
from miaopu.notices import queries, service
from miaopu.notices.schemas import Marked, NoticePage
from miaopu.people.acting import Reading, Writing, needs
from miaopu.people.permissions import Permission

router = Room(prefix="/notices", tags=["notices"], route_class=Door)


@router.get("", operation_id="notices_list", response_model=NoticePage, **needs(Permission.SELF))
async def inbox(reads: Reading, page: Page, unread: Annotated[bool, Query()] = False) -> Response:
    """One's inbox, newest first."""
    return await reads.page(queries.inbox(unread), page)


@router.post("/{notice_id}/read", operation_id="notices_read", **needs(Permission.SELF))
async def mark_read(tx: Writing, notice_id: uuid.UUID) -> Marked:
    """Mark a line as read."""
    return Marked(marked=await service.mark_read(tx.session, tx.actor, notice_id))


@router.post("/read-all", operation_id="notices_read_all", **needs(Permission.SELF))
async def mark_all_read(tx: Writing) -> Marked:
    """Mark every line as read."""
    return Marked(marked=await service.mark_read(tx.session, tx.actor, None))
