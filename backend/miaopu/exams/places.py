"""Verbs of the places of a city over its subjects (P3, reading): split by the city, the sum never exceeded."""

import json

from sqlalchemy import func, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.core.read import among, kept
from miaopu.exams.cutoff_schemas import PlacesForm
from miaopu.exams.models import Cutoff, SubjectPlaces
from miaopu.exams.rules import split_fault, suggest_split
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.people.queries import MY_CITY
from miaopu.programme.models import CycleCity, CycleSubject
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration


async def split_places(tx: Tx, form: PlacesForm) -> None:
    """Split the city's places over its subjects; once lines are drawn only with a reason. Raises 409, 422."""
    cycle_id = cycle_of(tx.actor)
    city = await tx.session.scalar(
        select(CycleCity).where(CycleCity.cycle_id == cycle_id, CycleCity.city_id == tx.actor.city_id).with_for_update()
    )
    assert city is not None
    split = {line.subject: line.places for line in form.items}
    known = set(await tx.session.scalars(select(CycleSubject.code).where(CycleSubject.cycle_id == cycle_id)))
    if set(split) != known or len(split) != len(form.items):
        raise invalid(FieldError("/items", "all_subjects"))
    fault = split_fault(split, city.places)
    if fault is not None:
        raise invalid(FieldError("/items", f"places_{fault}", {"places": city.places, "sum": sum(split.values())}))
    before = {
        row.subject: row
        for row in await tx.session.scalars(
            select(SubjectPlaces).where(SubjectPlaces.cycle_id == cycle_id, SubjectPlaces.city_id == tx.actor.city_id)
        )
    }
    drawn = await tx.session.scalar(
        select(func.count()).select_from(Cutoff).where(
            Cutoff.cycle_id == cycle_id, Cutoff.city_id == tx.actor.city_id
        )
    )  # fmt: skip
    if drawn and not form.reason:
        raise Problem("reason_missing", 422, errors=[FieldError("/reason", "missing")])
    for subject, places in split.items():
        row = before.get(subject)
        if row is None:
            row = SubjectPlaces(
                id=new_id(), cycle_id=cycle_id, city_id=tx.actor.city_id, subject=subject, places=places
            )
            tx.session.add(row)
        row.places = places
        audit.note(tx.session, row, Act("cutoff.split_places", form.reason or None))
    await tx.session.flush()


@kept
def _candidates_by_subject():  # type: ignore[no-untyped-def]
    tested = (
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.cycle_id == CycleSubject.cycle_id,
            Registration.city_id == MY_CITY,
            Registration.subject == CycleSubject.code,
            Registration.submitted_at.is_not(None),
            ~among(Registration.state, ("withdrawn", "rejected", "absent")),
        )
        .scalar_subquery()
    )
    return (
        select(
            CycleSubject.code, tested.label("candidates"), SubjectPlaces.places, CycleCity.places.label("city_places")
        )
        .join(CycleCity, (CycleCity.cycle_id == CycleSubject.cycle_id) & (CycleCity.city_id == MY_CITY))
        .outerjoin(
            SubjectPlaces,
            (SubjectPlaces.cycle_id == CycleSubject.cycle_id)
            & (SubjectPlaces.subject == CycleSubject.code)
            & (SubjectPlaces.city_id == MY_CITY),
        )
        .where(CycleSubject.cycle_id == MY_CYCLE)
        .order_by(CycleSubject.position)
    )


async def places_shown(reads: Reads) -> str:
    """The split in force and a suggestion in proportion to the candidates, as JSON."""
    rows = await reads.rows(_candidates_by_subject())
    total = rows[0]["city_places"] if rows else 0
    suggestion = suggest_split({r["code"]: r["candidates"] for r in rows}, total)
    items = [
        {
            "subject": r["code"],
            "places": r["places"],
            "suggested": suggestion[r["code"]],
            "candidates": r["candidates"],
        }
        for r in rows
    ]
    return json.dumps({"city_places": total, "items": items})
