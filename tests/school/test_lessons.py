"""Guide teachers' own training: recorded in seconds, confirmed by the school, summed for teaching load (P19)."""

import io
from typing import Any

from python_calamine import CalamineWorkbook

from miaopu.people.roles import Role
from seeded import saved
from trained import Training


def lesson(training: Training, day: str = "2024-03-08", **more: Any) -> dict[str, Any]:
    return {
        "starts_at": f"{day}T16:00:00+08:00",
        "ends_at": f"{day}T17:30:00+08:00",
        "kind": "experiment",
        "title": "显微镜的使用",
        "enrolment_ids": [str(training.enrolment.id)],
        **more,
    }


async def recorded(training: Training, day: str = "2024-03-08", **more: Any) -> str:
    return str((await training.call("POST", "/lessons", training.teacher, lesson(training, day, **more), 201))["id"])


async def test_p19_a_teacher_records_a_session_and_the_school_confirms_it(training: Training) -> None:
    school, _ = await training.at.person(Role.SCHOOL, "no2", "教务处")
    one = await recorded(training)
    record = await training.call("GET", f"/lessons/{one}", school)
    assert (record["minutes"], record["present"], record["state"]) == (90, 1, "recorded")
    assert [s["student_name"] for s in record["students"]] == ["学生1"]
    await training.call("POST", f"/lessons/{one}/actions/confirm", training.teacher, {"version": 1}, 403)
    await training.call("POST", f"/lessons/{one}/actions/confirm", school, {"version": 1})
    for who, status in ((training.strange_teacher, 404), (training.student, 200), (training.stranger, 404)):
        await training.call("GET", f"/lessons/{one}", who, status=status)
    assert (await training.call("GET", "/lessons?state=confirmed", training.guardian))["total"] == 1


async def test_p19_a_correction_is_in_the_trail_and_waits_for_the_school_again(training: Training) -> None:
    school, _ = await training.at.person(Role.SCHOOL, "no2", "教务处")
    one = await recorded(training)
    version = (await training.call("POST", f"/lessons/{one}/actions/confirm", school, {"version": 1}))["version"]
    read = await training.call("GET", f"/lessons/{one}", training.teacher)
    assert read["version"] >= version
    body = {**lesson(training, ends_at="2024-03-08T17:00:00+08:00"), "version": read["version"], "reason": "早结束"}
    moved = await training.call("POST", f"/lessons/{one}/correct", training.teacher, body)
    assert moved["state"] == "recorded"
    assert (await training.call("GET", f"/lessons/{one}", training.teacher))["minutes"] == 60
    acts = [e["action"] for e in (await training.call("GET", f"/lessons/{one}/trail", school))["items"]]
    assert {"lesson.confirm", "lesson.correct"} <= set(acts)
    hours = await training.call("GET", "/teacher-hours?term=spring", school)
    assert [(i["minutes"], i["unconfirmed"]) for i in hours["items"]] == [(0, 1)]


async def test_p19_a_session_that_cannot_be_is_refused_at_its_field(training: Training) -> None:
    await training.call("POST", "/lessons", training.teacher, lesson(training, "2024-03-30"), 422)
    theirs = await training.call("POST", "/lessons", training.strange_teacher, lesson(training), 422)
    assert theirs["errors"][0]["pointer"] == "/enrolment_ids/0"
    wrong = lesson(training, kind="party", ends_at="2024-03-08T15:00:00+08:00")
    faults = (await training.call("POST", "/lessons", training.teacher, wrong, 422))["errors"]
    assert {f["pointer"] for f in faults} == {"/kind", "/ends_at"}
    await recorded(training)
    twice = await training.call("POST", "/lessons", training.teacher, lesson(training), 409)
    assert "uq_lessons_teacher_account_id_starts_at" in str(twice)


async def test_p19_the_terms_workbook_for_teaching_load_says_what_was_confirmed(training: Training) -> None:
    school, _ = await training.at.person(Role.SCHOOL, "no2", "教务处")
    for day in ("2024-03-07", "2024-03-08"):
        one = await recorded(training, day)
        await training.call("POST", f"/lessons/{one}/actions/confirm", school, {"version": 1})
    await recorded(training, "2024-03-09")
    shown = await training.call("GET", "/teacher-hours", school)
    assert (shown["term"], shown["total_minutes"], shown["total_hours"]) == ("spring", 180, 4.0)
    assert [(i["lessons"], i["hours"], i["unconfirmed"]) for i in shown["items"]] == [(2, 4.0, 1)]
    assert (await training.call("GET", "/teacher-hours?term=autumn", school))["items"] == []
    await training.call("GET", "/teacher-hours?term=winter", school, status=422)
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    assert (await training.call("GET", "/teacher-hours?term=spring", other))["items"] == []
    answer = await training.at.client.get("/teacher-hours/workbook?term=spring", headers=school)
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = CalamineWorkbook.from_filelike(io.BytesIO(saved(answer, xlsx)))
    cells = [str(c) for row in book.get_sheet_by_index(0).to_python() for c in row if c != ""]
    said = " ".join(cells)
    assert "春季学期" in cells[0]
    assert all(word in said for word in ("2024-03-07 16:00", "2024-03-08 16:00", "老师", "签字", "盖章", "SHA-256"))
    assert "2024-03-09" not in said
    again = await training.at.client.get("/teacher-hours/workbook?term=spring", headers=school)
    second = CalamineWorkbook.from_filelike(io.BytesIO(again.content)).get_sheet_by_index(0).to_python()
    assert second == book.get_sheet_by_index(0).to_python()
