"""`make bench`: the board of 5,000 students × 24 meetings: one statement, beside a bare count of the attendances."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

import asyncpg

from imports import served
from miaopu.core.db import plain_url
from miaopu.people.roles import Role
from postgres import fresh_database
from seeded import World, turn_to

STUDENTS = 5_000
MENTORS = 1_000
# Meetings of a mentor's group: about two a month.
MEETINGS = 24
ROUNDS = 7
MENTORS_MADE = """
    INSERT INTO nominations (id, version, cycle_id, state, state_since, university_id, city_id, subject, name, name_key,
        standing, standing_reason, degree, degree_reason, title, department, research, introduction, capacity, taken,
        opinion, letter_number)
    SELECT gen_random_uuid(), 1, $1, 'appointed', now(), $2, $3, 'mathematics', '导师' || n, 'd' || n, 'x', '',
        'doctor', '', '', '', '', '', 5, 5, '', 'L' || n FROM generate_series(1, $4) AS n
"""
STUDENTS_MADE = """
    INSERT INTO enrolments (id, version, cycle_id, state, state_since, registration_id, account_id, mentor_id,
        university_id, school_id, city_id, subject, name, name_key, number, active_from)
    SELECT gen_random_uuid(), 1, $1, 'active', now(), gen_random_uuid(), gen_random_uuid(), m.id, $2, $3, $4,
        'mathematics', '学生' || m.name || k, 'x', m.name || '-' || k, '2024-02-01'
    FROM nominations m, generate_series(1, $5) AS k WHERE m.name LIKE '导师%'
"""
MEETINGS_MADE = """
    INSERT INTO training_sessions (id, version, cycle_id, mentor_id, activity, title, starts_at, minutes, on_campus,
        given_by, by_mentor, place, notes, recorded_at)
    SELECT gen_random_uuid(), 1, $1, m.id, 'reading', '组会',
        timestamptz '2024-02-02T02:00Z' + k * interval '13 days', 90, k % 3 > 0, gen_random_uuid(),
        true, '', '', now()
    FROM nominations m, generate_series(0, $2 - 1) AS k WHERE m.name LIKE '导师%'
"""
ATTENDED = """
    INSERT INTO attendances (id, version, session_id, enrolment_id, mode, log_due_at)
    SELECT gen_random_uuid(), 1, s.id, e.id,
        CASE WHEN hashtext(s.id::text || e.id::text) % 9 = 0 THEN 'absent' ELSE 'face_to_face' END,
        s.starts_at + interval '7 days'
    FROM training_sessions s JOIN enrolments e ON e.mentor_id = s.mentor_id
"""
WRITTEN = """
    INSERT INTO growth_logs (id, version, cycle_id, state, state_since, enrolment_id, session_id, reading, discussed,
        heard, did, learned, hard, next_steps, photos, due_at, late, review, submitted_at)
    SELECT gen_random_uuid(), 1, $1, CASE WHEN hashtext(a.id::text) % 7 = 0 THEN 'submitted' ELSE 'accepted' END,
        a.log_due_at, a.enrolment_id, a.session_id, '', '', '', 'x', '', '', '', '{}', a.log_due_at,
        false, '', a.log_due_at
    FROM attendances a WHERE a.mode <> 'absent' AND hashtext(a.id::text || 'log') % 11 <> 0
"""


async def year(at: World, url: str) -> None:
    """Students, meetings and logs, written past the rules: they are not what is measured."""
    unit = {code: at.units[code].id for code in ("hohhot", "no2")}
    university = next(u.id for c, u in at.units.items() if c in {o.code for o in at.plan.universities})
    connection = await asyncpg.connect(plain_url(url))
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(MENTORS_MADE, at.cycle_id, university, unit["hohhot"], MENTORS)
        each = STUDENTS // MENTORS
        await connection.execute(STUDENTS_MADE, at.cycle_id, university, unit["no2"], unit["hohhot"], each)
        await connection.execute(MEETINGS_MADE, at.cycle_id, MEETINGS)
        await connection.execute(ATTENDED)
        await connection.execute(WRITTEN, at.cycle_id)
    await connection.execute("ANALYZE")
    print(
        *[
            f"{t} {await connection.fetchval(f'SELECT count(*) FROM {t}')}"
            for t in ("enrolments", "attendances", "growth_logs")
        ],
        sep=", ",
    )
    await connection.close()


async def median(call: Callable[[], Awaitable[object]]) -> float:
    """Seconds, the middle of some rounds; the first is not counted."""
    await call()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


async def measure(at: World, url: str) -> None:
    """Print each view of the board with its seconds, its statements, and as a ratio to the bare count."""
    turn_to("2024-12-20T12:00:00", at.plan)
    await year(at, url)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    bare = await asyncpg.connect(plain_url(url))
    counts = "SELECT enrolment_id, count(*) FROM attendances WHERE mode = 'face_to_face' GROUP BY enrolment_id"
    base = await median(lambda: bare.fetch(counts))
    print(f"board, {STUDENTS} students × {MEETINGS} meetings; counting the attendances alone {base * 1000:.0f} ms")
    said: list[str] = []
    pool = at.app.state.database.reads
    held = [await pool.acquire() for _ in range(pool.get_max_size())]
    for connection in held:
        connection.add_query_logger(lambda record: said.append(record.query))
    for connection in held:
        await pool.release(connection)
    for name, query in (("first page", "size=25"), ("who needs help", "behind=true&size=25"), ("by city", "by=city")):
        answer = await at.client.get(f"/board?{query}", headers=region)
        assert answer.status_code == 200, answer.text
        said.clear()
        await at.client.get(f"/board?{query}", headers=region)
        statements = len(said)
        took = await median(lambda query=query: at.client.get(f"/board?{query}", headers=region))
        size = len(answer.content) / 1000
        print(f"{name:>15}: {took * 1000:5.0f} ms = {took / base:4.1f} ×; {statements} statements; {size:.0f} kB")
    await bare.close()


if __name__ == "__main__":
    database = fresh_database()
    asyncio.run(served(database, lambda at: measure(at, database)))
