"""Marks by workbook (P14): of a city's sittings, by ticket; entered twice by two people, judged before anything is."""

import asyncio
from decimal import Decimal

import httpx
import pytest
from fastapi import FastAPI
from nasty import BAD_MARKS, FILES, GOOD_MARKS, MARK_FAULTS, MARK_HEAD, MARK_MERGED, MARK_NAMES, gb18030, xlsx
from sqlalchemy import select

from brought import bring, codes, counts, enter, marked, notes, told
from halls import HEADERS, Hall, filled, sit
from miaopu.core import jobs
from miaopu.core.jobs import Job
from miaopu.people.roles import Role

ALL = [*MARK_HEAD, *GOOD_MARKS, *BAD_MARKS]


@pytest.fixture
async def hall(app: FastAPI, client: httpx.AsyncClient) -> Hall:
    return await sit(app, client)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("成绩.xlsx", xlsx(ALL, MARK_MERGED)),
        ("成绩.csv", gb18030(ALL)),
        ("成绩.xls", (FILES / "marks.xls").read_bytes()),
    ],
)
async def test_p14_every_fault_of_a_nasty_file_is_named_by_row_and_column_and_no_mark_is_entered(
    app: FastAPI, client: httpx.AsyncClient, name: str, data: bytes
) -> None:
    hall = await sit(app, client, MARK_NAMES)
    found = await bring(hall.at, hall.office, data, "marks", name)
    assert (found["state"], found["rows"], found["faults"]) == ("faulty", 15, len(MARK_FAULTS))
    assert codes(found) == MARK_FAULTS
    said = {(f["row"], f["column"]): f["message"] for f in found["problems"]}
    assert said[9, "mark"] == "不能大于 100"
    assert said[11, "ticket_number"] == "与第 10 行重复"
    assert all(message != f"field.{MARK_FAULTS[at]}" for at, message in said.items())
    assert await hall.marks() == [(None, False)] * len(MARK_NAMES)

    sheet = await marked(hall.at, hall.office, found)
    assert [cell.value for cell in sheet[3]][-2:] == ["监考员", "问题说明"]
    places = {"ticket_number": 1, "name": 2, "mark": 4, "absent": 5}
    red = {
        (row, column)
        for row in range(1, 20)
        for column in range(1, 7)
        if sheet.cell(row, column).fill.fgColor.rgb == "FFF8D7D3"
    }
    assert red == {(row, places[column]) for row, column in MARK_FAULTS}
    for (row, column), message in said.items():
        assert message in str(sheet.cell(row, 7).value)
        comment = sheet.cell(row, places[column]).comment
        assert comment is not None
        assert comment.text == message
    assert all(sheet.cell(row, 7).value is None for row in (4, 5, 6, 7, 8, 15))


