"""Verbs of summaries and appraisals (P27)."""

import uuid

from sqlalchemy import select

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.outcomes.models import SUMMARY_FLOW, Appraisal, Summary
from miaopu.outcomes.queries import visible_summaries
from miaopu.outcomes.schemas import (
    AppraisalForm,
    SummaryAction,
    SummaryEdit,
    SummaryForm,
)
from miaopu.people.access import Permission, Role, UnitKind, require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Unit
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import CycleCity
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load

# Who accepts a unit's summary: the office directly above it, never the unit itself.
ABOVE = {
    UnitKind.UNIVERSITY.value: Role.CITY_OFFICE,
    UnitKind.SCHOOL.value: Role.CITY_OFFICE,
    UnitKind.CITY.value: Role.REGION_OFFICE,
}


async def create(tx: Tx, form: SummaryForm) -> Summary:
    """A draft of one's unit. Raises 409 outside the window or twice."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.ACCEPTANCE)
    made = Summary(id=new_id(), cycle_id=cycle_id, state="draft", unit_id=tx.actor.unit_id, text=form.text)
    tx.session.add(made)
    await tx.session.flush()
    if form.file_id is not None:
        await _attach(tx, made, form.file_id)
    return made


async def _attach(tx: Tx, summary: Summary, file_id: uuid.UUID) -> None:
    await files.claim(tx.session, file_id, tx.actor.account_id, "summary", summary.id)
    summary.file_id = file_id
    audit.note(tx.session, summary, Act("summary.attach"))
    await tx.session.flush()


async def edit(tx: Tx, summary_id: uuid.UUID, form: SummaryEdit) -> Summary:
    """Save a draft of one's own unit. Raises 404, 403, 409."""
    summary = await load(tx, Summary, visible_summaries(tx.actor.role), summary_id)
    _ask_own(tx, summary)
    ask_version(summary, form.version)
    if summary.state != "draft":
        raise Problem("wrong_state", 409, state=summary.state)
    summary.text = form.text
    audit.note(tx.session, summary, Act("summary.edit"))
    await tx.session.flush()
    if form.file_id is not None and form.file_id != summary.file_id:
        await _attach(tx, summary, form.file_id)
    return summary


def _ask_own(tx: Tx, summary: Summary) -> None:
    require(tx.actor, Permission.SUMMARY_WRITE)
    if summary.unit_id != tx.actor.unit_id:
        raise Problem("forbidden", 403, permission=Permission.SUMMARY_WRITE.value)


async def act(tx: Tx, summary_id: uuid.UUID, action: SummaryAction, form: Move) -> Summary:
    """Hand in, accept or return. Only the unit hands in, only the office above it accepts. Raises as `flow.move`."""
    summary = await load(tx, Summary, visible_summaries(tx.actor.role), summary_id)
    unit = await tx.session.get(Unit, summary.unit_id)
    assert unit is not None
    if action == "submit":
        _ask_own(tx, summary)
        if not summary.text:
            raise invalid(FieldError("/text", "missing"))
        summary.submitted_at = clock.now()
    else:
        require(tx.actor, Permission.SUMMARY_ACCEPT)
        if ABOVE.get(unit.kind) is not tx.actor.role:
            raise Problem("forbidden", 403, permission=Permission.SUMMARY_ACCEPT.value)
    above = unit.city_id if unit.kind != UnitKind.CITY else None
    role = ABOVE[unit.kind]
    owner = {UnitKind.UNIVERSITY.value: Role.UNIVERSITY, UnitKind.SCHOOL.value: Role.SCHOOL}.get(unit.kind)
    told = Concerned(title=unit.name, units={role: above, **({owner: unit.id} if owner else {})})
    await move(tx, SUMMARY_FLOW, summary, action, version=form.version, reason=form.reason, concerned=told)
    return summary


async def appraise(tx: Tx, form: AppraisalForm) -> Appraisal:
    """The region's appraisal of a city of the cycle; the first call makes it. Raises 409, 422."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.ACCEPTANCE)
    known = await tx.session.scalar(
        select(CycleCity.id).where(CycleCity.cycle_id == cycle_id, CycleCity.city_id == form.city_id)
    )
    if known is None:
        raise invalid(FieldError("/city_id", "unknown"))
    found = await tx.session.scalar(
        select(Appraisal).where(Appraisal.cycle_id == cycle_id, Appraisal.city_id == form.city_id)
    )
    if found is None:
        found = Appraisal(id=new_id(), cycle_id=cycle_id, city_id=form.city_id)
        tx.session.add(found)
    elif form.version is None:
        raise Problem("conflict", 409)
    else:
        ask_version(found, form.version)
    found.score, found.comment, found.at = form.score, form.comment, clock.now()
    audit.note(tx.session, found, Act("appraisal.score"))
    await tx.session.flush()
    return found
