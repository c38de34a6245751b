"""Verbs of places and cutoffs (P3, P15): the line is computed, people confirm it."""

import json
import uuid
from decimal import Decimal

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.read import among, kept
from miaopu.exams.models import CUTOFF_FLOW, Cutoff, Seat, Sitting, SubjectPlaces
from miaopu.exams.queries import cutoff_candidates, visible_cutoffs
from miaopu.exams.rules import Candidate, cutoff, off_ratio, reached, split_fault, suggest_split, weigh
from miaopu.exams.schemas import CutoffAction, CutoffForm, LineForm, LineWeighed, PlacesForm, SchoolSides
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.people.queries import MY_CITY
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import CycleCity, CycleSubject
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import MY_CYCLE, ask_version, load, plan_in_force, plan_of
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


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


async def propose(tx: Tx, form: CutoffForm) -> Cutoff:
    """Compute the line of a subject in one's city from marks and places; again as long as it is not confirmed.

    Raises:
        Problem: 409 `marks_unpublished`, `places_not_split`, `wrong_state`, `window_closed`.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.CUTOFF)
    plan = await plan_of(tx.session, cycle_id)
    places = await tx.session.scalar(
        select(SubjectPlaces.places).where(
            SubjectPlaces.cycle_id == cycle_id,
            SubjectPlaces.city_id == tx.actor.city_id,
            SubjectPlaces.subject == form.subject,
        )
    )
    if places is None:
        raise Problem("places_not_split", 409)
    published = await tx.session.scalar(
        select(Sitting.published_at).where(
            Sitting.cycle_id == cycle_id, Sitting.city_id == tx.actor.city_id, Sitting.subject == form.subject
        )
    )
    if published is None:
        raise Problem("marks_unpublished", 409)
    assert tx.actor.city_id is not None
    candidates = await _candidates(tx, cycle_id, tx.actor.city_id, form.subject)
    line = cutoff(candidates, places, plan.cutoff.ratio, plan.cutoff.ties)
    row = await tx.session.scalar(
        select(Cutoff).where(
            Cutoff.cycle_id == cycle_id, Cutoff.city_id == tx.actor.city_id, Cutoff.subject == form.subject
        )
    )
    if row is None:
        row = Cutoff(id=new_id(), cycle_id=cycle_id, state="proposed", city_id=tx.actor.city_id, subject=form.subject)
        tx.session.add(row)
    elif row.state != "proposed":
        raise Problem("wrong_state", 409, state=row.state)
    row.places, row.candidates = places, len(candidates)
    row.computed_line = row.line = line.mark
    row.reason = ""
    _count(plan, row, len(line.reached))
    audit.note(tx.session, row, Act("cutoff.propose"))
    await tx.session.flush()
    return row


async def _candidates(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID, subject: str) -> list[Candidate]:
    rows = await tx.session.execute(
        select(Registration.id, Seat.mark, Registration.returning)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(
            Registration.cycle_id == cycle_id,
            Registration.city_id == city_id,
            Registration.subject == subject,
            Registration.state == "tested",
        )
    )
    return [Candidate(str(r.id), r.mark, r.returning) for r in rows]


def _count(plan: Plan, row: Cutoff, reaching: int) -> None:
    row.reaching = reaching
    row.off_ratio = off_ratio(reaching, row.places, plan.cutoff.warn_below, plan.cutoff.warn_above)


async def weigh_line(reads: Reads, cutoff_id: uuid.UUID, line: Decimal) -> LineWeighed:
    """What a line would mean for a subject of a city. Raises 404."""
    rows = await reads.rows(cutoff_candidates(reads.actor.role), id=cutoff_id)
    if not rows:
        raise not_found("cutoff")
    plan = await plan_in_force(reads)
    candidates = [Candidate(str(row["id"]), row["mark"], row["returning"]) for row in rows]
    found = weigh(candidates, {str(row["id"]): row["school_name"] for row in rows}, line)
    places = rows[0]["places"]
    schools = [
        SchoolSides(school_name=name, above=above, below=below)
        for name, (above, below) in sorted(found.schools.items(), key=lambda item: (-item[1][0], item[0]))
    ]
    return LineWeighed(
        line=line,
        reaching=found.reaching,
        ratio=round(Decimal(found.reaching) / places, 2) if places else None,
        off_ratio=off_ratio(found.reaching, places, plan.cutoff.warn_below, plan.cutoff.warn_above),
        at_line=found.at_line,
        returning_at_line=found.returning_at_line,
        schools=schools,
    )


async def set_line(tx: Tx, cutoff_id: uuid.UUID, form: LineForm) -> Cutoff:
    """The region sets another line, with its reason. Raises 404, 403, 409."""
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    ask_version(row, form.version)
    if row.state != "proposed":
        raise Problem("wrong_state", 409, state=row.state)
    plan = await plan_of(tx.session, row.cycle_id)
    candidates = await _candidates(tx, row.cycle_id, row.city_id, row.subject)
    row.line, row.reason = form.line, form.reason
    _count(plan, row, len(reached(candidates, form.line)))
    audit.note(tx.session, row, Act("cutoff.set_line", form.reason))
    await tx.session.flush()
    return row


async def act(tx: Tx, cutoff_id: uuid.UUID, action: CutoffAction, form: Move) -> Cutoff:
    """The region confirms the line: the list of those to be interviewed stands, and everybody is told."""
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    await move(
        tx,
        CUTOFF_FLOW,
        row,
        action,
        version=form.version,
        reason=form.reason,
        concerned=Concerned(title=row.subject, units={Role.CITY_OFFICE: row.city_id}),
    )
    row.confirmed_at = clock.now()
    plan = await plan_of(tx.session, row.cycle_id)
    candidates = await _candidates(tx, row.cycle_id, row.city_id, row.subject)
    inside: set[str] = set()
    if row.line is not None:
        computed = cutoff(candidates, row.places, plan.cutoff.ratio, plan.cutoff.ties)
        inside = set(computed.reached if row.line == row.computed_line else reached(candidates, row.line))
    for registration in await tx.session.scalars(
        select(Registration).where(Registration.id.in_([uuid.UUID(c.key) for c in candidates]))
    ):
        step = "shortlist" if str(registration.id) in inside else "leave_out"
        await move(tx, FLOW, registration, step, version=None, concerned=concerned(registration))
    return row