async def test_p14_a_sound_file_however_it_is_typed_becomes_the_first_entry(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    hall = await sit(app, client, MARK_NAMES)
    found = await enter(hall.at, hall.office, xlsx([*MARK_HEAD, *GOOD_MARKS], MARK_MERGED), "marks")
    assert (counts(found), told(found)) == ((5, 0, 0), "首次录入 5 人，复核一致 0 人，两次不一致 0 人")
    assert (await hall.marks())[:6] == [
        (Decimal("92.5"), False),
        (Decimal(88), False),
        (None, True),
        (None, True),
        (Decimal(60), False),
        (None, False),
    ]
    trail = (await hall.at.client.get(f"{hall.path}/trail", headers=hall.office)).json()["items"][-1]
    assert (trail["action"], trail["actor_name"]) == ("sitting.enter_marks", "甲")
    assert found["sha256"][:8] in trail["reason"]
    assert trail["changes"] == {"import_id": [None, found["id"]], "first": [None, 5]}
    own = (await hall.at.client.get(f"/imports/{found['id']}/trail", headers=hall.office)).json()["items"]
    assert [entry["action"] for entry in own] == [
        "import.bring",
        "import.tried",
        "import.enter",
        "import.enter_marks",
        "import.entered",
    ]


async def test_p14_the_middle_dot_of_a_name_is_one_however_it_is_typed(hall: Hall) -> None:
    for dot in "•‧∙⋅・･·．●᛫":
        found = await bring(
            hall.at, hall.office, xlsx([HEADERS, ["T2024HO00002", f"巴特尔{dot} 苏和", "", "", 1, ""]]), "marks"
        )
        assert found["state"] == "ready", (dot, found["problems"])


async def test_p14_another_persons_file_is_the_second_entry_and_shows_which_tickets_differ(hall: Hall) -> None:
    first = filled((91.5, None), (88, None), (None, "缺考"))
    second = filled((91.5, None), (87, None), ("缺考", None))
    await enter(hall.at, hall.office, first, "marks")
    again = await enter(hall.at, hall.office, first, "marks")
    assert (counts(again), await hall.entries()) == (
        (0, 0, 3),
        [(Decimal("91.5"), False, None, None), (Decimal(88), False, None, None), (None, True, None, None)],
    )
    for who, seen in ((hall.office, [91.5, 88, None]), (hall.colleague, [None] * 3)):
        seats = (await hall.at.client.get("/exams/seats", headers=who)).json()["items"]
        assert [seat["mark"] for seat in seats] == seen
    tried = await bring(hall.at, hall.colleague, second, "marks")
    assert (tried["state"], counts(tried)) == ("ready", (0, 3, 0))
    found = await enter(hall.at, hall.colleague, second, "marks")
    for report in (tried, found):
        assert told(report) == "首次录入 0 人，复核一致 2 人，两次不一致 1 人"
        assert notes(report) == [(3, "mark", "T2024HO00002 两次录入不一致，请核对试卷")]
    # The first mark itself is nowhere in what the second person gets.
    assert "88" not in str(found["problems"])
    sheet = await marked(hall.at, hall.colleague, found)
    assert sheet["E3"].fill.fgColor.rgb == "FFFBECC8"
    assert sheet["G3"].value == "成绩: T2024HO00002 两次录入不一致，请核对试卷"
    assert (await hall.entries())[1] == (Decimal(88), False, Decimal(87), False)

    same = await enter(hall.at, hall.colleague, second, "marks")
    assert (counts(same), notes(same)) == ((0, 0, 3), notes(found))
    # Who was wrong corrects the own entry; a corrected first entry asks for a second again.
    await enter(hall.at, hall.colleague, filled((91.5, None), (88, None), (None, "缺考")), "marks")
    assert (await hall.entries())[1] == (Decimal(88), False, Decimal(88), False)
    await enter(hall.at, hall.office, filled((91.5, None), (89, None), (None, "缺考")), "marks")
    assert (await hall.entries())[1] == (Decimal(89), False, None, None)


async def test_p14_a_workbook_of_marks_is_opened_and_entered_only_by_who_brought_it(hall: Hall) -> None:
    get, post = hall.at.client.get, hall.at.client.post
    data = filled((91.5, None), (88, None), (None, "缺考"))
    await enter(hall.at, hall.office, data, "marks")
    tried = await bring(hall.at, hall.office, data, "marks")
    path = f"/imports/{tried['id']}"
    region, _ = await hall.at.person(Role.REGION_OFFICE, "region")
    for who, opened, status in ((hall.office, True, 200), (hall.colleague, False, 403), (region, True, 200)):
        assert (await get(path, headers=who)).json()["open"] is opened
        for what in ("file", "marked"):
            answer = await get(f"{path}/{what}", headers=who)
            assert answer.status_code == status
            assert status == 200 or answer.json()["code"] == "import_of_another"
    # Else one person's file would be both entries, by another person's click.
    assert (await post(f"{path}/enter", headers=hall.colleague)).json()["code"] == "import_of_another"
    assert [entry[2:] for entry in await hall.entries()] == [(None, None)] * 3
    faulty = await bring(hall.at, hall.office, filled((91.5, None), (880, None)), "marks")
    assert len(faulty["problems"]) == 1
    assert (await get(f"/imports/{faulty['id']}", headers=hall.colleague)).json()["problems"] == []
    # A copy of it brought by somebody else counts, and says that it is one.
    copied = await enter(hall.at, hall.colleague, data, "marks")
    assert "与甲导入的文件完全相同" in told(copied)


async def test_p14_two_people_at_one_moment_make_a_first_entry_and_a_second_one(hall: Hall) -> None:
    state = hall.at.app.state
    people = (hall.office, hall.colleague)
    made = [
        await bring(hall.at, who, filled((mark, None), (60, None), (70, None)), "marks")
        for who, mark in zip(people, (50, 51), strict=True)
    ]
    for who, tried in zip(people, made, strict=True):
        await hall.at.client.post(f"/imports/{tried['id']}/enter", headers=who)
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued")))
    assert len(waiting) == 2
    await asyncio.gather(*(jobs.execute(one, state.database, state.settings, state.files) for one in waiting))
    found = [(await hall.at.client.get(f"/imports/{m['id']}", headers=hall.office)).json() for m in made]
    assert sorted(counts(one) for one in found) == [(0, 3, 0), (3, 0, 0)]
    assert {entry[0] for entry in await hall.entries()} | {entry[2] for entry in await hall.entries()} == {
        Decimal(n) for n in (50, 51, 60, 70)
    }


async def test_p14_marks_that_are_locked_or_published_are_refused_and_the_same_again_is_no_change(hall: Hall) -> None:
    good = filled((91.5, None), (88, None), (None, "缺考"))
    await enter(hall.at, hall.office, good, "marks")
    await enter(hall.at, hall.colleague, good, "marks")
    post = hall.at.client.post
    shown = (await hall.at.client.get(hall.path, headers=hall.office)).json()
    locked = await post(f"{hall.path}/lock", json={"version": shown["version"]}, headers=hall.office)
    assert locked.status_code == 200, locked.text
    other = filled((91.5, None), (80, None), (None, "缺考"))
    third, _ = await hall.at.person(Role.CITY_OFFICE, "hohhot")
    for who, data, faults in (
        (hall.office, other, {(3, "ticket_number"): "marks_locked"}),
        (hall.office, good, {}),
        (third, good, {(n, "ticket_number"): "marks_locked" for n in (2, 3, 4)}),
    ):
        assert codes(await bring(hall.at, who, data, "marks")) == faults
    lines_ = [{"id": str(hall.sitting.id), "version": locked.json()["version"]}]
    published = await post("/exams/marks/publish", json={"lines": lines_}, headers=hall.colleague)
    assert published.status_code == 200, published.text
    refused = await bring(hall.at, hall.office, other, "marks")
    assert codes(refused) == {(3, "ticket_number"): "marks_published"}
    assert refused["problems"][0]["message"] == "成绩已公布，不能再修改"
    assert counts(await enter(hall.at, third, good, "marks")) == (0, 0, 3)
