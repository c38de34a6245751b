"""Planned meetings: who is asked, moved and called off, the code at the door, and what they become (P9, P10, P11)."""

from datetime import timedelta
from typing import Any

import icalendar

from miaopu.core import clock
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training


async def planned(training: Training, status: int = 201, **more: Any) -> Any:
    """A meeting of the mentor's tomorrow at two, on campus, with the student."""
    body = {
        "mentor_id": str(training.nomination.id),
        "starts_at": "2024-03-11T14:00:00+08:00",
        "minutes": 90,
        "activity": "research",
        "title": "课题讨论",
        "place": "理工楼 301",
        "directions": "西门进，电梯到三楼",
        "on_campus": True,
        "students": [str(training.enrolment.id)],
        **more,
    }
    return await training.call("POST", "/appointments", training.mentor, body, status)


async def shown(training: Training, made: Any, who: Headers | None = None, status: int = 200) -> Any:
    return await training.call("GET", f"/appointments/{made['id']}", who or training.mentor, status=status)


async def door(training: Training, made: Any) -> Any:
    return await training.call("POST", f"/appointments/{made['id']}/door", training.mentor)


async def enter(training: Training, made: Any, code: str, status: int = 200, who: Headers | None = None) -> Any:
    path = f"/appointments/{made['id']}/check-in"
    return await training.call("POST", path, who or training.student, {"code": code}, status)


async def kinds(training: Training, who: Headers) -> list[str]:
    return [line["kind"] for line in (await training.call("GET", "/notices", who))["items"]]


async def test_p9_a_planned_meeting_is_told_to_the_circle_and_seen_by_nobody_else(training: Training) -> None:
    made = await planned(training)
    for who in (training.student, training.guardian, training.teacher):
        assert "appointment.plan" in await kinds(training, who)
        found = await shown(training, made, who)
        assert (found["place"], [g["student_name"] for g in found["guests"]]) == ("理工楼 301", ["学生1"])
    for who in (training.stranger, training.strange_mentor, training.strange_teacher):
        assert "appointment.plan" not in await kinds(training, who)
        await shown(training, made, who, 404)
    other_city, _ = await training.at.person(Role.CITY_OFFICE, "baotou")
    await shown(training, made, other_city, 404)
    await training.call("POST", "/appointments", training.student, {}, 403)


async def test_p9_what_cannot_be_planned_is_said_at_its_field(training: Training) -> None:
    other = (await training.call("GET", "/phone", training.stranger))["students"][0]["enrolment_id"]
    for more, field, code in (
        ({"starts_at": "2024-03-10T11:00:00+08:00"}, "/starts_at", "future"),
        ({"activity": "picnic"}, "/activity", "enum"),
        ({"students": [other]}, "/students/0", "unknown"),
        ({"students": [str(training.enrolment.id)] * 2}, "/students", "attendance_twice"),
    ):
        refused = await planned(training, 422, **more)
        assert [(e["pointer"], e["code"]) for e in refused["errors"]] == [(field, code)]
    assert (await training.call("GET", "/appointments", training.mentor))["total"] == 0


async def test_p9_a_moved_meeting_moves_in_the_calendar_and_a_clash_is_said_and_not_forbidden(
    training: Training,
) -> None:
    made = await planned(training)
    assert made["clashes"] == []
    path = f"/appointments/{made['id']}/calendar"

    async def event() -> Any:
        book = icalendar.Calendar.from_ical(await training.call("GET", path, training.student))
        return book.walk("VEVENT")[0]

    first = await event()
    assert (first.decoded("dtend") - first.decoded("dtstart"), str(first["location"])) == (
        timedelta(minutes=90), "理工楼 301",
    )  # fmt: skip
    change = {"version": made["version"], "starts_at": "2024-03-12T15:00:00+08:00", "place": "图书馆"}
    moved = await training.call("PATCH", f"/appointments/{made['id']}", training.mentor, change)
    second = await event()
    assert (second["uid"], str(second["location"])) == (first["uid"], "图书馆")
    assert second["sequence"] > first["sequence"]
    assert "appointment.change" in await kinds(training, training.guardian)
    stale = await training.call("PATCH", f"/appointments/{made['id']}", training.mentor, change, 409)
    assert stale["code"] == "stale"
    other = await planned(training, starts_at="2024-03-12T16:00:00+08:00", title="读书会")
    assert [(c["who"], c["title"]) for c in other["clashes"]] == [("学生1", "课题讨论")]
    off = f"/appointments/{made['id']}/actions/call_off"
    await training.call("POST", off, training.mentor, {"version": moved["version"]}, 422)
    await training.call("POST", off, training.strange_mentor, {"version": moved["version"], "reason": "x"}, 404)
    await training.call("POST", off, training.mentor, {"version": moved["version"], "reason": "导师出差"})
    assert "appointment.call_off" in await kinds(training, training.student)
    gone = await training.call("GET", path, training.student, status=409)
    assert gone["code"] == "wrong_state"


