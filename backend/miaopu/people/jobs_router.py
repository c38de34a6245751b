"""How far one's own jobs are."""

import json
import uuid
from datetime import datetime
from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import Uuid, bindparam, select

from miaopu.core.door import Door
from miaopu.core.jobs import Job
from miaopu.core.problem import language_of, not_found, say
from miaopu.core.read import Rows, as_record, kept
from miaopu.core.room import Room
from miaopu.people.acting import Reading, needs
from miaopu.people.permissions import Permission

router = Room(prefix="/jobs", tags=["jobs"], route_class=Door)


class JobError(BaseModel):
    """Why it failed, in the reader's language."""

    code: str
    message: str


class JobShown(BaseModel):
    """A job as its page shows it."""

    id: uuid.UUID
    kind: str
    state: Literal["queued", "running", "done", "failed"]
    done: int
    total: int
    result: dict[str, Any] | None
    error: JobError | None
    created_at: datetime
    finished_at: datetime | None


@kept
def own_job() -> Rows:
    """One job of the reader's own."""
    return as_record(
        select(
            Job.id, Job.kind, Job.state, Job.done, Job.total, Job.result, Job.error, Job.created_at, Job.finished_at
        ).where(
            Job.id == bindparam("id", type_=Uuid),
            Job.requested_by == bindparam("account_id", type_=Uuid),
        )
    )


@router.get("/{job_id}", operation_id="jobs_get", **needs(Permission.SELF))
async def get(request: Request, reads: Reading, job_id: uuid.UUID) -> JobShown:
    """How far a job is, and what came of it. Others' jobs are not found."""
    found = await reads.text(own_job(), id=job_id)
    if found is None:
        raise not_found("job")
    job = json.loads(found)
    if job["error"]:
        language = language_of(request.headers.get("accept-language"))
        error = job["error"]
        job["error"] = {"code": error["code"], "message": say(language, error["code"], error["params"])}
    return JobShown.model_validate(job)
