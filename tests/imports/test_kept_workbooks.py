"""Workbooks with rows of minors are not kept without end: who brought them sees until when, then they are gone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text, update
from test_students import GOOD, school

from brought import bring, enter
from miaopu.core import clock
from miaopu.core.audit import AuditEntry, broken_links
from miaopu.core.files import StoredFile, read
from miaopu.core.problem import Problem
from miaopu.imports.keeping import kept_until
from miaopu.imports.models import Import
from miaopu.personal.sweeping import sweep
from miaopu.programme.plan_personal import MONTH
from seeded import Headers, World

__all__ = ["school"]
NAME = "那日苏等四人报名.xlsx"


async def _aged(at: World, by: timedelta) -> None:
    async with at.app.state.database.session() as session:
        await session.execute(update(StoredFile).values(created_at=clock.real_now() - by))
        await session.commit()


async def swept(at: World, days: int | None = None) -> dict[str, int]:
    state = at.app.state
    return await sweep(state.database, state.files, state.settings.model_copy(update={"workbook_days": days}))


async def test_a_workbook_goes_after_the_plans_months_with_its_name_and_faults_and_what_it_gave_stays(
    at: World, school: Headers
) -> None:
    found = await enter(at, school, GOOD, name=NAME)
    waiting = await bring(at, school, GOOD, name=NAME)
    path, months = f"/imports/{found['id']}", at.plan.retention.technical_months * MONTH
    until = date.fromisoformat(found["kept_until"])
    assert timedelta(0) <= until - (clock.now() + months).date() <= timedelta(days=1)
    assert (found["file_name"], found["erased_at"]) == (NAME, None)

    await _aged(at, months - timedelta(days=2))
    assert (await swept(at))["workbooks"] == 0
    assert (await at.client.get(f"{path}/file", headers=school)).status_code == 200

    await _aged(at, months + timedelta(days=2))
    assert (await swept(at))["workbooks"] == 2
    assert (await swept(at))["workbooks"] == 0
    after = (await at.client.get(path, headers=school)).json()
    assert (after["state"], after["file_name"], after["problems"]) == ("entered", "", [])
    assert (after["sha256"], after["new"], after["erased_at"] is None) == (found["sha256"], found["new"], False)
    for gone in ("file", "marked"):
        assert (await at.client.get(f"{path}/{gone}", headers=school)).status_code == 404
    # One that waited to be entered can't be any more.
    late = await at.client.post(f"/imports/{waiting['id']}/enter", headers=school)
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    trail = (await at.client.get(f"{path}/trail", headers=school)).json()["items"]
    assert [entry["action"] for entry in trail][-1] == "import.erase"
    assert all("erased" in entry["changes"] for entry in trail[:-1])
    async with at.app.state.database.session() as session:
        for file in await session.scalars(select(StoredFile)):
            assert file.name == ""
            with pytest.raises(Problem, match="not_found"):
                await read(at.app.state.files, file)
        told = await session.scalar(select(AuditEntry).where(AuditEntry.action == "retention.sweep"))
        assert told is not None
        assert told.changes == {"workbooks": [None, 2]}
        words = (await session.execute(text("SELECT string_agg(e::text, ' ') FROM audit_entries e"))).scalar_one()
        assert NAME not in words
        assert await broken_links(session) == []


async def test_an_installation_can_have_them_gone_sooner_and_never_one_that_is_being_read_or_is_proof(
    at: World, school: Headers
) -> None:
    await enter(at, school, GOOD)
    await _aged(at, timedelta(days=10))
    async with at.app.state.database.session() as session:
        made = await session.scalar(select(Import))
        assert made is not None
        made.state = "entering"
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.commit()
    assert (await swept(at, 30))["workbooks"] == 0
    assert (await swept(at, 7))["workbooks"] == 0
    async with at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE imports SET state = 'entered'"))
        await session.commit()
    assert (await swept(at, 30))["workbooks"] == 0
    assert (await swept(at, 7))["workbooks"] == 1
    now = clock.now()
    proof = date(at.plan.ends_on.year + at.plan.retention.application_years, 12, 31)
    assert kept_until("ranks", now, at.plan, 7) == proof
    assert kept_until("students", now, at.plan, 7) < kept_until("students", now, at.plan, None) < proof
    async with at.app.state.database.session() as session:
        assert await session.scalar(select(func.count()).where(Import.erased_at.is_(None)).select_from(Import)) == 0
