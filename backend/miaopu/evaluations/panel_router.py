"""Paths of the city's panel (P24)."""

import uuid
from typing import Annotated

from fastapi import Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, present
from miaopu.core.room import Room
from miaopu.evaluations import annual_queries, judge_conflicts, panel
from miaopu.evaluations.judging_schemas import (
    AssignedPanel,
    FinalComparison,
    JudgeConflicts,
    PanelForm,
    PanelJudges,
    PanelSubject,
    RecusalForm,
    ScoreForm,
    WithdrawForm,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P

panels = Room(prefix="/evaluations/panel", tags=["panel"], route_class=Door)


@panels.get("/judges", operation_id="panel_judges", response_model=PanelJudges, **needs(P.PANEL_ASSIGN))
async def judges(reads: Reading, subject: Annotated[str | None, Query(max_length=32)] = None) -> Response:
    """Who can sit in the city's panel of a subject."""
    shape, given = present(subject=subject)
    return await reads.list(annual_queries.panel_judges(reads.actor.role, shape), **given)


@panels.post("/assign", operation_id="panel_assign", **needs(P.PANEL_ASSIGN))
async def assign(tx: Writing, form: PanelForm) -> AssignedPanel:
    """Give the city's dossiers of a subject to judges."""
    return await panel.assign(tx, form)


@panels.post("/conflicts", operation_id="panel_conflicts", **needs(P.PANEL_ASSIGN))
async def conflicts(tx: Writing, form: PanelSubject) -> JudgeConflicts:
    """Who must not judge which dossier of a subject, and why."""
    return await judge_conflicts.of_panel(tx, form.subject)


@panels.put("/{annual_id}/sheet", operation_id="panel_score", **tells(P.PANEL_SCORE))
async def score(tx: Writing, annual_id: uuid.UUID, form: ScoreForm) -> Created:
    """Hand in the scores of a dossier."""
    return Created.model_validate(await panel.score(tx, annual_id, form), from_attributes=True)


@panels.post("/{annual_id}/recuse", operation_id="panel_recuse", **tells(P.PANEL_SCORE))
async def recuse(tx: Writing, annual_id: uuid.UUID, form: RecusalForm) -> Created:
    """Step back from a dossier, with a reason."""
    return Created.model_validate(await panel.recuse(tx, annual_id, form), from_attributes=True)


@panels.post("/{annual_id}/withdraw", operation_id="panel_withdraw", **tells(P.PANEL_ASSIGN))
async def withdraw(tx: Writing, annual_id: uuid.UUID, form: WithdrawForm) -> Created:
    """Take a dossier from a judge who came into conflict with it, to give it to another."""
    return Created.model_validate(await panel.take_back(tx, annual_id, form), from_attributes=True)


@panels.post("/comparison", operation_id="panel_compare", **needs(P.PANEL_COMPARE))
async def compare(tx: Writing, form: PanelSubject) -> FinalComparison:
    """The panel's scores of a subject side by side: mean, spread, who lies far off, who is strict."""
    return await panel.compare(tx, form.subject)
