"""Verbs of the initial evaluation (P22), and what the verbs of all evaluations share."""

import uuid
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import Base, new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.evaluations.models import INITIAL_FLOW, InitialEvaluation, MidtermEvaluation
from miaopu.evaluations.queries import visible_initial
from miaopu.evaluations.schemas import InitialAction, InitialForm
from miaopu.nominations.models import Nomination
from miaopu.pairings.enrolments import about
from miaopu.pairings.models import Enrolment
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
