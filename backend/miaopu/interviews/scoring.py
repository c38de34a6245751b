"""Score sheets of the interviews (P16): one's own first, the others' after it; submitted is final."""

import uuid
from decimal import Decimal

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.interviews.judging import Judged, odd_ones
from miaopu.interviews.models import InterviewRound, Panel, PanelMember, ScoreSheet, Slot
from miaopu.interviews.queries import visible_slots
from miaopu.interviews.schemas import ExplainForm, MissedForm, ReopenForm, SheetForm
from miaopu.notices.service import tell
from miaopu.people.access import require
from miaopu.people.acting import Tx, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, plan_of
from miaopu.programme.rubric import faults, percent, scales_of
from miaopu.registrations.models import Registration


async def load_slot(tx: Tx, slot_id: uuid.UUID) -> tuple[Slot, Panel, Registration]:
    """A turn the actor sees. Raises 404."""
    found = (
        await tx.session.execute(
            select(Slot, Panel, Registration)
            .join(Panel, Panel.id == Slot.panel_id)
            .join(Registration, Registration.id == Slot.registration_id)
            .where(Slot.id == slot_id, visible_slots(tx.actor.role)),
            scope(tx.actor),
        )
    ).first()
    if found is None:
        raise not_found()
    return found[0], found[1], found[2]


async def _open(tx: Tx, panel: Panel, slot: Slot, registration: Registration) -> None:
    await ask_window(tx.session, panel.cycle_id, StageCode.INTERVIEW)
    state = await tx.session.scalar(
        select(InterviewRound.state).where(
            InterviewRound.cycle_id == panel.cycle_id,
            InterviewRound.city_id == panel.city_id,
            InterviewRound.subject == panel.subject,
        )
    )
    if registration.state != "shortlisted" or slot.missed_reason or state != "arranging":
        raise Problem("wrong_state", 409, state=registration.state)


async def _sheets(tx: Tx, slot: Slot) -> list[ScoreSheet]:
    # The turn's row is the lock: of the last two sheets at once, one sees the other.
    await tx.session.execute(select(Slot.id).where(Slot.id == slot.id).with_for_update())
    return list(await tx.session.scalars(select(ScoreSheet).where(ScoreSheet.slot_id == slot.id)))


async def score(tx: Tx, slot_id: uuid.UUID, form: SheetForm) -> ScoreSheet:
    """A panel member's sheet: given once, without the others' in sight.

    Raises:
        Problem: 404 (also in conflict with the candidate: `visible_slots` is the one home of that), 403, 409
            `wrong_state`, `sheet_locked`, `window_closed`; 422 with the dimension's pointer.
    """
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_SCORE)
    await _open(tx, panel, slot, registration)
    plan = await plan_of(tx.session, panel.cycle_id)
    _asked(plan, form)
    me = tx.actor.account_id
    sheets = await _sheets(tx, slot)
    sheet = next((s for s in sheets if s.account_id == me), None)
    if sheet is None:
        sheet = ScoreSheet(id=new_id(), slot_id=slot.id, registration_id=registration.id, account_id=me)
        tx.session.add(sheet)
        sheets.append(sheet)
    elif sheet.locked:
        raise Problem("sheet_locked", 409)
    sheet.scores = {code: str(value) for code, value in form.scores.items()}
    sheet.score = percent(form.scores, scales_of(plan.interview.dimensions)).quantize(Decimal("0.0001"))
    sheet.level, sheet.level_comment, sheet.comment = form.level, form.level_comment, form.comment
    sheet.extras = dict(form.extras)
    sheet.locked, sheet.submitted_at = True, clock.now()
    audit.note(tx.session, sheet, Act("interview.score"))
    await tx.session.flush()
    await _look_for_odd(tx, plan, slot, panel, registration, sheets)
    return sheet


