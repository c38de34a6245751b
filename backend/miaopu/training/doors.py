"""The door of a meeting: a code that changes, and who came in by it (P9, P10)."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.documents import qr_svg
from miaopu.core.problem import FieldError, Problem, not_found
from miaopu.core.secrets import Vault
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.programme.plan import Plan
from miaopu.programme.queries import load, plan_of
from miaopu.training import door
from miaopu.training.appointments import _guests, _own
from miaopu.training.appointments_models import Appointment, AppointmentGuest
from miaopu.training.appointments_queries import visible_appointments
from miaopu.training.appointments_schemas import Door, DoorPassed


def _key(vault: Vault, appointment_id: uuid.UUID) -> bytes:
    return bytes.fromhex(vault.index("door", str(appointment_id)))


async def show_door(tx: Tx, vault: Vault, appointment_id: uuid.UUID, public_url: str) -> Door:
    """What stands at the door now; for the team that planned it. Raises 404, 403, 409."""
    found = await _own(tx, appointment_id)
    plan = await plan_of(tx.session, found.cycle_id)
    seconds = plan.training.check_in.seconds
    code = door.code_of(_key(vault, found.id), door.step_of(clock.now(), seconds))
    url = f"{public_url.rstrip('/')}/m/in/{found.id}~{code.long}"
    present = await tx.session.scalars(
        select(Enrolment.name)
        .join(AppointmentGuest, AppointmentGuest.enrolment_id == Enrolment.id)
        .where(AppointmentGuest.appointment_id == found.id, AppointmentGuest.checked_in_at.is_not(None))
        .order_by(AppointmentGuest.checked_in_at)
    )
    asked = len(await _guests(tx, found))
    return Door(
        url=url,
        svg=qr_svg(url),
        digits=code.digits,
        seconds=seconds,
        left=door.left(clock.now(), seconds),
        asked=asked,
        present=list(present),
    )


async def check_in(tx: Tx, vault: Vault, appointment_id: uuid.UUID, code: str) -> DoorPassed:
    """A student at the door, with the code that stands there now. Twice is once.

    Raises:
        Problem: 404 for a meeting one is not asked to; 409 before or after its time; 422 `door_code` for a code
            that is old, of another meeting or made up.
    """
    found = await load(tx, Appointment, visible_appointments(tx.actor.role), appointment_id)
    require(tx.actor, Permission.SESSION_CHECK_IN)
    guest = await tx.session.scalar(
        select(AppointmentGuest)
        .join(Enrolment, Enrolment.id == AppointmentGuest.enrolment_id)
        .where(AppointmentGuest.appointment_id == found.id, Enrolment.account_id == tx.actor.account_id)
    )
    if guest is None:
        raise not_found()
    if found.state != "planned":
        raise Problem("wrong_state", 409, state=found.state)
    plan = await plan_of(tx.session, found.cycle_id)
    ask_time(found, plan)
    asked = plan.training.check_in
    step = door.step_of(clock.now(), asked.seconds)
    if not door.accepts(_key(vault, found.id), code, step, asked.steps_back):
        raise Problem("door_code", 422, errors=[FieldError("/code", "door_code")])
    if guest.checked_in_at is not None:
        return DoorPassed(title=found.title, at=guest.checked_in_at, again=True)
    guest.checked_in_at = clock.now()
    audit.note(tx.session, guest, Act("appointment.check_in"))
    await tx.session.flush()
    return DoorPassed(title=found.title, at=guest.checked_in_at, again=False)


def ask_time(thing: Appointment, plan: Plan) -> None:
    opens = thing.starts_at - timedelta(minutes=plan.training.check_in.opens_minutes)
    closes = thing.starts_at + timedelta(minutes=thing.minutes)
    if not opens <= clock.now() < closes:
        local = [moment.astimezone(plan.zone).strftime("%Y-%m-%d %H:%M") for moment in (opens, closes)]
        raise Problem("door_closed", 409, opens=local[0], closes=local[1])
