"""The status page: calm when all is well, plain when not, and for the region's office alone."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from miaopu.core import clock, jobs
from miaopu.operations.models import UpkeepRun
from miaopu.operations.schemas import SystemStatus
from miaopu.operations.status import concerns, newest_revision
from miaopu.people.roles import Role
from miaopu.reminders.models import Delivery
from seeded import World
from settled import test_settings


async def shown(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    """The page's answer."""
    answer = await client.get("/status", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = SystemStatus.model_validate(answer.json()).model_dump(mode="json")
    return found


async def test_the_office_sees_what_waits_failed_and_was_kept_and_asks_again_for_what_failed(
    at: World, app: FastAPI, client: httpx.AsyncClient
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await client.get("/status", headers=city)).status_code == 403
    quiet = await shown(client, office)
    assert quiet["schema_revision"] == quiet["schema_newest"] == newest_revision()
    told = {"backup_none", "chain_old", "doctor_old", "head_old"}
    assert told <= set(quiet["concerns"]) <= told | {"disk_low"}
    assert abs(quiet["clock_apart"]) < 2
    entries = quiet["head"]["uncovered"]
    assert (quiet["head"]["size"], quiet["head"]["countersigned"]) == (None, 0)
    assert entries > 0
    sealed = (await client.post("/trail/heads", headers=office)).json()
    covered = await shown(client, office)
    assert covered["head"]["size"] == sealed["size"] >= entries
    # The sealing itself is entered after the head it made.
    assert covered["head"]["uncovered"] == 1
    assert "head_old" not in covered["concerns"]

    now = clock.real_now()
    async with app.state.database.session() as session:
        old = await jobs.enqueue(session, "exports.students", {"of": "everybody"}, None)
        bad = await jobs.enqueue(session, "test.unknown", {}, None)
        old.created_at = now - timedelta(hours=1)
        bad.state, bad.finished_at, bad.attempts = "failed", now, 3
        bad.error = {"code": "job_gave_up", "params": {}}
        session.add(Delivery(channel="mail", next_at=now - timedelta(hours=2)))
        session.add(Delivery(channel="mail", state="failed", error="550"))
        for kind, ok, facts in (
            ("chain", False, {"entries": 40, "broken": 1}),
            ("backup", True, {"rows": 12, "files": 3, "bytes": 999, "file": "miaopu-1.miaopu"}),
        ):
            session.add(UpkeepRun(kind=kind, began_at=now, ended_at=now, ok=ok, facts=facts))
        await session.commit()
    found = await shown(client, office)
    assert found["concerns"][0] == "chain_broken"
    assert {"jobs_waiting", "jobs_failed", "outbox_waiting", "outbox_failed"} <= set(found["concerns"])
    assert (found["jobs"]["queued"], found["outbox"]) == (1, {"waiting": 1, "overdue": 1, "failed": 1})
    (failed,) = found["jobs"]["failed"]
    assert (failed["id"], failed["kind"], failed["code"]) == (str(bad.id), "test.unknown", "job_gave_up")
    assert failed["message"] != "job_gave_up"
    upkeep = {run["kind"]: run for run in found["upkeep"]}
    assert (upkeep["backup"]["ok"], upkeep["backup"]["count"], upkeep["backup"]["files"]) == (True, 12, 3)
    assert (upkeep["chain"]["ok"], upkeep["chain"]["well_at"], upkeep["drill"]["at"]) == (False, None, None)
    assert (upkeep["chain"]["wrong"], upkeep["backup"]["wrong"]) == (1, 0)

    assert (await client.post(f"/status/jobs/{bad.id}/retry", headers=city)).status_code == 403
    assert (await client.post(f"/status/jobs/{uuid.uuid4()}/retry", headers=office)).status_code == 404
    assert (await client.post(f"/status/jobs/{old.id}/retry", headers=office)).status_code == 409
    again = await client.post(f"/status/jobs/{bad.id}/retry", headers=office)
    assert (again.status_code, again.json()["state"]) == (200, "queued")
    after = await shown(client, office)
    assert (after["jobs"]["queued"], after["jobs"]["failed"]) == (2, [])
    queue = await app.state.database.reads.fetch(
        "SELECT count(*) FROM pgqueuer WHERE payload = $1", bad.id.hex.encode()
    )
    assert queue[0]["count"] == 2
    trail = await app.state.database.reads.fetch("SELECT action FROM audit_entries WHERE thing_id = $1", bad.id)
    assert [row["action"] for row in trail] == ["job.retried"]


async def test_the_office_sees_how_often_somebody_was_not_let_in_and_nothing_of_whom(
    at: World, app: FastAPI, client: httpx.AsyncClient
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    assert (await shown(client, office))["refused"] == []
    for _ in range(3):
        form = {"login": "wurina-0307", "password": "not it at all"}
        assert (await client.post("/auth/sign-in", json=form)).status_code == 401
    async with app.state.database.engine.begin() as connection:
        older = (
            "INSERT INTO attempts VALUES ('refused:wrong_password:x', 5, :day), ('refused:too_many_codes:x', 2, :over)"
        )
        now = clock.real_now()
        await connection.execute(text(older), {"day": now + timedelta(days=5), "over": now})
    page = await shown(client, office)
    assert page["refused"] == [{"kind": "wrong_password", "day": 3, "week": 8}]
    assert "wurina" not in str(page)


def test_nothing_is_said_while_all_is_well_and_each_trouble_by_its_name(tmp_path: Path) -> None:
    settings = test_settings("postgresql://unused", tmp_path, backup_dir=tmp_path)
    now = clock.real_now()

    def run(kind: str, ok: bool | None = True, hours: float = 1) -> dict[str, Any]:
        nothing = dict.fromkeys(("count", "files", "bytes", "file", "error"))
        well = now - timedelta(hours=hours) if ok is not None else None
        return {"kind": kind, "at": now, "ok": ok, "well_at": well, "wrong": 0, **nothing}

    def head(hours: float, uncovered: int) -> dict[str, Any]:
        made = now - timedelta(hours=hours)
        return {"size": 40, "made_at": made, "countersigned": 1, "uncovered": uncovered}

    well: dict[str, Any] = {
        "at": now, "concerns": [], "version": "1", "schema_revision": "a", "schema_newest": "a",
        "jobs": {"queued": 1, "running": 1, "oldest_queued_at": now, "failed": []},
        "outbox": {"waiting": 5, "overdue": 0, "failed": 0}, "refused": [], "backups_on": True,
        "upkeep": [run("backup"), run("drill"), run("chain"), run("doctor")],
        "head": {"size": 40, "made_at": now, "countersigned": 0, "uncovered": 3},
        "disk": {"free": 50 * 1024**3, "total": 100 * 1024**3}, "clock_apart": 0.01, "clock_turned": 0,
    }  # fmt: skip
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        ({"backups_on": False}, ["backup_none"]),
        ({"schema_newest": "b"}, ["schema_behind"]),
        ({"disk": {"free": 1024**3, "total": 4 * 1024**3}}, ["disk_low"]),
        ({"disk": {"free": 5 * 1024**3, "total": 100 * 1024**3}}, ["disk_low"]),
        ({"clock_apart": -3}, ["clock_off"]),
        ({"upkeep": [run("backup", hours=47), run("drill"), run("chain"), run("doctor")]}, []),
        ({"upkeep": [run("backup", hours=49), run("drill"), run("chain"), run("doctor")]}, ["backup_old"]),
        (
            {"upkeep": [run("backup", False), run("drill", hours=24 * 15), run("chain"), run("doctor")]},
            ["backup_failed", "drill_old"],
        ),
        (
            {"upkeep": [run("backup"), run("drill", False), run("chain", False), run("doctor", False)]},
            ["chain_broken", "doctor_found", "drill_failed"],
        ),
        (
            {"upkeep": [run("backup"), run("drill"), run("chain", None), run("doctor", hours=49)]},
            ["chain_old", "doctor_old"],
        ),
        ({"head": head(47, 1)}, ["head_old"]),
        ({"head": head(45, 1)}, []),
        ({"head": head(470, 0)}, []),
        ({"head": {"size": None, "made_at": None, "countersigned": 0, "uncovered": 9}}, ["head_old"]),
        ({"outbox": {"waiting": 1, "overdue": 1, "failed": 2}}, ["outbox_waiting", "outbox_failed"]),
    ]
    for change, expected in cases:
        assert concerns(SystemStatus.model_validate({**well, **change}), settings) == expected, change
