"""Verbs of the annual evaluation in the city (P24): the dossier, the mentor, the city's grade or recommendation."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.evaluations import panel
from miaopu.evaluations.models import ANNUAL_FLOW, AnnualEdition, AnnualEvaluation
from miaopu.evaluations.queries import visible_annual
from miaopu.evaluations.schemas import AnnualAction, DossierForm, Material, MentorForm
from miaopu.evaluations.service import circle, first, in_training
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.programme import papers
from miaopu.programme.flow import Move, move
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_of

# What the city's acts make of a student who does not go on to the final.
CITY_GRADE = {"qualify": "qualified", "unqualify": "unqualified"}


async def write(tx: Tx, form: DossierForm) -> AnnualEvaluation:
    """A student's dossier; the first call opens it. Raises 404, 409, 422."""
    enrolment = await in_training(tx, form.enrolment_id, StageCode.ANNUAL_EVALUATION)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    known = {m.code for m in plan.evaluations.annual.materials}
    faults = [FieldError(f"/materials/{i}/kind", "enum") for i, m in enumerate(form.materials) if m.kind not in known]
    if faults:
        raise invalid(*faults)
    found = await first(
        tx, AnnualEvaluation, AnnualEvaluation.enrolment_id == enrolment.id, visible_annual(tx.actor.role)
    )
    if found is None:
        found = AnnualEvaluation(id=new_id(), cycle_id=enrolment.cycle_id, state="open", enrolment_id=enrolment.id)
        found.materials = []
        tx.session.add(found)
        await tx.session.flush()
    else:
        if form.version is None:
            raise Problem("conflict", 409)
        ask_version(found, form.version)
        if found.state != "open":
            raise Problem("wrong_state", 409, state=found.state)
    await _claim(tx, found, form.materials)
    found.report_title, found.summary = form.report_title, form.summary
    found.materials = [m.model_dump(mode="json") for m in form.materials]
    audit.note(tx.session, found, Act("annual_evaluation.write"))
    await tx.session.flush()
    return found


async def _claim(tx: Tx, found: AnnualEvaluation, materials: Sequence[Material]) -> None:
    mine = {m.get("file_id") for m in found.materials}
    for material in materials:
        if material.file_id is not None and str(material.file_id) not in mine:
            await files.claim(tx.session, material.file_id, tx.actor.account_id, "annual_evaluation", found.id)


async def act(tx: Tx, thing_id: uuid.UUID, action: AnnualAction, form: Move) -> AnnualEvaluation:
    """Hand in, return, recommend to the final or grade as the city. Raises as `flow.move`, 422 for missing papers."""
    found = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), thing_id)
    require(tx.actor, ANNUAL_FLOW.permission(action))
    plan = await plan_of(tx.session, found.cycle_id)
    if action == "submit" and found.state == "open":
        _ask_papers(plan, found)
    if action == "recommend" or action in CITY_GRADE:
        await panel.ask_scored(tx, found, plan.evaluations.annual.panel)
    _, told = await circle(tx, found.enrolment_id)
    await move(tx, ANNUAL_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    if action == "submit":
        await _keep_edition(tx, found)
    if action in CITY_GRADE:
        found.grade = CITY_GRADE[action]
        await tx.session.flush()
    return found


async def _keep_edition(tx: Tx, found: AnnualEvaluation) -> None:
    last = await tx.session.scalar(select(func.max(AnnualEdition.number)).where(AnnualEdition.annual_id == found.id))
    edition = AnnualEdition(
        id=new_id(),
        annual_id=found.id,
        number=(last or 0) + 1,
        report_title=found.report_title,
        summary=found.summary,
        materials=list(found.materials),
        submitted_at=clock.now(),
    )
    tx.session.add(edition)
    audit.note(tx.session, edition, Act("annual_evaluation.keep"))
    await tx.session.flush()


def _ask_papers(plan: Plan, found: AnnualEvaluation) -> None:
    asked = plan.evaluations.annual
    given = {m["kind"] for m in found.materials}
    if faults := papers.missing(asked.materials, asked.required_materials, given, "/materials"):
        raise invalid(*faults)


async def evaluate(tx: Tx, thing_id: uuid.UUID, form: MentorForm) -> AnnualEvaluation:
    """The mentor's level and opinion. Raises as `flow.move`, 422 for an unknown level."""
    found = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), thing_id)
    require(tx.actor, ANNUAL_FLOW.permission("evaluate"))
    plan = await plan_of(tx.session, found.cycle_id)
    if form.level not in {level.code for level in plan.evaluations.annual.mentor_levels}:
        raise invalid(FieldError("/level", "enum"))
    _, told = await circle(tx, found.enrolment_id)
    await move(tx, ANNUAL_FLOW, found, "evaluate", version=form.version, concerned=told)
    found.mentor_level, found.mentor_opinion = form.level, form.opinion
    await tx.session.flush()
    return found
