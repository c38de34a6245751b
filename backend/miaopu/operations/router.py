"""Paths of the status page."""

import uuid

from fastapi import Request

from miaopu.core.door import Door
from miaopu.core.problem import language_of
from miaopu.core.room import Room
from miaopu.operations import status as stating
from miaopu.operations.schemas import Retried, SystemStatus
from miaopu.people.acting import Reading, Writing, needs
from miaopu.people.permissions import Permission as P

router = Room(prefix="/status", tags=["operations"], route_class=Door)


@router.get("", operation_id="status_get", **needs(P.STATUS_READ))
async def get(request: Request, reads: Reading) -> SystemStatus:
    """How the installation is: jobs, outbox, backups, drills, the chain, schema, disk, clocks."""
    language = language_of(request.headers.get("accept-language"))
    return await stating.status(reads, request.app.state.settings, request.app.version, language)


@router.post("/jobs/{job_id}/retry", operation_id="status_retry", **needs(P.STATUS_RETRY))
async def retry(tx: Writing, job_id: uuid.UUID) -> Retried:
    """Ask for a failed job again."""
    await stating.retry(tx, job_id)
    return Retried(id=job_id)
