"""Verbs of the written test (P14): sittings, rooms, marks entered twice by two people."""

import secrets
import uuid
from collections.abc import Sequence

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.exams.queries import visible_seats, visible_sittings
from miaopu.exams.rules import entry, is_first, mark_fault, parts_fault, written
from miaopu.exams.schemas import MarkForm, MarkLine, MarksEntered, RoomForm, SittingForm
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.models import CycleSubject
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.registrations.models import Registration


async def create_sitting(tx: Tx, form: SittingForm) -> Sitting:
    """One subject's test in one's own city. Raises 422 for an unknown subject or a time that ends before it starts."""
    cycle_id = cycle_of(tx.actor)
    if await tx.session.get(CycleSubject, (cycle_id, form.subject)) is None:
        raise invalid(FieldError("/subject", "enum"))
    if form.starts_at >= form.ends_at:
        raise invalid(FieldError("/ends_at", "window"))
    sitting = Sitting(
        id=new_id(), cycle_id=cycle_id, city_id=tx.actor.city_id, seed=secrets.token_hex(8), **form.model_dump()
    )
    tx.session.add(sitting)
    await tx.session.flush()
    return sitting


async def add_room(tx: Tx, sitting_id: uuid.UUID, form: RoomForm) -> ExamRoom:
    """A room of a sitting. Raises 404, 403, 409 once marks are published."""
    sitting = await arranged(tx, sitting_id)
    room = ExamRoom(id=new_id(), sitting_id=sitting.id, **form.model_dump())
    tx.session.add(room)
    await tx.session.flush()
    return room


async def arranged(tx: Tx, sitting_id: uuid.UUID) -> Sitting:
    """A sitting of one's own city that is still arranged. Raises 404, 403, 409 once marks are published."""
    sitting = await load(tx, Sitting, visible_sittings(tx.actor.role), sitting_id)
    require(tx.actor, Permission.EXAM_ARRANGE)
    if sitting.published_at is not None:
        raise Problem("marks_published", 409)
    return sitting


async def enter_mark(tx: Tx, seat_id: uuid.UUID, form: MarkForm) -> Seat:
    """One mark by hand. Raises 404, 403, 409 once published, 422 over the full mark."""
    seat = await load_seat(tx, seat_id)
    require(tx.actor, Permission.EXAM_MARK)
    ask_version(seat, form.version)
    sitting = await marking(tx, seat.sitting_id)
    given = MarkLine(ticket_number=seat.ticket_number, mark=form.mark, absent=form.absent, parts=form.parts)
    await ask_marks(tx, sitting, [given])
    _enter(tx, seat, given)
    await tx.session.flush()
    return seat


async def load_seat(tx: Tx, seat_id: uuid.UUID) -> Seat:
    """A seat whose registration the actor sees. Raises 404."""
    found: Seat | None = await tx.session.scalar(
        select(Seat)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Seat.id == seat_id, visible_seats(tx.actor.role)),
        scope(tx.actor),
    )
    if found is None:
        raise not_found()
    return found


async def marking(tx: Tx, sitting_id: uuid.UUID) -> Sitting:
    """A sitting whose marks the actor may enter now. Raises 404, 403, 409 `marks_published`, `window_closed`."""
    sitting = await load(tx, Sitting, visible_sittings(tx.actor.role), sitting_id)
    require(tx.actor, Permission.EXAM_MARK)
    if sitting.published_at is not None:
        raise Problem("marks_published", 409)
    if sitting.locked_at is not None:
        raise Problem("marks_locked", 409)
    await ask_window(tx.session, sitting.cycle_id, StageCode.WRITTEN_TEST)
    return sitting


def _enter(tx: Tx, seat: Seat, given: MarkLine) -> str:
    first = is_first(seat.entered_by, tx.actor.account_id)
    facts = entry(first, given.mark, given.absent, written(given.parts), tx.actor.account_id)
    for name, value in facts.items():
        setattr(seat, name, value)
    audit.note(tx.session, seat, Act("seat.enter_mark" if first else "seat.confirm_mark"))
    if first:
        return "first"
    return "differing" if differs(seat) else "confirmed"


def differs(seat: Seat) -> bool:
    """The two entries of a seat are not the same."""
    second = (seat.second_mark, seat.second_absent, seat.second_parts)
    return seat.second_by is not None and (seat.mark, seat.absent, seat.parts) != second


async def enter_marks(tx: Tx, sitting_id: uuid.UUID, items: Sequence[MarkLine]) -> MarksEntered:
    """Many marks: all or none; a second person's entry confirms the first or shows where they differ."""
    sitting = await marking(tx, sitting_id)
    await ask_marks(tx, sitting, items)
    seats = {
        seat.ticket_number: seat for seat in await tx.session.scalars(select(Seat).where(Seat.sitting_id == sitting.id))
    }
    unknown = [
        FieldError(f"/items/{i}/ticket_number", "unknown")
        for i, line in enumerate(items)
        if line.ticket_number not in seats
    ]
    if unknown:
        raise invalid(*unknown)
    became: dict[str, list[str]] = {"first": [], "confirmed": [], "differing": []}
    for line in items:
        became[_enter(tx, seats[line.ticket_number], line)].append(line.ticket_number)
    await tx.session.flush()
    return MarksEntered(first=len(became["first"]), confirmed=len(became["confirmed"]), differing=became["differing"])


async def ask_marks(tx: Tx, sitting: Sitting, items: Sequence[MarkLine]) -> None:
    """Raises 422 for what cannot be marks of the sitting's paper."""
    plan = await plan_of(tx.session, sitting.cycle_id)
    test = plan.written_test
    faults = []
    for i, line in enumerate(items):
        at = f"/items/{i}/mark" if len(items) > 1 else "/mark"
        if fault := mark_fault(line.mark, line.absent, test.full_mark, test.decimals):
            faults.append(FieldError(at, *fault))
        elif amiss := parts_fault(line.mark, line.parts, test.part_marks, test.decimals):
            part, code, params = amiss
            faults.append(FieldError(at.replace("/mark", f"/parts/{part}" if part else "/mark"), code, params))
    if len({line.ticket_number for line in items}) != len(items):
        faults.append(FieldError("/items", "ticket_twice"))
    if faults:
        raise invalid(*faults)
