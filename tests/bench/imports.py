"""`make bench`: a workbook of 50,000 rows, from the upload to the entered ranks, beside only reading its cells."""

import asyncio
import resource
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from miaopu.core import jobs
from miaopu.core.jobs import Job
from miaopu.core.sheets import grid
from miaopu.core.workbooks import MAX_UNZIPPED, write_rows
from miaopu.main import make_app, open_state
from miaopu.people.roles import Role
from miaopu.settings import Settings
from postgres import fresh_database
from seeded import World, turn_to, world

ROWS = 50_000


def workbook() -> bytes:
    """A year group of fifty thousand; the first is registered."""
    headers = ["姓名", "总成绩", "数学", "物理"]
    return write_rows(headers, ([f"同学{n}", 300 + n % 400, n % 150, (n * 7) % 150] for n in range(ROWS)))


async def work(at: World) -> None:
    """Do the jobs that wait."""
    state = at.app.state
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued")))
    for job_id in waiting:
        await jobs.execute(job_id, state.database, state.settings, state.files)


async def served(url: str, measured: Callable[[World], Awaitable[None]]) -> None:
    """The application over this database, with an open cycle."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            mode="test",
            database_url=url,
            secret=secrets.token_hex(32),
            data_dir=Path(folder),
            public_url="http://testserver",
        )
        app = make_app(settings)
        await open_state(app, settings)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1", timeout=600) as http:
            await measured(await world(app, http))
        await app.state.database.close()


async def measure(at: World) -> None:
    """Bring, try, enter: print what each step takes, as seconds and as a ratio to reading the cells."""
    data = workbook()
    began = time.perf_counter()
    grid(data, MAX_UNZIPPED)
    bare = time.perf_counter() - began
    turn_to("2023-12-12T10:00:00", at.plan)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    school, _ = await at.person(Role.SCHOOL, "no2")
    student, _ = await at.person(Role.STUDENT, "no2", "同学0")
    form = {"school_id": str(at.units["no2"].id)}
    await at.client.post(f"/cycles/{at.cycle_id}/schools", json=form, headers=region)
    await at.client.post("/registrations", headers=student)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made: Any = None
    print(f"{ROWS} rows, {len(data) / 1e6:.1f} MB; reading the cells {bare:.2f} s")
    for step in ("bring", "try", "enter"):
        began = time.perf_counter()
        if step == "bring":
            answer = await at.client.post("/imports/ranks", files={"file": ("年级.xlsx", data)}, headers=school)
            made = answer.json()
        elif step == "try":
            await work(at)
        else:
            await at.client.post(f"/imports/{made['id']}/enter", headers=school)
            await work(at)
        took = time.perf_counter() - began
        print(f"{step:>6} {took:6.2f} s   {took / bare:5.1f} × reading")
    found = (await at.client.get(f"/imports/{made['id']}", headers=school)).json()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"state {found['state']}, changed {found['changed']}; memory +{(after - before) / 1024:.0f} MB at its peak")


if __name__ == "__main__":
    asyncio.run(served(fresh_database(), measure))
