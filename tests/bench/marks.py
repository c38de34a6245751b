"""`make bench`: fifty thousand marks of one city by workbook, beside reading its cells and a COPY of the same rows."""

import asyncio
import statistics
import time
import uuid
from decimal import Decimal
from typing import Any

import asyncpg

from imports import served, work
from miaopu.core.columns import MAX_UNZIPPED
from miaopu.core.db import plain_url
from miaopu.core.sheets import grid
from miaopu.core.workbooks import write_rows
from miaopu.people.roles import Role
from postgres import fresh_database
from seeded import Headers, World, turn_to

ROWS = 50_000
HEADERS = ["准考证号", "姓名", "学科", "考场", "座位号", "成绩", "缺考"]
PEOPLE = """
    INSERT INTO registrations (id, version, cycle_id, state, state_since, serial, number, account_id, school_id,
        city_id, name, name_key, subject, rank_basis, school_statement, "returning", accepts_adjustment, interests,
        motivation, submitted_at, receipt)
    SELECT gen_random_uuid(), 1, $1, 'seated', now(), n, '2024HO' || lpad(n::text, 5, '0'), gen_random_uuid(), $2, $3,
        '学生' || n, 'x', 'mathematics', '', false, false, true, '', '', now(), md5(n::text)
    FROM generate_series(0, $4 - 1) AS n
"""
SEATS = """
    INSERT INTO seats (id, version, registration_id, sitting_id, room_id, number, ticket_number, absent)
    SELECT gen_random_uuid(), 1, id, $1, $2, serial + 1, 'T' || number, false FROM registrations
"""


async def hall(at: World, url: str) -> None:
    """One sitting with a seat for everybody, written past the rules: they are not what is measured."""
    sitting, room = uuid.uuid4(), uuid.uuid4()
    connection = await asyncpg.connect(plain_url(url))
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(PEOPLE, at.cycle_id, at.units["no2"].id, at.units["hohhot"].id, ROWS)
        await connection.execute(
            "INSERT INTO sittings (id, version, cycle_id, city_id, subject, starts_at, ends_at, address, seed) "
            "VALUES ($1, 1, $2, $3, 'mathematics', now(), now() + interval '2 h', 'x', 'x')",
            sitting, at.cycle_id, at.units["hohhot"].id,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO exam_rooms (id, version, sitting_id, name, capacity) VALUES ($1, 1, $2, 'x', $3)",
            room, sitting, ROWS,
        )  # fmt: skip
        await connection.execute(SEATS, sitting, room)
    await connection.execute("ANALYZE")
    await connection.close()


def rows(shift: int) -> list[tuple[Any, ...]]:
    """Everybody with a mark, one in two hundred absent."""
    return [
        (f"T2024HO{n:05d}", f"学生{n}", "数学", f"第{n // 30 + 1}考场", n % 30 + 1)
        + ((None, "缺考") if n % 200 == 7 else ((n * 7 + shift) % 1001 / 10, None))
        for n in range(ROWS)
    ]


async def beside(url: str, data: bytes, lines: list[tuple[Any, ...]]) -> float:
    """Seconds for the cells of the workbook and a COPY of its rows into a bare table."""
    records = [(*line[:5], None if line[5] is None else Decimal(str(line[5])), line[6]) for line in lines]
    connection = await asyncpg.connect(plain_url(url))
    await connection.execute(
        "CREATE TEMPORARY TABLE bare "
        "(ticket text, name text, subject text, room text, seat int, mark numeric, absent text)"
    )
    began = time.perf_counter()
    grid(data, MAX_UNZIPPED)
    await connection.copy_records_to_table("bare", records=records)
    took = time.perf_counter() - began
    await connection.close()
    return took


async def brought(at: World, data: bytes, headers: Headers) -> tuple[dict[str, Any], float, float]:
    """The import, the seconds to check it (rolled back), and the seconds to check and store it."""
    made = (await at.client.post("/imports/marks", files={"file": ("成绩.xlsx", data)}, headers=headers)).json()
    began = time.perf_counter()
    await work(at)
    tried = time.perf_counter()
    await at.client.post(f"/imports/{made['id']}/enter", headers=headers)
    middle = time.perf_counter()
    await work(at)
    entered = time.perf_counter()
    found = (await at.client.get(f"/imports/{made['id']}", headers=headers)).json()
    assert found["state"] == "entered", found
    return found, tried - began, entered - middle


async def measure(at: World, url: str) -> None:
    """Print each import with its seconds, and as a ratio to what it is measured beside, in turn."""
    turn_to("2023-12-24T12:00:00", at.plan)
    await hall(at, url)
    first, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    second, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    trials, entries = [], []
    for name, who, shift in (
        ("first entry", first, 0),
        ("second entry", second, 0),
        ("first again", first, 3),
        ("second again", second, 3),
    ):
        lines = rows(shift)
        data = write_rows(HEADERS, lines)
        before = await beside(url, data, lines)
        found, tried, entered = await brought(at, data, who)
        base = (before + await beside(url, data, lines)) / 2
        trials.append(tried / base)
        entries.append(entered / base)
        print(
            f"{name:>12}: reading + COPY {base:.2f} s; try {tried:.2f} s = {tried / base:.1f} ×; "
            f"enter {entered:.2f} s = {entered / base:.1f} ×; {found['problems'][0]['message']}"
        )
    print(f"marks, {ROWS} rows: checked and stored {statistics.median(entries):.1f} × of reading + COPY (median);")
    print(f"the trial before it {statistics.median(trials):.1f} ×")


if __name__ == "__main__":
    database = fresh_database()
    asyncio.run(served(database, lambda at: measure(at, database)))
