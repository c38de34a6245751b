"""Verbs of pairing: a stable proposal, and what the city changes in it (P3, P8, P16)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.interviews.models import Result
from miaopu.pairings.field import gather, kept_as
from miaopu.pairings.models import Pair, PairingRound
from miaopu.pairings.queries import visible_rounds
from miaopu.pairings.rules import Pair as Match
from miaopu.pairings.rules import blocking_pairs, cap_faults, propose
from miaopu.pairings.schemas import BlockingPair, PairAdd, PairChange
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load
from miaopu.registrations.models import Registration


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
    field = await gather(tx, cycle_id, city_id, registrations)
    proposal = propose(field.students, field.mentors, field.places, field.caps)
    made = PairingRound(
        id=new_id(),
        cycle_id=cycle_id,
        city_id=city_id,
        number=len(rounds) + 1,
        state="proposed",
        inputs=kept_as(field),
    )
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
    field = await gather(tx, found.cycle_id, found.city_id, registrations)
    choices = {s.key: s.choices for s in field.students}
    mentor, student = str(pair.mentor_id), str(pair.registration_id)
    pair.choice = choices[student].index(mentor) + 1 if mentor in choices[student] else None
    if mentor not in {m.key for m in field.mentors}:
        raise invalid(FieldError("/mentor_id", "unknown"))
    matches = [Match(str(p.registration_id), str(p.mentor_id), p.choice) for p in pairs]
    faults = cap_faults(matches, field.students, field.mentors, field.places, field.caps)
    if faults:
        first = faults[0]
        raise invalid(FieldError("/mentor_id", first.code, {"found": first.found, "limit": first.limit}))
    await tx.session.flush()
    return [
        BlockingPair(registration_id=uuid.UUID(b.student), mentor_id=uuid.UUID(b.mentor))
        for b in blocking_pairs(matches, field.students, field.mentors, field.places, field.caps)
    ]
