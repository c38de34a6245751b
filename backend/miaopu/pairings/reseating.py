"""What a filed change does: the student leaves, or another mentor's seat is taken and the old one given back (P8)."""

import uuid

from sqlalchemy import String, column, func, literal, select, table, union_all

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.nominations.models import Nomination
from miaopu.pairings.changing_models import PlaceChange, PlaceChangeVoice
from miaopu.pairings.enrolments import about
from miaopu.pairings.field import caps_of, digest
from miaopu.pairings.filing import take_seat
from miaopu.pairings.mentorships import begin_mentorship, end_mentorship
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.pairings.rules import CapFault, Mentor, Pair, Student, cap_faults
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.flow import move
from miaopu.programme.models import Cycle
from miaopu.programme.queries import plan_of

# Later rooms' tables, by name: what is under way there keeps the mentor who began it.
UNDER_WAY = {
    "initial_evaluations": ("draft",),
    "midterm_evaluations": ("draft", "submitted", "confirmed", "objected"),
    "annual_evaluations": ("submitted", "mentor_evaluated", "recommended"),
}


async def faults_of(tx: Tx, enrolment: Enrolment, mentor: Nomination) -> list[CapFault]:
    """The hard rules of the pairing for this student with another mentor, the old one's seat given back."""
    plan = await plan_of(tx.session, enrolment.cycle_id)
    near = Nomination.city_id == enrolment.city_id if plan.choices.same_city_only else Nomination.id.is_not(None)
    rows = (
        await tx.session.execute(
            select(Nomination, Unit.code)
            .join(Unit, Unit.id == Nomination.university_id)
            .where(Nomination.cycle_id == enrolment.cycle_id, Nomination.state == "appointed", near)
            .execution_options(populate_existing=True)
        )
    ).all()

    def taken(m: Nomination) -> int:
        return m.taken - (m.id == enrolment.mentor_id and m.taken > 0)

    city, key = str(enrolment.city_id), str(enrolment.id)
    student = Student(key, 1, enrolment.subject, city, (), accepts_adjustment=True, draw=enrolment.number)
    return cap_faults(
        [Pair(key, str(mentor.id), None)],
        (student,),
        tuple(Mentor(str(m.id), m.subject, str(m.city_id), m.capacity - taken(m)) for m, _ in rows),
        {city: 1},
        caps_of(plan, {str(m.id): (code, m.subject, taken(m)) for m, code in rows}),
    )


async def ask_fits(tx: Tx, enrolment: Enrolment, mentor_id: uuid.UUID) -> Nomination:
    """Another mentor who can take the student. Raises 422 at `/new_mentor_id`."""
    mentor = await tx.session.get(Nomination, mentor_id)
    if mentor is None or mentor.id == enrolment.mentor_id or mentor.cycle_id != enrolment.cycle_id:
        raise invalid(FieldError("/new_mentor_id", "unknown"))
    for fault in await faults_of(tx, enrolment, mentor):
        raise invalid(FieldError("/new_mentor_id", fault.code, {"found": fault.found, "limit": fault.limit}))
    return mentor


async def take_effect(tx: Tx, change: PlaceChange, enrolment: Enrolment) -> None:
    """Number the filing and do what it says. Raises 409 `full`, `evaluation_under_way`, `wrong_state`."""
    # One filing after the other: the cycle's row is the lock of the numbers and of the plan's caps.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == change.cycle_id).with_for_update())
    await tx.session.refresh(enrolment, with_for_update=True)
    if enrolment.state not in ("enrolled", "active"):
        raise Problem("wrong_state", 409, state=enrolment.state)
    plan = await plan_of(tx.session, change.cycle_id)
    filed = await tx.session.scalar(
        select(func.count())
        .select_from(PlaceChange)
        .where(
            PlaceChange.cycle_id == change.cycle_id,
            PlaceChange.kind == change.kind,
            PlaceChange.filing_number.is_not(None),
        )
    )
    city = await tx.session.get(Unit, enrolment.city_id)
    assert city is not None
    pattern = plan.leaving.number if change.kind == "departure" else plan.mentor_change.number
    number = plan.number(pattern, serial=(filed or 0) + 1, city=city.code)
    voices = await tx.session.scalars(
        select(PlaceChangeVoice).where(PlaceChangeVoice.change_id == change.id).order_by(PlaceChangeVoice.part)
    )
    said = [[v.part, str(v.account_id), v.at.isoformat()] for v in voices]
    what = [enrolment.number, change.kind, change.reason_kind, str(change.old_mentor_id), str(change.new_mentor_id)]
    if change.kind == "departure":
        await _leave(tx, change, enrolment, number)
    else:
        await _move_over(tx, change, enrolment, plan.mentor_change.wait_for_evaluations)
    # Last, so that the filing is one entry of the trail.
    change.filing_number, change.filed_at, change.filed_digest = number, clock.now(), digest([what, said])


async def _leave(tx: Tx, change: PlaceChange, enrolment: Enrolment, number: str) -> None:
    mentor = await tx.session.get(Nomination, enrolment.mentor_id)
    enrolment.ended_at, enrolment.end_reason = clock.now(), change.reason_kind
    concerned = about(enrolment, mentor)
    await move(tx, ENROLMENT_FLOW, enrolment, "leave", version=None, reason=number, concerned=concerned)
    await end_mentorship(tx, enrolment, change.id)


async def _move_over(tx: Tx, change: PlaceChange, enrolment: Enrolment, wait: bool) -> None:
    if wait and await _evaluated_now(tx, enrolment.id):
        raise Problem("evaluation_under_way", 409)
    assert change.new_mentor_id is not None
    # Both rows in one order, so that two changes the other way round cannot wait for each other.
    both = (change.new_mentor_id, enrolment.mentor_id)
    locked = select(Nomination).where(Nomination.id.in_(both)).order_by(Nomination.id).with_for_update()
    rows = list(await tx.session.scalars(locked.execution_options(populate_existing=True)))
    old = next(m for m in rows if m.id == enrolment.mentor_id)
    new = next(m for m in rows if m.id == change.new_mentor_id)
    for fault in await faults_of(tx, enrolment, new):
        if fault.code in ("mentor_over_capacity", "cap_exceeded"):
            raise Problem("full", 409, places=fault.limit, taken=fault.found)
        raise Problem("mentor_not_free", 409)
    await take_seat(tx, new.id)
    if old.taken > 0:
        old.taken -= 1
    await end_mentorship(tx, enrolment, change.id)
    enrolment.mentor_id, enrolment.university_id = new.id, new.university_id
    if enrolment.co_mentor_id == new.id:
        enrolment.co_mentor_id = None
    begin_mentorship(tx, enrolment, change.id)
    audit.note(tx.session, enrolment, Act("enrolment.change_mentor"))
    await tx.session.flush()


async def _evaluated_now(tx: Tx, enrolment_id: uuid.UUID) -> bool:
    found = []
    for name, states in UNDER_WAY.items():
        t = table(name, column("enrolment_id"), column("state", String))
        found.append(select(literal(1)).where(t.c.enrolment_id == enrolment_id, t.c.state.in_(states)))
    return await tx.session.scalar(select(union_all(*found).exists())) or False
