"""Workbooks brought in over HTTP, and what comes back of them."""

import io
from typing import Any

import httpx
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from miaopu.core import jobs
from miaopu.core.jobs import Job
from seeded import Headers, World, saved

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def worked(at: World, answer: httpx.Response, headers: Headers) -> dict[str, Any]:
    """The import, once its job is done."""
    assert answer.status_code in (200, 201), answer.text
    state = at.app.state
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued")))
    for job_id in waiting:
        await jobs.execute(job_id, state.database, state.settings, state.files)
    found = (await at.client.get(f"/imports/{answer.json()['id']}", headers=headers)).json()
    assert found["job_state"] == "done", found
    return dict(found)


async def bring(at: World, headers: Headers, data: bytes, kind: str = "students", name: str = "报名.xlsx") -> Any:
    """A workbook brought and tried."""
    answer = await at.client.post(f"/imports/{kind}", files={"file": (name, data)}, headers=headers)
    return await worked(at, answer, headers)


async def enter(at: World, headers: Headers, data: bytes, kind: str = "students", name: str = "报名.xlsx") -> Any:
    """A workbook without faults, brought and entered."""
    tried = await bring(at, headers, data, kind, name)
    assert tried["state"] == "ready", tried
    return await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=headers), headers)


async def export(at: World, headers: Headers, kind: str) -> bytes:
    """What one's unit has, as a workbook."""
    return saved(await at.client.post(f"/imports/{kind}/export", headers=headers), XLSX)


async def marked(at: World, headers: Headers, found: dict[str, Any]) -> Worksheet:
    """The workbook that comes back with its faults marked, opened."""
    data = saved(await at.client.get(f"/imports/{found['id']}/marked", headers=headers), XLSX)
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def codes(found: dict[str, Any]) -> dict[tuple[int, str], str]:
    """The faults (no notes) by row and column."""
    return {(f["row"], f["column"]): f["code"] for f in found["problems"] if not f["note"]}


def counts(found: dict[str, Any]) -> tuple[int, int, int]:
    """How many rows are new, changed, the same."""
    return found["new"], found["changed"], found["same"]


def lines(data: bytes) -> list[tuple[object, ...]]:
    """The first sheet of a workbook, row by row."""
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


async def count(at: World, model: Any) -> int:
    """How many rows of a table there are."""
    async with at.app.state.database.session() as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


def told(found: dict[str, Any]) -> str:
    """What an import says of the file as a whole."""
    return " ".join(f["message"] for f in found["problems"] if f["row"] == 0 and f["note"])


def notes(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    """What it says of single rows without refusing them."""
    return [(f["row"], f["column"], f["message"]) for f in found["problems"] if f["note"] and f["row"]]
