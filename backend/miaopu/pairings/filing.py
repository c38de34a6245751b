"""Verbs of a pairing list: its confirmation by the city and its filing (备案) with the region (P3, P8, P16)."""

import uuid

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.disclosures.service import ask_no_objection
from miaopu.interviews.models import InterviewRound
from miaopu.nominations.models import Nomination
from miaopu.pairings.field import digest, gather
from miaopu.pairings.mentorships import begin_mentorship
from miaopu.pairings.models import ROUND_FLOW, Enrolment, Pair, PairingRound
from miaopu.pairings.queries import visible_rounds
from miaopu.pairings.rules import Pair as Match
from miaopu.pairings.rules import cap_faults
from miaopu.pairings.schemas import RoundAction
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.models import Cycle
from miaopu.programme.queries import load, plan_of
from miaopu.programme.service import take_place
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


async def act(tx: Tx, round_id: uuid.UUID, action: RoundAction, form: Move) -> PairingRound:
    """The city confirms the list; the region files it, and the students are enrolled.

    Raises as `move`; 409 `full`, `objection_open` while a verdict of the city is objected to.
    """
    found = await load(tx, PairingRound, visible_rounds(tx.actor.role), round_id)
    about = Concerned(units={Role.CITY_OFFICE: found.city_id, Role.REGION_OFFICE: None})
    if action == "confirm":
        verdicts = select(InterviewRound.id).where(
            InterviewRound.cycle_id == found.cycle_id, InterviewRound.city_id == found.city_id
        )
        await ask_no_objection(tx.session, "selected", list(await tx.session.scalars(verdicts)))
    if action == "file":
        found.filing_number = await _filing_number(tx, found)
    await move(tx, ROUND_FLOW, found, action, version=form.version, reason=form.reason, concerned=about)
    pairs = (
        await tx.session.execute(
            select(Pair, Registration)
            .join(Registration, Registration.id == Pair.registration_id)
            .where(Pair.round_id == round_id)
            .order_by(Registration.number)
        )
    ).all()
    if action == "confirm":
        for pair, registration in pairs:
            if registration.state == "withdrawn":
                await tx.session.delete(pair)
                continue
            await move(tx, FLOW, registration, "pair", version=None, concerned=concerned(registration))
    else:
        found.filed_at = clock.now()
        going = [(p, r) for p, r in pairs if r.state == "paired"]
        await _ask_caps(tx, found, going)
        found.filed_digest = digest([[r.number, str(p.mentor_id), p.choice, p.reason] for p, r in going])
        await take_place(tx, found.cycle_id, found.city_id, len(going))
        for pair, registration in going:
            await _enrol(tx, pair, registration)
    await tx.session.flush()
    return found


async def _filing_number(tx: Tx, found: PairingRound) -> str:
    # One list after the other gets its number: the cycle's row is the lock.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == found.cycle_id).with_for_update())
    filed = await tx.session.scalar(
        select(func.count())
        .select_from(PairingRound)
        .where(PairingRound.cycle_id == found.cycle_id, PairingRound.filing_number.is_not(None))
    )
    plan = await plan_of(tx.session, found.cycle_id)
    city = await tx.session.get(Unit, found.city_id)
    assert city is not None
    return plan.number(plan.numbering.filing, serial=(filed or 0) + 1, city=city.code)


async def _ask_caps(tx: Tx, found: PairingRound, going: list[tuple[Pair, Registration]]) -> None:
    """The hard rules once more, as they are now. Raises 409 `full`."""
    field = await gather(tx, found.cycle_id, found.city_id, [r for _, r in going])
    matches = [Match(str(p.registration_id), str(p.mentor_id), p.choice) for p, _ in going]
    for fault in cap_faults(matches, field.students, field.mentors, field.places, field.caps):
        raise Problem("full", 409, places=fault.limit, taken=fault.found)


async def _enrol(tx: Tx, pair: Pair, registration: Registration) -> None:
    mentor = await take_seat(tx, pair.mentor_id)
    await move(tx, FLOW, registration, "file", version=None)
    await move(tx, FLOW, registration, "enrol", version=None, concerned=concerned(registration))
    enrolment = Enrolment(
        id=new_id(),
        cycle_id=registration.cycle_id,
        state="enrolled",
        registration_id=registration.id,
        account_id=registration.account_id,
        guardian_account_id=registration.guardian_account_id,
        mentor_id=mentor.id,
        university_id=mentor.university_id,
        school_id=registration.school_id,
        city_id=registration.city_id,
        subject=registration.subject,
        name=registration.name,
        name_key=registration.name_key,
        number=registration.number,
    )
    tx.session.add(enrolment)
    audit.note(tx.session, enrolment, Act("enrolment.enrol"))
    await tx.session.flush()
    begin_mentorship(tx, enrolment)


async def take_seat(tx: Tx, mentor_id: uuid.UUID) -> Nomination:
    """Give a mentor one more student (P8): locks the row that owns the number. Raises 409 `full`."""
    mentor = await tx.session.scalar(
        select(Nomination).where(Nomination.id == mentor_id).with_for_update().execution_options(populate_existing=True)
    )
    if mentor is None:
        raise not_found()
    if mentor.taken >= mentor.capacity:
        raise Problem("full", 409, places=mentor.capacity, taken=mentor.taken)
    mentor.taken += 1
    await tx.session.flush()
    return mentor
