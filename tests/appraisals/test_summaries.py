"""Every unit's summary with its numbers and acceptance material (P27)."""

import io

from accounts import WINDOW, accepted, act, draft, numbers, person, university_of, written
from python_calamine import CalamineWorkbook

from miaopu.core.files import XLSX
from miaopu.people.roles import Role
from seeded import saved, turn_to
from trained import Training


async def test_p27_the_platform_counts_a_units_year_and_only_what_the_unit_may_see(training: Training) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    university = await person(training, Role.UNIVERSITY, university_of(training))
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    other = await person(training, Role.CITY_OFFICE, "baotou")
    await training.hand_in()
    counted = numbers((await training.call("GET", "/summaries/numbers", school))["items"])
    assert (counted["registered"], counted["enrolled"], counted["sessions"], counted["meetings"]) == (2, 2, 2, 2)
    assert (counted["logs"], counted["logs_accepted"], counted["certificates"]) == (1, 0, 0)
    assert "mentors" not in counted
    counted = numbers((await training.call("GET", "/summaries/numbers", university))["items"])
    assert (counted["mentors"], counted["enrolled"]) == (2, 2)
    assert "registered" not in counted
    assert numbers((await training.call("GET", "/summaries/numbers", city))["items"])["meetings"] == 2
    assert set(numbers((await training.call("GET", "/summaries/numbers", other))["items"]).values()) == {0}


async def test_p27_an_office_reads_the_numbers_of_units_below_it_and_of_no_others(training: Training) -> None:
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    region = await person(training, Role.REGION_OFFICE, "region")
    school = await person(training, Role.SCHOOL, "no2")
    units = training.at.units
    path = f"/summaries/numbers?unit={units['no2'].id}"
    assert numbers((await training.call("GET", path, city))["items"])["enrolled"] == 2
    assert numbers((await training.call("GET", path, region))["items"])["enrolled"] == 2
    for who, unit in ((city, "baotou"), (school, "hohhot")):
        await training.call("GET", f"/summaries/numbers?unit={units[unit].id}", who, status=404)
    whole = await training.call("GET", "/summaries/numbers", region)
    assert (numbers(whole["items"])["enrolled"], numbers(whole["items"])["mentors"]) == (2, 2)


async def test_p27_teaching_hours_are_those_the_school_confirmed(training: Training) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    body = {
        "starts_at": "2024-03-08T16:00:00+08:00", "ends_at": "2024-03-08T17:30:00+08:00", "kind": "lecture",
        "title": "显微镜", "enrolment_ids": [str(training.enrolment.id)],
    }  # fmt: skip
    made = await training.call("POST", "/lessons", training.teacher, body, 201)
    assert numbers((await training.call("GET", "/summaries/numbers", school))["items"])["lesson_hours"] == 0
    await training.call("POST", f"/lessons/{made['id']}/actions/confirm", school, {"version": 1})
    assert numbers((await training.call("GET", "/summaries/numbers", school))["items"])["lesson_hours"] == 2


async def test_p27_numbers_are_kept_as_they_stood_when_the_summary_was_handed_in(training: Training) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    made = await draft(training, school)
    path = f"/summaries/{made}"
    assert (await training.call("GET", path, school))["numbers"] is None
    await act(training, path, "submit", school)
    await training.hand_in()
    assert numbers((await training.call("GET", path, city))["numbers"])["logs"] == 0
    await act(training, path, "return_for_changes", city, "请补充经费使用情况")
    await act(training, path, "submit", school)
    assert numbers((await training.call("GET", path, city))["numbers"])["logs"] == 1
    await act(training, path, "accept", city)
    record = await training.call("GET", path, city)
    assert (record["state"], record["sections"]) == ("accepted", written(training))


async def test_p27_what_the_plan_asks_for_and_is_missing_is_named_and_nothing_is_handed_in(training: Training) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    sections = written(training)
    sections["problems"] = ""
    made = await draft(training, school, papers=False, sections=sections)
    answer = await act(training, f"/summaries/{made}", "submit", school, status=422)
    assert answer["code"] == "summary_incomplete"
    faults = {fault["pointer"]: fault["message"] for fault in answer["errors"]}
    assert faults == {
        "/sections/problems": "请填写“存在问题”",
        "/papers/signed_summary": "缺少“加盖公章的年度工作总结”",
    }
    record = await training.call("GET", f"/summaries/{made}", school)
    assert (record["state"], record["numbers"], record["submitted_at"]) == ("draft", None, None)
    body = {"version": record["version"], "sections": {"unheard_of": "…"}}
    answer = await training.call("PATCH", f"/summaries/{made}", school, body, 422)
    assert answer["errors"][0]["pointer"] == "/sections/unheard_of"


