"""Paths of the room of personal data."""

import uuid

from fastapi import Request, Response

from miaopu.core.door import Door, Unkept
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, PublicReads
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.bundles import JobBegun
from miaopu.people.permissions import Permission
from miaopu.personal import corrections as verbs
from miaopu.personal import own, queries, service
from miaopu.personal import retention as over
from miaopu.personal.schemas import (
    CorrectionAnswer,
    CorrectionForm,
    CorrectionPage,
    DueList,
    ErasureConfirm,
    ErasureForm,
    KeptTable,
    LookPage,
    Revealed,
    RevealForm,
    Schedule,
)

reveals = Room(prefix="/reveals", tags=["personal"], route_class=Unkept)
me = Room(prefix="/me", tags=["personal"], route_class=Door)
corrections = Room(prefix="/corrections", tags=["personal"], route_class=Door)
retention = Room(prefix="/retention", tags=["personal"], route_class=Door)
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


@me.post("/data/export", operation_id="my_data_export", status_code=202, **needs(P.SELF))
async def export(request: Request, tx: Writing) -> JobBegun:
    """Have one's own data, and those of one's child, gathered; the job's file is a ZIP (PIPL 45)."""
    job = await own.begin(tx, language_of(request.headers.get("accept-language")))
    return JobBegun(job_id=job.id)


@corrections.get("", operation_id="corrections_list", response_model=CorrectionPage, **needs(P.CORRECTION_READ))
async def list_corrections(reads: Reading, page: Page) -> Response:
    """Requests to put something right."""
    return await reads.page(queries.corrections(reads.actor.role), page)


@corrections.post("", operation_id="corrections_ask", status_code=201, **tells(P.CORRECTION_ASK))
async def ask(tx: Writing, form: CorrectionForm) -> Created:
    """Ask for one's own data to be put right (PIPL 46)."""
    return Created.model_validate(await verbs.ask(tx, form), from_attributes=True)


@corrections.post("/{correction_id}/answer", operation_id="corrections_answer", **tells(P.CORRECTION_ANSWER))
async def answer(tx: Writing, correction_id: uuid.UUID, form: CorrectionAnswer) -> Created:
    """Say whether it was put right."""
    return Created.model_validate(await verbs.answer(tx, correction_id, form), from_attributes=True)


@retention.get("", operation_id="retention_schedule", **needs(P.RETENTION_READ))
async def schedule(request: Request, reads: Reading) -> Schedule:
    """How long each kind of each year is kept, what is due, proposed or erased."""
    async with request.app.state.database.session() as session:
        return await over.schedule(session, request.app.state.vault, reads.actor.account_id)


@retention.get("/due", operation_id="retention_due", **needs(P.RETENTION_READ))
async def due(request: Request, _reads: Reading) -> DueList:
    """What may be erased today: a trial, nothing is touched."""
    async with request.app.state.database.session() as session:
        return await over.due(session, request.app.state.vault)


@retention.post("/erasures", operation_id="retention_propose", status_code=201, **needs(P.RETENTION_ERASE))
async def propose(request: Request, tx: Writing, form: ErasureForm) -> Created:
    """The first of two people."""
    return Created.model_validate(await over.propose(tx, request.app.state.vault, form), from_attributes=True)


@retention.post("/erasures/{erasure_id}/confirm", operation_id="retention_confirm", **needs(P.RETENTION_ERASE))
async def confirm(tx: Writing, erasure_id: uuid.UUID, form: ErasureConfirm) -> Created:
    """The second; the erasing begins."""
    return Created.model_validate(await over.confirm(tx, erasure_id, form.version), from_attributes=True)


@public.get("/privacy", operation_id="public_privacy")
async def privacy(request: Request, reads: PublicReads) -> KeptTable:
    """The same for everybody: the notice on personal data (PIPL 17)."""
    return await service.told(reads, language_of(request.headers.get("accept-language")))
