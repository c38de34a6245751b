"""Feedback at the plan's points: on the student for the circle, on the mentoring for the city and nobody else (P21)."""

import json
from typing import Any

from sqlalchemy import select

from miaopu.core.audit import AuditEntry
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training

SECRET = "导师经常迟到，我不敢说"
RATED = {"time": 2, "clarity": 4, "encouragement": 3, "safety": 5, "words": SECRET}
ON_STUDENT = {"engagement": 5, "progress": 4, "strengths": "问题提得好", "next": "读第四章"}


async def write(training: Training, who: Headers, answers: Any, status: int = 200, **more: Any) -> Any:
    body = {"enrolment_id": str(training.enrolment.id), "point": "spring", "answers": answers, **more}
    return await training.call("PUT", "/feedback", who, body, status)


async def seen(training: Training, who: Headers) -> list[tuple[str, str]]:
    found = await training.call("GET", "/feedback", who)
    return sorted((line["about"], line["student_name"]) for line in found["items"])


async def test_p21_a_mentors_word_reaches_the_circle_and_no_stranger(training: Training) -> None:
    await write(training, training.mentor, ON_STUDENT)
    for who in (training.student, training.guardian, training.teacher, training.mentor):
        assert await seen(training, who) == [("student", "学生1")]
    for who in (training.stranger, training.strange_mentor, training.strange_teacher):
        assert await seen(training, who) == []
    told = (await training.call("GET", "/notices", training.guardian))["items"]
    assert "feedback.write" in [line["kind"] for line in told]


async def test_p21_what_a_student_says_of_the_mentoring_is_read_by_the_city_and_found_nowhere_else(
    training: Training,
) -> None:
    await write(training, training.student, RATED)
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot")
    assert await seen(training, city) == [("mentoring", "学生1")]
    assert await seen(training, training.student) == [("mentoring", "学生1")]
    university = next(c for c, u in training.at.units.items() if u.id == training.nomination.university_id)
    others = {
        "mentor": training.mentor, "guardian": training.guardian, "teacher": training.teacher,
        "university": (await training.at.person(Role.UNIVERSITY, university))[0],
        "school": (await training.at.person(Role.SCHOOL, "no2"))[0],
        "other city": (await training.at.person(Role.CITY_OFFICE, "baotou"))[0],
        "region": (await training.at.person(Role.REGION_OFFICE, "region"))[0],
        "association": (await training.at.person(Role.ASSOCIATION, "association"))[0],
    }  # fmt: skip
    enrolment = training.enrolment.id
    # What everybody here has: no read counts as silent that was not read.
    must = {"/feedback", "/home", "/notices", "/enrolments"}
    mentor = f"/student-files/{enrolment}"
    assert (await training.at.client.get(mentor, headers=training.mentor)).status_code == 200
    async with training.at.app.state.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.thing_type == "feedback")))
    assert [entry.changes["answers"] for entry in entries] == ["changed"]
    for name, who in others.items():
        assert await seen(training, who) == [], name
        # Every read that could lead to it: lists, home, notices, trails, the board, the file.
        for path in (
            "/feedback", "/feedback/sums", "/home", "/notices", "/phone", "/board", "/enrolments",
            f"/enrolments/{enrolment}", f"/enrolments/{enrolment}/trail", f"/student-files/{enrolment}",
            f"/enrolments/{enrolment}/activities", "/oversight/decisions", "/contacts",
        ):  # fmt: skip
            answer = await training.at.client.get(path, headers=who)
            if path in must or answer.status_code == 200:
                assert answer.status_code == 200, (name, path)
            said = json.dumps(answer.json(), ensure_ascii=False)
            assert SECRET not in said, (name, path)
            assert "encouragement" not in said, (name, path)


async def test_p21_sums_are_told_only_of_as_many_as_the_plan_asks(training: Training) -> None:
    region, _ = await training.at.person(Role.REGION_OFFICE, "region")
    await write(training, training.student, RATED)
    (one,) = (await training.call("GET", "/feedback/sums", region))["items"]
    assert (one["city_name"], one["answers"], one["means"]) == ("呼和浩特市", 1, None)
    await training.call("GET", "/feedback/sums", training.mentor, status=403)


async def test_p21_feedback_is_written_at_its_point_by_whom_it_is_asked_and_every_fault_has_its_question(
    training: Training,
) -> None:
    await write(training, training.guardian, RATED, 403)
    await write(training, training.strange_mentor, ON_STUDENT, 404)
    refused = await write(training, training.student, {"time": 9, "clarity": 3, "encouragement": 3, "rank": 1}, 422)
    assert sorted((e["pointer"], e["code"]) for e in refused["errors"]) == [
        ("/answers/rank", "unknown"), ("/answers/safety", "missing"), ("/answers/time", "off_scale"),
    ]  # fmt: skip
    await write(training, training.student, RATED, 422, point="never")
    shut = await write(training, training.student, RATED, 409, point="midterm")
    assert shut["code"] == "feedback_closed"
    await write(training, training.student, RATED)
    await write(training, training.student, {**RATED, "time": 3})
    (line,) = (await training.call("GET", "/feedback", training.student))["items"]
    assert line["answers"]["time"] == 3
    turn_to("2024-05-01T00:30", training.at.plan)
    assert (await write(training, training.student, RATED, 409))["code"] == "feedback_closed"


async def test_p21_what_is_asked_now_is_told_with_what_was_answered(training: Training) -> None:
    asked = await training.call("GET", "/feedback/asked", training.student)
    assert asked["about"] == "mentoring"
    assert asked["point"]["code"] == "spring"
    assert [question["code"] for question in asked["questions"]] == list(RATED)
    assert [one["answers"] for one in asked["students"]] == [None]
    await write(training, training.student, RATED)
    asked = await training.call("GET", "/feedback/asked", training.student)
    assert [one["answers"] for one in asked["students"]] == [RATED]
    # The mentor is asked of the student, and is not shown what the student answered.
    theirs = await training.call("GET", "/feedback/asked", training.mentor)
    assert theirs["about"] == "student"
    assert SECRET not in json.dumps(theirs, ensure_ascii=False)
    assert [one["answers"] for one in theirs["students"]] == [None] * len(theirs["students"])
    assert [one["student_name"] for one in theirs["students"]].count("学生1") == 1
    await training.call("GET", "/feedback/asked", training.guardian, status=403)
    turn_to("2024-05-15T09:00", training.at.plan)
    later = await training.call("GET", "/feedback/asked", training.student)
    assert later["point"] is None
    assert later["next"]["code"] == "midterm"
