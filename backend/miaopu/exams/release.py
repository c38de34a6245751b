"""Lotteries at a line (RFC 3797), and the release of all confirmed lines at one moment by two people (P15, P16a)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.exams import notices
from miaopu.exams.cutoff_queries import visible_cutoffs
from miaopu.exams.cutoff_schemas import DrawForm, PoolForm, Released, ReleaseForm, ReleaseLine, ReleasePreview
from miaopu.exams.cutoffs import admitted, ask_open, candidates_of
from miaopu.exams.lottery import key_of
from miaopu.exams.models import CUTOFF_FLOW, Cutoff, CutoffLot, Recheck, Seat
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, ask_window, move
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.programme.releases import ask_release
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned


async def announce(tx: Tx, cutoff_id: uuid.UUID, form: PoolForm) -> Cutoff:
    """Publish the pool of a lottery and the public number of the future that will draw it; from now on it stands.

    Raises:
        Problem: 404, 403, 409 `wrong_state`, `draw_announced`, `window_closed`; 422 for a moment that is not to come.
    """
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    ask_version(row, form.version)
    await ask_window(tx.session, row.cycle_id, StageCode.CUTOFF)
    ask_open(row)
    if row.ties != "lottery" or row.line is None:
        raise Problem("wrong_state", 409, state=row.ties)
    if form.draws_at <= clock.now():
        raise invalid(FieldError("/draws_at", "future"))
    plan = await plan_of(tx.session, row.cycle_id)
    row.draw_source, row.draws_at = form.source, form.draws_at
    audit.note(tx.session, row, Act("cutoff.announce"))
    await tx.session.flush()
    pool = [uuid.UUID(one.key) for one in await candidates_of(tx, plan, row) if one.mark == row.line]
    for registration in await tx.session.scalars(select(Registration).where(Registration.id.in_(pool))):
        # The pseudonym: a public pool of those with one mark names nobody.
        tx.session.add(
            CutoffLot(id=new_id(), cutoff_id=row.id, registration_id=registration.id, lot=registration.pseudonym)
        )
    await tx.session.flush()
    return row


async def draw(tx: Tx, cutoff_id: uuid.UUID, form: DrawForm) -> Cutoff:
    """What the public number was; who is in follows from it, and from nothing else.

    Raises:
        Problem: 404, 403, 409 `draw_not_yet`, `wrong_state` when it has been drawn; 422 for a text without numbers.
    """
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    ask_version(row, form.version)
    if row.state != "proposed" or row.draws_at is None or row.draw_value is not None:
        raise Problem("wrong_state", 409, state=row.state)
    if clock.now() < row.draws_at:
        raise Problem("draw_not_yet", 409, at=row.draws_at.isoformat())
    try:
        key_of(form.value)
    except ValueError as wrong:
        raise invalid(FieldError("/value", "numbers")) from wrong
    row.draw_value = form.value
    audit.note(tx.session, row, Act("cutoff.draw"))
    await tx.session.flush()
    return row


async def _ready(tx: Tx) -> Sequence[Cutoff]:
    return list(
        await tx.session.scalars(
            select(Cutoff)
            .where(Cutoff.cycle_id == cycle_of(tx.actor), Cutoff.state == "confirmed", visible_cutoffs(tx.actor.role))
            .order_by(Cutoff.city_id, Cutoff.subject),
            scope(tx.actor),
        )
    )


async def _sides(tx: Tx, plan: Plan, row: Cutoff) -> tuple[list[Registration], set[str]]:
    inside = set(await admitted(tx, plan, row))
    people = list(
        await tx.session.scalars(
            select(Registration)
            .where(Registration.id.in_([uuid.UUID(c.key) for c in await candidates_of(tx, plan, row)]))
            .order_by(Registration.number)
        )
    )
    return people, inside


async def _ask_rechecks(tx: Tx, rows: Sequence[Cutoff]) -> None:
    """Raises 409 `rechecks_open` while a mark of these lines is looked at again."""
    waiting = (
        await tx.session.execute(
            select(Registration.number, Registration.city_id, Registration.subject)
            .join(Seat, Seat.registration_id == Registration.id)
            .join(Recheck, Recheck.seat_id == Seat.id)
            .where(Recheck.cycle_id == cycle_of(tx.actor), Recheck.state.in_(("open", "proposed")))
        )
    ).all()
    lines = {(row.city_id, row.subject) for row in rows}
    if found := sorted(r.number for r in waiting if (r.city_id, r.subject) in lines):
        raise Problem("rechecks_open", 409, count=len(found), numbers=found[:20])


async def preview(tx: Tx) -> ReleasePreview:
    """What a release would publish and whom it would tell, name by name; nothing is changed."""
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    plan = await plan_of(tx.session, cycle_of(tx.actor))
    lines, told = [], 0
    for row in await _ready(tx):
        people, inside = await _sides(tx, plan, row)
        city = await tx.session.get(Unit, row.city_id)
        assert city is not None
        told += sum(1 + (p.guardian_account_id is not None) for p in people)
        lines.append(
            ReleaseLine(
                id=row.id,
                version=row.version,
                city_name=city.name,
                subject=row.subject,
                line=row.line,
                confirmed_by_me=row.confirmed_by == tx.actor.account_id,
                shortlisted=[p.number for p in people if str(p.id) in inside],
                left_out=[p.number for p in people if str(p.id) not in inside],
            )
        )
    return ReleasePreview(lines=lines, told=told)


async def release(tx: Tx, form: ReleaseForm) -> Released:
    """All lines of the preview at one moment: the lists stand, everybody is told, the public page shows them.

    Raises:
        Problem: 403; 409 `stale` when a line is not as it was previewed, `needs_another_person` for who confirmed
            one, `rechecks_open`, `line_outdated`, `window_closed`, `nothing_to_release`.
    """
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.CUTOFF)
    plan = await plan_of(tx.session, cycle_id)
    rows = await _ready(tx)
    ask_release(rows, form.lines, [one.confirmed_by for one in rows], tx.actor.account_id)
    await _ask_rechecks(tx, rows)
    moment, counts = clock.now(), {"shortlist": 0, "leave_out": 0}
    for row in rows:
        people, inside = await _sides(tx, plan, row)
        row.released_at, row.released_by = moment, tx.actor.account_id
        about = Concerned(title=plan.subject_name(row.subject), units={Role.CITY_OFFICE: row.city_id})
        await move(tx, CUTOFF_FLOW, row, "release", version=None, concerned=about)
        for registration in people:
            step = "shortlist" if str(registration.id) in inside else "leave_out"
            counts[step] += 1
            await move(tx, FLOW, registration, step, version=None, concerned=concerned(registration))
        await notices.put_up(tx, plan, row, people, inside)
    return Released(lines=len(rows), shortlisted=counts["shortlist"], left_out=counts["leave_out"])
