"""Paths of the window on the running selection (P16a): it only reads."""

import uuid
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.read import Page, present
from miaopu.core.room import Room
from miaopu.core.throttle import count
from miaopu.oversight import case_queries, cases, queries
from miaopu.oversight.acts import DECISIONS
from miaopu.oversight.schemas import (
    ChainCheck,
    DecidingPeople,
    DecisionKind,
    DecisionPage,
    FarOffs,
    Flag,
    LateMarks,
    Leanings,
    OversightSummary,
    PassesAlls,
    SameHandsList,
)
from miaopu.people.acting import Reading, needs
from miaopu.people.permissions import Permission
from miaopu.programme.queries import plan_in_force

router = Room(prefix="/oversight", tags=["oversight"], route_class=Door)
P = Permission
# Each check goes over the whole trail.
CHECKS = 3
CHECK_WINDOW = timedelta(minutes=1)


@router.get("/summary", operation_id="oversight_summary", **needs(P.SELECTION_OVERSEE))
async def summary(reads: Reading) -> OversightSummary:
    """How much there is of everything that can be unusual."""
    return await cases.summary(reads)


@router.get("/decisions", operation_id="oversight_decisions", response_model=DecisionPage, **needs(P.SELECTION_OVERSEE))
async def decisions(
    reads: Reading,
    page: Page,
    kind: Annotated[DecisionKind | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    actor: Annotated[uuid.UUID | None, Query()] = None,
    since: Annotated[date | None, Query(description="local day, with it")] = None,
    until: Annotated[date | None, Query(description="local day, with it")] = None,
    unusual: Annotated[Flag | Literal["any"] | None, Query()] = None,
    sort: Annotated[queries.DecisionSort, Query()] = "-at",
) -> Response:
    """What was decided in the running selection, by whom, why, and what is unusual about it."""
    plan = await plan_in_force(reads)
    shape, given = present(
        kind=list(DECISIONS[kind]) if kind else None,
        city=city,
        subject=subject,
        actor=actor,
        since=plan.midnight(since) if since else None,
        until=plan.midnight(until + timedelta(days=1)) if until else None,
        unusual=unusual,
    )
    sql = queries.decisions_page(reads.actor.role, shape, sort)
    return await reads.page(sql, page, **cases.times(plan), **given)


@router.get("/actors", operation_id="oversight_actors", response_model=DecidingPeople, **needs(P.SELECTION_OVERSEE))
async def actors(reads: Reading) -> Response:
    """Who has decided anything, to choose from."""
    return await reads.list(queries.actors_list(reads.actor.role))


@router.get("/late-marks", operation_id="oversight_late_marks", response_model=LateMarks, **needs(P.SELECTION_OVERSEE))
async def late_marks(reads: Reading) -> Response:
    """Marks changed after they had been published or locked."""
    return await reads.list(case_queries.late_marks(reads.actor.role))


@router.get("/far-off", operation_id="oversight_far_off", **needs(P.SELECTION_OVERSEE))
async def far_off(reads: Reading) -> FarOffs:
    """Score sheets far off the others of the same candidate, with their reasons."""
    return await cases.far_off(reads)


@router.get("/leanings", operation_id="oversight_leanings", **needs(P.SELECTION_OVERSEE))
async def leanings(reads: Reading) -> Leanings:
    """Panellists whose scores lie away from the others'."""
    return await cases.leaning(reads)


@router.get("/reviewers", operation_id="oversight_reviewers", **needs(P.SELECTION_OVERSEE))
async def reviewers(reads: Reading) -> PassesAlls:
    """Reviewers who let through everything, and how fast."""
    return await cases.passing(reads)


@router.get("/same-hands", operation_id="oversight_same_hands", **needs(P.SELECTION_OVERSEE))
async def same_hands(reads: Reading) -> SameHandsList:
    """One person where two are asked."""
    return await cases.hands(reads)


@router.get("/chain", operation_id="oversight_chain", **needs(P.SELECTION_OVERSEE))
async def chain(request: Request, reads: Reading) -> ChainCheck:
    """Whether the trail is unbroken, found now. Raises 429 when asked for again and again."""
    key = f"chain:{reads.actor.account_id}"
    await count(request.app.state.database, key, limit=CHECKS, window=CHECK_WINDOW)
    return await cases.check_chain(request.app)