async def test_p27_material_is_the_units_own_while_it_drafts_and_is_read_by_the_office_above(
    training: Training,
) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    other = await person(training, Role.CITY_OFFICE, "baotou")
    made = await draft(training, school)
    path = f"/summaries/{made}"
    funds = f"{path}/papers/funds"
    await training.call("PUT", funds, school, {"file_id": await training.upload(school)})
    await training.call("PUT", f"{path}/papers/unheard_of", school, {"file_id": await training.upload(school)}, 404)
    assert [p["kind"] for p in (await training.call("GET", path, school))["papers"]] == ["signed_summary", "funds"]
    await training.call("GET", funds, city, status=404)
    await act(training, path, "submit", school)
    assert await training.call("GET", funds, city)
    await training.call("GET", funds, other, status=404)
    await training.call("DELETE", funds, school, status=409)
    await training.call("PUT", funds, city, {"file_id": await training.upload(city)}, 403)
    await act(training, path, "return_for_changes", city, "经费表有误")
    await training.call("DELETE", funds, school)
    items = (await training.call("GET", "/summaries", school))["items"]
    assert [item["papers_count"] for item in items] == [1]


async def test_p27_only_the_office_directly_above_accepts(training: Training) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    region = await person(training, Role.REGION_OFFICE, "region")
    made = await draft(training, school)
    await act(training, f"/summaries/{made}", "submit", school)
    for who, offered in ((region, []), (school, []), (city, ["accept", "return_for_changes"])):
        record = await training.call("GET", f"/summaries/{made}", who)
        assert [a["action"] for a in record["actions"]] == offered
        waits = [w["count"] for w in (await training.call("GET", "/home", who))["waiting"] if w["thing"] == "summary"]
        assert waits == [1] * bool(offered)
    await act(training, f"/summaries/{made}", "accept", region, status=403)
    await act(training, f"/summaries/{made}", "return_for_changes", city, status=422)
    await act(training, f"/summaries/{made}", "accept", city)
    own = await draft(training, city)
    await act(training, f"/summaries/{own}", "submit", city)
    await act(training, f"/summaries/{own}", "accept", city, status=403)
    await act(training, f"/summaries/{own}", "accept", region)
    kinds = [s["unit_kind"] for s in (await training.call("GET", "/summaries?state=accepted", region))["items"]]
    assert kinds == ["city", "school"]


async def test_p27_the_region_sees_which_units_of_each_city_are_done_and_no_drafts(training: Training) -> None:
    school = await person(training, Role.SCHOOL, "no2")
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    region = await person(training, Role.REGION_OFFICE, "region")
    made = await draft(training, school)
    await draft(training, city)
    turn_to(WINDOW, training.at.plan)
    cities = {c["city_name"]: c for c in (await training.call("GET", "/summaries/standing", region))["items"]}
    assert set(cities) == {c.zh for c in training.at.plan.cities}
    here = len([u for u in training.at.plan.universities if u.city == "hohhot"]) + 2
    hohhot = cities["呼和浩特市"]
    assert (hohhot["total"], hohhot["handed_in"], hohhot["accepted"]) == (here, 0, 0)
    assert {u["state"] for u in hohhot["units"]} == {None}
    await act(training, f"/summaries/{made}", "submit", school)
    await act(training, f"/summaries/{made}", "accept", city)
    cities = {c["city_name"]: c for c in (await training.call("GET", "/summaries/standing", region))["items"]}
    hohhot = cities["呼和浩特市"]
    assert (hohhot["handed_in"], hohhot["accepted"], hohhot["units"][0]["unit_kind"]) == (1, 1, "city")
    assert [u["unit_name"] for u in hohhot["units"] if u["state"] == "accepted"] == ["呼和浩特市第二中学"]
    (own,) = (await training.call("GET", "/summaries/standing", city))["items"]
    assert own["city_name"] == "呼和浩特市"
    (alone,) = (await training.call("GET", "/summaries/standing", school))["items"]
    assert [u["unit_name"] for u in alone["units"]] == ["呼和浩特市第二中学"]


async def test_p27_the_workbook_has_the_numbers_as_they_were_handed_in(training: Training) -> None:
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    await accepted(training, Role.SCHOOL, "no2", city)
    await accepted(training, Role.UNIVERSITY, university_of(training), city)
    await training.hand_in()
    book = saved(await training.at.client.get("/summaries/workbook", headers=city), XLSX)
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    school, university = (dict(zip(head, row, strict=True)) for row in sorted(rows, key=lambda row: str(row[2])))
    assert (school["单位"], school["入培学生"], school["提交成长日志"]) == ("呼和浩特市第二中学", 2, 0)
    # What is no number of the unit's is left empty, not nought.
    assert (university["报名学生"], university["聘任导师"], university["状态"]) == ("", 2, "已验收")
