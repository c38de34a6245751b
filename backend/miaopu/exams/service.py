"""Verbs of the written test (P14): sittings, rooms, seats, marks entered twice, publication."""

import secrets
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.exams.queries import visible_seats, visible_sittings
from miaopu.exams.rules import mark_fault, parts_fault, seating
from miaopu.exams.schemas import MarkForm, MarkLine, MarksEntered, RoomForm, SittingForm
from miaopu.people.access import Permission, require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Unit
from miaopu.programme.flow import ask_window, move
from miaopu.programme.models import CycleSubject
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


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
    sitting = await _arranged(tx, sitting_id)
    room = ExamRoom(id=new_id(), sitting_id=sitting.id, **form.model_dump())
    tx.session.add(room)
    await tx.session.flush()
    return room


async def _arranged(tx: Tx, sitting_id: uuid.UUID) -> Sitting:
    sitting = await load(tx, Sitting, visible_sittings(tx.actor.role), sitting_id)
    require(tx.actor, Permission.EXAM_ARRANGE)
    if sitting.published_at is not None:
        raise Problem("marks_published", 409)
    return sitting


async def seat_all(tx: Tx, sitting_id: uuid.UUID) -> tuple[int, str]:
    """Give every eligible student of the subject and city a seat and a ticket; the sitting's row is the lock.

    Raises:
        Problem: 409 `full` when the rooms are too small (nobody is seated then), `window_closed`.
    """
    sitting = await _arranged(tx, sitting_id)
    await tx.session.execute(select(Sitting.id).where(Sitting.id == sitting.id).with_for_update())
    await ask_window(tx.session, sitting.cycle_id, StageCode.WRITTEN_TEST)
    plan = await plan_of(tx.session, sitting.cycle_id)
    waiting = list(
        await tx.session.scalars(
            select(Registration).where(
                Registration.cycle_id == sitting.cycle_id,
                Registration.city_id == sitting.city_id,
                Registration.subject == sitting.subject,
                Registration.state == "eligible",
            )
        )
    )
    rooms = list(
        await tx.session.scalars(select(ExamRoom).where(ExamRoom.sitting_id == sitting.id).order_by(ExamRoom.name))
    )
    taken = dict(
        (
            await tx.session.execute(
                select(Seat.room_id, func.max(Seat.number)).where(Seat.sitting_id == sitting.id).group_by(Seat.room_id)
            )
        ).all()
    )
    free = [(str(room.id), room.capacity - taken.get(room.id, 0)) for room in rooms]
    try:
        seats = seating([r.number for r in waiting], {r.number: str(r.school_id) for r in waiting}, free, sitting.seed)
    except ValueError as few:
        raise Problem("full", 409, places=sum(n for _, n in free), taken=len(waiting)) from few
    city = await tx.session.get(Unit, sitting.city_id)
    assert city is not None
    for registration in waiting:
        room_id, number = seats[registration.number]
        room = uuid.UUID(room_id)
        tx.session.add(
            Seat(
                registration_id=registration.id,
                sitting_id=sitting.id,
                room_id=room,
                number=taken.get(room, 0) + number,
                # The registration's serial, so that ticket and registration are seen to belong together.
                ticket_number=plan.number(plan.numbering.ticket, serial=registration.serial, city=city.code),
            )
        )
        await move(tx, FLOW, registration, "seat", version=None, concerned=concerned(registration))
    await tx.session.flush()
    return len(waiting), sitting.seed


async def enter_mark(tx: Tx, seat_id: uuid.UUID, form: MarkForm) -> Seat:
    """One mark by hand. Raises 404, 403, 409 once published, 422 over the full mark."""
    seat = await load_seat(tx, seat_id)
    require(tx.actor, Permission.EXAM_MARK)
    ask_version(seat, form.version)
    sitting = await marking(tx, seat.sitting_id)
    given = MarkLine(ticket_number=seat.ticket_number, mark=form.mark, absent=form.absent, parts=form.parts)
    await _ask_marks(tx, sitting, [given])
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
    await ask_window(tx.session, sitting.cycle_id, StageCode.WRITTEN_TEST)
    return sitting


def _enter(tx: Tx, seat: Seat, given: MarkLine) -> str:
    first = seat.entered_by in (None, tx.actor.account_id)
    parts = {code: str(mark.normalize()) for code, mark in sorted(given.parts.items())} or None
    if first:
        seat.mark, seat.absent, seat.parts, seat.entered_by = given.mark, given.absent, parts, tx.actor.account_id
        seat.second_mark = seat.second_absent = seat.second_parts = seat.second_by = None
    else:
        seat.second_mark, seat.second_absent, seat.second_parts = given.mark, given.absent, parts
        seat.second_by = tx.actor.account_id
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
    await _ask_marks(tx, sitting, items)
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


async def _ask_marks(tx: Tx, sitting: Sitting, items: Sequence[MarkLine]) -> None:
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


async def publish(tx: Tx, sitting_id: uuid.UUID) -> tuple[int, int]:
    """Lock and publish the marks: each student becomes tested or absent and is told.

    Raises:
        Problem: 409 `marks_incomplete` while entries are missing or differ.
    """
    sitting = await marking(tx, sitting_id)
    pairs = (
        await tx.session.execute(
            select(Seat, Registration)
            .join(Registration, Registration.id == Seat.registration_id)
            .where(Seat.sitting_id == sitting.id)
        )
    ).all()
    missing = [s.ticket_number for s, _ in pairs if s.second_by is None]
    differing = [s.ticket_number for s, _ in pairs if differs(s)]
    if missing or differing or not pairs:
        raise Problem("marks_incomplete", 409, missing=len(missing), differing=len(differing), tickets=differing[:20])
    sitting.published_at = clock.now()
    audit.note(tx.session, sitting, Act("sitting.publish"))
    absent = 0
    for seat, registration in pairs:
        if registration.state != "seated":
            continue
        absent += seat.absent
        action = "mark_absent" if seat.absent else "publish_mark"
        await move(tx, FLOW, registration, action, version=None, concerned=concerned(registration))
    return len(pairs) - absent, absent
