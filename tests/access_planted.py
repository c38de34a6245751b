"""What no walked year leaves behind, planted for a while: jobs, workbooks, an outbox and groups, with names in them.

They are written by SQL past the trail, since the year belongs to all tests that read it, and taken away again.
"""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import asyncpg
import obstore
from openpyxl import Workbook

from access_walk import actors_of
from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.files import XLSX, place_of
from miaopu.people.access import Actor
from miaopu.people.roles import Role
from reach import AROUND
from years import Year

BRINGS = {Role.SCHOOL: "students", Role.UNIVERSITY: "mentors", Role.CITY_OFFICE: "sittings"}
TABLES = ("outbox_messages", "outbox_batches", "group_channels", "imports", "files", "jobs")
# A student around whom the unit or the account stands (any, where none is), with what names them.
STUDENT = """
SELECT r.account_id, r.number, r.name FROM registrations r JOIN around_r a ON a.id = r.id
  LEFT JOIN around_e e ON e.registration_id = r.id LEFT JOIN around_d d ON d.enrolment_id = e.id
 WHERE r.submitted_at IS NOT NULL
 ORDER BY coalesce(a.keys && $1::uuid[], false) OR coalesce(e.keys && $1::uuid[], false)
          OR coalesce(d.keys && $1::uuid[], false) DESC, r.id LIMIT 1
"""


class Planting:
    """One connection, and the ids of everything that was planted."""

    def __init__(self, year: Year, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.year = year
        self.connection = connection
        self.planted: dict[str, list[uuid.UUID]] = {table: [] for table in TABLES}

    async def row(self, table: str, **values: Any) -> uuid.UUID:
        """One row; JSON as text."""
        values = {"id": new_id(), **values}
        names, places = ", ".join(values), ", ".join(f"${n + 1}" for n in range(len(values)))
        await self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values())
        self.planted[table].append(values["id"])
        return values["id"]

    async def file(self, owner: uuid.UUID, thing: str, thing_id: uuid.UUID, content: bytes, kind: str) -> uuid.UUID:
        """A real file in the year's own store."""
        made = await self.row(
            "files", sha256=sha256(content).hexdigest(), size=len(content), content_type=kind, name="a.xlsx",
            uploaded_by=owner, created_at=clock.real_now(), claimed_type=thing, claimed_id=thing_id,
        )  # fmt: skip
        await obstore.put_async(self.year.app.state.files, place_of(made), content)
        return made

    async def job(self, actor: Actor, named: str) -> None:
        """A job that failed, with a file: what it says and what it made names a student."""
        error = {"code": "not_found", "params": {"thing": named}}
        job = await self.row(
            "jobs", kind="bundle.files", params=json.dumps({"of": named}), state="failed", done=1, total=1, attempts=1,
            result=json.dumps({"rows": 1, "of": named}), error=json.dumps(error), requested_by=actor.account_id,
            created_at=clock.real_now(), finished_at=clock.real_now(),
        )  # fmt: skip
        await self.file(actor.account_id, "job", job, workbook(named), XLSX)

    async def brought(self, actor: Actor, named: str) -> None:
        """A workbook of the unit with a fault in a row."""
        content, import_id = workbook(named), new_id()
        fault = {"row": 2, "column": "name", "code": "unknown", "params": {"value": named}, "note": False}
        await self.row(
            "imports", id=import_id, version=1, cycle_id=actor.cycle_id, kind=BRINGS[actor.role], unit_id=actor.unit_id,
            city_id=actor.city_id, account_id=actor.account_id, membership_id=actor.membership_id,
            role=actor.role.value, file_id=await self.file(actor.account_id, "import", import_id, content, XLSX),
            file_name=f"{named}.xlsx", sha256=sha256(content).hexdigest(), state="faulty", rows=1, new=0, changed=0,
            same=0, faults=1, problems=json.dumps([fault]), created_at=clock.now(),
        )  # fmt: skip

    async def outbox(self, actor: Actor, student: asyncpg.Record) -> None:
        """An announcement of an office that waits, with one line for one student; and a group of the office."""
        batch = await self.row(
            "outbox_batches", version=1, cycle_id=actor.cycle_id, state="waiting", state_since=clock.now(),
            kind="announcement", unit_id=actor.unit_id, author_id=actor.account_id, title="关于材料的通知",
            text=f"请{student['name']}补交材料", audience="{}", channels=["mail"], created_at=clock.now(),
            release_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
        await self.row(
            "outbox_messages", cycle_id=actor.cycle_id, batch_id=batch, account_id=student["account_id"],
            rule="announcement", thing_type="outbox_batch", thing_id=batch, occasion="", title=student["number"],
            channels=["mail"], created_at=clock.now(),
        )  # fmt: skip
        await self.row(
            "group_channels", version=1, unit_id=actor.unit_id, kind="wecom", name=f"{student['name']}的群",
            host="example.org", url_sealed=self.year.app.state.vault.seal("https://example.org/hook"), active=True,
            created_at=clock.now(),
        )  # fmt: skip

    async def all(self) -> None:
        """A job for the first of every role; of who acts for a unit, two of each kind (they are foreign to another)."""
        for role, actors in (await actors_of(self.year.url)).items():
            units: set[uuid.UUID] = set()
            for actor in actors:
                if actor.unit_id in units or len(units) == 2:
                    continue
                units.add(actor.unit_id)
                student = await self.connection.fetchrow(
                    STUDENT, [actor.unit_id if role in BRINGS else actor.account_id]
                )
                assert student is not None
                named = f"{student['name']} {student['number']}"
                await self.job(actor, named)
                if role in BRINGS:
                    await self.brought(actor, named)
                if role is Role.CITY_OFFICE:
                    await self.outbox(actor, student)

    async def away(self) -> None:
        """Nothing of it stays."""
        for file_id in self.planted["files"]:
            await obstore.delete_async(self.year.app.state.files, place_of(file_id))
        for table in TABLES:
            await self.connection.execute(f"DELETE FROM {table} WHERE id = ANY ($1)", self.planted[table])


def workbook(named: str) -> bytes:
    """A real workbook with one row that names somebody."""
    made, content = Workbook(), BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.append(["姓名"])
    sheet.append([named])
    made.save(content)
    return content.getvalue()


@asynccontextmanager
async def planted(year: Year) -> AsyncIterator[None]:
    """Within it the year has what it has not."""
    connection = await asyncpg.connect(year.url)
    try:
        # Rows of the trail's tables that no act made, and that go again: neither is the trail's business.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(AROUND)
        planting = Planting(year, connection)
        try:
            await planting.all()
            yield
        finally:
            await planting.away()
    finally:
        await connection.close()
