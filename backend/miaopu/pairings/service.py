"""Verbs of pairing: a stable proposal, its confirmation by the city, its filing with the region (P3, P8, P16)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.interviews.models import Result
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import ROUND_FLOW, Enrolment, Pair, PairingRound
from miaopu.pairings.queries import visible_rounds
from miaopu.pairings.rules import Mentor, Student, blocking_pairs, cap_faults, propose
from miaopu.pairings.rules import Pair as Match
from miaopu.pairings.schemas import BlockingPair, PairAdd, PairChange, RoundAction
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx, cycle_of
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import CycleCity
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.programme.service import take_place
from miaopu.registrations.models import FLOW, MentorChoice, Registration
from miaopu.registrations.service import concerned


@dataclass(frozen=True, slots=True)
class Field:
    """What a pairing is judged by: students, mentors with free seats, the city's free places."""

    students: tuple[Student, ...]
    mentors: tuple[Mentor, ...]
    places: dict[str, int]


async def _field(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID, registrations: Sequence[Registration]) -> Field:
    plan = await plan_of(tx.session, cycle_id)
    ids = [r.id for r in registrations]
    near = Nomination.city_id == city_id if plan.choices.same_city_only else Nomination.cycle_id == cycle_id
    mentors = list(
        await tx.session.scalars(
            select(Nomination).where(Nomination.cycle_id == cycle_id, Nomination.state == "appointed", near)
        )
    )
    chosen: dict[uuid.UUID, list[str]] = {}
    for choice in await tx.session.scalars(
        select(MentorChoice)
        .where(MentorChoice.registration_id.in_(ids))
        .order_by(MentorChoice.registration_id, MentorChoice.rank)
    ):
        # Who was chosen and not appointed in the end is passed over by the rule; the choices keep their numbers.
        chosen.setdefault(choice.registration_id, []).append(str(choice.mentor_id))
    ranks = dict(
        (
            await tx.session.execute(select(Result.registration_id, Result.rank).where(Result.registration_id.in_(ids)))
        ).all()
    )
    city = await tx.session.scalar(
        select(CycleCity).where(CycleCity.cycle_id == cycle_id, CycleCity.city_id == city_id)
    )
    if city is None:
        raise not_found("city")
    students = tuple(
        Student(
            key=str(r.id),
            place=ranks[r.id],
            subject=r.subject or "",
            city=str(city_id),
            choices=tuple(chosen.get(r.id, ())),
            accepts_adjustment=r.accepts_adjustment and plan.choices.adjustment_offered,
        )
        for r in registrations
    )
    open_seats = tuple(Mentor(str(m.id), m.subject, str(m.city_id), m.capacity - m.taken) for m in mentors)
    return Field(students, open_seats, {str(city_id): city.places - city.taken})


async def create(tx: Tx) -> PairingRound:
    """A stable proposal for the selected students of one's city who have no mentor yet.

    Raises:
        Problem: 409 `round_open` while the last round is not filed, `nobody_to_pair`, `window_closed`.
    """
    cycle_id = cycle_of(tx.actor)
    city_id = tx.actor.city_id
    assert city_id is not None
    await ask_window(tx.session, cycle_id, StageCode.PAIRING)
    here = (PairingRound.cycle_id == cycle_id, PairingRound.city_id == city_id)
    rounds = list(await tx.session.scalars(select(PairingRound).where(*here).with_for_update()))
    if any(r.state != "filed" for r in rounds):
        raise Problem("round_open", 409)
    registrations = await _selected(tx, cycle_id, city_id)
    if not registrations:
        raise Problem("nobody_to_pair", 409)
    field = await _field(tx, cycle_id, city_id, registrations)
    proposal = propose(field.students, field.mentors, field.places)
    made = PairingRound(id=new_id(), cycle_id=cycle_id, city_id=city_id, number=len(rounds) + 1, state="proposed")
    tx.session.add(made)
    audit.note(tx.session, made, Act("pairing.propose"))
    await tx.session.flush()
    tx.session.add_all(
        Pair(
            id=new_id(),
            round_id=made.id,
            registration_id=uuid.UUID(match.student),
            mentor_id=uuid.UUID(match.mentor),
            proposed_mentor_id=uuid.UUID(match.mentor),
            choice=match.choice,
        )
        for match in proposal.pairs
    )
    await tx.session.flush()
    return made


async def _selected(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID) -> list[Registration]:
    return list(
        await tx.session.scalars(
            select(Registration)
            .where(Registration.cycle_id == cycle_id, Registration.city_id == city_id, Registration.state == "selected")
            .order_by(Registration.number)
        )
    )


async def _open_round(tx: Tx, round_id: uuid.UUID) -> PairingRound:
    found = await load(tx, PairingRound, visible_rounds(tx.actor.role), round_id)
    require(tx.actor, Permission.PAIRING_PROPOSE)
    await ask_window(tx.session, found.cycle_id, StageCode.PAIRING)
    if found.state != "proposed":
        raise Problem("wrong_state", 409, state=found.state)
    # One change at a time: two at once could each see the last free seat.
    await tx.session.execute(select(PairingRound.id).where(PairingRound.id == found.id).with_for_update())
    return found


