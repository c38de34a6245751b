"""Paths of home and the reports."""

from fastapi import APIRouter, Response

from miaopu.core.door import Door
from miaopu.people.access import Permission
from miaopu.people.acting import Reading, needs
from miaopu.reports import funnel_queries, queries
from miaopu.reports.schemas import Funnel, Home

router = APIRouter(tags=["reports"], route_class=Door)


@router.get("/home", operation_id="home_get", response_model=Home, **needs(Permission.SELF))
async def home(reads: Reading) -> Response:
    """What waits for me, where things stand, the numbers of my part."""
    return await reads.record(queries.home(reads.actor.role))


@router.get("/reports/funnel", operation_id="reports_funnel", response_model=Funnel, **needs(Permission.REPORT_READ))
async def funnel(reads: Reading) -> Response:
    """How many got how far, by city and subject."""
    return await reads.record(funnel_queries.funnel(reads.actor.role))
