"""The mid-term judgement on the plan's dimensions, and problems with an owner and a day until they are solved (P23)."""

from typing import Any

import pytest

from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training


@pytest.fixture
def midterm(training: Training) -> Training:
    """The same on a day of the mid-term's stage."""
    turn_to("2024-06-20T12:00", training.at.plan)
    return training


def judged(training: Training, **more: Any) -> dict[str, Any]:
    plan = training.at.plan.evaluations.midterm
    return {
        "enrolment_id": str(training.enrolment.id),
        "passed": True,
        "opinion": "汇报清楚",
        "judgements": {d.code: {"level": plan.levels[1].code, "reason": "按计划推进"} for d in plan.dimensions},
        "questions": "问：误差从何而来？答：读数。",
        "second_half": "完成数据采集",
        **more,
    }


async def write(training: Training, status: int = 200, **more: Any) -> Any:
    return await training.call("PUT", "/evaluations/midterm", training.mentor, judged(training, **more), status)


async def submit(training: Training, made: Any, status: int = 200) -> Any:
    path = f"/evaluations/midterm/{made['id']}/actions/submit"
    return await training.call("POST", path, training.mentor, {"version": made["version"]}, status)


async def test_p23_every_dimension_of_the_plan_has_a_level_and_its_reason_before_it_is_handed_in(
    midterm: Training,
) -> None:
    plan = midterm.at.plan.evaluations.midterm
    first = plan.dimensions[0].code
    await write(midterm, 422, judgements={"charm": {"level": plan.levels[0].code, "reason": "…"}})
    await write(midterm, 422, judgements={first: {"level": "divine", "reason": "…"}})
    made = await write(midterm, judgements={first: {"level": plan.levels[0].code, "reason": ""}})
    refused = await submit(midterm, made, 422)
    assert [e["pointer"] for e in refused["errors"]] == [f"/judgements/{d.code}" for d in plan.dimensions]
    made = await write(midterm, version=made["version"])
    await submit(midterm, made)
    city, _ = await midterm.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    record = await midterm.call("GET", f"/evaluations/midterm/{made['id']}", city)
    assert record["judgements"][first] == {"level": plan.levels[1].code, "reason": "按计划推进"}
    assert record["questions"].startswith("问")
    assert record["second_half"] == "完成数据采集"
    # The family reads it once the city has confirmed.
    await midterm.call("GET", f"/evaluations/midterm/{made['id']}", midterm.guardian, status=404)


async def problem(training: Training, who: Headers, status: int = 201, **more: Any) -> Any:
    body = {
        "enrolment_id": str(training.enrolment.id),
        "text": "实验室周末不开放",
        "owner_role": "guide_teacher",
        "due_on": "2024-06-25",
        **more,
    }
    return await training.call("POST", "/midterm-problems", who, body, status)


async def test_p23_a_problem_has_an_owner_and_a_day_and_stays_listed_until_it_is_solved(midterm: Training) -> None:
    await problem(midterm, midterm.mentor, 422, due_on="2024-06-19")
    await problem(midterm, midterm.mentor, 422, owner_role="school")
    await problem(midterm, midterm.strange_mentor, 404)
    await problem(midterm, midterm.student, 403)
    path = f"/midterm-problems/{(await problem(midterm, midterm.mentor))['id']}"
    told = await midterm.call("GET", "/notices", midterm.teacher)
    assert [n["kind"] for n in told["items"]] == ["midterm_problem.created"]
    record = await midterm.call("GET", path, midterm.guardian)
    assert (record["owner_name"], record["overdue"], record["actions"]) == ("老师", False, [])
    await midterm.call("GET", path, midterm.stranger, status=404)
    turn_to("2024-06-26T12:00", midterm.at.plan)
    late = await midterm.call("GET", "/midterm-problems?overdue=yes", midterm.teacher)
    assert [(p["mine"], p["overdue"]) for p in late["items"]] == [(True, True)]
    solve = {"version": record["version"], "reason": "与学校商定周六上午开放"}
    await midterm.call("POST", f"{path}/actions/solve", midterm.student, solve, 403)
    await midterm.call("POST", f"{path}/actions/solve", midterm.teacher, {"version": record["version"]}, 422)
    moved = await midterm.call("POST", f"{path}/actions/solve", midterm.teacher, solve)
    record = await midterm.call("GET", path, midterm.student)
    assert (record["state"], record["solution"], record["overdue"]) == ("solved", "与学校商定周六上午开放", False)
    assert (await midterm.call("GET", "/midterm-problems?state=open", midterm.mentor))["total"] == 0
    again = {"version": moved["version"], "reason": "周六仍关门"}
    await midterm.call("POST", f"{path}/actions/reopen", midterm.teacher, again, 403)
    await midterm.call("POST", f"{path}/actions/reopen", midterm.mentor, again)
    record = await midterm.call("GET", path, midterm.teacher)
    assert (record["state"], record["solution"], record["solved_at"]) == ("open", "", None)
