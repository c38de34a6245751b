"""The sheet of marks (P14): its template, parts of the paper as columns, spellings of numbers, and who may bring it."""

import io
from decimal import Decimal

import httpx
import openpyxl
import pytest
from fastapi import FastAPI
from nasty import xlsx
from sqlalchemy import select

from brought import XLSX, bring, codes, counts, enter, lines, marked, notes
from halls import HEADERS, Hall, a_sitting, filled, sit
from miaopu.core import clock, jobs
from miaopu.core.jobs import Job
from miaopu.core.workbooks import write_rows
from miaopu.people.roles import Role
from seeded import SOURCE, Headers, saved, turn_to

PARTS = """
[[written_test.parts]]
code = "basics"
zh = "基础题"
en = "Basics"
full_mark = 60
[[written_test.parts]]
code = "inquiry"
zh = "探究题"
en = "Inquiry"
full_mark = 40

[cutoff] #"""


@pytest.fixture
async def hall(app: FastAPI, client: httpx.AsyncClient) -> Hall:
    return await sit(app, client)


async def template(hall: Hall, who: Headers, query: str = "", language: str = "zh-CN") -> bytes:
    """The workbook to fill in."""
    headers = {**who, "accept-language": language}
    return saved(await hall.at.client.get(f"/imports/templates/marks{query}", headers=headers), XLSX)


async def test_p14_parts_of_the_paper_are_columns_and_must_add_up(app: FastAPI, client: httpx.AsyncClient) -> None:
    hall = await sit(app, client, source=SOURCE.replace("[cutoff] #", PARTS, 1))
    head = [
        ["准考证号", "姓名", "成绩", None, None, "缺考"],
        [None, None, "成绩", "基础题", "探究题", None],
    ]
    merged = ["C1:E1", "A1:A2", "B1:B2", "F1:F2"]
    wrong = [
        ["T2024HO00001", "乌云高娃", 90, 55, 30, None],
        ["T2024HO00002", "巴特尔·苏和", 90, 61, 29, None],
        ["T2024HO00003", "陈䶮", 90, 50, None, None],
        ["T2024HO00001", "乌云高娃", 90, "五十", 40, None],
        ["T2024HO00001", "乌云高娃", None, 50, 40, "缺考"],
    ]
    # The group over the parts bears the name of the whole; the column of the whole stands below it.
    found = await bring(hall.at, hall.office, xlsx([*head, *wrong], merged), "marks")
    assert codes(found) == {
        (3, "mark"): "parts_differ",
        (4, "part:basics"): "less_than_equal",
        (5, "part:inquiry"): "missing",
        (6, "ticket_number"): "row_twice",
        (6, "part:basics"): "decimal_parsing",
        (7, "ticket_number"): "row_twice",
        (7, "mark"): "part_without_mark",
    }
    headers = {f["column"]: f["header"] for f in found["problems"]}
    assert headers["part:basics"] == "基础题"
    sheet = await marked(hall.at, hall.office, found)
    assert sheet["D4"].fill.fgColor.rgb == sheet["E5"].fill.fgColor.rgb == "FFF8D7D3"
    good = [
        ["T2024HO00001", "", 90, 50, 40, ""],
        ["T2024HO00002", "", 60.5, 60, 0.5, ""],
        ["T2024HO00003", "", "", "", "", 1],
    ]
    await enter(hall.at, hall.office, xlsx([*head, *good], merged), "marks")
    seats = (await hall.at.client.get("/exams/seats", headers=hall.office)).json()["items"]
    assert [seat["parts"] for seat in seats] == [
        {"basics": "50", "inquiry": "40"},
        {"basics": "60", "inquiry": "0.5"},
        None,
    ]
    swapped = [["T2024HO00001", "", 90, 60, 30, ""], *good[1:]]
    second = await enter(hall.at, hall.colleague, xlsx([*head, *swapped], merged), "marks")
    assert [row for row, _, _ in notes(second)] == [3]
    titles = lines(await template(hall, hall.office))[0]
    assert titles == ("准考证号*", "姓名", "学科", "考场", "座位号", "成绩*", "基础题", "探究题", "缺考")


async def test_p14_the_template_has_every_seat_and_no_mark_even_after_the_first_entry(hall: Hall) -> None:
    await enter(hall.at, hall.office, filled((91.5, None), (88, None), (None, "缺考")), "marks")
    blank = [
        ("准考证号*", "姓名", "学科", "考场", "座位号", "成绩*", "缺考"),
        ("T2024HO00001", "乌云高娃", "数学", "主楼301", 1, None, None),
        ("T2024HO00002", "巴特尔·苏和", "数学", "主楼301", 2, None, None),
        ("T2024HO00003", "陈䶮", "数学", "主楼302", 1, None, None),
    ]
    of_one = await template(hall, hall.colleague, f"?sitting={hall.sitting.id}")
    assert lines(of_one) == lines(await template(hall, hall.colleague)) == blank
    book = openpyxl.load_workbook(io.BytesIO(of_one))
    rules = book.worksheets[0].data_validations.dataValidation
    assert [str(rule.sqref).split(":")[0] for rule in rules] == ["C2", "G2"]
    assert [cell.value for cell in book["可选项"]["B"]][:2] == ["到考", "缺考"]
    assert [cell.value for cell in book["填写示例"][2]][5:] == ["100", "到考"]
    english = lines(await template(hall, hall.colleague, language="en"))
    assert english[0] == ("Ticket number*", "Name", "Subject", "Room", "Seat", "Mark*", "Absent")
    assert english[1][2] == "Mathematics"


