"""Paths of the public record: versions, the file, what it can be recomputed to (P16a)."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.files import disposition
from miaopu.core.problem import Problem
from miaopu.core.read import Page, PublicReads
from miaopu.core.room import Room
from miaopu.core.throttle import count
from miaopu.openness import queries, service
from miaopu.openness.document import SelectionRecord
from miaopu.openness.schemas import (
    PublicCycle,
    PublicCyclePage,
    RecordItem,
    RecordMade,
    RecordPage,
    RecordTrial,
    Verified,
)
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission

router = Room(prefix="/records", tags=["openness"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission
JSON = "application/json"
# The record of a whole region is well below this.
LARGEST = 16 << 20
# Recomputing a selection takes a core for a while: more than a curious reader asks for, less than would keep it busy.
VERIFIES, VERIFY_WINDOW = 12, timedelta(minutes=1)
Code = Annotated[str, Path(max_length=64)]
Number = Annotated[int, Query(ge=0, description="which version; 0 for the newest")]


@router.get("", operation_id="records_list", response_model=RecordPage, **needs(P.RECORD_READ))
async def list_records(reads: Reading, page: Page) -> Response:
    """Published versions of the record."""
    return await reads.page(queries.records(), page)


@router.get("/{record_id}", operation_id="records_get", response_model=RecordItem, **needs(P.RECORD_READ))
async def get(reads: Reading, record_id: uuid.UUID) -> Response:
    """One published version."""
    return await reads.record(queries.one(), id=record_id)


@router.post("/trial", operation_id="records_trial", **needs(P.RECORD_PUBLISH))
async def trial(tx: Writing) -> RecordTrial:
    """What a publication now would hold."""
    return await service.trial(tx)


@router.post("", operation_id="records_publish", status_code=201, **needs(P.RECORD_PUBLISH))
async def publish(tx: Writing) -> RecordMade:
    """Publish the record as it stands now."""
    return RecordMade.model_validate(await service.publish(tx), from_attributes=True)


@router.post(
    "/{record_id}/complete",
    operation_id="records_complete",
    response_class=Response,
    responses={200: {"content": {JSON: {}}}},
    **tells(P.RECORD_READ),
)
async def complete(tx: Writing, record_id: uuid.UUID) -> Response:
    """The complete file, small groups among it, for who supervises."""
    found = await service.hand_out(tx, record_id)
    return _file(found.complete, f"selection-{found.number}-complete.json", found.complete_digest)


def _file(text: str, name: str, digest: str) -> Response:
    headers = {"content-disposition": disposition(name, JSON), "etag": f'"{digest}"'}
    return Response(text.encode(), media_type=JSON, headers=headers)


@public.get("/cycles", operation_id="public_cycles", response_model=PublicCyclePage)
async def cycles(reads: PublicReads, page: Page) -> Response:
    """Cycles that have opened."""
    return await reads.page(queries.cycles(), page)


@public.get("/cycles/{code}", operation_id="public_cycle")
async def cycle(reads: PublicReads, code: Code) -> PublicCycle:
    """One cycle: the plan, its windows, numbers, seeds and records."""
    return await service.public_cycle(reads, code)


@public.get(
    "/cycles/{code}/record",
    operation_id="public_record",
    response_model=SelectionRecord,
    responses={200: {"content": {JSON: {}}}},
)
async def record(reads: PublicReads, code: Code, number: Number = 0) -> Response:
    """The public record as a file."""
    found, text, digest = await service.published(reads, code, number)
    return _file(text, f"{code}-{found}.json", digest)


@public.get("/cycles/{code}/record/checks", operation_id="public_record_checks")
async def checks(reads: PublicReads, code: Code, number: Number = 0) -> Verified:
    """Recompute a published record and say what agrees."""
    return await service.verify_published(reads, code, number)


async def verifying(request: Request) -> None:
    """Counts a file that somebody brings. Raises 429 past what one address may have recomputed."""
    await count(request.app.state.database, f"verify:{address_of(request)}", limit=VERIFIES, window=VERIFY_WINDOW)


@public.post(
    "/verify",
    operation_id="public_verify",
    dependencies=[Depends(verifying)],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/SelectionRecord"}}},
        }
    },
)
async def verify(request: Request, reads: PublicReads) -> Verified:
    """Recompute a record that one brings: a file of this site, or one in which a digit was changed."""
    text = b""
    async for piece in request.stream():
        text += piece
        if len(text) > LARGEST:
            raise Problem("too_large", 413, limit=LARGEST)
    return await service.verify_file(reads, text)
