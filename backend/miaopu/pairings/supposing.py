"""What another weight or split of places would mean for a round: computed, never kept (P16a)."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from miaopu.core.problem import FieldError, invalid, not_found
from miaopu.core.read import Rows, kept
from miaopu.exams.models import SubjectPlaces
from miaopu.exams.rules import split_fault
from miaopu.interviews.models import Result
from miaopu.interviews.rules import Entrant, total, verdict
from miaopu.pairings.explaining import kept_field, round_of
from miaopu.pairings.field import Field
from miaopu.pairings.models import PairingRound
from miaopu.pairings.queries import visible_rounds
from miaopu.pairings.rules import Pair as Match
from miaopu.pairings.rules import Student, propose
from miaopu.pairings.schemas import (
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
    rows = await reads.rows(round_of(reads.actor.role), id=round_id)
    if not rows:
        raise not_found()
    field = kept_field(rows[0])
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
