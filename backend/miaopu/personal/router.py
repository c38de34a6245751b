"""Paths of the room of personal data."""

from fastapi import Request, Response

from miaopu.core.door import Door, Unkept
from miaopu.core.problem import language_of
from miaopu.core.read import Page, PublicReads
from miaopu.core.room import Room
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.personal import queries, service
from miaopu.personal.schemas import KeptTable, LookPage, Revealed, RevealForm

reveals = Room(prefix="/reveals", tags=["personal"], route_class=Unkept)
me = Room(prefix="/me", tags=["personal"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission


@reveals.post("", operation_id="reveals_make", **tells(P.REGISTRATION_REVEAL))
async def reveal(request: Request, response: Response, tx: Writing, form: RevealForm) -> Revealed:
    """Open one sealed detail of a registration, for a purpose that the family reads."""
    response.headers["cache-control"] = "no-store"
    return await service.reveal(tx, request.app.state.vault, form)


@me.get("/data", operation_id="my_data_kept", **needs(P.SELF))
async def kept(request: Request, reads: Reading) -> KeptTable:
    """What is kept about people: why, how long, and who sees it."""
    return await service.told(reads, language_of(request.headers.get("accept-language")))


@me.get("/data/looks", operation_id="my_data_looks", response_model=LookPage, **needs(P.SELF))
async def looks(reads: Reading, page: Page) -> Response:
    """Who looked at one's own sealed details, or a child's."""
    return await reads.page(queries.looks(), page)


@public.get("/privacy", operation_id="public_privacy")
async def privacy(request: Request, reads: PublicReads) -> KeptTable:
    """The same for everybody: the notice on personal data (PIPL 17)."""
    return await service.told(reads, language_of(request.headers.get("accept-language")))
