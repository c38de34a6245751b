"""The yearly audit of minors' data by one button: everything can be shown, and nothing leaks that must not."""

import hashlib
import io
import json
import re
import zipfile
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.compliance.machinery import ABOUT_PEOPLE
from miaopu.compliance.parts import masked
from miaopu.compliance.seen import ACTS
from miaopu.core import audit
from miaopu.core.audit import Act, AuditEntry, broken_links
from miaopu.core.problem import LANGUAGES, words
from miaopu.core.workbooks import read_rows
from miaopu.doctor.examining import INVARIANTS
from miaopu.people.models import Membership
from miaopu.people.roles import Role
from miaopu.personal.kept import KEPT
from personal.test_erasure import worked
from personal.test_keys import NUMBER, PHONE
from personal.test_reveals import Family, asking, family, signed
from registrations.test_guardians import FORM
from seeded import Headers, World, turn_to

__all__ = ["family"]


async def made(app: FastAPI, client: httpx.AsyncClient, who: Headers, year: int) -> dict[str, Any]:
    """The pack's line in the list, once it was asked for and gathered."""
    begun = await client.post("/compliance-audits", json={"year": year}, headers=who)
    assert begun.status_code == 202, begun.text
    await worked(app)
    job = (await client.get(f"/jobs/{begun.json()['job_id']}", headers=who)).json()
    assert job["state"] == "done", job
    found: dict[str, Any] = (await client.get("/compliance-audits", headers=who)).json()["items"][0]
    assert found["sha256"] == job["result"]["sha256"]
    return found


