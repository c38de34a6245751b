"""Why each student has this mentor, and what another weight or split would mean: reads that go on computing (P16a)."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, cast, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.read import Rows, kept
from miaopu.exams.models import SubjectPlaces
from miaopu.exams.rules import split_fault
from miaopu.interviews.models import Result
from miaopu.interviews.rules import Entrant, total, verdict
from miaopu.nominations.models import Nomination
from miaopu.pairings.explained import Limit, SetKind, by_limits, limits, next_in_line, why
from miaopu.pairings.field import Field, digest, field_from
from miaopu.pairings.models import Enrolment, Pair, PairingRound
from miaopu.pairings.queries import visible_enrolments, visible_rounds
from miaopu.pairings.rules import Pair as Match
from miaopu.pairings.rules import Student, blocking_pairs, propose
from miaopu.pairings.schemas import (
    BlockingPair,
    Explained,
    ExplainedMentor,
    ExplainedStudent,
    LimitShown,
    MyPairing,
    MyReason,
    ReasonShown,
    WhatIf,
    WhatIfChange,
    WhatIfSide,
)
from miaopu.people.acting import Reads
from miaopu.programme.models import CycleCity
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ID, plan_in_force
from miaopu.registrations.models import MentorChoice, Registration
from miaopu.registrations.rules import pseudonym

Limits = Mapping[tuple[SetKind, str], Limit]


@kept
def _round(role: Any) -> Rows:
    return select(
        PairingRound.id, PairingRound.city_id, PairingRound.cycle_id, PairingRound.inputs, PairingRound.state
    ).where(PairingRound.id == ID, visible_rounds(role))


@kept
def _pairs(role: Any) -> Rows:
    return (
        select(Pair.registration_id, Pair.mentor_id, Pair.proposed_mentor_id, Pair.choice, Pair.reason)
        .join(PairingRound, PairingRound.id == Pair.round_id)
        .where(Pair.round_id == ID, visible_rounds(role))
    )


def _kept_field(row: Any) -> Field:
    inputs = json.loads(row["inputs"]) if isinstance(row["inputs"], str) else row["inputs"]
    if not inputs:
        raise Problem("not_explained", 409)
    return field_from(inputs)


async def explain(reads: Reads, round_id: uuid.UUID) -> Explained:
    """Each student's reasons, each mentor's limit and who would be next, and whether the limits give every place.

    Raises:
        Problem: 404; 409 `not_explained` for a round of before its inputs were kept.
    """
    rows = await reads.rows(_round(reads.actor.role), id=round_id)
    if not rows:
        raise not_found()
    field = _kept_field(rows[0])
    now = {str(r["registration_id"]): r for r in await reads.rows(_pairs(reads.actor.role), id=round_id)}
    proposal = propose(field.students, field.mentors, field.places, field.caps)
    published = limits(proposal.pairs, field.students, field.mentors, field.places, field.caps)
    found = by_limits(field.students, field.mentors, published, field.places, field.caps)
    known = {s.key for s in field.students}
    current = [Match(key, str(row["mentor_id"]), row["choice"]) for key, row in now.items() if key in known]
    next_up = next_in_line(current, field.students)
    return Explained(
        inputs_digest=digest(json.loads(rows[0]["inputs"])),
        reproduced=found == {p.student: p.mentor for p in proposal.pairs if p.choice is not None},
        limits=[_shown(limit, field) for limit in published.values()],
        students=[_student(field, published, student, now.get(student.key)) for student in field.students],
        mentors=[
            ExplainedMentor(mentor_id=uuid.UUID(m.key), next_id=uuid.UUID(next_up[m.key]) if m.key in next_up else None)
            for m in field.mentors
        ],
        blocking=[
            BlockingPair(registration_id=uuid.UUID(b.student), mentor_id=uuid.UUID(b.mentor))
            for b in blocking_pairs(current, field.students, field.mentors, field.places, field.caps)
        ],
    )


def _shown(limit: Limit, field: Field) -> LimitShown:
    return LimitShown(
        kind=limit.kind,
        key=limit.key,
        taken=limit.taken,
        place=limit.place,
        total=(field.totals or {}).get(limit.student or ""),
    )


def _student(field: Field, published: Limits, student: Student, row: Any) -> ExplainedStudent:
    return ExplainedStudent(
        registration_id=uuid.UUID(student.key),
        place=student.place,
        total=(field.totals or {}).get(student.key),
        accepts_adjustment=student.accepts_adjustment,
        by_hand=row is not None and bool(row["reason"]),
        reasons=[
            ReasonShown(
                choice=r.choice,
                mentor_id=uuid.UUID(r.mentor),
                cause=r.cause,
                key=r.key,
                taken=r.taken,
                last_place=r.last_place,
            )
            for r in why(student, field.mentors, published, field.caps)
        ],
    )


@kept
def _mine(role: Any) -> Rows:
    return (
        select(
            Enrolment.registration_id,
            PairingRound.inputs,
            Pair.choice,
            Pair.reason,
        )
        .join(Pair, Pair.registration_id == Enrolment.registration_id)
        .join(PairingRound, PairingRound.id == Pair.round_id)
        .where(Enrolment.id == ID, visible_enrolments(role))
    )


@kept
def _names() -> Rows:
    return select(Nomination.id, Nomination.name).where(
        exists().where(
            Enrolment.id == ID, MentorChoice.registration_id == Enrolment.registration_id,
            MentorChoice.mentor_id == Nomination.id,
        )
    )  # fmt: skip


async def mine(reads: Reads, enrolment_id: uuid.UUID) -> MyPairing:
    """One student's own pairing: why this mentor and why not each one ranked higher; of others only numbers.

    Raises:
        Problem: 404; 409 `not_explained`.
    """
    rows = await reads.rows(_mine(reads.actor.role), id=enrolment_id)
    if not rows:
        raise not_found()
    field = _kept_field(rows[0])
    names = {str(r["id"]): r["name"] for r in await reads.rows(_names(), id=enrolment_id)}
    key = str(rows[0]["registration_id"])
    student = next((s for s in field.students if s.key == key), None)
    proposal = propose(field.students, field.mentors, field.places, field.caps)
    published = limits(proposal.pairs, field.students, field.mentors, field.places, field.caps)
    totals = field.totals or {}
    reasons = why(student, field.mentors, published, field.caps) if student else ()
    return MyPairing(
        choice=rows[0]["choice"],
        by_hand=rows[0]["reason"],
        place=student.place if student else None,
        total=totals.get(key),
        reasons=[
            MyReason(
                choice=r.choice,
                mentor_name=names.get(r.mentor, ""),
                cause=r.cause,
                taken=r.taken,
                last_total=next((totals.get(x.student or "") for x in published.values() if x.key == r.key), None),
            )
            for r in reasons
        ],
    )


@kept
def _candidates(role: Any) -> Rows:
    chosen = (
        select(func.array_agg(aggregate_order_by(MentorChoice.mentor_id, MentorChoice.rank)))
        .where(MentorChoice.registration_id == Registration.id)
        .scalar_subquery()
    )
    return (
        select(
            Registration.id,
            Registration.number,
            Registration.receipt,
            Registration.name,
            Registration.subject,
            Registration.returning,
            Registration.accepts_adjustment,
            Result.mark,
            Result.interview,
            cast(Result.total, Numeric).label("total"),
            Result.outcome,
            Result.rank,
            Result.seed,
            chosen.label("choices"),
        )
        .join(Result, Result.registration_id == Registration.id)
        .join(
            PairingRound,
            (PairingRound.cycle_id == Registration.cycle_id) & (PairingRound.city_id == Registration.city_id),
        )
        .where(PairingRound.id == ID, visible_rounds(role), Registration.state != "withdrawn")
        .order_by(Registration.subject, Result.rank)
    )


@kept
def _split(role: Any) -> Rows:
    return (
        select(SubjectPlaces.subject, SubjectPlaces.places, CycleCity.places.label("city_places"))
        .join(
            PairingRound,
            (PairingRound.cycle_id == SubjectPlaces.cycle_id) & (PairingRound.city_id == SubjectPlaces.city_id),
        )
        .join(CycleCity, (CycleCity.cycle_id == SubjectPlaces.cycle_id) & (CycleCity.city_id == SubjectPlaces.city_id))
        .where(PairingRound.id == ID, visible_rounds(role))
    )


async def what_if(reads: Reads, round_id: uuid.UUID, test_weight: Decimal | None, split: Mapping[str, int]) -> WhatIf:
    """Selection and pairing of a round's city once more, with another weight of the test or another split of places.

    Nothing is kept. What stands today is computed in the same way, so that the two differ by what was asked only.

    Raises:
        Problem: 404; 409 `not_explained`; 422 for a split that does not add up to the city's places.
    """
    rows = await reads.rows(_round(reads.actor.role), id=round_id)
    if not rows:
        raise not_found()
    field = _kept_field(rows[0])
    plan = await plan_in_force(reads)
    places = {r["subject"]: r["places"] for r in await reads.rows(_split(reads.actor.role), id=round_id)}
    city_places = sum(places.values())
    asked = {**places, **split}
    if set(asked) != set(places) or (fault := split_fault(asked, city_places)) is not None:
        code = "all_subjects" if set(asked) != set(places) else f"places_{fault}"
        raise invalid(FieldError("/places", code, {"places": city_places, "sum": sum(asked.values())}))
    people = await reads.rows(_candidates(reads.actor.role), id=round_id)
    weight = plan.totals.test_weight if test_weight is None else test_weight
    now = _side(plan, people, field, places, plan.totals.test_weight)
    then = _side(plan, people, field, asked, weight)
    return WhatIf(
        test_weight_now=plan.totals.test_weight,
        test_weight=weight,
        places=asked,
        today=now.shape(),
        asked=then.shape(),
        changes=[
            WhatIfChange(
                registration_id=p["id"],
                number=p["number"],
                name=p["name"],
                subject=p["subject"],
                total_now=now.totals[str(p["id"])],
                total_then=then.totals[str(p["id"])],
                outcome_now=now.outcomes[str(p["id"])],
                outcome_then=then.outcomes[str(p["id"])],
                mentor_now=now.mentor(str(p["id"])),
                mentor_then=then.mentor(str(p["id"])),
            )
            for p in people
            if (now.outcomes[str(p["id"])], now.mentor(str(p["id"])))
            != (then.outcomes[str(p["id"])], then.mentor(str(p["id"])))
        ],
    )


class _Side:
    """One way it could be: totals, outcomes, and who would be with whom."""

    def __init__(self, totals: dict[str, Decimal], outcomes: dict[str, str], pairs: Sequence[Match]) -> None:
        self.totals, self.outcomes = totals, outcomes
        self.pairs = {p.student: p for p in pairs}

    def mentor(self, key: str) -> uuid.UUID | None:
        return uuid.UUID(self.pairs[key].mentor) if key in self.pairs else None

    def shape(self) -> WhatIfSide:
        by_choice = Counter(p.choice for p in self.pairs.values())
        selected = sum(outcome == "selected" for outcome in self.outcomes.values())
        return WhatIfSide(
            selected=selected,
            paired=len(self.pairs),
            first_choices=by_choice[1],
            adjusted=by_choice[None],
            unpaired=selected - len(self.pairs),
        )


def _side(plan: Plan, people: Sequence[Any], field: Field, places: Mapping[str, int], test_weight: Decimal) -> _Side:
    totals = {
        str(p["id"]): total(
            p["mark"],
            plan.written_test.full_mark,
            p["interview"],
            test_weight,
            100 - test_weight,
            plan.totals.decimals,
        )
        for p in people
    }
    outcomes: dict[str, str] = {}
    students: list[Student] = []
    city = next(iter(field.places))
    for subject, count in places.items():
        here = {str(p["id"]): p for p in people if p["subject"] == subject}
        if not here:
            continue
        entrants = [Entrant(k, pseudonym(p["receipt"]), totals[k], p["mark"], p["returning"]) for k, p in here.items()]
        placed = verdict(
            entrants,
            count,
            plan.interview.reserves_per_place,
            next(iter(here.values()))["seed"],
            returning_wins_ties=plan.totals.returning_wins_ties,
        )
        for place in placed:
            outcomes[place.key] = place.outcome
            if place.outcome == "selected":
                one = here[place.key]
                students.append(
                    Student(
                        place.key,
                        place.rank,
                        subject,
                        city,
                        tuple(str(m) for m in one["choices"] or ()),
                        one["accepts_adjustment"] and plan.choices.adjustment_offered,
                        pseudonym(one["receipt"]),
                    )
                )
    proposal = propose(students, field.mentors, field.places, field.caps)
    return _Side(totals, outcomes, proposal.pairs)
