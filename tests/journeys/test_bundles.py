"""A hundred documents by one button: made by a job, one ZIP, for whoever asked and nobody else."""

import io
import zipfile
from typing import Any

import httpx
from sqlalchemy import select

from miaopu.core import jobs
from miaopu.core.jobs import Job
from miaopu.demo.journey.http import Person
from years import Year


async def bundle(year: Year, who: Person, kind: str) -> tuple[dict[str, Any], httpx.Response]:
    """The job of a bundle, done, and its file."""
    begun = await who.post(f"/bundles/{kind}")
    state = year.app.state
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued", Job.kind == "bundle")))
    for job_id in waiting:
        await jobs.execute(job_id, state.database, state.settings, state.files)
    job = await who.get(f"/jobs/{begun['job_id']}")
    return job, await file_of(year, who, begun["job_id"])


async def file_of(year: Year, who: Person, job_id: str) -> httpx.Response:
    """What a job made, as somebody gets it."""
    return await year.http.get(f"/jobs/{job_id}/file", headers={"authorization": f"Bearer {who.token}"})


async def test_p26_all_certificates_come_as_one_archive_to_the_region_and_a_students_own_to_the_student(
    year: Year,
) -> None:
    region = year.world.region.office
    certificates = await region.all("/certificates")
    job, answer = await bundle(year, region, "certificates")
    assert (job["state"], job["done"], job["result"]["failed"]) == ("done", len(certificates), [])
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(archive.namelist()) == sorted(f"{c['number']} {c['name']}.pdf" for c in certificates)
    assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())

    own = certificates[0]
    enrolled = next(e for e in await region.all("/enrolments") if e["id"] == own["enrolment_id"])
    student = next(s.person for s in year.world.students if s.registration == enrolled["registration_id"])
    _, answer = await bundle(year, student, "certificates")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == [f"{own['number']} {own['name']}.pdf"]
    assert (await file_of(year, student, job["id"])).status_code == 404


async def test_p12_all_letters_of_a_university_come_as_one_archive(year: Year) -> None:
    office = next(iter(year.world.universities.values())).office
    appointed = await office.all("/nominations", state="appointed")
    assert appointed
    _, answer = await bundle(year, office, "letters")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert len(archive.namelist()) == len(appointed)