async def taken(client: httpx.AsyncClient, who: Headers, pack: dict[str, Any]) -> zipfile.ZipFile:
    """The pack's ZIP, which is what its digest says."""
    answer = await client.post(f"/compliance-audits/{pack['id']}/file", headers=who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert hashlib.sha256(answer.content).hexdigest() == pack["sha256"]
    assert len(answer.content) == pack["size"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def everything(archive: zipfile.ZipFile) -> str:
    """All that stands in a pack, the workbook's cells among it."""
    texts = []
    for name in archive.namelist():
        held = archive.read(name)
        if name.endswith(".xlsx"):
            inner = zipfile.ZipFile(io.BytesIO(held))
            texts += [inner.read(one).decode("utf-8", "replace") for one in inner.namelist()]
        else:
            texts.append(held.decode())
    return "\n".join(texts)


async def test_the_pack_shows_who_looked_and_what_is_held_and_no_number_or_word_of_a_family(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region", "管理员甲")
    department, _ = await at.person(Role.EDUCATION_DEPARTMENT, "education", "处长")
    # What could leak: sealed numbers, the same written into a reason, a family's own words, a guardian's name.
    spaced = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"
    # As one from before numbers were refused there.
    async with app.state.database.session() as session:
        member = await session.scalar(select(Membership).where(Membership.role == "school"))
        assert member is not None
        audit.act_as(session, audit.Who(member.account_id, member.id, "school"))
        act = Act("registration.reveal", reason=f"核对 {NUMBER}（{spaced}），电话 {PHONE}")
        about = {"field": "identity_number", "purpose": "exam_identity"}
        audit.record(session, act, "registration", family.registration.id, **about)
        await audit.commit(session)
    wrong = {"registration_id": str(family.registration.id), "field": "name", "text": "姓名中的“那”应为“娜”"}
    guardian = await signed(client, at)
    assert (await client.post("/corrections", json=wrong, headers=guardian)).status_code == 201
    assert (await client.post("/me/data/export", headers=family.student)).status_code == 202

    pack = await made(app, client, office, 2023)
    assert (pack["year"], pack["complete"], pack["made_by_name"]) == (2023, False, "管理员甲")
    assert pack["figures"] == {
        "minors": 1, "under_14": 0, "reads": 1, "consents": 1, "corrections": 1, "erasures": 0, "overdue": 0,
        "faults": 0, "backup_days": None,
    }  # fmt: skip
    archive = await taken(client, department, pack)
    assert archive.testzip() is None
    said = everything(archive)
    for secret in (NUMBER, spaced, PHONE, "娜", "母亲", FORM["password"], family.registration.receipt):
        assert secret not in said, secret
    assert not re.search(r"(?<![0-9a-f])\d{17}[\dX](?![0-9a-f])", said)
    data = json.loads(archive.read("data.json"))
    parts = data["parts"]
    (look,) = parts["reads_list"]
    assert look["reason"] == f"核对 990{'*' * 13}33（990{'*' * 13}33），电话 199{'*' * 6}11"
    assert (look["number"], look["who"], look["role"], look["purpose"]) == (
        family.registration.number, "教务处", "school", "exam_identity",
    )  # fmt: skip
    (sums,) = parts["reads"]
    assert (sums["unit"], sums["times"], sums["people"]) == (at.units["no2"].name, 1, 1)
    assert {row["kept"] for row in parts["kinds"]} == {kind.code for kind in KEPT}
    # Every column that holds personal data is there, with how much of it still holds something.
    listed = {f"{row['table']}.{column}" for row in parts["held"] for column in row["columns"].split(", ") if column}
    assert listed == {column for kind in KEPT for column in (*kind.columns, *kind.also)}
    sealed = {(row["kept"], row["table"]): row for row in parts["held"]}
    assert (sealed["identity", "registrations"]["filled"], sealed["guardian", "consents"]["filled"]) == (1, 1)
    (consent,) = [row for row in parts["consents"] if row["given"]]
    assert (consent["text_version"], consent["in_force"]) == (at.plan.consents.participation.version, 1)
    assert [row["outcome"] for row in parts["corrections"]] == ["waiting"]
    assert [row["times"] for row in parts["exports"]] == [1]
    assert {row["invariant"] for row in parts["faults"]} == ABOUT_PEOPLE
    assert [row for row in parts["sealed"] if row["older"]] == []
    async with app.state.database.session() as session:
        acts = set(await session.scalars(select(AuditEntry.action).where(AuditEntry.thing_type == "compliance_audit")))
        assert await broken_links(session) == []
    assert acts == {"compliance_audit.ask", "compliance_audit.make", "compliance_audit.fetch"}
    # Who took the pack stands in the next one.
    again = json.loads((await taken(client, office, await made(app, client, office, 2023))).read("data.json"))
    assert "compliance_audit.fetch" in {row["action"] for row in again["parts"]["reads"]}


async def test_the_documents_are_read_by_people_in_their_language_and_by_the_digests_beside_them(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region", "管理员甲")
    assert (await client.post("/reveals", json=asking(family), headers=family.school)).status_code == 200
    archive = await taken(client, office, await made(app, client, office, 2023))
    assert sorted(archive.namelist()) == ["SHA256SUMS", "data.json", "合规审计-2023.html", "合规审计-2023.xlsx"]
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    page = archive.read("合规审计-2023.html").decode()
    for text in ("未成年人个人信息合规审计资料", "核对考试身份", "核对准考证信息", "中学", "个人信息保护法"):
        assert text in page
    assert "<script" not in page
    assert "http" not in page
    # No code of a column or of a value is left without words.
    assert not re.search(r"compliance\.|kept\.name|file\.role", page)
    (row,) = read_rows(archive.read("合规审计-2023.xlsx"))[:1] or [None]
    assert row is not None
    english = await client.post("/compliance-audits", json={"year": 2023}, headers={**office, "accept-language": "en"})
    assert english.status_code == 202
    await worked(app)
    newest = (await client.get("/compliance-audits", headers=office)).json()["items"][0]
    held = await taken(client, office, newest)
    assert "Minors&#x27; personal data: audit of 2023" in held.read("audit-2023.html").decode()


async def test_only_the_office_makes_a_pack_the_department_reads_it_and_no_year_is_audited_before_it_began(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region", "管理员甲")
    department, _ = await at.person(Role.EDUCATION_DEPARTMENT, "education", "处长")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    pack = await made(app, client, office, 2023)
    ahead = await client.post("/compliance-audits", json={"year": 2024}, headers=office)
    assert (ahead.status_code, ahead.json()["errors"][0]["code"]) == (422, "year_ahead")
    assert (await client.post("/compliance-audits", json={"year": 2023}, headers=department)).status_code == 403
    assert (await client.get("/compliance-audits", headers=department)).json()["total"] == 1
    for other in (city, family.student, family.school):
        assert (await client.get("/compliance-audits", headers=other)).status_code == 403
        assert (await client.post(f"/compliance-audits/{pack['id']}/file", headers=other)).status_code == 403
    # In the year after, the year is over.
    turn_to("2024-01-20T10:00:00", at.plan)
    assert (await made(app, client, office, 2023))["complete"] is True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证 990101200805051233", "身份证 990*************33"),
        ("９９０１０１２００８０５０５１２３X", "990*************3X"),
        ("990101 20080505 123x。", "990*************3x。"),
        ("电话199-0000-1111，请联系", "电话199******11，请联系"),
        ("2024-05-01 第 12 考场，编号 HH-2024-0031", "2024-05-01 第 12 考场，编号 HH-2024-0031"),
        ("/api/v1/registrations/0190a2b4-11c1-7000-8000-1234567890ab", None),
    ],
)  # fmt: skip
def test_what_could_be_a_number_of_a_person_is_masked_however_it_is_typed(text: str, shown: str | None) -> None:
    assert masked(text) == (text if shown is None else shown)


def test_every_rule_that_the_pack_names_is_one_and_every_act_has_its_words() -> None:
    assert {one.code for one in INVARIANTS} >= ABOUT_PEOPLE
    for language in LANGUAGES:
        assert [act for act in ACTS if f"compliance.action.{act}" not in words(language)] == []
