"""Paths of conflicts of interest on panels (P16)."""

import uuid

from fastapi import Response

from miaopu.core.door import Door
from miaopu.core.problem import not_found
from miaopu.core.read import Created
from miaopu.core.room import Room
from miaopu.interviews import clearing, panels, queries
from miaopu.interviews import conflicts as finding
from miaopu.interviews.schemas import ClearForm, ConflictForm, ConflictList, PanelCandidates
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P

conflicts = Room(prefix="/interviews", tags=["interview"], route_class=Door)


@conflicts.get(
    "/panels/{panel_id}/candidates",
    operation_id="panels_candidates",
    response_model=PanelCandidates,
    **needs(P.INTERVIEW_PANEL),
)
async def list_candidates(reads: Reading, panel_id: uuid.UUID) -> Response:
    """Who may come before a panel, to declare conflicts of interest."""
    if await reads.text(queries.panel_record(reads.actor.role), id=panel_id) is None:
        raise not_found()
    return await reads.record(queries.panel_candidates(reads.actor.role), id=panel_id)


@conflicts.post(
    "/panels/{panel_id}/conflicts", operation_id="panels_declare", status_code=201, **tells(P.INTERVIEW_SCORE)
)
async def declare(tx: Writing, panel_id: uuid.UUID, form: ConflictForm) -> Created:
    """Declare that one must not judge somebody."""
    panel = await panels.load_panel(tx, panel_id)
    made = await finding.declare(tx, panel, form.registration_id, form.reason)
    return Created.model_validate(made, from_attributes=True)


@conflicts.post("/panels/{panel_id}/conflicts/found", operation_id="panels_conflicts", **tells(P.INTERVIEW_ARRANGE))
async def find_conflicts(tx: Writing, panel_id: uuid.UUID) -> ConflictList:
    """All conflicts between a panel and the candidates of its subject, declared and found."""
    panel = await panels.load_panel(tx, panel_id)
    return ConflictList(items=await finding.of_panel(tx, panel))


@conflicts.post(
    "/panels/{panel_id}/conflicts/clear",
    operation_id="panels_clear_namesake",
    status_code=201,
    **tells(P.INTERVIEW_ARRANGE),
)
async def clear(tx: Writing, panel_id: uuid.UUID, form: ClearForm) -> Created:
    """Say that a guardian and a panellist of one name are two people."""
    panel = await panels.load_panel(tx, panel_id)
    return Created.model_validate(await clearing.clear(tx, panel, form), from_attributes=True)


@conflicts.post(
    "/panels/{panel_id}/conflicts/restore", operation_id="panels_restore_namesake", **tells(P.INTERVIEW_ARRANGE)
)
async def restore(tx: Writing, panel_id: uuid.UUID, form: ClearForm) -> Created:
    """Take that back."""
    panel = await panels.load_panel(tx, panel_id)
    return Created.model_validate(await clearing.restore(tx, panel, form), from_attributes=True)
