"""A released line on public notice (P15, P16a): who is in by number, and all that it follows from; put right."""

import uuid
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.disclosures import service as disclosures
from miaopu.disclosures.models import Disclosure
from miaopu.disclosures.schemas import DisclosedLine
from miaopu.disclosures.service import Shown
from miaopu.exams.cutoff_schemas import ShortlistCorrection
from miaopu.exams.models import Cutoff, Seat
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.programme.flow import move
from miaopu.programme.plan import Plan
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


async def put_up(
    tx: Tx, plan: Plan, row: Cutoff, people: Sequence[Registration], inside: Collection[str]
) -> Disclosure:
    """The list of a line that is released now."""
    seats = {
        seat.registration_id: seat
        for seat in await tx.session.scalars(select(Seat).where(Seat.registration_id.in_([p.id for p in people])))
    }
    city = await tx.session.get(Unit, row.city_id)
    assert city is not None
    evidence = {
        "city": city.code,
        "subject": row.subject,
        "places": row.places,
        "ratio": str(plan.cutoff.ratio),
        "ties": row.ties,
        "ladder": list(plan.cutoff.ladder),
        "computed_line": _text(row.computed_line),
        "line": _text(row.line),
        "reason": row.reason,
        "draw_source": row.draw_source,
        "draw_value": row.draw_value,
        "candidates": [
            {
                "registration": str(p.id),
                "draw": p.pseudonym,
                "number": p.number,
                "mark": _text(seats[p.id].mark),
                "parts": {code: str(mark) for code, mark in (seats[p.id].parts or {}).items()},
                "returning": p.returning,
                "inside": str(p.id) in inside,
            }
            for p in people
        ],
    }
    return await disclosures.disclose(
        tx, "shortlist", row.id, row.subject, _shown(evidence), cycle_id=row.cycle_id, city_id=row.city_id
    )


def _text(mark: Any) -> str | None:
    return None if mark is None else format(mark, "f")


def _shown(evidence: dict[str, Any]) -> Shown:
    numbers = sorted(c["number"] for c in evidence["candidates"] if c["inside"])
    return Shown([DisclosedLine(number=number) for number in numbers], evidence)


async def correct(tx: Tx, form: ShortlistCorrection) -> Disclosure:
    """Put a list right after an upheld objection: who is in, and a mark that was wrong; a new edition goes up.

    Raises:
        Problem: 404, 403; 409 as `ask_correction`, `correction_same`, `wrong_state` for who was interviewed already;
            422 `/changes/0/number` for a number that is not in the list's evidence.
    """
    require(tx.actor, Permission.OBJECTION_ANSWER)
    objection, listed = await disclosures.ask_correction(tx, form.objection_id, "shortlist")
    evidence = {**listed.evidence, "candidates": [dict(c) for c in listed.evidence["candidates"]]}
    known = {c["number"]: c for c in evidence["candidates"]}
    if unknown := [i for i, change in enumerate(form.changes) if change.number not in known]:
        raise invalid(*(FieldError(f"/changes/{i}/number", "not_listed") for i in unknown))
    row = await tx.session.get(Cutoff, listed.thing_id)
    assert row is not None
    changed = False
    for change in form.changes:
        candidate, inside = known[change.number], change.outcome == "shortlisted"
        registration = await tx.session.get(Registration, uuid.UUID(candidate["registration"]))
        assert registration is not None
        if change.mark is not None and change.mark != Decimal(candidate["mark"]):
            seat = await tx.session.scalar(select(Seat).where(Seat.registration_id == registration.id))
            assert seat is not None
            seat.mark = seat.second_mark = change.mark
            audit.note(tx.session, seat, Act("seat.correct_mark", form.reason))
            candidate["mark"], changed = _text(change.mark), True
        if candidate["inside"] != inside:
            step = "admit_on_objection" if inside else "strike_on_objection"
            await move(
                tx, FLOW, registration, step, version=None, reason=form.reason, concerned=concerned(registration)
            )
            candidate["inside"], changed = inside, True
            row.reaching += 1 if inside else -1
        candidate["corrected"] = True
    if not changed:
        raise Problem("correction_same", 409)
    audit.note(tx.session, row, Act("cutoff.correct", form.reason))
    return await disclosures.republish(tx, listed, form.reason, _shown(evidence), [objection])
