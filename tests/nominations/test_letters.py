"""The letter of appointment as PDF, and the check that its QR leads to."""

import io
import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from miaopu.core import clock, documents
from miaopu.core.db import new_id
from miaopu.nominations import letters
from miaopu.nominations.models import Nomination
from miaopu.people import acting
from miaopu.people.roles import Role
from seeded import World, saved, turn_to

pytestmark = pytest.mark.skipif(not any(documents.font_dir().glob("*.ttf")), reason="make fonts has not run")


async def nominated(at: World, state: str, **facts: Any) -> Nomination:
    """A professor of mathematics at 内蒙古师范大学."""
    made = Nomination(
        id=new_id(),
        cycle_id=at.cycle_id,
        state=state,
        university_id=at.units["imnu"].id,
        city_id=at.units["hohhot"].id,
        subject="mathematics",
        name="阿拉坦·其其格",
        name_key="alatan",
        standing="changjiang_scholar",
        degree="doctor",
        title="professor",
        capacity=5,
        **facts,
    )
    await at.add(made)
    return made


async def appointed(at: World, **facts: Any) -> Nomination:
    turn_to("2023-12-29T10:00", at.plan)
    number = at.plan.numbering.letter.format(year=2024, serial=7)
    return await nominated(
        at, "appointed", letter_number=number, letter_code="7Q4Mx_-9", appointed_at=clock.now(), **facts
    )


def text_of(pdf: bytes) -> str:
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(said.replace("\xad", "").split())


def addresses_of(pdf: bytes) -> list[str]:
    """The texts that stand for the pictures of a PDF: of a QR its address."""
    reader = PdfReader(io.BytesIO(pdf))
    things = [reader.get_object(number) for number in range(1, 1 + len(reader.xref[0]))]
    return [str(thing["/Alt"]) for thing in things if isinstance(thing, DictionaryObject) and "/Alt" in thing]


async def test_a_letter_says_who_is_appointed_where_and_by_whom(at: World) -> None:
    mentor = await appointed(at)
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    answer = await at.client.get(f"/nominations/{mentor.id}/letter", headers=office)
    said = text_of(saved(answer, "application/pdf"))
    for word in (
        "阿拉坦·其其格",
        "内蒙古师范大学",
        "数学",
        "2024年1月至2024年12月",
        "内青创聘〔2024〕007号",
        "2023年12月29日",
    ):
        assert word in said
    assert said.index("内蒙古自治区科学技术协会") < said.index("内蒙古自治区教育厅")
    assert "filename*=UTF-8''%E5%AF%BC%E5%B8%88%E8%81%98%E4%B9%A6" in answer.headers["content-disposition"]


async def test_the_qr_of_a_letter_leads_to_the_check_of_this_letter(at: World) -> None:
    mentor = await appointed(at)
    office, _ = await at.person(Role.UNIVERSITY, "imnu")
    answer = await at.client.get(f"/nominations/{mentor.id}/letter", headers=office)
    drawn = addresses_of(saved(answer, "application/pdf"))
    assert drawn == ["http://testserver/l/7Q4Mx_-9"]
    assert letters.check_url("https://x.cn/", "abc") == "https://x.cn/l/abc"
    checked = await at.client.get(f"/public/letters/{drawn[0].rsplit('/', 1)[1]}")
    assert checked.status_code == 200
    facts = checked.json()
    assert facts.pop("appointed_at").startswith("2023-12-29T02:00")
    assert facts == {
        "name": "阿拉坦·其其格",
        "subject": "mathematics",
        "university_name": "内蒙古师范大学",
        "year": 2024,
        "letter_number": "内青创聘〔2024〕007号",
    }


async def test_a_letter_is_written_in_the_readers_language(at: World) -> None:
    mentor = await appointed(at)
    office, _ = await at.person(Role.ASSOCIATION, "association")
    answer = await at.client.get(f"/nominations/{mentor.id}/letter", headers={**office, "accept-language": "en"})
    said = text_of(saved(answer, "application/pdf"))
    for word in ("InnerMongoliaNormalUniversity", "Mathematics", "January2024toDecember2024", "29December2023"):
        assert word in said
    # What has no English name keeps its own.
    assert "内蒙古自治区教育厅" in said


@pytest.mark.parametrize("state", ["draft", "approved"])
async def test_before_the_appointment_there_is_no_letter(at: World, state: str) -> None:
    mentor = await nominated(at, state)
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    refused = await at.client.get(f"/nominations/{mentor.id}/letter", headers=university)
    assert (refused.status_code, refused.json()["code"], refused.json()["state"]) == (409, "wrong_state", state)


async def test_only_who_sees_the_nomination_gets_the_letter(at: World) -> None:
    _, account = await at.person(Role.STUDENT, "no2")
    mentor = await appointed(at, account_id=account.id)
    path = f"/nominations/{mentor.id}/letter"
    for role, unit, status in (
        (Role.CITY_OFFICE, "hohhot", 200),
        (Role.CITY_OFFICE, "baotou", 404),
        (Role.UNIVERSITY, "imau", 404),
        (Role.MENTOR, "imnu", 404),
        (Role.STUDENT, "no2", 403),
    ):
        headers, _ = await at.person(role, unit)
        assert (await at.client.get(path, headers=headers)).status_code == status, (role, unit)
    assert (await at.client.get(path)).status_code == 401
    assert (await at.client.get(f"/nominations/{uuid.uuid4()}/letter", headers=headers)).status_code == 403


async def test_a_name_that_no_font_has_is_refused_with_its_characters(at: World) -> None:
    mentor = await appointed(at)
    async with at.app.state.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE nominations DISABLE TRIGGER USER")
        await connection.exec_driver_sql("UPDATE nominations SET name = '乌' || chr(258303)")
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    refused = await at.client.get(f"/nominations/{mentor.id}/letter", headers=office)
    assert (refused.status_code, refused.json()["code"]) == (422, "document_glyph_missing")
    assert refused.json()["characters"] == chr(258303)


async def test_a_check_tells_nothing_of_unknown_codes_and_is_throttled(
    at: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await nominated(at, "on_notice", letter_code="early", notice_ends_at=clock.now())
    assert (await at.client.get("/public/letters/early")).status_code == 404
    monkeypatch.setattr(acting, "CHECKS", 3)
    codes = [(await at.client.get(f"/public/letters/guess{i}")).status_code for i in range(3)]
    assert codes == [404, 404, 429]
    refused = await at.client.get("/public/letters/early")
    assert refused.json()["code"] == "too_many_requests"
    assert int(refused.headers["retry-after"]) > 0


async def test_the_contract_says_that_a_letter_is_a_pdf(app: FastAPI) -> None:
    answers = app.openapi()["paths"]["/api/v1/nominations/{nomination_id}/letter"]["get"]["responses"]
    assert list(answers["200"]["content"]) == ["application/pdf"]