async def test_p14_a_filled_template_comes_back_as_marks_also_in_english_and_by_csv(hall: Hall) -> None:
    book = openpyxl.load_workbook(io.BytesIO(await template(hall, hall.office, language="en")))
    for row, mark, absent in ((2, 91.5, None), (3, "８８", "present"), (4, None, "absent")):
        book.worksheets[0].cell(row, 6, mark)
        book.worksheets[0].cell(row, 7, absent)
    out = io.BytesIO()
    book.save(out)
    await enter(hall.at, hall.office, out.getvalue(), "marks")
    assert await hall.marks() == [(Decimal("91.5"), False), (Decimal(88), False), (None, True)]
    csv = "准考证号,成绩\nT2024HO00001,60\nT2024HO00003,缺考\n".encode("gb18030")
    found = await enter(hall.at, hall.office, csv, "marks", "m.csv")
    assert counts(found) == (1, 0, 1)
    only = await enter(hall.at, hall.office, "准考证号;缺考\nT2024HO00002;√\n".encode(), "marks", "缺考.csv")
    assert counts(only) == (1, 0, 0)
    assert await hall.marks() == [(Decimal(60), False), (None, True), (None, True)]


@pytest.mark.parametrize("number", ["1e-400", "1e400", "NaN", "-Infinity", "9" * 400, "1_0", "0x10", "=1+1", "92,5"])
async def test_p14_no_spelling_of_a_number_gets_past_the_plan(hall: Hall, number: str) -> None:
    csv = f'准考证号;成绩\nT2024HO00001;"{number}"\n'.replace(";", "\t").encode()
    found = await bring(hall.at, hall.office, csv, "marks", "m.csv")
    assert found["state"] == "faulty"
    assert list(codes(found)) == [(2, "mark")]


async def test_p14_what_is_no_workbook_of_marks_is_refused_in_words(hall: Hall) -> None:
    for data, code in (
        (write_rows(("准考证号", "分数"), [("T2024HO00001", 1)]), "workbook_headers_missing"),
        (write_rows(HEADERS, []), "workbook_empty"),
    ):
        found = await bring(hall.at, hall.office, data, "marks")
        assert codes(found) == {(0, ""): code}
    for data in (b"PK\x03\x04 not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a letter"):
        answer = await hall.at.client.post("/imports/marks", files={"file": ("x.xls", data)}, headers=hall.office)
        assert (answer.status_code, answer.json()["code"]) == (422, "file_type_unknown")


async def test_p14_marks_by_workbook_pass_the_three_gates(hall: Hall) -> None:
    data = filled((91.5, None))
    elsewhere, _ = await hall.at.person(Role.CITY_OFFICE, "baotou")
    found = await bring(hall.at, elsewhere, data, "marks")
    assert codes(found) == {(2, "ticket_number"): "unknown"}
    for role, unit in ((Role.SCHOOL, "no2"), (Role.UNIVERSITY, "imnu"), (Role.REGION_OFFICE, "region")):
        headers, _ = await hall.at.person(role, unit)
        for method, path in (
            ("POST", "/imports/marks"),
            ("GET", "/imports/templates/marks"),
            ("POST", "/imports/marks/export"),
        ):
            files = {"file": ("x.xlsx", data)} if path == "/imports/marks" else None
            answer = await hall.at.client.request(method, path, files=files, headers=headers)
            assert answer.status_code == 403, (role, path)
    get = hall.at.client.get
    path = f"/imports/templates/marks?sitting={hall.sitting.id}"
    assert (await get(path, headers=elsewhere)).status_code == 404
    assert (await get("/imports/templates/marks", headers=elsewhere)).json()["code"] == "nobody_seated"
    empty = a_sitting(hall.at, "physics")
    await hall.at.add(empty)
    refused = await get(f"/imports/templates/marks?sitting={empty.id}", headers=hall.office)
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_seated")
    # Between the trial and the entering the window shuts.
    tried = await bring(hall.at, hall.office, data, "marks")
    assert tried["state"] == "ready"
    turn_to("2024-01-02T12:00", hall.at.plan)
    late = await bring(hall.at, hall.office, data, "marks")
    assert codes(late) == {(0, ""): "window_closed"}
    assert (await hall.at.client.post(f"/imports/{tried['id']}/enter", headers=hall.office)).status_code == 200
    state = hall.at.app.state
    async with state.database.session() as session:
        (job,) = await session.scalars(select(Job.id).where(Job.state == "queued"))
    await jobs.execute(job, state.database, state.settings, state.files)
    assert (await get(f"/imports/{tried['id']}", headers=hall.office)).json()["state"] == "faulty"
    assert await hall.marks() == [(None, False)] * 3
    assert clock.now().year == 2024
