"""Verbs of the initial and the mid-term evaluation (P22, P23)."""

import uuid
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Base, new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.evaluations.models import INITIAL_FLOW, MIDTERM_FLOW, InitialEvaluation, MidtermEvaluation
from miaopu.evaluations.queries import visible_initial, visible_midterm
from miaopu.evaluations.schemas import InitialAction, InitialForm, MidtermAction, MidtermForm
from miaopu.nominations.models import Nomination
from miaopu.pairings.enrolments import about
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, scope
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of

T = TypeVar("T", bound=Base)


async def in_training(tx: Tx, enrolment_id: uuid.UUID, stage: StageCode) -> Enrolment:
    """A student in active training whom the actor sees, in the stage's window. Raises 404, 409."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), enrolment_id)
    if enrolment.state != "active":
        raise Problem("wrong_state", 409, state=enrolment.state)
    await ask_window(tx.session, enrolment.cycle_id, stage)
    return enrolment


async def circle(tx: Tx, enrolment_id: uuid.UUID) -> tuple[Enrolment, Concerned]:
    """The student of an evaluation, and whom it concerns."""
    enrolment = await tx.session.get(Enrolment, enrolment_id)
    assert enrolment is not None
    return enrolment, about(enrolment, await tx.session.get(Nomination, enrolment.mentor_id))


def ask_draft(thing: InitialEvaluation | MidtermEvaluation, version: int | None) -> None:
    """Raises 409 unless it is a draft of the version that the caller saw."""
    if version is None:
        raise Problem("conflict", 409)
    ask_version(thing, version)
    if thing.state != "draft":
        raise Problem("wrong_state", 409, state=thing.state)


async def first(tx: Tx, model: type[T], *where: ColumnElement[bool]) -> T | None:
    """The one thing that meets the conditions, the actor's own ids bound."""
    found: T | None = (await tx.session.execute(select(model).where(*where), scope(tx.actor))).scalar_one_or_none()
    return found


async def write_initial(tx: Tx, form: InitialForm) -> InitialEvaluation:
    """The mentor's opinion, in the plan's fields. Raises 404, 409, 422."""
    enrolment = await in_training(tx, form.enrolment_id, StageCode.INITIAL_EVALUATION)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    known = {field.code for field in plan.evaluations.initial.fields}
    unknown = [FieldError(f"/opinions/{code}", "enum") for code in form.opinions if code not in known]
    if unknown:
        raise invalid(*unknown)
    where = (InitialEvaluation.enrolment_id == enrolment.id, visible_initial(tx.actor.role))
    found = await first(tx, InitialEvaluation, *where)
    if found is None:
        found = InitialEvaluation(
            id=new_id(),
            cycle_id=enrolment.cycle_id,
            state="draft",
            enrolment_id=enrolment.id,
            by=tx.actor.account_id,
        )
        tx.session.add(found)
    else:
        ask_draft(found, form.version)
    found.opinions = dict(form.opinions)
    audit.note(tx.session, found, Act("initial_evaluation.write"))
    await tx.session.flush()
    return found


async def act_initial(tx: Tx, thing_id: uuid.UUID, action: InitialAction, form: Move) -> InitialEvaluation:
    """Hand in the opinion: every field of the plan has words. Raises as `flow.move`, 422."""
    found = await load(tx, InitialEvaluation, visible_initial(tx.actor.role), thing_id)
    require(tx.actor, INITIAL_FLOW.permission(action))
    plan = await plan_of(tx.session, found.cycle_id)
    faults = [
        FieldError(f"/opinions/{field.code}", "missing")
        for field in plan.evaluations.initial.fields
        if not found.opinions.get(field.code)
    ]
    if found.state == "draft" and faults:
        raise invalid(*faults)
    _, told = await circle(tx, found.enrolment_id)
    await move(tx, INITIAL_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    return found


async def write_midterm(tx: Tx, form: MidtermForm) -> MidtermEvaluation:
    """The mentor team's evaluation; a fail has its reason (P23). Raises 404, 409, 422."""
    enrolment = await in_training(tx, form.enrolment_id, StageCode.MIDTERM_EVALUATION)
    if not form.passed and not form.reason:
        raise invalid(FieldError("/reason", "missing"))
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
    for name in ("passed", "reported_on", "opinion", "second_half", "reason"):
        setattr(found, name, getattr(form, name))
    found.by = tx.actor.account_id
    audit.note(tx.session, found, Act("midterm_evaluation.write"))
    await tx.session.flush()
    return found


async def act_midterm(tx: Tx, thing_id: uuid.UUID, action: MidtermAction, form: Move) -> MidtermEvaluation:
    """Take one edge; filing a fail after the time to object ends the training.

    Raises:
        Problem: as `flow.move`; 409 `nothing_to_object`, `objection_over`, `objection_period`.
    """
    found = await load(tx, MidtermEvaluation, visible_midterm(tx.actor.role), thing_id)
    require(tx.actor, MIDTERM_FLOW.permission(action))
    if action == "object" and found.state == "confirmed":
        _ask_objection(found)
    if action == "file" and found.state == "confirmed" and not found.passed:
        _ask_time_to_object(found)
    enrolment, told = await circle(tx, found.enrolment_id)
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
    elif action == "file" and not found.passed:
        enrolment.ended_at, enrolment.end_reason = clock.now(), "midterm"
        await move(tx, ENROLMENT_FLOW, enrolment, "fail_midterm", version=None, reason=found.reason, concerned=told)
    await tx.session.flush()
    return found


def _ask_objection(found: MidtermEvaluation) -> None:
    if found.passed or found.objection:
        raise Problem("nothing_to_object", 409)
    if found.objection_until is not None and clock.now() >= found.objection_until:
        raise Problem("objection_over", 409, until=found.objection_until.isoformat())


def _ask_time_to_object(found: MidtermEvaluation) -> None:
    # An objection that was answered ends the time early: there is only one.
    if found.objection_until is not None and clock.now() < found.objection_until and not found.objection:
        raise Problem("objection_period", 409, until=found.objection_until.isoformat())
