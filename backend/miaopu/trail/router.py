"""Paths of the trail's heads: published, proved, countersigned."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.door import Door
from miaopu.core.problem import not_found
from miaopu.core.read import Page, PublicReads
from miaopu.core.room import Room
from miaopu.core.throttle import count
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission
from miaopu.trail import notes, queries, receipts, service
from miaopu.trail.receipt_file import Receipt
from miaopu.trail.schemas import (
    Consistency,
    Countersigned,
    CountersignerShown,
    CountersignForm,
    HeadItem,
    HeadPage,
    HeadShown,
    KeyForm,
    LogKey,
    OwnKeys,
    Receipts,
    RetireForm,
    Sealed,
    TrailKeys,
)
from miaopu.trail.sealing import newest, origin_of, seal

router = Room(prefix="/trail", tags=["trail"], route_class=Door)
of_registrations = Room(prefix="/registrations", tags=["registrations"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission
PLAIN = "text/plain; charset=utf-8"
# Proofs read some blocks of entries: more than a witness or a curious reader asks for.
PROOFS, PROOF_WINDOW = 120, timedelta(minutes=1)
Size = Annotated[int, Path(ge=0, le=2**53, description="of the head; 0 for the newest")]
Number = Annotated[int, Query(ge=1, le=2**53)]


async def proving(request: Request) -> None:
    """Counts what has to be computed. Raises 429 past what one address may ask."""
    await count(request.app.state.database, f"proofs:{address_of(request)}", limit=PROOFS, window=PROOF_WINDOW)


@public.get("/trail/heads", operation_id="public_trail_heads", response_model=HeadPage)
async def heads(reads: PublicReads, page: Page) -> Response:
    """Heads of the trail, the newest first, and who countersigned them."""
    return await reads.page(queries.heads_page(), page)


@public.get("/trail/heads/{size}", operation_id="public_trail_head")
async def head(request: Request, reads: PublicReads, size: Size) -> HeadShown:
    """One head with its signed note."""
    shown = await service.note(reads, request.app.state.paper_keys.public, size)
    found = HeadItem.model_validate_json(await reads.text(queries.head_record(), size_of_head=size) or "{}")
    return HeadShown(**found.model_dump(), note=shown)


@public.get(
    "/trail/heads/{size}/note",
    operation_id="public_trail_note",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def note(request: Request, reads: PublicReads, size: Size) -> Response:
    """The signed note of a head (C2SP tlog-checkpoint), as it is kept and countersigned."""
    shown = await service.note(reads, request.app.state.paper_keys.public, size)
    return Response(shown.encode(), media_type=PLAIN)


@public.get("/trail/consistency", operation_id="public_trail_consistency", dependencies=[Depends(proving)])
async def consistency(request: Request, old: Number, new: Number) -> Consistency:
    """The proof that one head begins with all that another counted."""
    return await service.consistency(request.app.state.database, old, new)


@public.get("/trail/keys", operation_id="public_trail_keys")
async def keys(request: Request, reads: PublicReads) -> TrailKeys:
    """The keys that sign and countersign heads."""
    ring, origin = request.app.state.paper_keys, origin_of(request.app.state.settings)
    found = OwnKeys.model_validate_json(await reads.text(queries.countersigners()) or "{}")
    own = [
        LogKey(kid=kid, public=notes.base64_of(raw), text=notes.key_text(origin, raw), current=kid == ring.kid)
        for kid, raw in ring.public.items()
    ]
    return TrailKeys(origin=origin, keys=own, countersigners=found.items)


@public.post(
    "/trail/heads/{size}/countersignatures",
    operation_id="public_trail_countersign",
    status_code=201,
    dependencies=[Depends(proving)],
)
async def countersign(request: Request, size: Size, form: CountersignForm) -> Countersigned:
    """Hand in a unit's signature of a head; it is true by itself, so that a tool without an account can send it."""
    name, made = await service.countersign(request.state.session, size, form.line)
    return Countersigned(size=made.size, name=name, received_at=made.received_at)


@router.get("/keys", operation_id="trail_keys_list", response_model=OwnKeys, **needs(P.TRAIL_COUNTERSIGN))
async def own_keys(reads: Reading) -> Response:
    """The keys under which the own unit countersigns."""
    return await reads.list(queries.own_keys(reads.actor.role))


@router.post("/keys", operation_id="trail_keys_register", status_code=201, **needs(P.TRAIL_COUNTERSIGN))
async def register(request: Request, tx: Writing, form: KeyForm) -> CountersignerShown:
    """Register a public key of the own unit."""
    return await service.shown(tx, await service.register(tx, form, origin_of(request.app.state.settings)))


@router.post("/keys/{key_id}/retire", operation_id="trail_keys_retire", **tells(P.TRAIL_COUNTERSIGN))
async def retire(tx: Writing, key_id: uuid.UUID, form: RetireForm) -> CountersignerShown:
    """Use a key no more."""
    return await service.shown(tx, await service.retire(tx, key_id, form))


@router.post("/heads", operation_id="trail_seal", status_code=201, **needs(P.TRAIL_SEAL))
async def seal_now(request: Request, tx: Writing) -> Sealed:
    """Make a head over everything until now, without waiting for the day's."""
    state = request.app.state
    made = await seal(state.database, state.paper_keys, origin_of(state.settings))
    if made is not None:
        audit.record(tx.session, Act("trail_head.seal"), "trail_head", None, size=made.size)
    last = made or await newest(tx.session)
    return Sealed(size=last.size if last else 0, made=made is not None)


@of_registrations.get(
    "/{registration_id}/receipts", operation_id="receipts_list", response_model=Receipts, **needs(P.RECEIPT_READ)
)
async def list_receipts(reads: Reading, registration_id: uuid.UUID) -> Response:
    """What one handed in or was told and can show later that it was so."""
    if not await reads.rows(queries.own_registration(reads.actor.role), id=registration_id):
        raise not_found("registration")
    return await reads.list(queries.receipts(reads.actor.role), id=registration_id)


@of_registrations.get("/{registration_id}/receipts/{receipt_id}", operation_id="receipts_get", **needs(P.RECEIPT_READ))
async def get_receipt(request: Request, reads: Reading, registration_id: uuid.UUID, receipt_id: uuid.UUID) -> Receipt:
    """A receipt: the value, its proof in the trail, and the signed head."""
    state = request.app.state
    return await receipts.receipt(state.database, reads, state.paper_keys, registration_id, receipt_id)
