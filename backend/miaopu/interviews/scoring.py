"""Score sheets of the interviews (P16)."""

import uuid
from decimal import Decimal

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.interviews.models import Panel, ScoreSheet, Slot
from miaopu.interviews.queries import visible_slots
from miaopu.interviews.rules import far_off
from miaopu.interviews.schemas import MissedForm, SheetForm
from miaopu.people.access import Permission, require
from miaopu.people.acting import Tx, scope
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


async def score(tx: Tx, slot_id: uuid.UUID, form: SheetForm) -> tuple[ScoreSheet, bool]:
    """A panel member's sheet, kept or corrected until the verdict. Returns it and whether it lies far off the others.

    Raises:
        Problem: 404, 403, 409 `wrong_state`, `window_closed`; 422 with the dimension's pointer, and
            `/far_off_reason` when the score lies far off the others and no reason is given.
    """
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_SCORE)
    await ask_window(tx.session, panel.cycle_id, StageCode.INTERVIEW)
    if registration.state != "shortlisted" or slot.missed_reason:
        raise Problem("wrong_state", 409, state=registration.state)
    plan = await plan_of(tx.session, panel.cycle_id)
    _asked(plan, form)
    found = percent(form.scores, scales_of(plan.interview.dimensions))
    sheets = list(await tx.session.scalars(select(ScoreSheet).where(ScoreSheet.slot_id == slot.id)))
    others = [s.score for s in sheets if s.account_id != tx.actor.account_id]
    odd = far_off(found, others, plan.interview.outlier_points)
    if odd and not form.far_off_reason:
        raise invalid(FieldError("/far_off_reason", "far_off", {"points": plan.interview.outlier_points}))
    sheet = next((s for s in sheets if s.account_id == tx.actor.account_id), None)
    if sheet is None:
        sheet = ScoreSheet(
            id=new_id(), slot_id=slot.id, registration_id=registration.id, account_id=tx.actor.account_id
        )
        tx.session.add(sheet)
    sheet.scores = {code: str(value) for code, value in form.scores.items()}
    sheet.score = found.quantize(Decimal("0.0001"))
    sheet.level, sheet.level_comment, sheet.comment = form.level, form.level_comment, form.comment
    sheet.far_off_reason = form.far_off_reason
    sheet.submitted_at = clock.now()
    audit.note(tx.session, sheet, Act("interview.score"))
    await tx.session.flush()
    return sheet, odd


def _asked(plan: Plan, form: SheetForm) -> None:
    found = faults(form.scores, scales_of(plan.interview.dimensions))
    has_level = any(d.kind == "level" for d in plan.interview.dimensions)
    if has_level and form.level is None:
        found.append(FieldError("/level", "missing"))
    if form.level is not None and form.level not in {step.code for step in plan.interview.levels}:
        found.append(FieldError("/level", "enum"))
    if found:
        raise invalid(*found)


async def miss(tx: Tx, slot_id: uuid.UUID, form: MissedForm) -> Slot:
    """A student did not come. Raises 404, 403, 409 when already scored or decided."""
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    ask_version(slot, form.version)
    await ask_window(tx.session, panel.cycle_id, StageCode.INTERVIEW)
    scored = await tx.session.scalar(select(func.count()).select_from(ScoreSheet).where(ScoreSheet.slot_id == slot.id))
    if registration.state != "shortlisted" or scored:
        raise Problem("wrong_state", 409, state=registration.state)
    slot.missed_reason = form.reason
    audit.note(tx.session, slot, Act("interview.miss", form.reason))
    await tx.session.flush()
    return slot
