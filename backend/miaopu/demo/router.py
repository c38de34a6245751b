"""Paths of the demo. The application carries them in demo mode only."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Annotated, Any

from fastapi import BackgroundTasks, Query, Request, Response
from sqlalchemy.exc import DBAPIError

from miaopu.core import audit, clock
from miaopu.core.db import Database
from miaopu.core.door import Unkept
from miaopu.core.jobs import AWAY
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.read import PublicReads, json_response
from miaopu.core.room import Room
from miaopu.demo import service, snapshots
from miaopu.demo.schemas import (
    AFTER,
    BecomeForm,
    ClockForm,
    ClockShown,
    DemoAccounts,
    DemoStage,
    DemoStages,
    StageForm,
)
from miaopu.people.devices import Device
from miaopu.people.entry import begin
from miaopu.people.router import entry_of, grant
from miaopu.people.schemas import AccessGranted
from miaopu.reminders.ticking import tick

router = Room(prefix="/demo", tags=["demo"], route_class=Unkept)
# Restoring answers from two databases, one after the other: outside the door's transaction.
plain = Room(prefix="/demo", tags=["demo"])
_restoring = asyncio.Lock()


@router.get("/accounts", operation_id="demo_accounts", response_model=DemoAccounts)
async def accounts(reads: PublicReads, q: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Some demo accounts of every role, or those that a search finds."""
    text = await (reads.text(service.accounts(True), q=q) if q else reads.text(service.accounts(False)))
    return json_response(text or '{"items": [], "total": 0}')


@router.post("/become", operation_id="demo_become")
async def become(request: Request, response: Response, form: BecomeForm) -> AccessGranted:
    """Be one of the demo's people."""
    session = request.state.session
    account = await service.demo_account(session, form.account_id)
    if account is None:
        raise not_found("account")
    # Who is borrowed in one page of a browser does not end whom another page has borrowed.
    granted = await begin(replace(entry_of(request), device=Device("demo", ""), former=None), account)
    return grant(request, response, granted)


@router.post("/clock", operation_id="demo_turn_clock")
async def turn_clock(request: Request, form: ClockForm, after: BackgroundTasks) -> ClockShown:
    """Turn the programme's clock; the rules of the reminders see it at once."""
    clock.turn_to(form.at)
    await service.note_clock(request.state.session)
    after.add_task(_remind, request.app.state)
    return ClockShown(now=clock.now())


@router.get("/stages", operation_id="demo_stages")
async def stages(request: Request, reads: PublicReads) -> DemoStages:
    """The moments of the year that the demo can go to."""
    kept = await snapshots.kept(request.app.state.settings.database_url)
    rows = await reads.rows(service.stages())
    items = [DemoStage(**dict(row), kept=row["code"] in kept) for row in rows]
    if AFTER in kept:
        last = max(item.closes_at for item in items)
        here = not any(item.current for item in items)
        items.append(DemoStage(code=AFTER, opens_at=last, closes_at=last, kept=True, current=here))
    return DemoStages(items=items, now=clock.now())


@plain.post("/stage", operation_id="demo_go_to_stage")
async def go_to_stage(request: Request, form: StageForm, after: BackgroundTasks) -> ClockShown:
    """Go to a moment of the year: everything is as it was then. Everybody has to become somebody again."""
    state = request.app.state
    url: str = state.settings.database_url
    async with _restoring:
        old: Database = state.database
        if str(form.code) not in await snapshots.kept(url):
            raise invalid(FieldError("/code", "unknown"))
        await old.close()
        try:
            await snapshots.restore(url, str(form.code))
        except LookupError as gone:
            raise Problem("unavailable", 503, retry_after=2) from gone
        finally:
            await old.open()
        async with old.session() as session:
            moment = await service.kept_moment(session)
            if moment is not None:
                clock.turn_to(moment)
            await service.note_clock(session)
            await audit.commit(session)
    after.add_task(_remind, state)
    return ClockShown(now=clock.now())


async def _remind(state: Any) -> None:
    """What the worker does every few minutes, at once. A restoring that comes in between ends it quietly."""
    if not state.settings.demo_reminds:
        return
    with contextlib.suppress(*AWAY, DBAPIError):
        await tick(state.database, state.settings, state.vault)
