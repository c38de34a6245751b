"""Many documents at once: made by a job, one ZIP, for whoever asked. Each room declares its own."""

import tempfile
import uuid
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from fastapi import Request, Response
from obstore.store import ObjectStore
from pydantic import BaseModel
from sqlalchemy import Uuid, bindparam, select

from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.door import Door
from miaopu.core.files import StoredFile
from miaopu.core.jobs import Job, JobContext, Params
from miaopu.core.problem import Language, Problem, language_of, not_found, say
from miaopu.core.read import Rows, Sql, kept
from miaopu.core.room import Room
from miaopu.people.access import Actor, require
from miaopu.people.acting import Reading, Reads, Writing, needs
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role

Maker = Callable[[Reads, uuid.UUID, Language, str], Awaitable[tuple[str, bytes]]]
# One that puts kept files into its documents.
FilesMaker = Callable[[Reads, ObjectStore, uuid.UUID, Language], Awaitable[tuple[str, bytes]]]
BundleKind = Literal["letters", "certificates", "archives"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Which documents: who may ask, the statement of their ids by role, and how one is made (name and bytes).

    `trail` names the act and the kind of thing under which the taking of each document is recorded.
    """

    code: str
    permission: Permission
    ids: Callable[[Role], Sql]
    make: Maker | None = None
    make_of_files: FilesMaker | None = None
    trail: tuple[str, str] | None = None


BUNDLES: dict[str, Bundle] = {}


def declare(bundle: Bundle) -> Bundle:
    """Make a bundle known."""
    if BUNDLES.setdefault(bundle.code, bundle) is not bundle:
        raise ValueError(f"two bundles are called {bundle.code}")
    return bundle


router = Room(tags=["jobs"], route_class=Door)


class JobBegun(BaseModel):
    """The job to ask for how far it is."""

    job_id: uuid.UUID


@router.post("/bundles/{kind}", operation_id="bundles_make", status_code=202, **needs(Permission.SELF))
async def make(request: Request, tx: Writing, kind: BundleKind) -> JobBegun:
    """Have all documents of a kind made that one may see; the job's file is a ZIP."""
    bundle = BUNDLES[kind]
    require(tx.actor, bundle.permission)
    actor = {key: str(value) for key, value in asdict(tx.actor).items() if value is not None}
    params = {
        "kind": kind,
        "actor": actor,
        "language": language_of(request.headers.get("accept-language")),
        "public_url": request.app.state.settings.public_url or str(request.base_url).rstrip("/"),
    }
    job = await jobs.enqueue(tx.session, "bundle", params, tx.actor.account_id)
    return JobBegun(job_id=job.id)


@jobs.handler("bundle")
async def work(context: JobContext, params: Params) -> dict[str, Any]:
    """Make every document and keep the ZIP; one that cannot be made is named in the result and does not end it."""
    bundle, language = BUNDLES[params["kind"]], params["language"]
    reads = Reads(context.database.reads, _actor(params["actor"]))
    ids = [row["id"] for row in await reads.rows(bundle.ids(reads.actor.role))]
    failed: list[str] = []
    done: list[uuid.UUID] = []
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for n, one in enumerate(ids):
                await context.progress(n, len(ids))
                try:
                    name, made = await _made(context, bundle, reads, one, language, params["public_url"])
                except Problem as problem:
                    failed.append(say(language, f"{problem.code}_detail", problem.params))
                    continue
                archive.writestr(_free(archive, name.replace("/", "-")), made)
                done.append(one)
        async with context.session() as session:
            file = await files.keep(
                session,
                context.files,
                out,
                name=say(language, f"bundle.{bundle.code}", {"day": clock.now().date()}),
                content_type="application/zip",
                owner=reads.actor.account_id,
            )
            file.claimed_type, file.claimed_id = "job", context.job_id
            if bundle.trail is not None:
                action, thing = bundle.trail
                for one in done:
                    audit.record(session, Act(action), thing, one)
            await audit.commit(session)
    await context.progress(len(ids), len(ids))
    return {"documents": len(ids) - len(failed), "failed": failed[:20]}


async def _made(
    context: JobContext, bundle: Bundle, reads: Reads, one: uuid.UUID, language: Language, public_url: str
) -> tuple[str, bytes]:
    if bundle.make_of_files is not None:
        return await bundle.make_of_files(reads, context.files, one, language)
    assert bundle.make is not None
    return await bundle.make(reads, one, language, public_url)


def _actor(given: dict[str, str]) -> Actor:
    ids = {key: uuid.UUID(value) for key, value in given.items() if key != "role"}
    return Actor(**{"city_id": None, "cycle_id": None, **ids}, role=Role(given["role"]))  # type: ignore[arg-type]


def _free(archive: zipfile.ZipFile, name: str) -> str:
    """A name that is not in the archive yet: two people may share theirs."""
    taken = set(archive.namelist())
    stem, _, ending = name.rpartition(".")
    tries = [name, *(f"{stem} ({n}).{ending}" for n in range(2, len(taken) + 3))]
    return next(one for one in tries if one not in taken)


@kept
def _own_file() -> Rows:
    return (
        select(*files.columns())
        .join(Job, Job.id == StoredFile.claimed_id)
        .where(
            StoredFile.claimed_type == "job",
            Job.id == bindparam("id", type_=Uuid),
            Job.requested_by == bindparam("account_id", type_=Uuid),
        )
    )


@router.get(
    "/jobs/{job_id}/file",
    operation_id="jobs_file",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
    **needs(Permission.SELF),
)
async def job_file(request: Request, reads: Reading, job_id: uuid.UUID) -> Response:
    """What one's own job made. Others' are not found."""
    rows = await reads.rows(_own_file(), id=job_id)
    if not rows:
        raise not_found("job")
    return await files.serve(request.app.state.files, files.from_rows(rows))
