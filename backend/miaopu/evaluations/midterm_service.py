"""Verbs of the mid-term evaluation (P23): judged by the mentor, confirmed by the city, objected to."""

import uuid

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.evaluations.models import MIDTERM_FLOW, MidtermEvaluation
from miaopu.evaluations.queries import visible_midterm
from miaopu.evaluations.schemas import MidtermAction, MidtermForm
from miaopu.evaluations.service import ask_draft, circle, first, in_training
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.programme.flow import Move, move
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import load, plan_of


async def write(tx: Tx, form: MidtermForm) -> MidtermEvaluation:
    """The mentor team's evaluation; a fail has its reason (P23). Raises 404, 409, 422."""
    enrolment = await in_training(tx, form.enrolment_id, StageCode.MIDTERM_EVALUATION)
    if not form.passed and not form.reason:
        raise invalid(FieldError("/reason", "missing"))
    _ask_known(await plan_of(tx.session, enrolment.cycle_id), form)
    where = (MidtermEvaluation.enrolment_id == enrolment.id, visible_midterm(tx.actor.role))
    found = await first(tx, MidtermEvaluation, *where)
    if found is None:
        found = MidtermEvaluation(
            id=new_id(),
            cycle_id=enrolment.cycle_id,
            state="draft",
            enrolment_id=enrolment.id,
            passed=form.passed,
            reason=form.reason,
            by=tx.actor.account_id,
        )
        tx.session.add(found)
    else:
        ask_draft(found, form.version)
    for name in ("passed", "reported_on", "opinion", "questions", "second_half", "reason"):
        setattr(found, name, getattr(form, name))
    found.judgements = {code: judged.model_dump() for code, judged in form.judgements.items()}
    found.by = tx.actor.account_id
    audit.note(tx.session, found, Act("midterm_evaluation.write"))
    await tx.session.flush()
    return found


def _ask_known(plan: Plan, form: MidtermForm) -> None:
    midterm = plan.evaluations.midterm
    codes, levels = {d.code for d in midterm.dimensions}, {level.code for level in midterm.levels}
    faults = [FieldError(f"/judgements/{code}", "enum") for code in form.judgements if code not in codes]
    faults += [
        FieldError(f"/judgements/{code}/level", "enum")
        for code, judged in form.judgements.items()
        if judged.level not in levels
    ]
    if faults:
        raise invalid(*faults)


def _ask_judged(plan: Plan, found: MidtermEvaluation) -> None:
    """Raises 422 unless every dimension of the plan has its level and the reason for it."""
    faults = [
        FieldError(f"/judgements/{dimension.code}", "missing")
        for dimension in plan.evaluations.midterm.dimensions
        if not found.judgements.get(dimension.code, {}).get("reason")
    ]
    if faults:
        raise invalid(*faults)


async def act(tx: Tx, thing_id: uuid.UUID, action: MidtermAction, form: Move) -> MidtermEvaluation:
    """Take one edge; a fail that the city confirms begins the time to object.

    Raises:
        Problem: as `flow.move`; 409 `nothing_to_object`, `objection_over`; 422 for a dimension
            without level or reason.
    """
    found = await load(tx, MidtermEvaluation, visible_midterm(tx.actor.role), thing_id)
    require(tx.actor, MIDTERM_FLOW.permission(action))
    if action == "submit" and found.state == "draft":
        _ask_judged(await plan_of(tx.session, found.cycle_id), found)
    if action == "object" and found.state == "confirmed":
        _ask_objection(found)
    _, told = await circle(tx, found.enrolment_id)
    await move(tx, MIDTERM_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    if action == "confirm":
        found.confirmed_by = tx.actor.account_id
        if not found.passed:
            plan = await plan_of(tx.session, found.cycle_id)
            days = plan.evaluations.midterm.objection_working_days
            found.objection_until = plan.working_days_after(clock.now(), days)
    elif action == "object":
        found.objection = form.reason or ""
    elif action == "uphold_objection":
        found.passed, found.overturned = True, True
    await tx.session.flush()
    return found


def _ask_objection(found: MidtermEvaluation) -> None:
    if found.passed or found.objection:
        raise Problem("nothing_to_object", 409)
    if found.objection_until is not None and clock.now() >= found.objection_until:
        raise Problem("objection_over", 409, until=found.objection_until.isoformat())
