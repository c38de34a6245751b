"""Long work: asked for in a transaction, done by a worker, with progress; a dead worker's job goes to the next."""

import asyncio
import uuid
from datetime import timedelta

import httpx
from fastapi import FastAPI

from miaopu.core import jobs
from miaopu.core.jobs import JobContext, Params
from miaopu.core.problem import Problem
from miaopu.people.roles import Role
from miaopu.worker import run_worker
from seeded import World, world

SEEN: list[str] = []


@jobs.handler("test.count")
async def count(context: JobContext, params: Params) -> dict[str, object]:
    """Counts, and says how far it is."""
    for n in range(params["to"]):
        await context.progress(n, params["to"])
    SEEN.append(params["name"])
    return {"counted": params["to"]}


@jobs.handler("test.fail")
async def fail(_context: JobContext, _params: Params) -> None:
    """Refuses."""
    raise Problem("full", 409, places=1, taken=1)


async def test_a_job_is_done_with_progress_and_seen_by_whoever_asked(app: FastAPI, client: httpx.AsyncClient) -> None:
    at: World = await world(app, client)
    headers, account = await at.person(Role.CITY_OFFICE, "hohhot")
    others, _ = await at.person(Role.CITY_OFFICE, "baotou")
    database = app.state.database
    async with database.session() as session:
        await jobs.enqueue(session, "test.count", {"to": 3, "name": "never"}, account.id)
        await session.rollback()
    async with database.session() as session:
        good = await jobs.enqueue(session, "test.count", {"to": 3, "name": "done"}, account.id)
        bad = await jobs.enqueue(session, "test.fail", {}, account.id)
        await session.commit()
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(app.state.settings, silence=timedelta(seconds=5), stop=stop))
    try:
        done = await _until(client, headers, good.id)
        failed = await _until(client, headers, bad.id)
    finally:
        stop.set()
        await asyncio.wait_for(working, 30)
    assert (done["state"], done["result"], done["done"]) == ("done", {"counted": 3}, 3)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "full")
    assert "1" in failed["error"]["message"] or failed["error"]["message"]
    # What was rolled back was never asked for.
    assert SEEN == ["done"]
    assert (await client.get(f"/jobs/{good.id}", headers=others)).status_code == 404


async def _until(client: httpx.AsyncClient, headers: dict[str, str], job_id: uuid.UUID) -> dict[str, object]:
    for _ in range(200):
        found = (await client.get(f"/jobs/{job_id}", headers=headers)).json()
        if found["state"] in ("done", "failed"):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("the job was not done in time")
