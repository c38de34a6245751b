"""Building the demo: the year is walked over HTTP once, and a copy of the database is kept at every stage."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import httpx
from fastapi import FastAPI

from miaopu.core import audit, clock
from miaopu.demo import snapshots
from miaopu.demo.journey.http import shared_cookies
from miaopu.demo.journey.people import names
from miaopu.demo.journey.world import Scale, World
from miaopu.demo.journey.year import walk
from miaopu.demo.service import note_clock
from miaopu.people.service import first_account
from miaopu.programme.plan import load_plan

PLAN = Path(__file__).resolve().parents[1] / "plans" / "nmg-2024.toml"


async def build(
    app: FastAPI,
    source: str,
    scale: Scale,
    say: Callable[[str], None],
    *,
    keep_copies: bool,
    then: Callable[[World], Awaitable[None]] | None = None,
) -> None:
    """Walk a plan's year on an empty database behind `app` (whose state is open).

    Nothing goes past the API but the very first account's link, which the command line hands out on every
    installation. With `keep_copies` the demo can later go to any stage; `then` looks at the walked year.
    """
    plan = load_plan(source)
    began = time.monotonic()

    def told(line: str) -> None:
        say(f"  {time.monotonic() - began:5.0f} s  {line}")

    async with app.state.database.session() as session:
        link = await first_account(
            session, unit_code="region", unit_name=plan.region.zh, name=next(names(1)), demo=app.state.settings.demo
        )
    transport = httpx.ASGITransport(app=app)
    jar = shared_cookies()
    async with httpx.AsyncClient(transport=transport, base_url="http://demo/api/v1", timeout=300, cookies=jar) as http:
        reached = _keeping(app) if keep_copies else _nothing
        world = World(http, plan, source, scale, _turning(http), reached, told)
        await walk(world, link)
        if then is not None:
            await then(world)


def _turning(http: httpx.AsyncClient) -> Callable[[datetime], Awaitable[None]]:
    async def turn(moment: datetime) -> None:
        answer = await http.post("/demo/clock", json={"at": moment.isoformat()})
        answer.raise_for_status()

    return turn


def _keeping(app: FastAPI) -> Callable[[str], Awaitable[None]]:
    async def reached(stage: str) -> None:
        await keep_copy(app, stage)

    return reached


async def keep_copy(app: FastAPI, stage: str) -> None:
    """Keep a copy of the application's database, clock and all, under a stage's name."""
    database = app.state.database
    async with database.session() as session:
        await note_clock(session, moment=clock.now(), stage=str(stage))
        await audit.commit(session)
    # A copy can only be made of a database that nobody is connected to.
    await database.close()
    await snapshots.keep(app.state.settings.database_url, str(stage))
    await database.open()


async def _nothing(_stage: str) -> None:
    return None
