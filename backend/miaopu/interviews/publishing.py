"""Verdicts made known (P16, P16a): all that are proposed at one moment, by somebody else than who proposed them."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, tuple_

from miaopu.core import clock
from miaopu.disclosures.service import ask_no_objection
from miaopu.exams.models import Cutoff
from miaopu.interviews import notices
from miaopu.interviews.models import ROUND_FLOW, InterviewRound, Result
from miaopu.interviews.round_queries import visible_rounds
from miaopu.interviews.round_schemas import RoundRelease, RoundReleased, RoundReleaseLine, RoundReleasePreview
from miaopu.interviews.verdicts import Heard, heard
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import plan_of
from miaopu.programme.releases import ask_release
from miaopu.registrations.models import FLOW
from miaopu.registrations.service import concerned

STEP = {"selected": "select", "reserve": "reserve", "not_selected": "not_select"}


async def _ready(tx: Tx) -> Sequence[InterviewRound]:
    return list(
        await tx.session.scalars(
            select(InterviewRound)
            .where(
                InterviewRound.cycle_id == cycle_of(tx.actor),
                InterviewRound.state == "proposed",
                visible_rounds(tx.actor.role),
            )
            .order_by(InterviewRound.subject),
            scope(tx.actor),
        )
    )


async def _results(tx: Tx, people: Sequence[Heard]) -> dict[uuid.UUID, Result]:
    ids = [one.registration.id for one in people]
    rows = await tx.session.scalars(select(Result).where(Result.registration_id.in_(ids)))
    return {row.registration_id: row for row in rows}


async def preview(tx: Tx) -> RoundReleasePreview:
    """Which verdicts a publication would make known and whom it tells; nothing is changed."""
    require(tx.actor, Permission.INTERVIEW_DECIDE)
    lines, told = [], 0
    for found in await _ready(tx):
        people = await heard(tx, found)
        results = await _results(tx, people)
        told += sum(1 + (one.registration.guardian_account_id is not None) for one in people)
        lists: dict[str, list[tuple[int, str]]] = {outcome: [] for outcome in STEP}
        for one in people:
            if row := results.get(one.registration.id):
                lists[row.outcome].append((row.rank, one.registration.number or ""))
        city = await tx.session.get(Unit, found.city_id)
        assert city is not None
        lines.append(
            RoundReleaseLine(
                id=found.id,
                version=found.version,
                city_name=city.name,
                subject=found.subject,
                proposed_by_me=found.proposed_by == tx.actor.account_id,
                missed=sum(one.registration.id not in results for one in people),
                **{name: [number for _, number in sorted(of)] for name, of in lists.items()},
            )
        )
    return RoundReleasePreview(lines=lines, told=told)


async def _ask_shortlists(tx: Tx, rows: Sequence[InterviewRound]) -> None:
    """Raises 409 `objection_open` while the shortlist of one of these rounds is objected to."""
    lines = await tx.session.scalars(
        select(Cutoff.id).where(
            tuple_(Cutoff.cycle_id, Cutoff.city_id, Cutoff.subject).in_(
                [(one.cycle_id, one.city_id, one.subject) for one in rows]
            )
        )
    )
    await ask_no_objection(tx.session, "shortlist", list(lines))


async def release(tx: Tx, form: RoundRelease) -> RoundReleased:
    """Publish all proposed verdicts of one's city at one moment: everybody is told the own outcome.

    Raises:
        Problem: 403; 409 `stale` when a verdict is not as it was previewed, `needs_another_person`,
            `nothing_to_release`, `window_closed`, `objection_open` on one of their shortlists.
    """
    require(tx.actor, Permission.INTERVIEW_DECIDE)
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.INTERVIEW)
    plan = await plan_of(tx.session, cycle_id)
    rows = await _ready(tx)
    await _ask_shortlists(tx, rows)
    ask_release(rows, form.lines, [one.proposed_by for one in rows], tx.actor.account_id)
    moment, counts = clock.now(), {"selected": 0, "reserve": 0, "not_selected": 0, "missed": 0}
    for found in rows:
        people = await heard(tx, found)
        results = await _results(tx, people)
        found.released_at, found.released_by = moment, tx.actor.account_id
        await move(tx, ROUND_FLOW, found, "release", version=None)
        for one in people:
            registration = one.registration
            row = results.get(registration.id)
            if row is None:
                counts["missed"] += 1
                reason = one.slot.missed_reason if one.slot else ""
                await move(
                    tx, FLOW, registration, "miss_interview", version=None, reason=reason,
                    concerned=concerned(registration),
                )  # fmt: skip
                continue
            counts[row.outcome] += 1
            await move(tx, FLOW, registration, "interview", version=None)
            await move(tx, FLOW, registration, STEP[row.outcome], version=None, concerned=concerned(registration))
        await notices.put_up(tx, plan, found, people, results)
    await tx.session.flush()
    return RoundReleased(rounds=len(rows), **counts)
