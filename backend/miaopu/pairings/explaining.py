"""Why each student has this mentor, and what another weight or split would mean: reads that go on computing (P16a)."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from miaopu.core.problem import Problem, not_found
from miaopu.core.read import Rows, kept
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
)
from miaopu.people.acting import Reads
from miaopu.programme.queries import ID
from miaopu.registrations.models import MentorChoice

Limits = Mapping[tuple[SetKind, str], Limit]


@kept
def round_of(role: Any) -> Rows:
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


def kept_field(row: Any) -> Field:
    inputs = json.loads(row["inputs"]) if isinstance(row["inputs"], str) else row["inputs"]
    if not inputs:
        raise Problem("not_explained", 409)
    return field_from(inputs)


async def explain(reads: Reads, round_id: uuid.UUID) -> Explained:
    """Each student's reasons, each mentor's limit and who would be next, and whether the limits give every place.

    Raises:
        Problem: 404; 409 `not_explained` for a round of before its inputs were kept.
    """
    rows = await reads.rows(round_of(reads.actor.role), id=round_id)
    if not rows:
        raise not_found()
    field = kept_field(rows[0])
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
    field = kept_field(rows[0])
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
