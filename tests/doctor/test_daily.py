"""The invariants asked by the clock: kept with their count, told to the region's office once, shown on its page."""

import asyncpg
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.core.db import plain_url
from miaopu.doctor.asking import EXAMINER, FOUND
from miaopu.operations import upkeep
from miaopu.operations.models import UpkeepRun
from miaopu.people.roles import Role
from seeded import World


async def test_what_the_invariants_find_is_kept_each_day_shown_and_told_to_the_office_once(
    at: World, app: FastAPI
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    settings, database = app.state.settings, app.state.database
    assert await upkeep.turn(settings, database, EXAMINER) == ["chain", "doctor"]
    assert await upkeep.turn(settings, database, EXAMINER) == []

    async def told(who: dict[str, str]) -> list[str]:
        lines = (await at.client.get("/notices", headers=who)).json()["items"]
        return [line["title"] for line in lines if line["kind"] == FOUND]

    async def shown() -> tuple[bool, int, int, bool]:
        page = (await at.client.get("/status", headers=office)).json()
        run = next(run for run in page["upkeep"] if run["kind"] == "doctor")
        return run["ok"], run["count"], run["wrong"], "doctor_found" in page["concerns"]

    ok, asked, wrong, concerned = await shown()
    assert (ok, wrong, concerned, await told(office)) == (True, 0, False, [])
    assert asked > 50
    # Somebody with the database's own account changes a role without a word.
    connection = await asyncpg.connect(plain_url(settings.database_url))
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE memberships SET role = 'mentor' WHERE role = 'city_office'")
    await connection.close()
    for _ in range(2):
        assert await upkeep.done("doctor", EXAMINER.daily, settings, database) == (
            False,
            {"asked": asked, "codes": ["people.unit"]},
        )
    assert await shown() == (False, asked, 1, True)
    assert await told(office) == ["角色与单位类型相符"]
    assert await told(city) == []
    async with database.session() as session:
        kept = list(await session.scalars(select(UpkeepRun.ok).where(UpkeepRun.kind == "doctor")))
    assert sorted(kept) == [False, False, True]
