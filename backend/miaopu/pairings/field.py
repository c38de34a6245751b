"""What a pairing is judged by: students, mentors with free seats, caps, the city's places; and how a round keeps it."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from miaopu.core.problem import not_found
from miaopu.interviews.models import Result
from miaopu.nominations.models import Nomination
from miaopu.pairings.rules import Cap, Mentor, Student
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.models import CycleCity
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_of
from miaopu.registrations.models import MentorChoice, Registration


@dataclass(frozen=True, slots=True)
class Field:
    """All that decides who is with whom; `totals` and `numbers` are by the student's key, to be shown."""

    students: tuple[Student, ...]
    mentors: tuple[Mentor, ...]
    places: dict[str, int]
    caps: tuple[Cap, ...] = ()
    totals: Mapping[str, Decimal] | None = None
    numbers: Mapping[str, str] | None = None


async def gather(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID, registrations: Sequence[Registration]) -> Field:
    """The field as it is now. Raises 404 for a city that the cycle has no places for."""
    plan = await plan_of(tx.session, cycle_id)
    ids = [r.id for r in registrations]
    near = Nomination.city_id == city_id if plan.choices.same_city_only else Nomination.cycle_id == cycle_id
    mentors = (
        await tx.session.execute(
            select(Nomination, Unit.code)
            .join(Unit, Unit.id == Nomination.university_id)
            .where(Nomination.cycle_id == cycle_id, Nomination.state == "appointed", near)
        )
    ).all()
    chosen: dict[uuid.UUID, list[str]] = {}
    for choice in await tx.session.scalars(
        select(MentorChoice)
        .where(MentorChoice.registration_id.in_(ids))
        .order_by(MentorChoice.registration_id, MentorChoice.rank)
    ):
        # Who was chosen and not appointed in the end is passed over by the rule; the choices keep their numbers.
        chosen.setdefault(choice.registration_id, []).append(str(choice.mentor_id))
    results = {
        row.registration_id: row
        for row in await tx.session.execute(
            select(Result.registration_id, Result.rank, Result.total).where(Result.registration_id.in_(ids))
        )
    }
    city = await tx.session.scalar(
        select(CycleCity).where(CycleCity.cycle_id == cycle_id, CycleCity.city_id == city_id)
    )
    if city is None:
        raise not_found("city")
    students = tuple(
        Student(
            key=str(r.id),
            place=results[r.id].rank,
            subject=r.subject or "",
            city=str(city_id),
            choices=tuple(chosen.get(r.id, ())),
            accepts_adjustment=r.accepts_adjustment and plan.choices.adjustment_offered,
            draw=r.pseudonym,
        )
        for r in registrations
    )
    return Field(
        students,
        tuple(Mentor(str(m.id), m.subject, str(m.city_id), m.capacity - m.taken) for m, _ in mentors),
        {str(city_id): city.places - city.taken},
        caps_of(plan, {str(m.id): (code, m.subject, m.taken) for m, code in mentors}),
        {str(key): row.total for key, row in results.items()},
        {str(r.id): r.number or "" for r in registrations},
    )


def caps_of(plan: Plan, mentors: Mapping[str, tuple[str, str, int]]) -> tuple[Cap, ...]:
    """The plan's caps over these mentors, the narrowest first, less the students they already have.

    Args:
        mentors: by key the university's code, the subject and how many students the mentor has.
    """
    found = []
    for cap in plan.pairing.caps:
        under = {
            key: taken
            for key, (university, subject, taken) in mentors.items()
            if (not cap.universities or university in cap.universities)
            and (not cap.subjects or subject in cap.subjects)
        }
        found.append(Cap(cap.code, frozenset(under), max(0, cap.limit - sum(under.values()))))
    return tuple(sorted(found, key=lambda cap: (len(cap.mentors), cap.key)))


def kept_as(field: Field) -> dict[str, Any]:
    """The field as a round keeps it (JSON), so that its proposal can be found again by anybody."""
    totals, numbers = field.totals or {}, field.numbers or {}
    return {
        "students": [
            {**asdict(s), "number": numbers.get(s.key, ""), "total": str(totals[s.key]) if s.key in totals else None}
            for s in sorted(field.students, key=lambda s: (s.subject, s.place, s.key))
        ],
        "mentors": [asdict(m) for m in sorted(field.mentors, key=lambda m: m.key)],
        "places": field.places,
        "caps": [{"key": c.key, "limit": c.limit, "mentors": sorted(c.mentors)} for c in field.caps],
    }


def field_from(kept: Mapping[str, Any]) -> Field:
    """The field that a round kept. Raises KeyError for what no round keeps."""
    return Field(
        tuple(
            Student(
                s["key"],
                s["place"],
                s["subject"],
                s["city"],
                tuple(s["choices"]),
                s["accepts_adjustment"],
                # A round of before there were draws was ordered by keys.
                s.get("draw", ""),
            )
            for s in kept["students"]
        ),
        tuple(Mentor(**m) for m in kept["mentors"]),
        dict(kept["places"]),
        tuple(Cap(c["key"], frozenset(c["mentors"]), c["limit"]) for c in kept["caps"]),
        {s["key"]: Decimal(s["total"]) for s in kept["students"] if s["total"] is not None},
        {s["key"]: s["number"] for s in kept["students"]},
    )


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
