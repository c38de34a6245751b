"""A city sums up its mid-term evaluation; the region files it with a number, and a fail takes effect (P23)."""

import uuid
from typing import Any

from sqlalchemy import func, select

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.evaluations.midterm_models import SUMMARY_FLOW, MidtermSummary
from miaopu.evaluations.midterm_summary_queries import visible_midterm_summaries
from miaopu.evaluations.midterm_summary_schemas import MidtermSummaryAction, MidtermSummaryEdit, MidtermSummaryForm
from miaopu.evaluations.models import MIDTERM_FLOW, MidtermEvaluation
from miaopu.evaluations.service import circle
from miaopu.nominations.models import Nomination
from miaopu.notices.service import holders, tell
from miaopu.pairings.field import digest
from miaopu.pairings.mentorships import end_mentorship
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Unit
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.models import Cycle
from miaopu.programme.queries import load, plan_of


async def sum_up(tx: Tx, form: MidtermSummaryForm) -> MidtermSummary:
    """Hand in the summary of one's city. Raises as `_lines`; 409 where one is under way."""
    cycle_id, city_id = cycle_of(tx.actor), tx.actor.city_id
    assert city_id is not None
    found = MidtermSummary(
        id=new_id(), cycle_id=cycle_id, state="handed_in", city_id=city_id, words=form.words,
        lines=await _lines(tx, cycle_id, city_id), handed_in_at=clock.now(),
    )  # fmt: skip
    tx.session.add(found)
    await tx.session.flush()
    await tell(
        tx.session, await holders(tx.session, Role.REGION_OFFICE, None), "midterm_summary.created",
        thing_type="midterm_summary", thing_id=found.id, cycle_id=cycle_id, title=await _city(tx, city_id),
    )  # fmt: skip
    return found


async def hand_in(tx: Tx, summary_id: uuid.UUID, form: MidtermSummaryEdit) -> MidtermSummary:
    """Hand in again what was returned, as the evaluations stand now. Raises as `flow.move` and `_lines`."""
    found = await load(tx, MidtermSummary, visible_midterm_summaries(tx.actor.role), summary_id)
    require(tx.actor, SUMMARY_FLOW.permission("hand_in"))
    if found.state == "returned":
        found.lines = await _lines(tx, found.cycle_id, found.city_id)
        found.words, found.handed_in_at = form.words, clock.now()
    await move(tx, SUMMARY_FLOW, found, "hand_in", version=form.version, concerned=await _about(tx, found))
    return found


async def _city(tx: Tx, city_id: uuid.UUID) -> str:
    city = await tx.session.get(Unit, city_id)
    assert city is not None
    return city.name


async def _about(tx: Tx, found: MidtermSummary) -> Concerned:
    units = {Role.CITY_OFFICE: found.city_id, Role.REGION_OFFICE: None}
    return Concerned(title=await _city(tx, found.city_id), units=units)


async def _lines(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID) -> list[dict[str, Any]]:
    """Those of a city who are judged and not filed yet.

    Raises:
        Problem: 409 `midterm_incomplete` while somebody in training is not judged and confirmed, `nobody_to_sum_up`,
            `objection_period` while a fail can still be objected to.
    """
    rows = (
        await tx.session.execute(
            select(Enrolment, MidtermEvaluation, Nomination.name, Unit.name)
            .outerjoin(MidtermEvaluation, MidtermEvaluation.enrolment_id == Enrolment.id)
            .join(Nomination, Nomination.id == Enrolment.mentor_id)
            .join(Unit, Unit.id == Enrolment.school_id)
            .where(Enrolment.cycle_id == cycle_id, Enrolment.city_id == city_id, Enrolment.state == "active")
            .order_by(Enrolment.subject, Enrolment.number)
        )
    ).all()
    missing = [e for e, judged, _, _ in rows if judged is None or judged.state not in ("confirmed", "filed")]
    if missing:
        raise Problem("midterm_incomplete", 409, missing=len(missing))
    lines: list[dict[str, Any]] = []
    for enrolment, judged, mentor, school in rows:
        if judged.state != "confirmed":
            continue
        # An objection that was answered ends the time early: there is only one.
        until = None if judged.passed or judged.objection else judged.objection_until
        if until is not None and clock.now() < until:
            raise Problem("objection_period", 409, until=until.isoformat())
        lines.append(
            {
                "evaluation_id": str(judged.id),
                "number": enrolment.number,
                "student_name": enrolment.name,
                "school_name": school,
                "subject": enrolment.subject,
                "mentor_name": mentor,
                "passed": judged.passed,
                "overturned": judged.overturned,
                "reason": "" if judged.passed else judged.reason,
            }
        )
    if not lines:
        raise Problem("nobody_to_sum_up", 409)
    return lines


async def act(tx: Tx, summary_id: uuid.UUID, action: MidtermSummaryAction, form: Move) -> MidtermSummary:
    """File the summary, or return it. Raises as `flow.move`; 409 `summary_outdated` where an evaluation has changed."""
    found = await load(tx, MidtermSummary, visible_midterm_summaries(tx.actor.role), summary_id)
    require(tx.actor, SUMMARY_FLOW.permission(action))
    if action == "file" and found.state == "handed_in":
        await _number(tx, found)
    await move(
        tx, SUMMARY_FLOW, found, action, version=form.version, reason=form.reason, concerned=await _about(tx, found)
    )
    if action == "file":
        for line in found.lines:
            judged = await tx.session.get(MidtermEvaluation, uuid.UUID(line["evaluation_id"]))
            assert judged is not None
            await _file(tx, judged, found.filing_number or "")
    return found


async def _number(tx: Tx, found: MidtermSummary) -> None:
    # One filing after the other: the cycle's row is the lock of the numbers.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == found.cycle_id).with_for_update())
    if await _lines(tx, found.cycle_id, found.city_id) != found.lines:
        raise Problem("summary_outdated", 409)
    filed = await tx.session.scalar(
        select(func.count())
        .select_from(MidtermSummary)
        .where(MidtermSummary.cycle_id == found.cycle_id, MidtermSummary.filing_number.is_not(None))
    )
    plan = await plan_of(tx.session, found.cycle_id)
    city = await tx.session.get(Unit, found.city_id)
    assert city is not None
    found.filing_number = plan.number(plan.numbering.midterm_filing, serial=(filed or 0) + 1, city=city.code)
    found.filed_at, found.filed_digest = clock.now(), digest([found.words, found.lines])


async def _file(tx: Tx, judged: MidtermEvaluation, number: str) -> None:
    enrolment, told = await circle(tx, judged.enrolment_id)
    await move(tx, MIDTERM_FLOW, judged, "file", version=None, reason=number, concerned=told)
    if judged.passed:
        return
    enrolment.ended_at, enrolment.end_reason = clock.now(), "midterm"
    await move(tx, ENROLMENT_FLOW, enrolment, "fail_midterm", version=None, reason=judged.reason)
    await end_mentorship(tx, enrolment, None)
    guardian = [enrolment.guardian_account_id] if enrolment.guardian_account_id else []
    school = await holders(tx.session, Role.SCHOOL, enrolment.school_id)
    others = [a for a in told.owners if a is not None]
    await tell(
        tx.session, [*guardian, *school, *others], "enrolment.fail_midterm",
        thing_type="enrolment", thing_id=enrolment.id, cycle_id=enrolment.cycle_id,
        title=told.title, reason=f"{judged.reason}（{number}）",
    )  # fmt: skip
