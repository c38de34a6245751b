"""A training plan: its steps, its editions, how far it is, the team, the co-mentor (P17, P18, P12a)."""

from typing import Any

from miaopu.core.db import new_id
from miaopu.nominations.models import TeamMember
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training, held

STEPS = [
    {"activity": "set_books", "title": "《数学与猜想》", "detail": "波利亚", "month": 2},
    {"activity": "research", "title": "中期报告", "month": 6, "milestone": True},
]


async def drafted(training: Training, status: int = 201, **more: Any) -> Any:
    body = {"enrolment_id": str(training.enrolment.id), "topic": "最短路径", "aims": "提出问题", "steps": STEPS, **more}
    return await training.call("POST", "/training-plans", training.mentor, body, status)


async def shown(training: Training, plan: Any, who: Headers | None = None) -> Any:
    return await training.call("GET", f"/training-plans/{plan['id']}", who or training.mentor)


async def act(training: Training, plan: Any, action: str, who: Headers, reason: str | None = None) -> None:
    now = await shown(training, plan, who)
    path = f"/training-plans/{plan['id']}/actions/{action}"
    await training.call("POST", path, who, {"version": now["version"], "reason": reason})


async def agreed(training: Training, plan: Any) -> None:
    university = next(c for c, u in training.at.units.items() if u.id == training.nomination.university_id)
    office, _ = await training.at.person(Role.UNIVERSITY, university)
    await act(training, plan, "propose", training.mentor)
    await act(training, plan, "confirm", office)
    for who in (training.student, training.teacher):
        now = await shown(training, plan, who)
        await training.call("POST", f"/training-plans/{plan['id']}/agree", who, {"version": now["version"]})


async def test_p17_p18_a_plan_stands_beside_what_the_student_wrote_and_its_steps_say_what_who_and_when(
    training: Training,
) -> None:
    plan = await drafted(training)
    found = await shown(training, plan)
    assert {"interests", "motivation"} <= set(found)
    first, second = found["steps"]
    assert (first["title"], first["detail"], first["led_by"], first["state"]) == (
        "《数学与猜想》", "波利亚", "mentor", "open",
    )  # fmt: skip
    assert (second["milestone"], len({first["id"], second["id"]})) == (True, 2)
    # Today is the tenth of March: what was meant for February and not done is late.
    assert [step["late"] for step in found["steps"]] == [True, False]
    refused = await training.call(
        "PATCH", f"/training-plans/{plan['id']}", training.mentor,
        {"version": found["version"], "steps": [{**STEPS[0], "activity": "picnic"}]}, 422,
    )  # fmt: skip
    assert [e["pointer"] for e in refused["errors"]] == ["/steps/0/activity"]


async def test_p17_every_edition_is_kept_and_says_what_differs_from_the_one_before(training: Training) -> None:
    plan = await drafted(training)
    await agreed(training, plan)
    assert (await shown(training, plan, training.student))["state"] == "agreed"
    await act(training, plan, "revise", training.mentor, "课题改变")
    now = await shown(training, plan)
    book, report = now["steps"]
    change = [
        {**book, "title": "《怎样解题》"},
        {"activity": "talk", "title": "校友报告", "month": 5},
    ]
    steps = [{k: v for k, v in s.items() if k not in ("state", "note", "at", "late")} for s in change]
    body = {"version": now["version"], "topic": "图着色", "steps": steps}
    await training.call("PATCH", f"/training-plans/{plan['id']}", training.mentor, body)
    await act(training, plan, "propose", training.mentor)
    second, first = (await training.call("GET", f"/training-plans/{plan['id']}/editions", training.student))["items"]
    assert (first["number"], first["topic"], [s["title"] for s in first["steps"]]) == (
        1, "最短路径", ["《数学与猜想》", "中期报告"],
    )  # fmt: skip
    assert first["student_agreed_at"]
    assert first["teacher_agreed_at"]
    assert (second["changed"], second["student_agreed_at"]) == (["topic"], None)
    told = {c["change"]: (c["step"]["title"], c["before"] and c["before"]["title"]) for c in second["changes"]}
    assert told == {
        "changed": ("《怎样解题》", "《数学与猜想》"), "added": ("校友报告", None), "removed": (report["title"], None),
    }  # fmt: skip
    await training.call("GET", f"/training-plans/{plan['id']}/editions", training.stranger, status=404)


