"""The board of the training year against its rows: meetings (P9), the campus (P10), logs (P11), and who sees whom."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl

from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training


async def board(training: Training, who: Headers, **asked: Any) -> dict[str, Any]:
    query = "&".join(f"{k}={v}" for k, v in asked.items())
    found: dict[str, Any] = await training.call("GET", f"/board?{query}", who)
    return found


async def own(training: Training, **asked: Any) -> dict[str, Any]:
    """The first student's line, as the mentor sees it."""
    line: dict[str, Any]
    (line,) = (await board(training, training.mentor, **asked))["items"]
    return line


def of_logs(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [need for need in line["needs"] if need["what"] != "meetings"]


def at(day: str) -> str:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=UTC).isoformat()


async def test_p9_a_month_is_so_far_until_it_is_over_then_missed_and_it_lies_with_the_mentor(
    training: Training,
) -> None:
    turn_to("2024-03-31T23:00", training.at.plan)
    line = await own(training)
    shown = [(m["month"], m["face_to_face"], m["state"]) for m in line["months"]]
    assert shown == [(2, 0, "missed"), (3, 1, "so_far")]
    assert line["needs"][0] == {"what": "meetings", "lies_with": "mentor", "count": 1, "since": "2024-03-01"}
    turn_to("2024-04-01T00:30", training.at.plan)
    line = await own(training)
    assert [(m["month"], m["state"]) for m in line["months"]] == [(2, "missed"), (3, "missed"), (4, "so_far")]
    assert (line["needs"][0]["count"], line["needs"][0]["since"]) == (2, "2024-03-01")


async def test_p9_two_meetings_meet_the_month_and_a_remote_one_is_counted_beside(training: Training) -> None:
    await training.hold(starts_at=at("2024-03-04"))
    remote = [{"enrolment_id": str(training.enrolment.id), "mode": "remote"}]
    await training.hold(starts_at=at("2024-03-05"), attendance=remote)
    month = (await own(training))["months"][-1]
    assert (month["face_to_face"], month["remote"], month["state"]) == (2, 1, "met")


async def test_p10_visits_to_the_campus_are_counted_and_remote_ones_are_none(training: Training) -> None:
    remote = [{"enrolment_id": str(training.enrolment.id), "mode": "remote"}]
    await training.hold(starts_at=at("2024-03-05"), on_campus=False)
    await training.hold(starts_at=at("2024-03-06"), attendance=remote)
    line = await own(training)
    assert (line["campus_visits"], line["campus_needed"], line["campus_state"]) == (1, 10, "so_far")
    turn_to("2025-01-01T00:30", training.at.plan)
    assert (await own(training))["campus_state"] == "missed"


async def test_p11_a_log_is_missing_after_its_day_then_unreviewed_after_the_plans_days_then_returned(
    training: Training,
) -> None:
    assert (await own(training))["missing"] == 0
    turn_to("2024-03-17T00:30", training.at.plan)
    line = await own(training)
    assert (line["missing"], of_logs(line)) == (
        1, [{"what": "log_missing", "lies_with": "student", "count": 1, "since": "2024-03-17"}],
    )  # fmt: skip
    log = await training.hand_in()
    line = await own(training)
    assert (line["missing"], line["waiting"], line["unreviewed"], of_logs(line)) == (0, 1, 0, [])
    turn_to("2024-03-24T00:31", training.at.plan)
    line = await own(training)
    assert (line["unreviewed"], [(n["what"], n["lies_with"]) for n in of_logs(line)]) == (
        1, [("log_unreviewed", "mentor")],
    )  # fmt: skip
    log = await training.call("GET", f"/growth-logs/{log['id']}", training.mentor)
    await training.review(log, "return_for_changes", "写清条件")
    line = await own(training)
    assert (line["waiting"], line["returned"], [n["what"] for n in of_logs(line)]) == (0, 1, ["log_returned"])


async def test_p21_each_role_sees_its_own_students_and_nobody_elses(training: Training) -> None:
    plan_university = training.nomination.university_id
    university = next(code for code, unit in training.at.units.items() if unit.id == plan_university)
    people = {
        "mentor": training.mentor, "strange mentor": training.strange_mentor, "teacher": training.teacher,
        "strange teacher": training.strange_teacher,
    }  # fmt: skip
    for name, role, unit in (
        ("city", Role.CITY_OFFICE, "hohhot"), ("other city", Role.CITY_OFFICE, "baotou"),
        ("school", Role.SCHOOL, "no2"), ("university", Role.UNIVERSITY, university),
        ("region", Role.REGION_OFFICE, "region"),
    ):  # fmt: skip
        people[name] = (await training.at.person(role, unit))[0]
    seen = {
        name: sorted(line["student_name"] for line in (await board(training, who))["items"])
        for name, who in people.items()
    }
    both, first, other = ["学生1", "学生2"], ["学生1"], ["学生2"]
    assert seen == {
        "mentor": first, "strange mentor": other, "teacher": first, "strange teacher": [], "city": both,
        "other city": [], "school": both, "university": both, "region": both,
    }  # fmt: skip
    await training.call("GET", "/board", training.student, status=403)
    await training.call("GET", "/board", training.guardian, status=403)


async def test_p9_filters_sums_and_groups_speak_of_the_same_students(training: Training) -> None:
    await training.hold(starts_at=at("2024-03-04"), activity="talk")
    await training.review(await training.hand_in(), "accept")
    turn_to("2024-04-02T09:00", training.at.plan)
    office, _ = await training.at.person(Role.CITY_OFFICE, "hohhot")
    whole = await board(training, office, by="mentor")
    assert [line["student_name"] for line in whole["items"]] == ["学生2", "学生1"]
    assert whole["sums"]["students"] == 2
    assert {g["name"]: (g["students"], g["behind"], g["missed_months"]) for g in whole["groups"]} == {
        "导师1": (1, 1, 1), "导师2": (1, 1, 2),
    }  # fmt: skip
    assert sum(g["behind"] for g in whole["groups"]) == whole["sums"]["behind"]
    one = await board(training, office, mentor=training.nomination.id)
    assert [line["student_name"] for line in one["items"]] == ["学生1"]
    assert (await board(training, office, subject="physics"))["total"] == 0
    paged = await board(training, office, size=1, page=2)
    assert (paged["total"], len(paged["items"]), paged["sums"]) == (2, 1, whole["sums"])


async def test_p9_the_workbook_holds_what_the_page_shows_with_rule_and_date(training: Training) -> None:
    turn_to("2024-04-02T09:00", training.at.plan)
    office, _ = await training.at.person(Role.CITY_OFFICE, "hohhot")
    data = await training.call("GET", f"/board.xlsx?mentor={training.nomination.id}", office)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "2024" in rows[1][0]
    assert "2 次" in rows[2][0]
    heads, (line,) = rows[5], rows[6:]
    told = dict(zip(heads, line, strict=True))
    assert (told["姓名"], told["2024年03月"], told["2024年04月"], told["到校次数"]) == (
        "学生1", "1 未达标", "0 进行中", "1 / 10",
    )  # fmt: skip
    assert "2 个月面对面指导次数不足" in told["需要关注"]
    assert "1 篇日志过期未交" in told["需要关注"]
