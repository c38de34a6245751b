"""Paths of supervision and tracking."""

import uuid
from typing import Annotated

from fastapi import Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.outcomes import queries, service
from miaopu.outcomes.schemas import (
    TrackingForm,
    TrackingPage,
    VisitForm,
    VisitPage,
)
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, Writing, needs

supervision = Room(prefix="/supervision-visits", tags=["acceptance"], route_class=Door)
tracking = Room(prefix="/tracking", tags=["acceptance"], route_class=Door)
P = Permission


@supervision.get("", operation_id="supervision_list", response_model=VisitPage, **needs(P.SUPERVISION_READ))
async def list_visits(reads: Reading, page: Page) -> Response:
    """Experts' supervision visits."""
    return await reads.page(queries.visits_page(reads.actor.role), page)


@supervision.post("", operation_id="supervision_create", status_code=201, **needs(P.SUPERVISION_WRITE))
async def visit(tx: Writing, form: VisitForm) -> Created:
    """Record a visit and its findings."""
    return Created.model_validate(await service.visit(tx, form), from_attributes=True)


@tracking.get("", operation_id="tracking_list", response_model=TrackingPage, **needs(P.TRACKING_READ))
async def list_tracking(reads: Reading, page: Page, enrolment: Annotated[uuid.UUID | None, Query()] = None) -> Response:
    """Where former students have gone."""
    shape, given = present(enrolment=enrolment)
    return await reads.page(queries.tracking_page(reads.actor.role, shape), page, **given)


@tracking.post("", operation_id="tracking_create", status_code=201, **needs(P.TRACKING_WRITE))
async def track(tx: Writing, form: TrackingForm) -> Created:
    """Record where a former student is."""
    return Created.model_validate(await service.track(tx, form), from_attributes=True)
