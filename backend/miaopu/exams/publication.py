"""Marks: locked by one person, published with all that are locked by another, at one moment (P14, P16a)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.problem import Problem
from miaopu.exams.models import Seat, Sitting
from miaopu.exams.queries import visible_sittings
from miaopu.exams.schemas import LockForm, Published, PublishForm, PublishLine, PublishPreview
from miaopu.exams.service import differs, marking
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load
from miaopu.programme.releases import ask_release
from miaopu.registrations.commitments import commit, cycle_code
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


async def _people(tx: Tx, sitting: Sitting) -> Sequence[tuple[Seat, Registration]]:
    rows = (
        select(Seat, Registration)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(Seat.sitting_id == sitting.id, Registration.state == "seated")
        .order_by(Seat.ticket_number)
    )
    return [(seat, registration) for seat, registration in (await tx.session.execute(rows)).all()]


async def lock(tx: Tx, sitting_id: uuid.UUID, form: LockForm) -> Sitting:
    """Marks are complete and stand; from now on they change only through two people.

    Raises:
        Problem: 404, 403, 409 `stale`, `marks_incomplete` while entries are missing or differ, `window_closed`.
    """
    sitting = await marking(tx, sitting_id)
    # A workbook of marks that is being entered is waited for.
    await tx.session.refresh(sitting, with_for_update=True)
    ask_version(sitting, form.version)
    seats = [seat for seat, _ in await _people(tx, sitting)]
    missing = [s.ticket_number for s in seats if s.second_by is None]
    differing = [s.ticket_number for s in seats if differs(s)]
    if missing or differing or not seats:
        raise Problem("marks_incomplete", 409, missing=len(missing), differing=len(differing), tickets=differing[:20])
    sitting.locked_at, sitting.locked_by = clock.now(), tx.actor.account_id
    audit.note(tx.session, sitting, Act("sitting.lock"))
    await tx.session.flush()
    return sitting


async def unlock(tx: Tx, sitting_id: uuid.UUID, form: LockForm) -> Sitting:
    """Open locked marks again before they are published, with a reason. Raises 404, 403, 409, 422."""
    sitting = await load(tx, Sitting, visible_sittings(tx.actor.role), sitting_id)
    require(tx.actor, Permission.EXAM_MARK)
    ask_version(sitting, form.version)
    if sitting.locked_at is None or sitting.published_at is not None:
        raise Problem("wrong_state", 409, state="published" if sitting.published_at else "open")
    sitting.locked_at = sitting.locked_by = None
    audit.note(tx.session, sitting, Act("sitting.unlock", form.reason))
    await tx.session.flush()
    return sitting


def commit_mark(tx: Tx, registration: Registration, code: str, seat: Seat) -> None:
    """Bind a published mark, or an absence, into the trail: its person has a receipt."""
    mark = None if seat.mark is None else f"{seat.mark:.2f}"
    commit(tx.session, registration, code, "mark", subject=registration.subject, mark=mark, absent=seat.absent)


async def _locked(tx: Tx) -> Sequence[Sitting]:
    return list(
        await tx.session.scalars(
            select(Sitting)
            .where(
                Sitting.cycle_id == cycle_of(tx.actor),
                Sitting.locked_at.is_not(None),
                Sitting.published_at.is_(None),
                visible_sittings(tx.actor.role),
            )
            .order_by(Sitting.subject),
            scope(tx.actor),
        )
    )


async def preview(tx: Tx) -> PublishPreview:
    """Which marks would be published, and how many accounts would be told; nothing is changed."""
    require(tx.actor, Permission.EXAM_MARK)
    lines, told = [], 0
    for sitting in await _locked(tx):
        people = await _people(tx, sitting)
        told += sum(1 + (r.guardian_account_id is not None) for _, r in people)
        marks = [seat.mark for seat, _ in people if seat.mark is not None]
        lines.append(
            PublishLine(
                id=sitting.id,
                version=sitting.version,
                subject=sitting.subject,
                tested=len(marks),
                absent=sum(seat.absent for seat, _ in people),
                lowest=min(marks, default=None),
                highest=max(marks, default=None),
                locked_by_me=sitting.locked_by == tx.actor.account_id,
            )
        )
    return PublishPreview(lines=lines, told=told)


async def publish(tx: Tx, form: PublishForm) -> Published:
    """Publish all locked marks of one's city at one moment: each student becomes tested or absent and is told.

    Raises:
        Problem: 403; 409 `stale` when the preview has changed, `needs_another_person`, `nothing_to_release`,
            `window_closed`.
    """
    require(tx.actor, Permission.EXAM_MARK)
    await ask_window(tx.session, cycle_of(tx.actor), StageCode.WRITTEN_TEST)
    sittings = await _locked(tx)
    ask_release(sittings, form.lines, [one.locked_by for one in sittings], tx.actor.account_id)
    moment, tested, absent = clock.now(), 0, 0
    code = await cycle_code(tx.session, cycle_of(tx.actor))
    for sitting in sittings:
        sitting.published_at, sitting.published_by = moment, tx.actor.account_id
        audit.note(tx.session, sitting, Act("sitting.publish"))
        for seat, registration in await _people(tx, sitting):
            absent += seat.absent
            tested += not seat.absent
            action = "mark_absent" if seat.absent else "publish_mark"
            await move(tx, FLOW, registration, action, version=None, concerned=concerned(registration))
            commit_mark(tx, registration, code, seat)
    return Published(tested=tested, absent=absent)
