"""One's own data leave as a ZIP, and nobody else's; what is wrong in them is asked to be put right."""

import io
import json
import zipfile
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.core import jobs
from miaopu.core.audit import AuditEntry
from miaopu.core.jobs import Job
from miaopu.people.roles import Role
from miaopu.personal.own import page
from papers import pdf
from personal.test_keys import NUMBER
from personal.test_reveals import Family, asking, family, signed
from registrations.test_review import registered
from seeded import Headers, World

__all__ = ["family"]
PDF = pdf()


async def taken(app: FastAPI, client: httpx.AsyncClient, who: Headers) -> zipfile.ZipFile:
    begun = await client.post("/me/data/export", headers=who)
    assert begun.status_code == 202, begun.text
    state = app.state
    async with state.database.session() as session:
        for job_id in await session.scalars(select(Job.id).where(Job.state == "queued")):
            await jobs.execute(job_id, state.database, state.settings, state.files)
    job = (await client.get(f"/jobs/{begun.json()['job_id']}", headers=who)).json()
    assert job["state"] == "done", job
    answer = await client.get(f"/jobs/{begun.json()['job_id']}/file", headers=who)
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_student_and_guardian_take_all_of_the_childs_data_and_files_and_nobody_elses(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    stranger, account = await at.person(Role.STUDENT, "no2", "乌日根")
    await registered(at, account.name, "draft", account_id=account.id, motivation="别人的理由")
    kind = at.plan.application.materials[0].code if at.plan.application.materials else None
    if kind is not None:
        kept = await client.post("/files", files={"file": ("成绩单.pdf", PDF)}, headers=family.student)
        path = f"/registrations/{family.registration.id}/materials/{kind}"
        put = await client.put(path, json={"file_id": kept.json()["id"]}, headers=family.student)
        assert put.status_code == 200, put.text
    await client.post("/reveals", json=asking(family), headers=family.school)
    for who in (family.student, await signed(client, at)):
        archive = await taken(app, client, who)
        data = json.loads(archive.read("data.json"))
        (record,) = data["registrations"]
        assert (record["id"], record["identity_number"]) == (str(family.registration.id), NUMBER)
        assert [look["reason"] for look in data["looks"]] == ["核对准考证信息"]
        assert data["account"]["memberships"]
        text = archive.read("data.json").decode() + archive.read("data.html").decode()
        assert NUMBER in archive.read("data.html").decode()
        assert "别人的理由" not in text
        assert "乌日根" not in json.dumps(data["registrations"], ensure_ascii=False)
        if kind is not None:
            assert archive.read(f"{record['number']}/{kind}-成绩单.pdf") == PDF
    # An office's own export holds the office's account, and no student.
    held = json.loads((await taken(app, client, family.school)).read("data.json"))
    assert held["registrations"] == []
    assert NUMBER not in json.dumps(held)
    async with app.state.database.session() as session:
        told = await session.scalars(select(AuditEntry.thing_id).where(AuditEntry.action == "account.export_data"))
        assert family.guardian.id in set(told)
    begun = (await client.post("/me/data/export", headers=family.student)).json()["job_id"]
    assert (await client.get(f"/jobs/{begun}/file", headers=stranger)).status_code == 404


def test_the_page_of_the_export_shows_what_was_written_and_runs_nothing() -> None:
    shown = page({"name": "<script>alert(1)</script>", "looks": [], "kept": [{"purpose": "a & b"}]}, "zh-CN")
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "a &amp; b" in shown


async def test_a_family_asks_for_a_correction_and_reads_the_answer_once_given(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    form: dict[str, Any] = {
        "registration_id": str(family.registration.id), "field": "name", "text": "姓名中的“那”应为“娜”",
    }  # fmt: skip
    stranger, _ = await at.person(Role.STUDENT, "no2", "别人")
    assert (await client.post("/corrections", json=form, headers=stranger)).status_code == 404
    assert (await client.post("/corrections", json=form, headers=family.school)).status_code == 403
    guardian = await signed(client, at)
    made = await client.post("/corrections", json=form, headers=guardian)
    assert made.status_code == 201, made.text
    twice = await client.post("/corrections", json=form, headers=family.student)
    assert (twice.status_code, twice.json()["code"]) == (409, "correction_waits")
    notices = (await client.get("/notices", headers=family.school)).json()["items"]
    assert [n["kind"] for n in notices] == ["correction.ask"]
    path = f"/corrections/{made.json()['id']}/answer"
    answer = {"version": 1, "granted": True, "answer": "已按户口簿更正"}
    assert (await client.post(path, json=answer, headers=stranger)).status_code == 404
    assert (await client.post(path, json=answer, headers=guardian)).status_code == 403
    assert (await client.post(path, json=answer, headers=family.school)).status_code == 200
    again = await client.post(path, json={**answer, "version": 2}, headers=family.school)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    for who, total in ((guardian, 1), (family.student, 1), (family.school, 1), (stranger, 0)):
        seen = (await client.get("/corrections", headers=who)).json()
        assert seen["total"] == total
        assert [(i["granted"], i["answer"], i["answerable"]) for i in seen["items"]] == [
            (True, "已按户口簿更正", False)
        ] * total
    async with app.state.database.session() as session:
        entries = await session.scalars(
            select(AuditEntry).where(
                AuditEntry.thing_id == family.registration.id, AuditEntry.part_type == "correction"
            )
        )
        told = {entry.action: str(entry.changes) for entry in entries}
    assert set(told) == {"correction.ask", "correction.answer"}
    assert "娜" not in str(told)
