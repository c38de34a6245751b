"""Verbs of former students: the word on being followed, and where they went (P29, P30; PIPL 15, 47)."""

import uuid

from sqlalchemy import select

from miaopu.alumni.models import ALUMNUS_FLOW, FORMER, AlumniGuest, Alumnus, AlumnusConsent, TrackingEntry
from miaopu.alumni.queries import visible_former, visible_tracking
from miaopu.alumni.schemas import TrackingEdit, TrackingFacts, TrackingForm, WordForm
from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import UnitKind
from miaopu.programme.flow import move
from miaopu.programme.queries import ask_version, cycle_and_plan, load, plan_of


async def say(tx: Tx, form: WordForm, address: str) -> Alumnus:
    """A former student's own word; text, time and address are kept. Withdrawn, what was recorded is forgotten.

    Raises:
        Problem: 404 for who was never in training; 409 `stale` also where the text has changed meanwhile,
            `wrong_state`.
    """
    text = (await plan_of(tx.session, cycle_of(tx.actor))).tracking.consent
    last = await tx.session.scalar(
        select(Enrolment)
        .where(Enrolment.account_id == tx.actor.account_id, Enrolment.state.in_(FORMER))
        .order_by(Enrolment.active_from.desc())
        .limit(1)
    )
    if last is None:
        raise not_found()
    found = await tx.session.scalar(select(Alumnus).where(Alumnus.account_id == tx.actor.account_id).with_for_update())
    if (found.version if found else None) != form.version or form.text_version != text.version:
        raise Problem("stale", 409, version=found.version if found else 0)
    if found is None:
        found = Alumnus(id=new_id(), cycle_id=last.cycle_id, account_id=tx.actor.account_id, state="asked")
        tx.session.add(found)
        await tx.session.flush()
    await move(tx, ALUMNUS_FLOW, found, form.decision, version=None)
    tx.session.add(
        AlumnusConsent(
            id=new_id(),
            alumnus_id=found.id,
            decision=found.state,
            text_version=text.version,
            text={"zh": text.zh, "en": text.en},
            address=address,
        )
    )
    if form.decision != "agree":
        await _forget(tx, found)
    await tx.session.flush()
    return found


async def _forget(tx: Tx, person: Alumnus) -> None:
    """The right to be forgotten: entries and answers are gone; the trail keeps that, and nothing they said."""
    entries = await tx.session.scalars(
        select(TrackingEntry)
        .join(Enrolment, Enrolment.id == TrackingEntry.enrolment_id)
        .where(Enrolment.account_id == person.account_id)
    )
    guests = await tx.session.scalars(select(AlumniGuest).where(AlumniGuest.account_id == person.account_id))
    for thing in (*entries, *guests):
        audit.note(tx.session, thing, Act(f"{thing.__thing__}.forgotten"))
        await tx.session.delete(thing)
    await tx.session.flush()


async def ask_agreed(tx: Tx, account_id: uuid.UUID) -> None:
    """Raises 409 `not_agreed`. Holds the person's word until the end, so that it is not withdrawn in between."""
    said = await tx.session.scalar(
        select(Alumnus.state).where(Alumnus.account_id == account_id).with_for_update(read=True)
    )
    if said != "agreed":
        raise Problem("not_agreed", 409)


async def track(tx: Tx, form: TrackingForm) -> TrackingEntry:
    """Where a former student is: by the school, or the person. Raises 404; 409 `not_agreed`, twice a year; 422."""
    student = await load(tx, Enrolment, visible_former(tx.actor.role), form.enrolment_id)
    require(tx.actor, Permission.TRACKING_WRITE)
    await ask_agreed(tx, student.account_id)
    return await enter(tx, student, form.year, form)


async def enter(tx: Tx, student: Enrolment, year: int, form: TrackingFacts) -> TrackingEntry:
    """A new entry of one whom one may follow. Raises 409 twice a year; 422 outside the years of the plan."""
    cycle, plan = await cycle_and_plan(tx.session, student.cycle_id)
    last = cycle.year + plan.tracking.years
    if not cycle.year <= year <= last:
        raise invalid(FieldError("/year", "outside_tracking", {"first": cycle.year, "last": last}))
    made = TrackingEntry(id=new_id(), enrolment_id=student.id, year=year, **await facts(tx, form))
    tx.session.add(made)
    await tx.session.flush()
    return made


async def correct(tx: Tx, entry_id: uuid.UUID, form: TrackingEdit) -> TrackingEntry:
    """Put an entry right: the school, or the person whom it is about. Raises 404, 403, 409, 422."""
    statement = (
        select(TrackingEntry)
        .join(Enrolment, Enrolment.id == TrackingEntry.enrolment_id)
        .where(TrackingEntry.id == entry_id, visible_tracking(tx.actor.role))
    )
    found: TrackingEntry | None = (await tx.session.execute(statement, scope(tx.actor))).scalar_one_or_none()
    if found is None:
        raise not_found()
    require(tx.actor, Permission.TRACKING_WRITE)
    ask_version(found, form.version)
    student = await tx.session.get(Enrolment, found.enrolment_id)
    assert student is not None
    await ask_agreed(tx, student.account_id)
    await put(tx, found, form)
    return found


async def put(tx: Tx, entry: TrackingEntry, form: TrackingFacts) -> None:
    """What is to stand in an entry from now on."""
    for name, value in (await facts(tx, form)).items():
        setattr(entry, name, value)
    audit.note(tx.session, entry, Act("tracking_entry.edit"))
    await tx.session.flush()


async def facts(tx: Tx, form: TrackingFacts) -> dict[str, object]:
    """The columns of an entry; one of the programme's universities is known by its name. Raises 422."""
    known = Unit.kind == UnitKind.UNIVERSITY.value
    which = Unit.id == form.university_id if form.university_id else Unit.name == form.institution
    university = await tx.session.scalar(select(Unit.id).where(known, which).limit(1))
    if form.university_id is not None and university is None:
        raise invalid(FieldError("/university_id", "unknown"))
    given = form.model_dump(include=set(TrackingFacts.model_fields))
    return {**given, "university_id": university, "said_by": tx.actor.role.value}