async def test_p10_the_code_at_the_door_lets_in_who_is_asked_while_it_lasts(training: Training) -> None:
    made = await planned(training)
    turn_to("2024-03-11T13:00:05", training.at.plan)
    early = await enter(training, made, (await door(training, made))["digits"], 409)
    assert early["code"] == "door_closed"
    turn_to("2024-03-11T13:55:05", training.at.plan)
    code = await door(training, made)
    assert code["url"].endswith(f"/m/in/{made['id']}~{code['url'].split('~')[1]}")
    assert (code["seconds"], code["present"]) == (30, [])
    await enter(training, made, code["digits"], 404, training.stranger)
    await training.call("POST", f"/appointments/{made['id']}/door", training.student, status=403)
    await training.call("POST", f"/appointments/{made['id']}/door", training.strange_mentor, status=404)
    came = await enter(training, made, code["digits"])
    assert (came["title"], came["again"]) == ("课题讨论", False)
    assert (await enter(training, made, code["url"].split("~")[1]))["again"] is True
    assert (await door(training, made))["present"] == ["学生1"]
    trail = await training.call("GET", f"/appointments/{made['id']}/trail", training.mentor)
    assert [e["action"] for e in trail["items"]].count("appointment.check_in") == 1


async def test_p10_yesterdays_photo_another_meetings_code_and_a_made_up_one_are_refused(training: Training) -> None:
    made = await planned(training)
    other = await planned(training, title="另一场")
    turn_to("2024-03-11T13:55:00", training.at.plan)
    old = (await door(training, made))["url"].split("~")[1]
    strange = (await door(training, other))["url"].split("~")[1]
    clock.set_offset(clock.offset() + timedelta(seconds=31))
    await training.call("POST", f"/appointments/{made['id']}/door", training.mentor)
    clock.set_offset(clock.offset() + timedelta(seconds=60))
    for code in (old, strange, "000000", "abcdef"):
        refused = await enter(training, made, code, 422)
        assert refused["code"] == "door_code"
    guests = (await shown(training, made))["guests"]
    assert [g["checked_in_at"] for g in guests] == [None]


async def test_p10_guessing_at_the_door_is_stopped(training: Training) -> None:
    made = await planned(training)
    turn_to("2024-03-11T13:55:00", training.at.plan)
    answers = [
        (
            await training.at.client.post(
                f"/appointments/{made['id']}/check-in", json={"code": f"{n:06d}"}, headers=training.student
            )
        ).status_code
        for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


async def test_p9_p10_p11_a_meeting_that_was_held_is_a_session_with_its_log_due(training: Training) -> None:
    made = await planned(training)
    turn_to("2024-03-11T13:55:00", training.at.plan)
    await enter(training, made, (await door(training, made))["digits"])
    turn_to("2024-03-11T15:35:00", training.at.plan)
    before = await training.call("GET", f"/enrolments/{training.enrolment.id}/progress", training.student)
    now = await shown(training, made)
    held = {
        "version": now["version"],
        "notes": "选定课题",
        "attendance": [{"enrolment_id": str(training.enrolment.id), "mode": "face_to_face"}],
    }
    answer = await training.call("POST", f"/appointments/{made['id']}/hold", training.mentor, held, key="one-press")
    again = await training.call("POST", f"/appointments/{made['id']}/hold", training.mentor, held, key="one-press")
    assert (answer["state"], again) == ("held", answer)
    found = await shown(training, made)
    session = await training.call("GET", f"/sessions/{found['session_id']}", training.mentor)
    assert (session["title"], session["place"], session["on_campus"]) == ("课题讨论", "理工楼 301", True)
    after = await training.call("GET", f"/enrolments/{training.enrolment.id}/progress", training.student)
    assert after["campus_visits"] == before["campus_visits"] + 1
    assert found["session_id"] in {line["session_id"] for line in (await training.mine())["due"]}
    twice = await training.call("POST", f"/appointments/{made['id']}/hold", training.mentor, held, 409)
    assert twice["code"] in ("stale", "wrong_state")


async def test_p9_a_phone_shows_what_comes_what_was_and_whom_it_is_about(training: Training) -> None:
    made = await planned(training)
    for who, waiting in ((training.student, 0), (training.guardian, 0), (training.mentor, 0)):
        phone = await training.call("GET", "/phone", who)
        assert [one["id"] for one in phone["coming"]] == [made["id"]]
        assert [one["present"] for one in phone["held"]] == [["学生1"]]
        own = str(training.nomination.id) if who is training.mentor else None
        assert [one["through"] for one in phone["students"]] == [own]
        assert [a["code"] for a in phone["activities"]] == [a.code for a in training.at.plan.training.activities]
        (student,) = phone["students"]
        assert (student["student_name"], student["logs_waiting"], student["logs_missing"]) == ("学生1", waiting, 0)
    strange = await training.call("GET", "/phone", training.stranger)
    assert (strange["coming"], [s["student_name"] for s in strange["students"]]) == ([], ["学生2"])
    turn_to("2024-03-11T18:00:00", training.at.plan)
    assert (await training.call("GET", "/phone", training.student))["coming"] == []
    assert [o["id"] for o in (await training.call("GET", "/phone", training.mentor))["coming"]] == [made["id"]]