async def test_p17_the_team_says_how_far_a_step_is_and_no_edition_comes_of_it(training: Training) -> None:
    plan = await drafted(training)
    step = (await shown(training, plan))["steps"][0]["id"]
    path = f"/training-plans/{plan['id']}/steps/{step}"
    done = {"state": "done", "note": "读完并讨论"}
    early = await training.call("PUT", path, training.mentor, done, 409)
    assert early["code"] == "wrong_state"
    await agreed(training, plan)
    await training.call("PUT", path, training.student, done, 403)
    await training.call("PUT", path, training.strange_mentor, done, 404)
    await training.call("PUT", f"/training-plans/{plan['id']}/steps/ffffffff", training.mentor, done, 404)
    await training.call("PUT", path, training.mentor, done)
    found = await shown(training, plan, training.guardian)
    first = found["steps"][0]
    assert (first["state"], first["note"], first["late"], found["editions"]) == ("done", "读完并讨论", False, 1)
    trail = await training.call("GET", f"/training-plans/{plan['id']}/trail", training.mentor)
    assert "training_plan.mark_step" in [e["action"] for e in trail["items"]]


async def test_p12a_a_co_mentors_part_stands_in_the_plan(training: Training) -> None:
    plan = await drafted(training, co_mentor_part="指导编程实现")
    assert (await shown(training, plan))["co_mentor_part"] == "指导编程实现"


async def member(training: Training) -> tuple[Headers, str]:
    university = next(c for c, u in training.at.units.items() if u.id == training.nomination.university_id)
    who, account = await training.at.person(Role.TEAM_MEMBER, university, "团队老师")
    row = TeamMember(
        id=new_id(), nomination_id=training.nomination.id, account_id=account.id, name="团队老师", unit_name="数学系",
        degree="master", title="讲师", title_level="intermediate", may_review=True, may_record=True,
    )  # fmt: skip
    await training.at.add(row)
    return who, str(row.id)


async def test_p7_the_team_acts_by_the_mentors_leave_which_is_in_force_at_once(training: Training) -> None:
    who, key = await member(training)

    async def leave(status: int = 200, **given: Any) -> None:
        (line,) = (await training.call("GET", "/team", training.mentor))["items"]
        form = {"version": line["version"], "may_record": True, "may_review": True, "students": None, **given}
        await training.call("PUT", f"/team/{key}/leave", training.mentor, form, status)

    async def students() -> list[str]:
        return [s["student_name"] for s in (await training.call("GET", "/phone", who))["students"]]

    assert await students() == ["学生1"]
    await held(training.at, who, training.nomination, training.enrolment, title="团队讨论")
    log = await training.hand_in()
    accept = f"/growth-logs/{log['id']}/actions/accept"
    plan = await drafted(training)
    await agreed(training, plan)
    step = f"/training-plans/{plan['id']}/steps/{(await shown(training, plan))['steps'][0]['id']}"
    await training.call("PUT", step, who, {"state": "under_way"})
    await leave(may_record=False)
    await training.call("PUT", step, who, {"state": "done"}, 403)
    body = {"mentor_id": str(training.nomination.id), "starts_at": "2024-03-09T10:00:00+08:00", "minutes": 60,
            "activity": "talk", "title": "x", "on_campus": True,
            "attendance": [{"enrolment_id": str(training.enrolment.id), "mode": "remote"}]}  # fmt: skip
    await training.call("POST", "/sessions", who, body, 422)
    await leave(may_review=False)
    await training.call("POST", accept, who, {"version": log["version"]}, 403)
    # Named students only: whom the leave does not name is not there at all.
    await leave(students=[])
    assert await students() == []
    await training.call("POST", accept, who, {"version": log["version"]}, 404)
    await training.call("POST", "/sessions", who, body, 422)
    await leave(students=[str(training.enrolment.id)])
    await training.call("POST", accept, who, {"version": log["version"]})
    other = (await training.call("GET", "/phone", training.stranger))["students"][0]["enrolment_id"]
    await leave(422, students=[other])
    await training.call("PUT", f"/team/{key}/leave", who, {"version": 1, "may_record": True, "may_review": True}, 403)
    await training.call(
        "PUT", f"/team/{key}/leave", training.strange_mentor,
        {"version": 1, "may_record": False, "may_review": False}, 404,
    )  # fmt: skip


async def test_p18_a_month_that_is_over_makes_a_step_late_only_while_it_is_open(training: Training) -> None:
    plan = await drafted(training)
    await agreed(training, plan)
    turn_to("2024-07-01T00:30", training.at.plan)
    assert [s["late"] for s in (await shown(training, plan))["steps"]] == [True, True]
    step = (await shown(training, plan))["steps"][1]["id"]
    await training.call("PUT", f"/training-plans/{plan['id']}/steps/{step}", training.mentor, {"state": "dropped"})
    assert [s["late"] for s in (await shown(training, plan))["steps"]] == [True, False]
