"""Published marks looked at again (P14): asked for, answered, and changed by two people, never by one."""

import uuid

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.exams.models import RECHECK_FLOW, Cutoff, Recheck, Seat, Sitting
from miaopu.exams.publication import commit_mark
from miaopu.exams.queries import visible_rechecks
from miaopu.exams.rules import written
from miaopu.exams.schemas import MarkLine, RecheckAction, RecheckAsk, RecheckMark, RecheckOpen
from miaopu.exams.service import ask_marks, load_seat
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.registrations.commitments import cycle_code
from miaopu.registrations.models import Registration


async def _published(tx: Tx, seat: Seat) -> tuple[Sitting, Registration]:
    sitting = await tx.session.get(Sitting, seat.sitting_id)
    registration = await tx.session.get(Registration, seat.registration_id)
    assert sitting is not None
    assert registration is not None
    if sitting.published_at is None:
        raise Problem("marks_unpublished", 409)
    return sitting, registration


def _about(registration: Registration) -> Concerned:
    return Concerned(
        title=registration.number or "",
        owners=[registration.account_id, registration.guardian_account_id],
        units={Role.CITY_OFFICE: registration.city_id},
    )


async def ask(tx: Tx, seat_id: uuid.UUID, form: RecheckAsk) -> Recheck:
    """A student asks that the own mark be looked at again, within the days of the plan.

    Raises:
        Problem: 404, 403; 409 `marks_unpublished`, `recheck_over` with the last moment, `wrong_state` after a line
            was released or when one waits already.
    """
    seat = await load_seat(tx, seat_id)
    require(tx.actor, Permission.EXAM_RECHECK)
    sitting, registration = await _published(tx, seat)
    await _ask_line(tx, registration)
    plan = await plan_of(tx.session, sitting.cycle_id)
    assert sitting.published_at is not None
    until = plan.working_days_after(sitting.published_at, plan.written_test.recheck_working_days)
    if clock.now() >= until:
        raise Problem("recheck_over", 409, until=until.isoformat())
    made = await _open(tx, seat, registration, form.reason, by_student=True)
    audit.note(tx.session, made, Act("recheck.ask"))
    await tx.session.flush()
    return made


async def _open(tx: Tx, seat: Seat, registration: Registration, reason: str, *, by_student: bool) -> Recheck:
    waiting = await tx.session.scalar(
        select(Recheck.id).where(Recheck.seat_id == seat.id, Recheck.state.in_(("open", "proposed")))
    )
    if waiting is not None:
        raise Problem("wrong_state", 409, state="open")
    made = Recheck(
        id=new_id(),
        cycle_id=registration.cycle_id,
        state="open",
        seat_id=seat.id,
        asked_by=tx.actor.account_id,
        by_student=by_student,
        reason=reason,
        mark_before=seat.mark,
    )
    tx.session.add(made)
    return made


async def _ask_line(tx: Tx, registration: Registration) -> None:
    """After the list of those to be interviewed is out a mark stands: an objection is the way then."""
    released = await tx.session.scalar(
        select(Cutoff.id).where(
            Cutoff.cycle_id == registration.cycle_id,
            Cutoff.city_id == registration.city_id,
            Cutoff.subject == registration.subject,
            Cutoff.state == "released",
        )
    )
    if released is not None:
        raise Problem("line_released", 409)


async def find(tx: Tx, seat_id: uuid.UUID, form: RecheckOpen) -> Recheck:
    """The office has found a published mark to be wrong: it proposes another, with the reason. Raises as `propose`."""
    seat = await load_seat(tx, seat_id)
    require(tx.actor, Permission.EXAM_MARK)
    ask_version(seat, form.version)
    _, registration = await _published(tx, seat)
    made = await _open(tx, seat, registration, form.reason, by_student=False)
    audit.note(tx.session, made, Act("recheck.find"))
    await tx.session.flush()
    await _propose(tx, made, seat, form)
    return made


async def propose(tx: Tx, recheck_id: uuid.UUID, form: RecheckMark) -> Recheck:
    """Another mark, for a second person to confirm.

    Raises:
        Problem: 404, 403, 409 `stale`, `wrong_state`, `line_released`; 422 for what is no mark of the paper.
    """
    found = await load(tx, Recheck, visible_rechecks(tx.actor.role), recheck_id)
    require(tx.actor, Permission.EXAM_MARK)
    ask_version(found, form.version)
    await _propose(tx, found, await load_seat(tx, found.seat_id), form)
    return found


async def _propose(tx: Tx, found: Recheck, seat: Seat, form: RecheckMark | RecheckOpen) -> None:
    sitting, registration = await _published(tx, seat)
    await _ask_line(tx, registration)
    given = MarkLine(ticket_number=seat.ticket_number, mark=form.mark, parts=form.parts)
    await ask_marks(tx, sitting, [given])
    found.mark, found.proposed_by = form.mark, tx.actor.account_id
    found.parts = written(form.parts)
    await move(tx, RECHECK_FLOW, found, "propose", version=None, reason=form.reason)


async def act(tx: Tx, recheck_id: uuid.UUID, action: RecheckAction, form: Move) -> Recheck:
    """The mark stands, with the answer; or a second person confirms another, or refuses it.

    Raises:
        Problem: as `move`; 409 `needs_another_person`, `line_released`.
    """
    found = await load(tx, Recheck, visible_rechecks(tx.actor.role), recheck_id)
    seat = await load_seat(tx, found.seat_id)
    _, registration = await _published(tx, seat)
    require(tx.actor, Permission.EXAM_MARK)
    if action == "confirm":
        await _ask_line(tx, registration)
        if found.proposed_by == tx.actor.account_id:
            raise Problem("needs_another_person", 409)
        found.confirmed_by = tx.actor.account_id
    if action == "stand":
        found.answer = form.reason or ""
    await move(
        tx, RECHECK_FLOW, found, action, version=form.version, reason=form.reason,
        concerned=_about(registration) if action in ("confirm", "stand") else None,
    )  # fmt: skip
    if action == "confirm":
        seat.mark, seat.parts = found.mark, found.parts
        seat.second_mark, seat.second_parts = found.mark, found.parts
        audit.note(tx.session, seat, Act("seat.correct_mark", found.reason))
        commit_mark(tx, registration, await cycle_code(tx.session, registration.cycle_id), seat)
    await tx.session.flush()
    return found
