"""Verbs of the public record: tried, published in versions, handed out complete to who supervises; verified (P16a)."""

import json
import uuid

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from pydantic import ValidationError
from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.core.read import Reader
from miaopu.openness import document as d
from miaopu.openness import queries
from miaopu.openness.document import digest_of, text_of
from miaopu.openness.models import PublicRecord
from miaopu.openness.record import compiled, contents_of
from miaopu.openness.schemas import CheckShown, Names, PublicCycle, RecordTrial, Verified
from miaopu.openness.verifying import Check, verify
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.plan import PlanError, load_plan
from miaopu.programme.queries import cycle_and_plan
from miaopu.reports.funnel_queries import funnel

# Recomputing takes seconds of one core: one after the other, in a thread of their own.
ONE = CapacityLimiter(1)


async def checked(record: d.SelectionRecord) -> list[Check]:
    """All checks of a record, beside the loop."""
    return await run_sync(verify, record, limiter=ONE)


async def _next(tx: Tx) -> tuple[d.SelectionRecord, d.SelectionRecord, PublicRecord | None]:
    require(tx.actor, Permission.RECORD_PUBLISH)
    cycle_id = cycle_of(tx.actor)
    # One version after the other: the cycle's row is the lock.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == cycle_id).with_for_update())
    last = await tx.session.scalar(
        select(PublicRecord).where(PublicRecord.cycle_id == cycle_id).order_by(PublicRecord.number.desc()).limit(1)
    )
    cycle, plan = await cycle_and_plan(tx.session, cycle_id)
    public, complete = await compiled(tx, cycle, plan, (last.number if last else 0) + 1)
    if not complete.seating and not complete.lines:
        raise Problem("nothing_to_release", 409)
    return public, complete, last


async def trial(tx: Tx) -> RecordTrial:
    """What a publication now would hold, and whether all of it can be recomputed; nothing is published.

    Raises:
        Problem: 403; 409 `nothing_to_release` before the first seats are drawn and sat in.
    """
    public, complete, last = await _next(tx)
    return RecordTrial(
        number=public.number,
        unchanged=last is not None and last.contents_digest == contents_of(complete),
        people=len({p.person for line in public.lines for p in line.people}),
        lines=len(public.lines),
        verdicts=len(public.verdicts),
        pairings=len(public.pairings),
        size=len(text_of(public).encode()),
        withheld=list(public.withheld),
        checks=[CheckShown.of(check) for check in await checked(public)],
        names=names_of(public),
    )


def names_of(record: d.SelectionRecord) -> dict[str, Names]:
    """The names of cities and subjects by the plan that the record carries; none where it carries no plan."""
    try:
        plan = load_plan(record.plan.source)
    except PlanError:
        return {}
    return {one.code: Names(zh=one.zh, en=one.en) for one in (*plan.cities, *plan.subjects)}


async def publish(tx: Tx) -> PublicRecord:
    """Publish the record as it stands now under the next number. What is out stays out: versions are kept.

    Raises:
        Problem: 403; 409 `nothing_to_release`, `record_unchanged`.
    """
    public, complete, last = await _next(tx)
    contents = contents_of(complete)
    if last is not None and last.contents_digest == contents:
        raise Problem("record_unchanged", 409, number=last.number)
    text, whole = text_of(public), text_of(complete)
    made = PublicRecord(
        id=new_id(),
        cycle_id=cycle_of(tx.actor),
        number=public.number,
        made_by=tx.actor.account_id,
        document=text,
        digest=digest_of(text),
        complete=whole,
        complete_digest=digest_of(whole),
        contents_digest=contents,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("record.publish"))
    await tx.session.flush()
    return made


async def hand_out(tx: Tx, record_id: uuid.UUID) -> PublicRecord:
    """The complete file of a version for who supervises; that it was taken is in the trail. Raises 404, 403."""
    found = await tx.session.get(PublicRecord, record_id)
    if found is None or found.cycle_id != tx.actor.cycle_id:
        raise not_found()
    require(tx.actor, Permission.RECORD_READ)
    audit.record(tx.session, Act("record.hand_out"), "cycle", found.cycle_id, number=found.number)
    return found


async def published(reads: Reader, code: str, number: int) -> tuple[int, str, str]:
    """Number, text and digest of a published version; 0 asks for the newest. Raises 404."""
    rows = await reads.rows(queries.published(), code=code, number=number)
    if not rows:
        raise not_found()
    return rows[0]["number"], rows[0]["document"], rows[0]["digest"]


_verified: dict[str, Verified] = {}


async def verify_published(reads: Reader, code: str, number: int) -> Verified:
    """Recompute a published version; what came of the last ones is remembered by digest. Raises 404."""
    found, text, digest = await published(reads, code, number)
    if digest not in _verified:
        if len(_verified) > 8:
            _verified.clear()
        record = d.SelectionRecord.model_validate_json(text)
        _verified[digest] = _told(record, await checked(record), digest, found)
    return _verified[digest]


async def verify_file(reads: Reader, text: bytes) -> Verified:
    """Recompute a file that somebody brings. Raises 422 `not_a_record` with what is wrong in it."""
    try:
        record = d.SelectionRecord.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        raise Problem("not_a_record", 422, where=where, fault=first["msg"]) from wrong
    digest = digest_of(text.decode())
    rows = await reads.rows(queries.by_digest(), digest=digest)
    return _told(record, await checked(record), digest, rows[0]["number"] if rows else None)


def _told(record: d.SelectionRecord, checks: list[Check], digest: str, number: int | None) -> Verified:
    return Verified(
        agrees=all(check.agrees is not False for check in checks),
        published=number,
        digest=digest,
        checks=[CheckShown.of(check) for check in checks],
        withheld=list(record.withheld),
        names=names_of(record),
    )


async def public_cycle(reads: Reader, code: str) -> PublicCycle:
    """A cycle for everybody, with the numbers of each stage. Raises 404."""
    text = await reads.text(queries.cycle(), code=code)
    if text is None:
        raise not_found()
    found = json.loads(text)
    # The region's numbers: counts by city and subject are of nobody.
    numbers = await reads.text(funnel(Role.ASSOCIATION), cycle_id=uuid.UUID(found["id"]))
    return PublicCycle.model_validate({**found, "numbers": json.loads(numbers) if numbers else None})
