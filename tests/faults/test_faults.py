"""Real processes in a storm: what was acknowledged is there, once and whole, whatever is killed, cut or repeated."""

import random
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from faulting import FAULTS, Outcome, ground, small_disk

from miaopu.people.roles import Role
from papers import jpeg, pdf
from seeded import World, person, world

# What fits the suite; `make faults` tries every fault in many rounds.
TRIED = ("kill -9 PostgreSQL",)


async def test_nothing_acknowledged_is_lost_or_doubled_whatever_dies() -> None:
    async with ground(len(TRIED), random.Random(7)) as standing:
        for number, name in enumerate(TRIED):
            outcome = Outcome()
            await standing.storm(FAULTS[name], 1 / (len(TRIED) - number), outcome)
            assert outcome.faults == [], name
            assert outcome.answered["acknowledged"] > 20
        # The fault of the first round was felt, and the doctor would have seen what is unsound.
        url = standing.at.direct("miaopu")
        standing.sound.clear()
        assert await standing.unsound(url)


async def test_a_store_without_room_is_told_as_unavailable_and_keeps_nothing(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    at: World = await world(app, client)
    headers, _ = await person(app, Role.STUDENT, at.units["no2"], at.cycle_id, "学生")
    folder = app.state.settings.data_dir / "files"
    shutil.rmtree(folder, ignore_errors=True)
    if not small_disk(folder, "64k"):
        pytest.skip("a small disk cannot be made without root")
    try:
        sent = {"file": ("a.pdf", pdf(random.Random(1).randbytes(100_000).hex()))}
        answer = await client.post("/files", files=sent, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]
        async with app.state.database.reads.acquire() as connection:
            assert await connection.fetchval("SELECT count(*) FROM files") == 0
        assert (await client.post("/files", files={"file": ("a.jpg", jpeg())}, headers=headers)).status_code == 201
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: ASYNC221