async def _look_for_odd(
    tx: Tx, plan: Plan, slot: Slot, panel: Panel, registration: Registration, sheets: list[ScoreSheet]
) -> None:
    """When the panel is complete: who lies far off the others is asked for a reason."""
    members = await tx.session.scalar(
        select(func.count()).select_from(PanelMember).where(PanelMember.panel_id == panel.id)
    )
    if len(sheets) < (members or 0) or not all(s.locked for s in sheets):
        return
    given = [Judged(str(slot.id), str(panel.id), str(s.account_id), s.score) for s in sheets]
    odd = {judge for _, judge in odd_ones(given, plan.interview.outlier_points)}
    for sheet in sheets:
        is_odd = str(sheet.account_id) in odd
        if is_odd == sheet.far_off:
            continue
        sheet.far_off = is_odd
        audit.note(tx.session, sheet, Act("interview.compare"))
        if is_odd:
            await tell(
                tx.session, [sheet.account_id], "interview.far_off", thing_type="slot", thing_id=slot.id,
                cycle_id=panel.cycle_id, title=f"{registration.number} {registration.name}",
            )  # fmt: skip
    await tx.session.flush()


def _asked(plan: Plan, form: SheetForm) -> None:
    found = faults(form.scores, scales_of(plan.interview.dimensions))
    has_level = any(d.kind == "level" for d in plan.interview.dimensions)
    if has_level and form.level is None:
        found.append(FieldError("/level", "missing"))
    if form.level is not None and form.level not in {step.code for step in plan.interview.levels}:
        found.append(FieldError("/level", "enum"))
    known = {extra.code for extra in plan.interview.extra_forms}
    found += [FieldError(f"/extras/{code}", "unknown") for code in form.extras if code not in known]
    if found:
        raise invalid(*found)


async def explain(tx: Tx, slot_id: uuid.UUID, form: ExplainForm) -> ScoreSheet:
    """Why one's own score lies far off the others'; the score itself stands. Raises 404, 403, 409."""
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_SCORE)
    await _open(tx, panel, slot, registration)
    sheet = next((s for s in await _sheets(tx, slot) if s.account_id == tx.actor.account_id), None)
    if sheet is None or not sheet.far_off:
        raise Problem("wrong_state", 409, state="in_line")
    sheet.far_off_reason = form.reason
    audit.note(tx.session, sheet, Act("interview.explain", form.reason))
    await tx.session.flush()
    return sheet


async def reopen(tx: Tx, slot_id: uuid.UUID, form: ReopenForm) -> ScoreSheet:
    """Open a submitted sheet again, for a slip of the pen; the panellist is told. Raises 404, 403, 409, 422."""
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    await _open(tx, panel, slot, registration)
    sheet = next((s for s in await _sheets(tx, slot) if s.id == form.sheet_id), None)
    if sheet is None:
        raise invalid(FieldError("/sheet_id", "unknown"))
    if not sheet.locked:
        raise Problem("wrong_state", 409, state="open")
    sheet.locked = False
    audit.note(tx.session, sheet, Act("interview.reopen_sheet", form.reason))
    await tx.session.flush()
    await tell(
        tx.session, [sheet.account_id], "interview.reopen_sheet", thing_type="slot", thing_id=slot.id,
        cycle_id=panel.cycle_id, title=f"{registration.number} {registration.name}", reason=form.reason,
    )  # fmt: skip
    return sheet


async def miss(tx: Tx, slot_id: uuid.UUID, form: MissedForm) -> Slot:
    """A student did not come. Raises 404, 403, 409 when already scored or decided."""
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    ask_version(slot, form.version)
    await _open(tx, panel, slot, registration)
    scored = await tx.session.scalar(select(func.count()).select_from(ScoreSheet).where(ScoreSheet.slot_id == slot.id))
    if scored:
        raise Problem("wrong_state", 409, state=registration.state)
    slot.missed_reason = form.reason
    audit.note(tx.session, slot, Act("interview.miss", form.reason))
    await tx.session.flush()
    return slot