async def _pairs(tx: Tx, round_id: uuid.UUID) -> list[Pair]:
    return list(await tx.session.scalars(select(Pair).where(Pair.round_id == round_id).order_by(Pair.id)))


async def change(tx: Tx, round_id: uuid.UUID, pair_id: uuid.UUID, form: PairChange) -> tuple[Pair, list[BlockingPair]]:
    """Another mentor for a student, with a reason. A broken cap is refused; a blocking pair is shown.

    Raises:
        Problem: 404, 403, 409 `stale`, `wrong_state`; 422 at `/mentor_id` for a broken cap.
    """
    found = await _open_round(tx, round_id)
    pairs = await _pairs(tx, round_id)
    pair = next((p for p in pairs if p.id == pair_id), None)
    if pair is None:
        raise not_found()
    ask_version(pair, form.version)
    pair.mentor_id, pair.reason = form.mentor_id, form.reason
    audit.note(tx.session, pair, Act("pairing.change", form.reason))
    return pair, await _settle(tx, found, pair, pairs)


async def add(tx: Tx, round_id: uuid.UUID, form: PairAdd) -> tuple[Pair, list[BlockingPair]]:
    """A mentor for a selected student who was left over, or for the first of the reserve. Raises as `change`."""
    found = await _open_round(tx, round_id)
    pairs = await _pairs(tx, round_id)
    registration = await tx.session.scalar(
        select(Registration).where(
            Registration.id == form.registration_id,
            Registration.city_id == found.city_id,
            Registration.cycle_id == found.cycle_id,
            Registration.state.in_(("selected", "reserve")),
        )
    )
    if registration is None:
        raise invalid(FieldError("/registration_id", "unknown"))
    if registration.state == "reserve":
        await _ask_turn(tx, registration, {p.registration_id for p in pairs})
    pair = Pair(
        id=new_id(),
        round_id=round_id,
        registration_id=registration.id,
        mentor_id=form.mentor_id,
        proposed_mentor_id=form.mentor_id,
        reason=form.reason,
    )
    tx.session.add(pair)
    audit.note(tx.session, pair, Act("pairing.add", form.reason))
    return pair, await _settle(tx, found, pair, [*pairs, pair])


async def _ask_turn(tx: Tx, registration: Registration, paired: set[uuid.UUID]) -> None:
    """The reserve moves up in the order of the totals, and in no other. Raises 409 `reserve_order`."""
    first = await tx.session.execute(
        select(Registration.id, Registration.number)
        .join(Result, Result.registration_id == Registration.id)
        .where(
            Registration.cycle_id == registration.cycle_id,
            Registration.city_id == registration.city_id,
            Registration.subject == registration.subject,
            Registration.state == "reserve",
            Registration.id.not_in(paired),
        )
        .order_by(Result.rank)
        .limit(1)
    )
    row = first.first()
    if row is not None and row.id != registration.id:
        raise Problem("reserve_order", 409, number=row.number)


async def _settle(tx: Tx, found: PairingRound, pair: Pair, pairs: Sequence[Pair]) -> list[BlockingPair]:
    registrations = list(
        await tx.session.scalars(
            select(Registration).where(
                or_(
                    Registration.id.in_([p.registration_id for p in pairs]),
                    (Registration.cycle_id == found.cycle_id)
                    & (Registration.city_id == found.city_id)
                    & (Registration.state == "selected"),
                )
            )
        )
    )
    field = await _field(tx, found.cycle_id, found.city_id, registrations)
    choices = {s.key: s.choices for s in field.students}
    mentor, student = str(pair.mentor_id), str(pair.registration_id)
    pair.choice = choices[student].index(mentor) + 1 if mentor in choices[student] else None
    if mentor not in {m.key for m in field.mentors}:
        raise invalid(FieldError("/mentor_id", "unknown"))
    matches = [Match(str(p.registration_id), str(p.mentor_id), p.choice) for p in pairs]
    faults = cap_faults(matches, field.students, field.mentors, field.places)
    if faults:
        raise invalid(FieldError("/mentor_id", "pairing_cap"))
    await tx.session.flush()
    return [
        BlockingPair(registration_id=uuid.UUID(b.student), mentor_id=uuid.UUID(b.mentor))
        for b in blocking_pairs(matches, field.students, field.mentors, field.places)
    ]


async def act(tx: Tx, round_id: uuid.UUID, action: RoundAction, form: Move) -> PairingRound:
    """The city confirms the list; the region files it, and the students are enrolled. Raises as `move`, 409 `full`."""
    found = await load(tx, PairingRound, visible_rounds(tx.actor.role), round_id)
    about = Concerned(units={Role.CITY_OFFICE: found.city_id, Role.REGION_OFFICE: None})
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
        await take_place(tx, found.cycle_id, found.city_id, len(going))
        for pair, registration in going:
            await _enrol(tx, pair, registration)
    await tx.session.flush()
    return found


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
