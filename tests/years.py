"""Whole years for the tests: the demo's own driver over a database of its own, walked once for each."""

import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from fastapi import FastAPI

from miaopu.demo.build import keep_copy
from miaopu.demo.journey.http import shared_cookies
from miaopu.demo.journey.world import Scale, World
from miaopu.demo.journey.year import walk
from miaopu.main import make_app, open_state
from miaopu.people.service import first_account
from miaopu.programme.plan import load_plan
from miaopu.settings import ROOT, Settings

PLANS = {
    "nmg-2024": ROOT / "backend" / "miaopu" / "plans" / "nmg-2024.toml",
    "second": Path(__file__).parent / "plans" / "second.toml",
}
# The moments of the walked year that are kept beside its end: much waits for somebody then.
COPIED = ("midterm_evaluation",)


@dataclass(slots=True)
class Year:
    """A year that was walked: the application, HTTP to it, and everybody who took part."""

    app: FastAPI
    http: httpx.AsyncClient
    world: World
    url: str


async def walked(
    plan_name: str,
    url: str,
    folder: Path,
    scale: Scale | None = None,
    source: str | None = None,
    copied: Collection[str] = (),
) -> Year:
    """Walk a plan's year over HTTP on an empty, migrated database.

    Args:
        source: the plan's document, where a test changed it.
        copied: the stages at whose beginning a copy of the database is kept (`demo.snapshots`).
    """
    source = source or PLANS[plan_name].read_text("utf-8")
    plan = load_plan(source)
    app = make_app(
        Settings(
            mode="demo",
            database_url=url,
            secret=secrets.token_hex(32),
            data_dir=folder,
            public_url="http://testserver",
            demo_reminds=False,
        )
    )
    await open_state(app, app.state.settings)
    async with app.state.database.session() as session:
        link = await first_account(session, unit_code="region", unit_name=plan.region.zh, name="管理员", demo=True)
    transport = httpx.ASGITransport(app=app)
    jar = shared_cookies()
    http = httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1", timeout=120, cookies=jar)
    world = World(http, plan, source, scale or Scale(), _turning(http), _copying(app, copied), lambda line: None)
    await walk(world, link)
    return Year(app, http, world, url)


def _turning(http: httpx.AsyncClient) -> Callable[[datetime], Awaitable[None]]:
    async def turn(moment: datetime) -> None:
        answer = await http.post("/demo/clock", json={"at": moment.isoformat()})
        assert answer.status_code == 200, answer.text

    return turn


def _copying(app: FastAPI, stages: Collection[str]) -> Callable[[str], Awaitable[None]]:
    async def reached(stage: str) -> None:
        if stage in stages:
            await keep_copy(app, stage)

    return reached
