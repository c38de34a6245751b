"""Reminders of what lies ahead: a planned meeting, a trip without the family's word, an escalation (P9, P20, P21)."""

from typing import Any

from miaopu.activities.models import Activity, Participation
from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.people.roles import Role
from reminding import Clockwork, told
from seeded import turn_to
from trained import Training


async def test_P9_a_family_is_told_of_a_meeting_the_day_before_again_when_it_moves_and_not_of_one_called_off(
    training: Training, turn: Clockwork
) -> None:
    body: dict[str, Any] = {
        "mentor_id": str(training.nomination.id), "starts_at": "2024-03-14T14:00:00+08:00", "minutes": 90,
        "activity": "research", "title": "课题讨论", "on_campus": True, "students": [str(training.enrolment.id)],
    }  # fmt: skip
    made = await training.call("POST", "/appointments", training.mentor, body, 201)
    kind = "reminder.meeting_next"
    await turn("2024-03-13T12:00")
    assert await told(training, training.guardian, kind) == []
    for moment in ("2024-03-13T14:30", "2024-03-13T16:00", "2024-03-13T17:00"):
        await turn(moment)
    assert await told(training, training.guardian, kind) == ["课题讨论"]
    assert await told(training, training.student, kind) == ["课题讨论"]
    assert await told(training, training.stranger, kind) == []
    move = {"version": made["version"], "starts_at": "2024-03-15T14:00:00+08:00"}
    moved = await training.call("PATCH", f"/appointments/{made['id']}", training.mentor, move)
    for moment in ("2024-03-14T14:30", "2024-03-14T16:00"):
        await turn(moment)
    assert await told(training, training.guardian, kind) == ["课题讨论"] * 2
    again = {"version": moved["version"], "starts_at": "2024-03-18T14:00:00+08:00"}
    again = await training.call("PATCH", f"/appointments/{made['id']}", training.mentor, again)
    off = {"version": again["version"], "reason": "导师出差"}
    await training.call("POST", f"/appointments/{made['id']}/actions/call_off", training.mentor, off)
    for moment in ("2024-03-17T15:00", "2024-03-18T10:00"):
        await turn(moment)
    assert await told(training, training.guardian, kind) == ["课题讨论"] * 2


async def test_P20_a_guardian_who_has_said_nothing_is_asked_before_the_trip_and_not_after_the_word(
    training: Training, turn: Clockwork
) -> None:
    here = {"cycle_id": training.at.cycle_id, "state_since": clock.now()}
    moment = training.at.plan.midnight
    trip = Activity(
        id=new_id(), state="announced", unit_id=training.at.units["hohhot"].id, kind="camp", title="夏令营",
        place="草原站", starts_at=moment(clock.now().date().replace(day=20)),
        ends_at=moment(clock.now().date().replace(day=24)), recommend_until=clock.now(), places=5, taken=0,
        city_places={}, subjects=[], cities=[], needs_consent=True, **here,
    )  # fmt: skip
    asked = Participation(
        id=new_id(), state="proposed", activity_id=trip.id, enrolment_id=training.enrolment.id,
        put_forward_by=training.nomination.account_id, put_forward_as="mentor", reason="积极", **here,
    )  # fmt: skip
    await training.at.add(trip, asked)
    kind = "reminder.trip_consent"
    for at, lines in (("2024-03-12T12:00", 0), ("2024-03-13T10:00", 0), ("2024-03-13T12:00", 1)):
        await turn(at)
        assert await told(training, training.guardian, kind) in ([["夏令营"] * lines] if lines else [[], ["夏令营"]])
    path = f"/participations/{asked.id}/consent"
    await training.call("POST", path, training.guardian, {"version": 1, "decision": "given"})
    before = await told(training, training.guardian, kind)
    for at in ("2024-03-18T10:00", "2024-03-18T15:00"):
        await turn(at)
    assert await told(training, training.guardian, kind) == before == ["夏令营"]


async def test_P21_what_was_brought_before_the_city_is_told_to_its_office_before_it_is_due(
    training: Training, turn: Clockwork
) -> None:
    office, _ = await training.at.person(Role.CITY_OFFICE, "hohhot")
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou")
    body = {"enrolment_id": str(training.enrolment.id), "title": "组会时间", "text": "改到周日？", "with_team": True}
    made = await training.call("POST", "/contacts", training.mentor, body, 201)
    moved = await training.call(
        "POST", f"/contacts/{made['id']}/actions/escalate", training.mentor,
        {"version": made["version"], "reason": "问过两次没有答复"},
    )  # fmt: skip
    kind = "reminder.escalation_due"
    for day in range(11, 22):
        for hour in ("10:00", "16:00"):
            await turn(f"2024-03-{day}T{hour}")
    lines = await told(training, office, kind)
    assert lines
    assert set(lines) == {"组会时间"}
    assert await told(training, other, kind) == []
    now = await training.call("GET", f"/contacts/{made['id']}", office)
    await training.call(
        "POST", f"/contacts/{made['id']}/actions/answer", office, {"version": now["version"], "reason": "同意"}
    )
    await turn("2024-04-10T10:00")
    await turn("2024-04-10T16:00")
    assert await told(training, office, kind) == lines
    assert moved["state"] == "with_city"


async def test_p23_a_problem_past_its_day_is_told_to_its_owner_alone_until_it_is_solved(
    training: Training, turn: Clockwork
) -> None:
    turn_to("2024-06-20T12:00", training.at.plan)
    body = {
        "enrolment_id": str(training.enrolment.id), "text": "实验材料不足", "owner_role": "guide_teacher",
        "due_on": "2024-06-25",
    }  # fmt: skip
    made = await training.call("POST", "/midterm-problems", training.mentor, body, 201)
    kind = "reminder.problem_overdue"
    # Its own day is not past; the day after it is told once, a week later once more.
    for at, lines in (
        ("2024-06-25T20:00", 0), ("2024-06-26T10:00", 1), ("2024-06-27T10:00", 1), ("2024-07-01T10:00", 1),
        ("2024-07-02T10:00", 2), ("2024-07-20T10:00", 2),
    ):  # fmt: skip
        await turn(at)
        assert await told(training, training.teacher, kind) == ["202401001 学生1"] * lines, at
    for who in (training.student, training.mentor, training.guardian, training.strange_teacher):
        assert await told(training, who, kind) == []
    second = await training.call("POST", "/midterm-problems", training.mentor, {**body, "due_on": "2024-07-22"}, 201)
    await training.call(
        "POST", f"/midterm-problems/{second['id']}/actions/solve", training.teacher,
        {"version": second["version"], "reason": "已补齐"},
    )  # fmt: skip
    await turn("2024-07-24T10:00")
    assert len(await told(training, training.teacher, kind)) == 2
    assert made["id"] != second["id"]
