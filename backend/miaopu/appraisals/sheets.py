"""The region's appraisal of a city (P27): scored line by line, proposed by one person, decided by another."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from miaopu.appraisals.models import APPRAISAL_FLOW, Appraisal, Summary
from miaopu.appraisals.schemas import AppraisalAction, AppraisalForm, AppraisalLine
from miaopu.appraisals.service import numbers_in
from miaopu.appraisals.sheet_queries import visible_appraisals
from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.notices.service import holders
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Unit
from miaopu.people.roles import Role
from miaopu.programme import plan_accounts
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import CycleCity
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of


async def write(tx: Tx, form: AppraisalForm) -> Appraisal:
    """The sheet of a city of the cycle so far; the first call makes it.

    Raises:
        Problem: 409 outside the window when it is begun, `conflict`, `stale`, `wrong_state` once it is proposed;
            422 for an unknown city or criterion, and for more points than a line is worth.
    """
    cycle_id = cycle_of(tx.actor)
    sheet = (await plan_of(tx.session, cycle_id)).appraisal
    found = await tx.session.scalar(
        select(Appraisal).where(Appraisal.cycle_id == cycle_id, Appraisal.city_id == form.city_id)
    )
    if found is None:
        await ask_window(tx.session, cycle_id, StageCode.ACCEPTANCE)
        await _ask_city(tx, cycle_id, form.city_id)
        found = Appraisal(id=new_id(), cycle_id=cycle_id, city_id=form.city_id, state="draft")
        tx.session.add(found)
    elif form.version is None:
        raise Problem("conflict", 409)
    else:
        ask_version(found, form.version)
        if found.state != "draft":
            raise Problem("wrong_state", 409, state=found.state)
    if faults := _overdone(sheet, form.scores):
        raise invalid(*faults)
    found.scores = {code: line.model_dump(mode="json") for code, line in form.scores.items()}
    found.comment = form.comment
    found.total, found.grade = judged(sheet, form.scores)
    audit.note(tx.session, found, Act("appraisal.score"))
    await tx.session.flush()
    return found


async def _ask_city(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID) -> None:
    known = select(CycleCity.id).where(CycleCity.cycle_id == cycle_id, CycleCity.city_id == city_id)
    if await tx.session.scalar(known) is None:
        raise invalid(FieldError("/city_id", "unknown"))


def _overdone(sheet: plan_accounts.Appraisal, scores: Mapping[str, AppraisalLine]) -> list[FieldError]:
    """Lines that the sheet has not, and points beyond what a line is worth."""
    worth = {one.code: one.points for one in sheet.criteria}
    faults = [FieldError(f"/scores/{code}", "unknown") for code in scores if code not in worth]
    faults += [
        FieldError(f"/scores/{code}", "points_beyond", {"points": worth[code]})
        for code, line in scores.items()
        if code in worth and line.points > worth[code]
    ]
    return faults


def judged(sheet: plan_accounts.Appraisal, scores: Mapping[str, AppraisalLine]) -> tuple[Decimal | None, str | None]:
    """The total and the grade, once every line has its points."""
    if any(one.code not in scores for one in sheet.criteria):
        return None, None
    total = sum((scores[one.code].points for one in sheet.criteria), Decimal(0))
    return total, sheet.grade(total).code


def _unready(sheet: plan_accounts.Appraisal, scores: Mapping[str, Any]) -> list[FieldError]:
    """Lines without points, and, where the plan asks for it, lines below their full mark that do not say why."""
    faults = []
    for one in sheet.criteria:
        line = scores.get(one.code)
        named = {"line": one.by_language}
        if line is None:
            faults.append(FieldError(f"/scores/{one.code}", "line_missing", named))
        elif sheet.reason_below_full and Decimal(str(line["points"])) < one.points and not line["comment"]:
            faults.append(FieldError(f"/scores/{one.code}", "line_reason", named))
    return faults


async def act(tx: Tx, appraisal_id: uuid.UUID, action: AppraisalAction, form: Move) -> Appraisal:
    """Propose, decide or refuse a sheet; ask the city for more, and the city's answer.

    Raises:
        Problem: as `flow.move`; 409 `summary_not_accepted`, `another_decides`; 422 `sheet_incomplete`.
    """
    found = await load(tx, Appraisal, visible_appraisals(tx.actor.role), appraisal_id)
    require(tx.actor, APPRAISAL_FLOW.permission(action))
    ask_version(found, form.version)
    city = await tx.session.get(Unit, found.city_id)
    assert city is not None
    if action == "propose" and found.state == "draft":
        await _ready(tx, found, city)
        found.proposed_by = tx.actor.account_id
    if action == "decide" and found.state == "proposed":
        if found.proposed_by == tx.actor.account_id:
            raise Problem("another_decides", 409)
        found.decided_by, found.decided_at = tx.actor.account_id, clock.now()
    if action == "ask_city":
        found.asked, found.answer = form.reason or "", ""
    if action == "answer":
        found.answer = form.reason or ""
    told = Concerned(title=city.name, units={Role.REGION_OFFICE: None, Role.CITY_OFFICE: city.id})
    if action == "decide":
        told = Concerned(title=city.name, owners=await holders(tx.session, Role.CITY_OFFICE, city.id))
    await move(tx, APPRAISAL_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    return found


async def _ready(tx: Tx, found: Appraisal, city: Unit) -> None:
    """The city's summary is accepted and every line is done; the city's numbers are kept beside the sheet."""
    accepted = await tx.session.scalar(
        select(Summary.id).where(
            Summary.cycle_id == found.cycle_id, Summary.unit_id == found.city_id, Summary.state == "accepted"
        )
    )
    if accepted is None:
        raise Problem("summary_not_accepted", 409, city=city.name)
    plan = await plan_of(tx.session, found.cycle_id)
    if faults := _unready(plan.appraisal, found.scores):
        raise Problem("sheet_incomplete", 422, errors=faults)
    found.numbers = await numbers_in(tx, city, plan)
