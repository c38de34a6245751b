"""Verbs of planned meetings: plan, move, call off, check in at the door, and record what became of them (P9, P10)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.calendars import event
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.training import appointments_queries as queries
from miaopu.training.appointments_models import APPOINTMENT_FLOW, Appointment, AppointmentGuest
from miaopu.training.appointments_queries import visible_appointments
from miaopu.training.appointments_schemas import AppointmentEdit, AppointmentForm, Clash, Held
from miaopu.training.queries import leads
from miaopu.training.schemas import SessionForm
from miaopu.training.service import record_session


async def plan_meeting(tx: Tx, form: AppointmentForm) -> tuple[Appointment, list[Clash]]:
    """Plan a meeting with students of one's own; they, their families and guide teachers are told.

    Raises:
        Problem: 409 `window_closed`; 422 for a time that is over, an unknown activity or somebody else's student.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.TRAINING)
    mentor = await _mentor(tx, form.mentor_id)
    _ask_ahead(form.starts_at)
    await _ask_activity(tx, cycle_id, form.activity)
    students = await _students(tx, mentor, form.students)
    made = Appointment(
        id=new_id(),
        cycle_id=cycle_id,
        state="planned",
        set_by=tx.actor.account_id,
        **form.model_dump(exclude={"students"}),
    )
    tx.session.add(made)
    await tx.session.flush()
    tx.session.add_all(
        AppointmentGuest(id=new_id(), appointment_id=made.id, enrolment_id=student.id) for student in students
    )
    await tx.session.flush()
    await _tell(tx, made, students, "appointment.plan")
    return made, await _clashes(tx, made, students)


async def _mentor(tx: Tx, mentor_id: uuid.UUID) -> Nomination:
    found: Nomination | None = await tx.session.scalar(
        select(Nomination).where(
            Nomination.id == mentor_id, Nomination.cycle_id == cycle_of(tx.actor), leads(tx.actor.role)
        ),
        scope(tx.actor),
    )
    if found is None:
        raise invalid(FieldError("/mentor_id", "unknown"))
    return found


def _ask_ahead(starts_at: Any) -> None:
    if starts_at <= clock.now():
        raise invalid(FieldError("/starts_at", "future"))


async def _ask_activity(tx: Tx, cycle_id: uuid.UUID, code: str) -> None:
    plan = await plan_of(tx.session, cycle_id)
    if code not in {a.code for a in plan.training.activities}:
        raise invalid(FieldError("/activity", "enum"))


async def _students(tx: Tx, mentor: Nomination, ids: Sequence[uuid.UUID]) -> list[Enrolment]:
    found = {
        e.id: e
        for e in await tx.session.scalars(
            select(Enrolment).where(
                Enrolment.id.in_(ids),
                Enrolment.state == "active",
                or_(Enrolment.mentor_id == mentor.id, Enrolment.co_mentor_id == mentor.id),
                visible_enrolments(tx.actor.role),
            ),
            scope(tx.actor),
        )
    }
    faults = [FieldError(f"/students/{i}", "unknown") for i, one in enumerate(ids) if one not in found]
    if len(set(ids)) != len(ids):
        faults.append(FieldError("/students", "attendance_twice"))
    if faults:
        raise invalid(*faults)
    return [found[one] for one in ids]


async def _tell(
    tx: Tx, thing: Appointment, students: Iterable[Enrolment], kind: str, reason: str | None = None
) -> None:
    accounts: list[uuid.UUID] = []
    for student in students:
        circle = (student.account_id, student.guardian_account_id, student.guide_teacher_account_id)
        accounts += [one for one in circle if one is not None and one != tx.actor.account_id]
    await tell(
        tx.session,
        accounts,
        kind,
        thing_type="appointment",
        thing_id=thing.id,
        cycle_id=thing.cycle_id,
        title=f"{thing.title} {thing.place}".strip(),
        reason=reason,
    )


async def _clashes(tx: Tx, thing: Appointment, students: Sequence[Enrolment]) -> list[Clash]:
    """Other planned meetings of the mentor or of these students at the same time: said, not forbidden."""
    ends = Appointment.starts_at + func.make_interval(0, 0, 0, 0, 0, Appointment.minutes)
    rows = await tx.session.execute(
        select(Appointment, Enrolment.id, Enrolment.name)
        .join(AppointmentGuest, AppointmentGuest.appointment_id == Appointment.id)
        .join(Enrolment, Enrolment.id == AppointmentGuest.enrolment_id)
        .where(
            Appointment.id != thing.id,
            Appointment.state == "planned",
            Appointment.starts_at < thing.starts_at + timedelta(minutes=thing.minutes),
            ends > thing.starts_at,
            or_(Appointment.mentor_id == thing.mentor_id, Enrolment.id.in_([s.id for s in students])),
        )
        .order_by(Appointment.starts_at, Enrolment.name_key)
    )
    asked = {s.id for s in students}
    found: dict[tuple[uuid.UUID, str], Clash] = {}
    for other, enrolment_id, name in rows.all():
        who = name if enrolment_id in asked else ""
        if who or other.mentor_id == thing.mentor_id:
            clash = Clash(who=who, title=other.title, starts_at=other.starts_at, minutes=other.minutes)
            found.setdefault((other.id, who), clash)
    return list(found.values())


