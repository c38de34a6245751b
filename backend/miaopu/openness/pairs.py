"""Put together what the public record says of pairs and limits (P16, P16a)."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from miaopu.nominations.models import Nomination
from miaopu.openness import document as d
from miaopu.pairings.explained import limits
from miaopu.pairings.field import field_from
from miaopu.pairings.models import Pair, PairingRound
from miaopu.pairings.rules import Cap, Mentor, Student, propose
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.models import Cycle
from miaopu.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class Gathered:
    """A city's filed pairs, and by pseudonym the mentor and university that a list with such columns would name."""

    pairing: d.Pairing
    mentors: dict[str, tuple[uuid.UUID, uuid.UUID]]


async def pairings(tx: Tx, cycle: Cycle) -> list[Gathered]:
    """Every list of pairs that is filed. One of before there were draws cannot be recomputed and is left out."""
    rows = (
        await tx.session.execute(
            select(PairingRound, Unit.code)
            .join(Unit, Unit.id == PairingRound.city_id)
            .where(PairingRound.cycle_id == cycle.id, PairingRound.state == "filed")
            .order_by(Unit.code, PairingRound.number)
        )
    ).all()
    return [await _one(tx, found, city) for found, city in rows if _has_draws(found)]


def _has_draws(found: PairingRound) -> bool:
    students = found.inputs.get("students", [])
    return bool(students) and all(s.get("draw") for s in students)


async def _one(tx: Tx, found: PairingRound, city: str) -> Gathered:
    field = field_from(found.inputs)
    person = {s.key: s.draw for s in field.students}
    # In the order of the ids, which decides between mentors with equally few students.
    code = {key: f"M{n:03}" for n, key in enumerate(sorted(m.key for m in field.mentors), start=1)}
    students = [
        Student(s.draw, s.place, s.subject, city, tuple(code[c] for c in s.choices if c in code), s.accepts_adjustment)
        for s in field.students
    ]
    mentors = [Mentor(code[m.key], m.subject, city, m.capacity) for m in field.mentors]
    places = {city: next(iter(field.places.values()))}
    caps = [Cap(c.key, frozenset(code[m] for m in c.mentors), c.limit) for c in field.caps]
    made = propose(students, mentors, places, caps)
    rows = (
        await tx.session.execute(
            select(Pair, Registration, Nomination.university_id)
            .join(Registration, Registration.id == Pair.registration_id)
            .join(Nomination, Nomination.id == Pair.mentor_id)
            .where(Pair.round_id == found.id)
        )
    ).all()
    pairing = d.Pairing(
        city=city,
        number=found.number,
        places=places[city],
        students=tuple(
            d.Choosing(
                person=s.key,
                subject=s.subject,
                place=s.place,
                choices=s.choices,
                accepts_adjustment=s.accepts_adjustment,
            )
            for s in sorted(students, key=lambda s: s.key)
        ),
        mentors=tuple(
            d.Teaching(mentor=m.key, subject=m.subject, capacity=m.capacity)
            for m in sorted(mentors, key=lambda m: m.key)
        ),
        caps=tuple(d.Capped(key=c.key, limit=c.limit, mentors=tuple(sorted(c.mentors))) for c in caps),
        pairs=tuple(
            sorted(
                (
                    d.Paired(
                        person=person[str(pair.registration_id)],
                        mentor=code[str(pair.mentor_id)],
                        proposed=code[str(pair.proposed_mentor_id)],
                        by_hand=pair.reason != "",
                    )
                    for pair, _, _ in rows
                    if str(pair.registration_id) in person and str(pair.mentor_id) in code
                ),
                key=lambda p: p.person,
            )
        ),
        limits=tuple(
            d.Limit(kind=x.kind, key=x.key, taken=x.taken, place=x.place, person=x.student)
            for x in limits(made.pairs, students, mentors, places, caps).values()
        ),
    )
    taught = {r.pseudonym: (pair.mentor_id, university) for pair, r, university in rows}
    return Gathered(pairing, taught)
