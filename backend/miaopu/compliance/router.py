"""Paths of the yearly audit of minors' data."""

import uuid

from fastapi import Request, Response

from miaopu.compliance import queries, service
from miaopu.compliance.schemas import AuditAsk, AuditPage
from miaopu.core.door import Door, Unkept
from miaopu.core.download import download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Page
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Reads, Writing, needs
from miaopu.people.bundles import JobBegun
from miaopu.people.permissions import Permission as P

ZIP = "application/zip"
router = Room(prefix="/compliance-audits", tags=["compliance"], route_class=Door)
fetched = Room(prefix="/compliance-audits", tags=["compliance"], route_class=Unkept)


@router.get("", operation_id="compliance_audits_list", response_model=AuditPage, **needs(P.COMPLIANCE_READ))
async def list_audits(reads: Reading, page: Page) -> Response:
    """The packs that were made, with their digests."""
    return await reads.page(queries.audits(), page)


@router.post("", operation_id="compliance_audits_make", status_code=202, **needs(P.COMPLIANCE_MAKE))
async def make(request: Request, tx: Writing, form: AuditAsk) -> JobBegun:
    """Have a year's pack gathered: what is held, who read it, consents, requests, keys, backups, faults (PIPL 54)."""
    job = await service.begin(tx, form, language_of(request.headers.get("accept-language")))
    return JobBegun(job_id=job.id)


@fetched.post("/{audit_id}/file", operation_id="compliance_audits_file", **needs(P.COMPLIANCE_READ), **sends(ZIP))
async def fetch(request: Request, tx: Writing, audit_id: uuid.UUID) -> Response:
    """The pack as ZIP; who took it stands in the trail."""
    reads = Reads(request.app.state.database.reads, tx.actor)
    name, made = await service.taken(tx, reads, request.app.state.files, audit_id)
    return download(made, name, ZIP)
