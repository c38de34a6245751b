"""Works beside each other (P24): the texts are read by a job, alike passages are shown to the offices."""

import io
import uuid
from collections import Counter
from datetime import datetime
from typing import Any

import pypdf
from anyio.to_thread import run_sync
from pydantic import BaseModel
from sqlalchemy import BigInteger, cast, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from miaopu.core import files, jobs
from miaopu.core.files import PDF, StoredFile
from miaopu.core.jobs import Job, JobContext, Params
from miaopu.evaluations.likeness import Passage, grams, passages, prints, share
from miaopu.evaluations.likeness_models import WorkText
from miaopu.evaluations.models import AnnualEvaluation
from miaopu.evaluations.queries import visible_annual
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.programme.models import Cycle
from miaopu.programme.queries import load

PAGES = 200
SHOWN = 5
PASSAGES = 30
AROUND = 40
# What so many other works say too are a form's own words.
FORM = 4


class Alike(BaseModel):
    """A run that stands in both works, with a little of what is around it."""

    mine: tuple[str, str, str]
    theirs: tuple[str, str, str]
    length: int


class LikeWork(BaseModel):
    """Another work with runs in common. Who wrote it is told to who may see that student."""

    annual_id: uuid.UUID | None
    student_name: str
    city_name: str
    year: int
    percent: int
    passages: list[Alike]


class Likeness(BaseModel):
    """What is alike, the most first. `unread` files hold no text that can be read; `as_of` none: not yet compared."""

    as_of: datetime | None
    # The reader's own job that is still reading, so that a page opened anew goes on showing it.
    job_id: uuid.UUID | None
    unread: int
    works: list[LikeWork]


async def begin(tx: Tx) -> uuid.UUID:
    """Have the texts of all works read that are new. The job's id."""
    require(tx.actor, Permission.EVALUATION_COMPARE)
    params = {"cycle_id": str(cycle_of(tx.actor))}
    return (await jobs.enqueue(tx.session, "likeness", params, tx.actor.account_id)).id


@jobs.handler("likeness")
async def work(context: JobContext, params: Params) -> dict[str, Any]:
    """Read every file of a dossier that was handed in and has no text yet."""
    async with context.session() as session:
        rows = await session.execute(
            select(StoredFile, AnnualEvaluation.id)
            .join(AnnualEvaluation, AnnualEvaluation.id == StoredFile.claimed_id)
            .where(
                StoredFile.claimed_type == "annual_evaluation",
                AnnualEvaluation.cycle_id == uuid.UUID(params["cycle_id"]),
                AnnualEvaluation.state != "open",
                ~select(WorkText.file_id).where(WorkText.file_id == StoredFile.id).exists(),
            )
            .order_by(StoredFile.id)
        )
        waiting = rows.all()
    # The same file handed in twice is read once.
    known: dict[str, str] = {}
    for n, (file, annual_id) in enumerate(waiting):
        await context.progress(n, len(waiting))
        if file.sha256 not in known:
            known[file.sha256] = await run_sync(said, file.content_type, await files.read(context.files, file))
        text = known[file.sha256]
        made = {"file_id": file.id, "annual_id": annual_id, "text": text, "prints": prints(text)}
        async with context.session() as session:
            await session.execute(insert(WorkText).values(**made).on_conflict_do_nothing())
            await session.commit()
    return {"read": len(waiting)}


def said(content_type: str, data: bytes) -> str:
    """The text of a PDF; nothing for what has none or cannot be read."""
    if content_type != PDF:
        return ""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        text = "\n".join(page.extract_text() for page in reader.pages[:PAGES])
    except Exception:
        # A PDF can be broken in any way at all; that it cannot be read is the finding.
        return ""
    return text.replace("\0", "")


async def shown(tx: Tx, annual_id: uuid.UUID) -> Likeness:
    """The works most like this one, of this cycle and earlier ones. Raises 404, 403."""
    own = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), annual_id)
    require(tx.actor, Permission.EVALUATION_COMPARE)
    mine = list(await tx.session.scalars(select(WorkText).where(WorkText.annual_id == own.id)))
    text = "\n".join(one.text for one in mine)
    keys = sorted({key for one in mine for key in one.prints})
    near = (
        await tx.session.execute(
            select(WorkText.annual_id, WorkText.text)
            .where(
                WorkText.annual_id != own.id,
                WorkText.prints.overlap(cast(keys, ARRAY(BigInteger))),
            )
            .order_by(WorkText.annual_id)
        )
    ).all()
    theirs: dict[uuid.UUID, str] = {}
    for other, words in near:
        theirs[other] = theirs.get(other, "") + words + "\n"
    own_grams = grams(text)
    seen = Counter(gram for words in theirs.values() for gram in grams(words) & own_grams)
    common = {gram for gram, count in seen.items() if count >= FORM}
    found = {other: passages(text, words, common) for other, words in theirs.items()}
    best = sorted((o for o in found if found[o]), key=lambda o: (-sum(p.length for p in found[o]), str(o)))[:SHOWN]
    running = (
        select(Job.id)
        .where(Job.kind == "likeness", Job.requested_by == tx.actor.account_id, Job.state.in_(("queued", "running")))
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return Likeness(
        job_id=await tx.session.scalar(running),
        as_of=max((one.made_at for one in mine), default=None),
        unread=sum(not one.text.strip() for one in mine),
        works=[await _one(tx, other, text, theirs[other], found[other]) for other in best],
    )


async def _one(tx: Tx, annual_id: uuid.UUID, mine: str, theirs: str, found: list[Passage]) -> LikeWork:
    row = (
        await tx.session.execute(
            select(Enrolment.name, Unit.name.label("city"), Cycle.year, AnnualEvaluation.id)
            .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
            .join(Unit, Unit.id == Enrolment.city_id)
            .join(Cycle, Cycle.id == AnnualEvaluation.cycle_id)
            .where(AnnualEvaluation.id == annual_id)
        )
    ).one()
    seen = await tx.session.scalar(
        select(AnnualEvaluation.id).where(AnnualEvaluation.id == annual_id, visible_annual(tx.actor.role)),
        scope(tx.actor),
    )
    return LikeWork(
        annual_id=annual_id if seen else None,
        student_name=row.name if seen else "",
        city_name=row.city,
        year=row.year,
        percent=share(mine, found),
        passages=[
            Alike(mine=_around(mine, *one.mine), theirs=_around(theirs, *one.theirs), length=one.length)
            for one in found[:PASSAGES]
        ],
    )


def _around(text: str, start: int, end: int) -> tuple[str, str, str]:
    return text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND]
