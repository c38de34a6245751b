"""Admission tickets as PDF (P14)."""

import io
import uuid

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from halls import NAMES, Hall, a_sitting, sit
from miaopu.core import documents
from miaopu.core.download import PDF
from miaopu.people.roles import Role
from seeded import saved

fonts = pytest.mark.skipif(not any(documents.font_dir().glob("*.ttf")), reason="make fonts has not run")


@pytest.fixture
async def hall(app: FastAPI, client: httpx.AsyncClient) -> Hall:
    return await sit(app, client)


def pages_of(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().replace("\xad", "").split()) for page in PdfReader(io.BytesIO(pdf)).pages]


@fonts
async def test_a_student_prints_the_own_ticket(hall: Hall) -> None:
    answer = await hall.at.client.get(f"/exams/seats/{hall.seats[1].id}/ticket", headers=hall.student)
    [said] = pages_of(saved(answer, PDF))
    for word in (
        "巴特尔·苏和",
        "T2024HO00002",
        "主楼301",
        "数学",
        "2023年12月23日09:00–11:30",
        "大学西街235号",
        "呼和浩特市第二中学",
        "2024HO00002",
        "有效身份证件",
    ):
        assert word in said
    assert "inline" in answer.headers["content-disposition"]


@fonts
async def test_a_ticket_is_only_for_who_sees_the_seat(hall: Hall) -> None:
    path = f"/exams/seats/{hall.seats[0].id}/ticket"
    assert (await hall.at.client.get(path, headers=hall.student)).status_code == 404
    for role, unit, status in (
        (Role.SCHOOL, "no2", 200),
        (Role.CITY_OFFICE, "baotou", 404),
        (Role.UNIVERSITY, "imnu", 404),
        (Role.MENTOR, "imnu", 403),
    ):
        headers, _ = await hall.at.person(role, unit)
        assert (await hall.at.client.get(path, headers=headers)).status_code == status, (role, unit)
    assert (await hall.at.client.get(path)).status_code == 401
    assert (await hall.at.client.get(f"/exams/seats/{uuid.uuid4()}/ticket", headers=hall.office)).status_code == 404


@fonts
async def test_the_city_prints_all_tickets_of_a_sitting_by_room_and_seat(hall: Hall) -> None:
    answer = await hall.at.client.get(f"{hall.path}/tickets", headers={**hall.office, "accept-language": "en"})
    pages = pages_of(saved(answer, PDF))
    assert len(pages) == 3
    for page, name, room in zip(pages, NAMES, ("主楼301", "主楼301", "主楼302"), strict=True):
        assert name in page
        assert room in page
        assert "23December2023,09:00–11:30" in page
    assert not any(name in pages[0] for name in NAMES[1:])


async def test_the_tickets_of_a_sitting_are_the_city_offices_alone(hall: Hall) -> None:
    for role, unit, status in (
        (Role.CITY_OFFICE, "baotou", 404),
        (Role.SCHOOL, "no2", 403),
        (Role.REGION_OFFICE, "region", 403),
    ):
        headers, _ = await hall.at.person(role, unit)
        assert (await hall.at.client.get(f"{hall.path}/tickets", headers=headers)).status_code == status, role
    empty = a_sitting(hall.at, "physics")
    await hall.at.add(empty)
    refused = await hall.at.client.get(f"/exams/sittings/{empty.id}/tickets", headers=hall.office)
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_seated")


async def test_the_contract_says_what_the_papers_are(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for path in ("seats/{seat_id}/ticket", "sittings/{sitting_id}/tickets"):
        operation = paths[f"/api/v1/exams/{path}"]["get"]
        assert list(operation["responses"]["200"]["content"]) == [PDF]
        assert operation["x-permission"].startswith("exam.")
