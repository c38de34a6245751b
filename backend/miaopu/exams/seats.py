"""Verbs of seats (P14): drawn from a seed whose hash is known before, drawn anew, changed by hand; who has come."""

import secrets
import uuid

from sqlalchemy import func, select

from miaopu.core import audit, clock, passes
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.core.secrets import Vault
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.exams.queries import visible_sittings
from miaopu.exams.rules import seating
from miaopu.exams.schemas import CheckedIn, PlaceForm, ReseatForm
from miaopu.exams.service import arranged, load_seat
from miaopu.notices.service import tell
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


async def seat_all(tx: Tx, sitting_id: uuid.UUID) -> tuple[int, str]:
    """Give every eligible student of the subject and city a seat and a ticket; the sitting's row is the lock.

    Raises:
        Problem: 409 `full` when the rooms are too small (nobody is seated then), `window_closed`.
    """
    sitting = await arranged(tx, sitting_id)
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
    draws = await tx.session.scalar(select(func.max(Seat.draw)).where(Seat.sitting_id == sitting.id))
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
                draw=(draws or 0) + 1,
                # The registration's serial, so that ticket and registration are seen to belong together.
                ticket_number=plan.number(plan.numbering.ticket, serial=registration.serial, city=city.code),
            )
        )
        await move(tx, FLOW, registration, "seat", version=None, concerned=concerned(registration))
    await tx.session.flush()
    return len(waiting), sitting.seed


async def _rooms(tx: Tx, sitting: Sitting) -> list[ExamRoom]:
    rows = select(ExamRoom).where(ExamRoom.sitting_id == sitting.id).order_by(ExamRoom.name)
    return list(await tx.session.scalars(rows))


async def _before_the_test(tx: Tx, sitting: Sitting) -> None:
    await tx.session.execute(select(Sitting.id).where(Sitting.id == sitting.id).with_for_update())
    if clock.now() >= sitting.starts_at:
        raise Problem("test_began", 409)


async def _seated(tx: Tx, sitting: Sitting) -> list[tuple[Seat, Registration]]:
    rows = (
        select(Seat, Registration)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Seat.sitting_id == sitting.id, Registration.state == "seated")
        .order_by(Registration.number)
    )
    return [(seat, registration) for seat, registration in (await tx.session.execute(rows)).all()]


async def reseat(tx: Tx, sitting_id: uuid.UUID, form: ReseatForm) -> tuple[int, str]:
    """Draw all seats of a sitting anew, with a reason; tickets keep their numbers and everybody is told.

    Raises:
        Problem: 404, 403, 409 `stale`, `test_began`, `nobody_seated`, `full`, `window_closed`.
    """
    sitting = await arranged(tx, sitting_id)
    ask_version(sitting, form.version)
    await ask_window(tx.session, sitting.cycle_id, StageCode.WRITTEN_TEST)
    await _before_the_test(tx, sitting)
    people = await _seated(tx, sitting)
    if not people:
        raise Problem("nobody_seated", 409)
    sitting.seed = secrets.token_hex(8)
    audit.note(tx.session, sitting, Act("sitting.reseat", form.reason))
    free = [(str(room.id), room.capacity) for room in await _rooms(tx, sitting)]
    schools = {r.number: str(r.school_id) for _, r in people}
    try:
        drawn = seating(list(schools), schools, free, sitting.seed)
    except ValueError as few:
        raise Problem("full", 409, places=sum(n for _, n in free), taken=len(people)) from few
    for seat, registration in people:
        room, number = drawn[registration.number]
        seat.room_id, seat.number = uuid.UUID(room), number
        seat.draw, seat.by_hand = 1, False
        audit.note(tx.session, seat, Act("seat.reseat", form.reason))
        await _tell(tx, registration, "sitting.reseat", form.reason)
    await tx.session.flush()
    return len(people), sitting.seed


async def place(tx: Tx, seat_id: uuid.UUID, form: PlaceForm) -> Seat:
    """Another free seat of the same sitting for one student, with a reason. Raises 404, 403, 409, 422."""
    seat = await load_seat(tx, seat_id)
    sitting = await arranged(tx, seat.sitting_id)
    ask_version(seat, form.version)
    await _before_the_test(tx, sitting)
    rooms = {room.id: room for room in await _rooms(tx, sitting)}
    room = rooms.get(form.room_id)
    if room is None:
        raise invalid(FieldError("/room_id", "unknown"))
    if form.number > room.capacity:
        raise invalid(FieldError("/number", "less_than_equal", {"le": room.capacity}))
    taken = await tx.session.scalar(
        select(Seat.id).where(Seat.room_id == room.id, Seat.number == form.number, Seat.id != seat.id)
    )
    if taken is not None:
        raise invalid(FieldError("/number", "seat_taken"))
    seat.room_id, seat.number, seat.by_hand = room.id, form.number, True
    audit.note(tx.session, seat, Act("seat.place", form.reason))
    registration = await tx.session.get(Registration, seat.registration_id)
    assert registration is not None
    await _tell(tx, registration, "seat.place", form.reason)
    await tx.session.flush()
    return seat


async def _tell(tx: Tx, registration: Registration, kind: str, reason: str) -> None:
    await tell(
        tx.session,
        [one for one in (registration.account_id, registration.guardian_account_id) if one is not None],
        kind,
        thing_type="registration",
        thing_id=registration.id,
        cycle_id=registration.cycle_id,
        title=registration.number or "",
        reason=reason,
    )


async def check_in(tx: Tx, vault: Vault, code: str) -> CheckedIn:
    """Somebody's ticket at the door: its QR, or its number typed. Twice is once, and says so.

    Raises:
        Problem: 404 for another city's student, 403; 409 `marks_published`; 422 `pass_invalid`.
    """
    if code.strip().rsplit("/", 1)[-1].startswith("seat~"):
        ids = passes.read(vault, "seat", code)
        seat_id = ids[0]
    else:
        found = await tx.session.scalar(select(Seat.id).where(Seat.ticket_number == code.strip()))
        if found is None:
            raise Problem("pass_invalid", 422)
        seat_id = found
    seat = await load_seat(tx, seat_id)
    sitting = await load(tx, Sitting, visible_sittings(tx.actor.role), seat.sitting_id)
    require(tx.actor, Permission.EXAM_ARRANGE)
    if sitting.published_at is not None:
        raise Problem("marks_published", 409)
    again = seat.present_at is not None
    if not again:
        seat.present_at, seat.present_by = clock.now(), tx.actor.account_id
        audit.note(tx.session, seat, Act("seat.check_in"))
    registration = await tx.session.get(Registration, seat.registration_id)
    room = await tx.session.get(ExamRoom, seat.room_id)
    assert registration is not None
    assert room is not None
    await tx.session.flush()
    return CheckedIn(
        name=registration.name,
        ticket_number=seat.ticket_number,
        subject=sitting.subject,
        room=room.name,
        seat=seat.number,
        again=again,
        at=seat.present_at or clock.now(),
    )
