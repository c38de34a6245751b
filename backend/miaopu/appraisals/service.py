"""Verbs of the summaries: written, handed in with their numbers and material, accepted by the office above (P27)."""

import uuid
from typing import Any

from miaopu.appraisals.models import ABOVE, OWNERS, SUMMARY_FLOW, Summary, SummaryPaper
from miaopu.appraisals.numbers import as_lines, counted, counted_as, unit_numbers
from miaopu.appraisals.queries import answering, visible_summaries
from miaopu.appraisals.schemas import NumberLine, SummaryAction, SummaryEdit, SummaryForm, UnitNumbers
from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.notices.service import holders
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx, cycle_of, scope
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import UnitKind
from miaopu.programme import papers
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.papers import PaperForm
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_in_force, plan_of


async def numbers(reads: Reads, unit_id: uuid.UUID | None) -> UnitNumbers:
    """A unit's numbers now: one's own (the region's: the whole year), or a unit's below. Raises 404, 409 `no_cycle`."""
    plan = await plan_in_force(reads)
    found = await reads.rows(answering(reads.actor.role), unit=unit_id or reads.actor.unit_id)
    if not found:
        raise not_found()
    unit = found[0]
    kind = counted_as(unit["kind"])
    bound = {"unit": unit["id"], "hour_minutes": plan.school_hours.hour_minutes}
    sql = unit_numbers(reads.actor.role, kind)
    (row,) = await reads.rows(sql, **{name: value for name, value in bound.items() if name in sql.names})
    items = as_lines(kind, row)
    return UnitNumbers(
        unit_id=unit["id"], unit_name=unit["name"], unit_kind=UnitKind(unit["kind"]), at=clock.now(), items=items
    )


async def numbers_in(tx: Tx, unit: Unit, plan: Plan) -> list[dict[str, Any]]:
    """The numbers of a unit as the actor sees them, to be kept with what is being handed in."""
    bound = {"unit": unit.id, "hour_minutes": plan.school_hours.hour_minutes, "now": clock.now()}
    row = (await tx.session.execute(counted(tx.actor.role, unit.kind), {**scope(tx.actor), **bound})).mappings().one()
    lines: list[NumberLine] = as_lines(unit.kind, row)
    return [line.model_dump(mode="json") for line in lines]


async def create(tx: Tx, form: SummaryForm) -> Summary:
    """A draft of one's unit. Raises 409 outside the window or twice, 422 for a section the plan has not."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.ACCEPTANCE)
    _ask_known(await plan_of(tx.session, cycle_id), form)
    made = Summary(id=new_id(), cycle_id=cycle_id, state="draft", unit_id=tx.actor.unit_id, sections=_written(form))
    tx.session.add(made)
    await tx.session.flush()
    return made


async def edit(tx: Tx, summary_id: uuid.UUID, form: SummaryEdit) -> Summary:
    """Save a draft of one's own unit. Raises 404, 403, 409, 422."""
    summary = await _own_draft(tx, summary_id)
    ask_version(summary, form.version)
    _ask_known(await plan_of(tx.session, summary.cycle_id), form)
    summary.sections = _written(form)
    audit.note(tx.session, summary, Act("summary.edit"))
    await tx.session.flush()
    return summary


def _written(form: SummaryForm) -> dict[str, str]:
    return {code: text for code, text in form.sections.items() if text}


def _ask_known(plan: Plan, form: SummaryForm) -> None:
    known = {one.code for one in plan.summaries.sections}
    if unknown := [code for code in form.sections if code not in known]:
        raise invalid(*(FieldError(f"/sections/{code}", "unknown") for code in unknown))


async def hand_in(tx: Tx, summary_id: uuid.UUID, kind: str, form: PaperForm) -> SummaryPaper:
    """A paper of the material of one's own draft. Raises 404, 403, 409, 422 `paper_type`."""
    summary = await _own_draft(tx, summary_id)
    plan = await plan_of(tx.session, summary.cycle_id)
    return await papers.hand_in(tx, SummaryPaper, summary.id, plan.summaries.materials, kind, form)


async def take_back(tx: Tx, summary_id: uuid.UUID, kind: str) -> None:
    """Take a paper of one's own draft out again. Raises 404, 403, 409."""
    summary = await _own_draft(tx, summary_id)
    await papers.take_back(tx, SummaryPaper, summary.id, kind)


async def _own_draft(tx: Tx, summary_id: uuid.UUID) -> Summary:
    summary = await load(tx, Summary, visible_summaries(tx.actor.role), summary_id)
    _ask_own(tx, summary)
    if summary.state != "draft":
        raise Problem("wrong_state", 409, state=summary.state)
    return summary


def _ask_own(tx: Tx, summary: Summary) -> None:
    require(tx.actor, Permission.SUMMARY_WRITE)
    if summary.unit_id != tx.actor.unit_id:
        raise Problem("forbidden", 403, permission=Permission.SUMMARY_WRITE.value)


async def act(tx: Tx, summary_id: uuid.UUID, action: SummaryAction, form: Move) -> Summary:
    """Hand in, accept or return. Only the unit hands in, only the office above it accepts.

    Raises:
        Problem: as `flow.move`; 422 `summary_incomplete` with each section and paper that is missing.
    """
    summary = await load(tx, Summary, visible_summaries(tx.actor.role), summary_id)
    unit = await tx.session.get(Unit, summary.unit_id)
    assert unit is not None
    if action == "submit":
        _ask_own(tx, summary)
        ask_version(summary, form.version)
        await _complete(tx, summary, unit)
    else:
        require(tx.actor, Permission.SUMMARY_ACCEPT)
        if ABOVE.get(unit.kind) is not tx.actor.role:
            raise Problem("forbidden", 403, permission=Permission.SUMMARY_ACCEPT.value)
    told = await _told(tx, unit, action)
    await move(tx, SUMMARY_FLOW, summary, action, version=form.version, reason=form.reason, concerned=told)
    return summary


async def _told(tx: Tx, unit: Unit, action: SummaryAction) -> Concerned:
    """The office above where a summary comes in, the unit where it is answered."""
    if action == "submit":
        above = unit.city_id if unit.kind != UnitKind.CITY else None
        return Concerned(title=unit.name, units={ABOVE[unit.kind]: above})
    return Concerned(title=unit.name, owners=await holders(tx.session, OWNERS[unit.kind], unit.id))


async def _complete(tx: Tx, summary: Summary, unit: Unit) -> None:
    """All that the plan asks for is there; the numbers are kept as they stand now."""
    if summary.state != "draft":
        return
    plan = await plan_of(tx.session, summary.cycle_id)
    asked = plan.summaries
    faults = [
        FieldError(f"/sections/{one.code}", "section_missing", {"section": one.by_language})
        for one in asked.sections
        if one.required and not summary.sections.get(one.code)
    ]
    given = await papers.kinds_of(tx, SummaryPaper, summary.id)
    faults += papers.missing(asked.materials, asked.required_materials, given, "/papers")
    if faults:
        raise Problem("summary_incomplete", 422, errors=faults)
    summary.numbers = await numbers_in(tx, unit, plan)
    summary.submitted_at = clock.now()