async def _own(tx: Tx, appointment_id: uuid.UUID) -> Appointment:
    """A planned meeting of one's own team. Raises 404, 403, 409 once it was held or called off."""
    found = await load(tx, Appointment, visible_appointments(tx.actor.role), appointment_id)
    require(tx.actor, Permission.SESSION_RECORD)
    await _mentor(tx, found.mentor_id)
    if found.state != "planned":
        raise Problem("wrong_state", 409, state=found.state)
    return found


async def _guests(tx: Tx, thing: Appointment) -> dict[uuid.UUID, AppointmentGuest]:
    rows = select(AppointmentGuest).where(AppointmentGuest.appointment_id == thing.id)
    return {guest.enrolment_id: guest for guest in await tx.session.scalars(rows)}


async def edit(tx: Tx, appointment_id: uuid.UUID, form: AppointmentEdit) -> tuple[Appointment, list[Clash]]:
    """Another time, place or company: those asked are told. Raises 404, 403, 409, 422."""
    found = await _own(tx, appointment_id)
    ask_version(found, form.version)
    await ask_window(tx.session, found.cycle_id, StageCode.TRAINING)
    given = form.model_dump(exclude_unset=True, exclude={"version", "students"})
    if form.starts_at is not None:
        _ask_ahead(form.starts_at)
    if form.activity is not None:
        await _ask_activity(tx, found.cycle_id, form.activity)
    for name, value in given.items():
        if value is not None:
            setattr(found, name, value)
    guests = await _guests(tx, found)
    mentor = await _mentor(tx, found.mentor_id)
    wanted = list(guests) if form.students is None else form.students
    if form.students is not None:
        for gone in set(guests) - set(wanted):
            await tx.session.delete(guests[gone])
        students = await _students(tx, mentor, wanted)
        tx.session.add_all(
            AppointmentGuest(id=new_id(), appointment_id=found.id, enrolment_id=one)
            for one in set(wanted) - set(guests)
        )
    else:
        students = list(await tx.session.scalars(select(Enrolment).where(Enrolment.id.in_(wanted))))
    audit.note(tx.session, found, Act("appointment.change"))
    await tx.session.flush()
    await _tell(tx, found, students, "appointment.change")
    return found, await _clashes(tx, found, students)


async def call_off(tx: Tx, appointment_id: uuid.UUID, form: Move) -> Appointment:
    """It does not take place; those asked are told why. Raises as `flow.move`."""
    found = await _own(tx, appointment_id)
    await move(tx, APPOINTMENT_FLOW, found, "call_off", version=form.version, reason=form.reason)
    rows = select(Enrolment).where(Enrolment.id.in_(list(await _guests(tx, found))))
    await _tell(tx, found, list(await tx.session.scalars(rows)), "appointment.call_off", form.reason)
    return found


async def hold(tx: Tx, appointment_id: uuid.UUID, form: Held) -> Appointment:
    """Record what became of it: a session with those who came. Raises as `record_session` and `flow.move`."""
    found = await _own(tx, appointment_id)
    ask_version(found, form.version)
    session = await record_session(
        tx,
        SessionForm(
            mentor_id=found.mentor_id,
            starts_at=form.starts_at or found.starts_at,
            minutes=form.minutes or found.minutes,
            activity=found.activity,
            title=form.title or found.title,
            place=found.place,
            on_campus=found.on_campus if form.on_campus is None else form.on_campus,
            notes=form.notes,
            attendance=form.attendance,
        ),
    )
    found.session_id = session.id
    await move(tx, APPOINTMENT_FLOW, found, "hold", version=None)
    return found


async def calendar(reads: Reads, appointment_id: uuid.UUID) -> tuple[str, bytes]:
    """A name for the file, and the meeting for one's calendar. Raises 404; 409 once it was called off."""
    rows = await reads.rows(queries.one(reads.actor.role), id=appointment_id)
    if not rows:
        raise not_found()
    row = rows[0]
    if row["state"] == "called_off":
        raise Problem("wrong_state", 409, state="called_off")
    ends = row["starts_at"] + timedelta(minutes=row["minutes"])
    made = event(
        f"appointment-{appointment_id}",
        row["starts_at"],
        ends,
        row["title"],
        row["place"],
        row["directions"],
        row["version"] - 1,
    )
    return row["title"], made
