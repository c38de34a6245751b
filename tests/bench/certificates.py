"""`make bench`: a hundred certificates issued, and made into one ZIP by the worker, beside setting them alone."""

import asyncio
import io
import time
import zipfile

import asyncpg
from board import MENTORS_MADE, STUDENTS_MADE

from imports import served, work
from miaopu.core.db import plain_url
from miaopu.core.document_data import CertificateData
from miaopu.core.documents import certificate
from miaopu.people.roles import Role
from postgres import fresh_database
from seeded import World, turn_to

PAPERS = 100
# The circle of a student (family, school, mentor) is told: they need a registration of their own, and all one account.
GRADED = "UPDATE enrolments SET state = 'qualified', grade = 'qualified', account_id = $1"
REGISTERED = """
    INSERT INTO registrations (id, version, cycle_id, state, state_since, serial, number, account_id, school_id,
        city_id, name, name_key, subject, rank_basis, school_statement, "returning", accepts_adjustment, interests,
        motivation, submitted_at, receipt)
    SELECT registration_id, 1, cycle_id, 'enrolled', now(), row_number() OVER (), number, gen_random_uuid(), school_id,
        city_id, name, name_key, subject, '', false, false, true, '', '', now(), md5(number) FROM enrolments
"""


async def year(at: World, url: str) -> None:
    """Graded students, written past the rules: they are not what is measured."""
    unit = {code: at.units[code].id for code in ("hohhot", "no2")}
    university = next(u.id for c, u in at.units.items() if c in {o.code for o in at.plan.universities})
    _, account = await at.person(Role.STUDENT, "no2")
    connection = await asyncpg.connect(plain_url(url))
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(MENTORS_MADE, at.cycle_id, university, unit["hohhot"], PAPERS // 5)
        await connection.execute(STUDENTS_MADE, at.cycle_id, university, unit["no2"], unit["hohhot"], 5)
        await connection.execute(GRADED, account.id)
        await connection.execute(REGISTERED)
    await connection.close()


async def measure(at: World, url: str) -> None:
    """Print what issuing and the ZIP take, and the ZIP as a ratio to the bare setting of as many papers."""
    paper = CertificateData(
        name="乌日汗", school="呼和浩特市第二中学", university="内蒙古大学", mentor="巴特尔", subject="数学",
        year="2024", grade="合格", number="0001", date="2024-12-20", issuers=("内蒙古自治区科学技术协会",), check_url="http://x/c/1",
    )  # fmt: skip
    certificate(paper)
    began = time.perf_counter()
    for _ in range(PAPERS):
        certificate(paper)
    bare = time.perf_counter() - began
    stage = at.plan.opens_at(next(s.code for s in at.plan.stages if s.code == "certificates"))
    turn_to(f"{stage.date().isoformat()}T10:00:00", at.plan)
    await year(at, url)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    began = time.perf_counter()
    answer = await at.client.post("/certificates/issue", headers=region)
    assert answer.status_code == 200, answer.text
    assert answer.json()["certificates"] == PAPERS, answer.text
    issued = time.perf_counter() - began
    began = time.perf_counter()
    job = (await at.client.post("/bundles/certificates", headers=region)).json()
    await work(at)
    data = (await at.client.get(f"/jobs/{job['job_id']}/file", headers=region)).content
    bundled = time.perf_counter() - began
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len(names) == PAPERS, names[:3]
    print(f"{PAPERS} certificates: set alone {bare:.2f} s; issued and signed {issued:.2f} s")
    print(
        f"one ZIP of {len(data) / 1e6:.1f} MB by the worker {bundled:.2f} s = {bundled / bare:.1f} × the setting alone"
    )


if __name__ == "__main__":
    database = fresh_database()
    asyncio.run(served(database, lambda at: measure(at, database)))
