"""What a unit has leaves as the workbook in which it would come: brought in again unchanged it changes nothing."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from nasty import FOUR, GOOD_STUDENTS, ONE, STUDENT_HEAD, STUDENT_MERGED, THREE, TWO, xlsx
from sqlalchemy import select

from brought import bring, counts, enter, export, lines
from halls import Hall, sit
from miaopu.core import clock
from miaopu.core.audit import AuditEntry
from miaopu.core.db import new_id
from miaopu.core.workbooks import write_rows
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.people.names import sort_key
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import Headers, World, turn_to


async def unchanged(at: World, who: Headers, kind: str, rows: int) -> list[tuple[object, ...]]:
    """The export, once it has been seen to change nothing when it comes back as it went, in both languages."""
    for language in ("en", "zh-CN"):
        data = await export(at, {**who, "accept-language": language}, kind)
        found = await bring(at, who, data, kind, "导出.xlsx")
        assert (found["state"], counts(found), found["problems"] if kind != "marks" else []) == (
            "ready",
            (0, 0, rows),
            [],
        )
    return lines(data)


async def entries(at: World, unit: str) -> list[AuditEntry]:
    """What the trail holds of a unit's exports."""
    async with at.app.state.database.session() as session:
        wanted = select(AuditEntry).where(AuditEntry.action == "unit.export", AuditEntry.thing_id == at.units[unit].id)
        return list(await session.scalars(wanted.order_by(AuditEntry.id)))


@pytest.fixture
async def school(at: World) -> Headers:
    """The school's office while students register."""
    turn_to("2023-12-12T10:00:00", at.plan)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    form = {"school_id": str(at.units["no2"].id)}
    assert (await at.client.post(f"/cycles/{at.cycle_id}/schools", json=form, headers=region)).status_code == 201
    headers, _ = await at.person(Role.SCHOOL, "no2", "校办")
    return headers


async def test_a_schools_students_leave_without_identity_numbers_and_come_back_as_they_were(
    at: World, school: Headers
) -> None:
    await enter(at, school, xlsx([*STUDENT_HEAD, *GOOD_STUDENTS], STUDENT_MERGED))
    # A draft that a student has only begun, one that is handed in, one that was withdrawn.
    student, _ = await at.person(Role.STUDENT, "no2", "刚开始")
    assert (await at.client.post("/registrations", headers=student)).status_code == 201
    for n, (state, grade) in enumerate((("submitted", 12), ("withdrawn", 10))):
        _, account = await at.person(Role.STUDENT, "no2", f"第{n}人")
        await at.add(
            Registration(
                id=new_id(), cycle_id=at.cycle_id, state=state, serial=n, number=f"2024HO0{n}", account_id=account.id,
                school_id=at.units["no2"].id, city_id=at.units["hohhot"].id, name=account.name, name_key="x",
                subject="physics", grade=grade, rank_basis="期中\n考试", submitted_at=clock.now(),
            )
        )  # fmt: skip
    head, *rows = await unchanged(at, school, "students", 6)
    assert head[:2] == ("姓名*", "身份证号*")
    assert {row[0]: row[2:4] for row in rows} == {
        "那日苏": ("数学", "10"),
        "阿拉坦·其其格": ("物理", "11"),
        "巴特尔·苏和": ("化学", "10"),
        "孟和·巴雅尔": ("生物", "10"),
        "刚开始": (None, None),
        "第0人": ("物理", None),
    }
    assert {row[1] for row in rows} == {None}
    data = await export(at, school, "students")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "ignore")
    assert not [number for number in (ONE, TWO, THREE, FOUR) if number in inside]
    first, *_, last = await entries(at, "no2")
    assert last.changes["import_kind"] == [None, "students"]
    assert last.changes["rows"] == [None, 6]
    assert (last.role, last.account_id is not None) == ("school", True)
    assert first.changes["sha256"] != last.changes["sha256"]


async def test_what_is_changed_in_an_export_is_what_changes(at: World, school: Headers) -> None:
    await enter(at, school, xlsx([*STUDENT_HEAD, *GOOD_STUDENTS], STUDENT_MERGED))
    head, *rows = lines(await export(at, school, "students"))
    edited = [[*row[:5], 341, *row[6:]] if row[0] == "那日苏" else list(row) for row in rows]
    found = await enter(at, school, write_rows([str(title) for title in head], edited))
    assert counts(found) == (0, 1, 3)
    items = (await at.client.get("/registrations?q=那日苏", headers=school)).json()["items"]
    record = (await at.client.get(f"/registrations/{items[0]['id']}", headers=school)).json()
    assert (record["year_size"], record["has_identity"]) == (341, True)


