"""Admission tickets as PDF, and marks by workbook: the sheet to fill in, its faults by row and column, all or none."""

import io
import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import httpx
import openpyxl
import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy import select

from miaopu.core import clock, documents
from miaopu.core.db import new_id
from miaopu.core.download import PDF, XLSX
from miaopu.core.workbooks import write_rows
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.people.access import Role
from miaopu.registrations.models import Registration
from seeded import Headers, World, saved, turn_to, world

fonts = pytest.mark.skipif(not any(documents.font_dir().glob("*.ttf")), reason="make fonts has not run")
HEADERS = ("准考证号", "姓名", "考场", "座位号", "成绩", "缺考")
NAMES = ("乌云高娃", "巴特尔·苏和", "陈䶮")


@dataclass(frozen=True)
class Hall:
    """A sitting of mathematics in 呼和浩特市 with three students in two rooms."""

    at: World
    sitting: Sitting
    seats: tuple[Seat, ...]
    student: Headers
    office: Headers
    colleague: Headers

    @property
    def path(self) -> str:
        return f"/exams/sittings/{self.sitting.id}"

    async def send(
        self, data: bytes, headers: Headers | None = None, then: str = "", name: str = "marks.xlsx"
    ) -> httpx.Response:
        """The workbook, as the office (or somebody else)."""
        path = f"{self.path}/marks-workbook{then}"
        return await self.at.client.post(path, files={"file": (name, data)}, headers=headers or self.office)

    async def marks(self) -> list[tuple[Decimal | None, bool]]:
        """What the database holds, in the order of the seats."""
        async with self.at.app.state.database.session() as session:
            found = {seat.id: seat for seat in await session.scalars(select(Seat))}
        return [(found[seat.id].mark, found[seat.id].absent) for seat in self.seats]


