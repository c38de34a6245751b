"""Verbs of supervision and tracking (P28–P31)."""

from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.outcomes.models import SupervisionVisit, TrackingEntry
from miaopu.outcomes.schemas import (
    TrackingForm,
    VisitForm,
)
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import UnitKind
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Unit
from miaopu.programme.queries import load

TRACKED = ("excellent", "qualified", "unqualified", "alumni")


async def visit(tx: Tx, form: VisitForm) -> SupervisionVisit:
    """An expert's visit. Raises 422 for an unknown unit."""
    cycle_id = cycle_of(tx.actor)
    if await tx.session.get(Unit, form.unit_id) is None:
        raise invalid(FieldError("/unit_id", "unknown"))
    made = SupervisionVisit(id=new_id(), cycle_id=cycle_id, account_id=tx.actor.account_id, **form.model_dump())
    tx.session.add(made)
    await tx.session.flush()
    return made


async def track(tx: Tx, form: TrackingForm) -> TrackingEntry:
    """Where a former student of one's own school is. Raises 404, 409 while in training or twice a year, 422."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), form.enrolment_id)
    if enrolment.state not in TRACKED:
        raise Problem("wrong_state", 409, state=enrolment.state)
    if form.university_id is not None:
        university = await tx.session.get(Unit, form.university_id)
        if university is None or university.kind != UnitKind.UNIVERSITY:
            raise invalid(FieldError("/university_id", "unknown"))
    made = TrackingEntry(id=new_id(), **form.model_dump())
    tx.session.add(made)
    await tx.session.flush()
    return made
