"""A city sums up its mid-term evaluation, the region files it with a number, and a fail takes effect (P23)."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from miaopu.pairings.changing_models import Mentorship
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training


@pytest.fixture
def midterm(training: Training) -> Training:
    """The same on a day of the mid-term's stage."""
    turn_to("2024-06-20T12:00", training.at.plan)
    return training


async def judge(midterm: Training, mentor: Headers, enrolment: str, city: Headers, passed: bool) -> str:
    plan = midterm.at.plan.evaluations.midterm
    body = {
        "enrolment_id": enrolment,
        "passed": passed,
        "opinion": "汇报清楚",
        "judgements": {d.code: {"level": plan.levels[1].code, "reason": "按计划"} for d in plan.dimensions},
        "reason": "" if passed else "多次缺席",
    }
    made = await midterm.call("PUT", "/evaluations/midterm", mentor, body)
    path = f"/evaluations/midterm/{made['id']}"
    moved = await midterm.call("POST", f"{path}/actions/submit", mentor, {"version": made["version"]})
    await midterm.call("POST", f"{path}/actions/confirm", city, {"version": moved["version"]})
    return path


async def sum_up(midterm: Training, city: Headers, status: int = 201) -> Any:
    return await midterm.call("POST", "/midterm-summaries", city, {"words": "各学科按计划汇报"}, status)


async def test_p23_the_city_sums_up_once_and_with_the_filing_a_fail_leaves_and_family_and_school_are_told(
    midterm: Training,
) -> None:
    city, _ = await midterm.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    region, _ = await midterm.at.person(Role.REGION_OFFICE, "region", "自治区")
    school, _ = await midterm.at.person(Role.SCHOOL, "no2", "学校")
    assert (await sum_up(midterm, city, 409))["missing"] == 2
    failed = await judge(midterm, midterm.mentor, str(midterm.enrolment.id), city, passed=False)
    assert (await sum_up(midterm, city, 409))["missing"] == 1
    other = (await midterm.call("GET", "/enrolments", midterm.stranger))["items"][0]["id"]
    await judge(midterm, midterm.strange_mentor, other, city, passed=True)
    # The student's chance to answer comes first.
    assert (await sum_up(midterm, city, 409))["code"] == "objection_period"
    record = await midterm.call("GET", failed, midterm.student)
    until = datetime.fromisoformat(record["objection_until"]).astimezone(midterm.at.plan.zone) + timedelta(hours=1)
    turn_to(f"{until:%Y-%m-%dT%H:%M}", midterm.at.plan)
    made = await sum_up(midterm, city)
    await sum_up(midterm, city, 409)
    path = f"/midterm-summaries/{made['id']}"
    await midterm.call("GET", path, midterm.student, status=404)
    away, _ = await midterm.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    await midterm.call("GET", path, away, status=404)
    await midterm.call("GET", f"{path}/filing.pdf", city, status=409)
    back = {"version": made["version"], "reason": "请补充总体情况"}
    moved = await midterm.call("POST", f"{path}/actions/return_for_changes", region, back)
    again = {"version": moved["version"], "words": "各学科按计划汇报，一人不合格"}
    moved = await midterm.call("PUT", path, city, again)
    await midterm.call("POST", f"{path}/actions/file", city, {"version": moved["version"]}, 403)
    await midterm.call("POST", f"{path}/actions/file", region, {"version": moved["version"]})
    record = await midterm.call("GET", path, city)
    assert (record["state"], record["students"], record["failed"]) == ("filed", 2, 1)
    assert record["filing_number"] == midterm.at.plan.number(
        midterm.at.plan.numbering.midterm_filing, serial=1, city="hohhot"
    )
    assert (await midterm.call("GET", f"{path}/filing.pdf", region)).startswith(b"%PDF-")
    assert (await midterm.call("GET", failed, city))["state"] == "filed"
    enrolment = await midterm.call("GET", f"/enrolments/{midterm.enrolment.id}", school)
    assert (enrolment["state"], enrolment["end_reason"]) == ("withdrawn", "midterm")
    for who in (midterm.guardian, school, midterm.student, midterm.mentor):
        told = [n["kind"] for n in (await midterm.call("GET", "/notices", who))["items"]]
        assert told.count("enrolment.fail_midterm") == 1
    async with midterm.at.app.state.database.session() as session:
        rows = select(Mentorship).where(Mentorship.enrolment_id == uuid.UUID(str(midterm.enrolment.id)))
        (mentorship,) = await session.scalars(rows)
        assert mentorship.ended_at is not None
    assert (await sum_up(midterm, city, 409))["code"] == "nobody_to_sum_up"