@pytest.fixture
async def hall(app: FastAPI, client: httpx.AsyncClient) -> Hall:
    at = await world(app, client)
    turn_to("2023-12-24T12:00", at.plan)
    city, zone = at.units["hohhot"], at.plan.zone
    sitting = Sitting(
        id=new_id(),
        cycle_id=at.cycle_id,
        city_id=city.id,
        subject="mathematics",
        starts_at=datetime(2023, 12, 23, 9, 0, tzinfo=zone),
        ends_at=datetime(2023, 12, 23, 11, 30, tzinfo=zone),
        address="大学西街235号",
        seed="5eed",
    )
    rooms = [ExamRoom(id=new_id(), sitting_id=sitting.id, name=name, capacity=30) for name in ("主楼301", "主楼302")]
    seats, students = [], []
    for i, name in enumerate(NAMES):
        headers, account = await at.person(Role.STUDENT, "no2", name)
        registration = Registration(
            serial=i + 1,
            id=new_id(),
            cycle_id=at.cycle_id,
            state="seated",
            number=f"2024HO0000{i + 1}",
            account_id=account.id,
            school_id=at.units["no2"].id,
            city_id=city.id,
            name=name,
            name_key=str(i),
            subject="mathematics",
            submitted_at=clock.now(),
        )
        seat = Seat(
            id=new_id(),
            registration_id=registration.id,
            sitting_id=sitting.id,
            room_id=rooms[i // 2].id,
            number=i % 2 + 1,
            ticket_number=f"T2024HO0000{i + 1}",
        )
        students.append((headers, registration))
        seats.append(seat)
    await at.add(sitting, *rooms, *(registration for _, registration in students), *seats)
    office, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    colleague, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    return Hall(at, sitting, tuple(seats), students[1][0], office, colleague)


def pages_of(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().replace("\xad", "").split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def filled(*entries: tuple[object, object], headers: tuple[str, ...] = HEADERS) -> bytes:
    """The sheet with these marks and absences, in the order of the seats."""
    rows = [(f"T2024HO0000{i + 1}", NAMES[i], "主楼", i + 1, mark, absent) for i, (mark, absent) in enumerate(entries)]
    return write_rows(headers, rows)


def grid(data: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


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


async def test_tickets_and_templates_of_a_sitting_are_the_city_offices_alone(hall: Hall) -> None:
    for what in ("tickets", "marks-template"):
        for role, unit, status in (
            (Role.CITY_OFFICE, "baotou", 404),
            (Role.SCHOOL, "no2", 403),
            (Role.REGION_OFFICE, "region", 403),
        ):
            headers, _ = await hall.at.person(role, unit)
            answer = await hall.at.client.get(f"{hall.path}/{what}", headers=headers)
            assert answer.status_code == status, (what, role)
    empty = Sitting(
        id=new_id(),
        cycle_id=hall.at.cycle_id,
        city_id=hall.sitting.city_id,
        subject="physics",
        starts_at=hall.sitting.starts_at,
        ends_at=hall.sitting.ends_at,
        address="x",
        seed="x",
    )
    await hall.at.add(empty)
    refused = await hall.at.client.get(f"/exams/sittings/{empty.id}/tickets", headers=hall.office)
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_seated")


async def test_the_template_has_every_seat_and_no_mark_even_after_the_first_entry(hall: Hall) -> None:
    await hall.send(filled((91.5, None), (88, None), (None, "缺考")))
    answer = await hall.at.client.get(f"{hall.path}/marks-template", headers=hall.colleague)
    assert grid(saved(answer, XLSX)) == [
        HEADERS,
        ("T2024HO00001", "乌云高娃", "主楼301", 1, None, None),
        ("T2024HO00002", "巴特尔·苏和", "主楼301", 2, None, None),
        ("T2024HO00003", "陈䶮", "主楼302", 1, None, None),
    ]
    assert "attachment" in answer.headers["content-disposition"]


async def test_a_filled_template_comes_back_as_marks_and_the_second_one_confirms(hall: Hall) -> None:
    template = saved(await hall.at.client.get(f"{hall.path}/marks-template", headers=hall.office), XLSX)
    book = openpyxl.load_workbook(io.BytesIO(template))
    entries: list[tuple[float | str | None, str | None]] = [(91.5, None), ("８８", "否"), (None, "缺考")]
    for row, (mark, absent) in enumerate(entries, start=2):
        book.worksheets[0].cell(row, 5, mark)
        book.worksheets[0].cell(row, 6, absent)
    out = io.BytesIO()
    book.save(out)
    first = await hall.send(out.getvalue())
    assert (first.status_code, first.json()) == (200, {"first": 3, "confirmed": 0, "differing": []})
    assert await hall.marks() == [(Decimal("91.50"), False), (Decimal(88), False), (None, True)]
    second = await hall.send(filled((91.5, None), (87, None), ("缺考", None)), hall.colleague)
    assert second.json() == {"first": 0, "confirmed": 2, "differing": ["T2024HO00002"]}


async def test_a_csv_and_an_english_sheet_are_understood(hall: Hall) -> None:
    csv = "准考证号,成绩\nT2024HO00001,60\nT2024HO00003,缺考\n".encode("gb18030")
    assert (await hall.send(csv, name="m.csv")).json()["first"] == 2
    english = filled((70, "no"), (None, "Absent"), headers=("Ticket number", "Name", "Room", "Seat", "Mark", "Absent"))
    assert (await hall.send(english)).json()["first"] == 2
    assert await hall.marks() == [(Decimal(70), False), (None, True), (None, True)]


async def test_every_fault_points_at_its_row_and_column_and_nothing_is_entered(hall: Hall) -> None:
    rows = [
        ("T2024HO00001", "乌云高娃", 101, None),
        ("T2024HO00002", "乌云高娃", 90, None),
        (),
        ("T2024HO00003", "陈䶮", "九十", None),
        ("T2024HO00003", "陈䶮", None, None),
        ("T9", "", 88.25, "也许"),
        ("", "陈䶮", 88.25, None),
        ("T2024HO00001", "", -1, None),
        ("T2024HO00002", "巴特尔•苏和", 90, "缺考"),
    ]
    data = write_rows(("准考证号", "姓名", "成绩", "缺考"), rows)
    refused = await hall.send(data)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["code"] == "validation_failed"
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/rows/2/mark", "less_than_equal"),
        ("/rows/3/name", "name_differs"),
        ("/rows/5/mark", "decimal_parsing"),
        ("/rows/6/ticket_number", "ticket_twice"),
        ("/rows/6/mark", "mark_or_absent"),
        ("/rows/7/ticket_number", "unknown"),
        ("/rows/7/absent", "yes_or_no"),
        ("/rows/8/ticket_number", "missing"),
        ("/rows/8/mark", "decimal_max_places"),
        ("/rows/9/ticket_number", "ticket_twice"),
        ("/rows/9/mark", "greater_than_equal"),
        ("/rows/10/ticket_number", "ticket_twice"),
        ("/rows/10/mark", "mark_or_absent"),
    ]
    assert problem["faults"] == len(problem["errors"])
    assert all(e["message"] != f"field.{e['code']}" for e in problem["errors"])
    assert await hall.marks() == [(None, False)] * 3


async def test_the_workbook_comes_back_with_its_faults_marked_and_can_be_sent_again(hall: Hall) -> None:
    wrong = filled((101, None), (88, None), (None, None))
    assert (await hall.send(wrong)).status_code == 422
    marked = saved(await hall.send(wrong, then="/faults"), XLSX)
    shown = grid(marked)
    assert shown[0] == (*HEADERS, "问题说明")
    assert shown[1][6] == "成绩: 不能大于 100"
    assert shown[2][6] is None
    assert shown[3][6] == "成绩: 请填写成绩或勾选缺考，二者其一"
    assert await hall.marks() == [(None, False)] * 3
    book = openpyxl.load_workbook(io.BytesIO(marked))
    book.worksheets[0]["E2"] = 10
    book.worksheets[0]["F4"] = "缺考"
    out = io.BytesIO()
    book.save(out)
    assert (await hall.send(out.getvalue())).json()["first"] == 3


@pytest.mark.parametrize("number", ["1e-400", "1e400", "NaN", "-Infinity", "9" * 400, "1_0", "0x10", "=1+1", "92,5"])
async def test_no_spelling_of_a_number_gets_past_the_plan(hall: Hall, number: str) -> None:
    csv = f'准考证号;成绩\nT2024HO00001;"{number}"\n'.replace(";", "\t").encode()
    refused = await hall.send(csv, name="m.csv")
    assert refused.status_code == 422, refused.text
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/rows/2/mark"]


async def test_what_is_no_workbook_of_marks_is_refused_in_words(hall: Hall) -> None:
    for data, code in (
        (b"PK\x03\x04 not a workbook", "workbook_unreadable"),
        (write_rows(("准考证号", "分数"), [("T2024HO00001", 1)]), "workbook_headers_missing"),
        (write_rows(HEADERS, []), "workbook_empty"),
    ):
        refused = await hall.send(data)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    hall.at.app.state.settings = hall.at.app.state.settings.model_copy(update={"upload_limit": 100})
    assert (await hall.send(filled((1, None)))).json()["code"] == "too_large"
    nothing = await hall.at.client.post(f"{hall.path}/marks-workbook", headers=hall.office)
    assert nothing.json()["errors"][0]["pointer"] == "/file"


async def test_marks_by_workbook_pass_the_three_gates(hall: Hall) -> None:
    data = filled((91.5, None))
    for role, unit, status in (
        (Role.CITY_OFFICE, "baotou", 404),
        (Role.SCHOOL, "no2", 403),
        (Role.REGION_OFFICE, "region", 403),
    ):
        headers, _ = await hall.at.person(role, unit)
        for then in ("", "/faults"):
            assert (await hall.send(data, headers, then)).status_code == status, (role, then)
    turn_to("2024-01-02T12:00", hall.at.plan)
    late = await hall.send(data)
    assert (late.status_code, late.json()["code"]) == (409, "window_closed")
    assert await hall.marks() == [(None, False)] * 3


async def test_the_contract_says_what_the_papers_are(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for path, verb, content_type in (
        ("seats/{seat_id}/ticket", "get", PDF),
        ("sittings/{sitting_id}/tickets", "get", PDF),
        ("sittings/{sitting_id}/marks-template", "get", XLSX),
        ("sittings/{sitting_id}/marks-workbook/faults", "post", XLSX),
    ):
        operation = paths[f"/api/v1/exams/{path}"][verb]
        assert list(operation["responses"]["200"]["content"]) == [content_type]
        assert operation["x-permission"].startswith("exam.")