async def test_mentors_and_teams_leave_and_come_back_also_when_they_can_no_longer_be_changed(at: World) -> None:
    turn_to("2023-12-12T10:00:00", at.plan)
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    standing = at.plan.mentors.standings[0].code
    subjects = next(u for u in at.plan.universities if u.code == "imnu").subjects

    def mentor(name: str, subject: str, state: str, **more: Any) -> Nomination:
        facts = {
            "standing_reason": "",
            "research": "一、半导体\n二、（光电）材料１",
            "opinion": " 同意 推荐\r\n",
            **more,
        }
        return Nomination(
            id=new_id(), cycle_id=at.cycle_id, state=state, university_id=at.units["imnu"].id, name=name,
            city_id=at.units["hohhot"].id, subject=subject, name_key=sort_key(name), standing=standing,
            degree="doctor", title="教授", capacity=5, **facts,
        )  # fmt: skip

    draft, later, out = (
        mentor("阿拉坦·其其格", subjects[0], "draft"),
        mentor("阿拉坦·其其格", subjects[1], "region_reviewed"),
        mentor("白音", subjects[0], "rejected"),
    )
    await at.add(draft, later, out)
    for one in (draft, later, out):
        await at.add(
            TeamMember(
                id=new_id(), nomination_id=one.id, name="苏和", unit_name="内蒙古师范大学　物理学院", degree="master",
                title="讲师", title_level="intermediate", duty="协助\n实验", may_review=one is draft,
            )
        )  # fmt: skip
    await unchanged(at, university, "mentors", 3)
    _, *rows = await unchanged(at, university, "team", 2)
    assert [(row[0], row[2], row[8]) for row in rows] == [
        ("阿拉坦·其其格", "苏和", "是"),
        ("阿拉坦·其其格", "苏和", "否"),
    ]
    other, _ = await at.person(Role.UNIVERSITY, "imau")
    assert len(lines(await export(at, other, "mentors"))) == 1
    assert [entry.changes["rows"] for entry in await entries(at, "imau")] == [[None, 0]]


async def test_a_citys_rooms_leave_and_come_back_as_they_were(at: World) -> None:
    turn_to("2023-12-22T10:00:00", at.plan)
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    start = datetime(2023, 12, 26, 9, 0, 30, 250_000, tzinfo=at.plan.zone)
    form = {
        "subject": "mathematics",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "address": "大学西街　２３５号",
    }
    sitting = (await at.client.post("/exams/sittings", json=form, headers=city)).json()
    for name in ("第１考场", "第2考场"):
        room = {"name": name, "capacity": 30}
        answer = await at.client.post(f"/exams/sittings/{sitting['id']}/rooms", json=room, headers=city)
        assert answer.status_code == 201
    head, *rows = await unchanged(at, city, "sittings", 2)
    assert head == ("学科*", "开始时间*", "结束时间*", "地点*", "考场*", "座位数*")
    assert rows[0][:3] == ("数学", "2023-12-26 09:00:30", "2023-12-26 11:00:30")


async def test_p14_who_enters_second_gets_no_first_mark_and_after_publication_everybody_gets_all(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    hall: Hall = await sit(app, client)
    at, post = hall.at, hall.at.client.post
    head = ("准考证号", "成绩", "缺考")
    rows = [("T2024HO00001", 91.5, None), ("T2024HO00002", 88, None), ("T2024HO00003", None, "缺考")]
    await enter(at, hall.office, write_rows(head, rows[:2]), "marks")
    assert len(lines(await export(at, hall.colleague, "marks"))) == 1
    _, *own = await unchanged(at, hall.office, "marks", 2)
    assert [(row[0], *row[5:]) for row in own] == [("T2024HO00001", 91.5, None), ("T2024HO00002", 88, None)]
    await enter(at, hall.colleague, write_rows(head, [("T2024HO00001", 90, None), *rows[1:]]), "marks")
    _, *theirs = await unchanged(at, hall.colleague, "marks", 3)
    assert [(row[0], *row[5:]) for row in theirs] == [("T2024HO00001", 90, None), *rows[1:]]
    assert [row[5] for row in lines(await export(at, hall.office, "marks"))[1:]] == [91.5, 88]

    await enter(at, hall.colleague, write_rows(head, rows[:2]), "marks")
    await enter(at, hall.office, write_rows(head, rows[2:]), "marks")
    shown = (await at.client.get(hall.path, headers=hall.office)).json()
    locked = await post(f"{hall.path}/lock", json={"version": shown["version"]}, headers=hall.office)
    assert locked.status_code == 200, locked.text
    form = {"lines": [{"id": str(hall.sitting.id), "version": locked.json()["version"]}]}
    assert (await post("/exams/marks/publish", json=form, headers=hall.colleague)).status_code == 200
    third, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    _, *everything = await unchanged(at, third, "marks", 3)
    assert [(row[0], *row[5:]) for row in everything] == rows
    elsewhere, _ = await at.person(Role.CITY_OFFICE, "baotou")
    assert len(lines(await export(at, elsewhere, "marks"))) == 1


async def test_a_table_of_the_year_is_no_data_of_the_platform_and_only_its_owner_takes_a_sheet_away(
    at: World, school: Headers
) -> None:
    assert (await at.client.post("/imports/ranks/export", headers=school)).status_code == 422
    for role, unit in ((Role.UNIVERSITY, "imnu"), (Role.REGION_OFFICE, "region"), (Role.STUDENT, "no2")):
        headers, _ = await at.person(role, unit)
        assert (await at.client.post("/imports/students/export", headers=headers)).status_code == 403
    assert await entries(at, "no2") == []
