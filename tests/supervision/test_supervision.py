"""Supervision: visits by the plan's means, findings that are answered, model cases all concerned agree to (P28)."""

from typing import Any

import pytest

from miaopu.people.roles import Role
from seeded import Headers
from trained import Training

DUE = "2024-04-10"


@pytest.fixture
async def expert(training: Training) -> Headers:
    """An expert of the region's committee."""
    from miaopu.core.db import new_id
    from miaopu.people.models import Unit

    committee = Unit(id=new_id(), kind="expert_committee", code="experts", name="专家委员会", name_en="")
    await training.at.add(committee)
    training.at.units["experts"] = committee
    return (await training.at.person(Role.EXPERT, "experts", "专家"))[0]


async def visited(training: Training, expert: Headers, unit: str = "no2") -> str:
    body = {"unit_id": str(training.at.units[unit].id), "visited_on": "2024-03-08", "means": ["files", "interviews"]}
    return str((await training.call("POST", "/supervision-visits", expert, body, 201))["id"])


async def found(training: Training, expert: Headers, visit: str, status: int = 201, **more: Any) -> Any:
    body = {"text": "部分记录未注明日期", "due_on": DUE, **more}
    return await training.call("POST", f"/supervision-visits/{visit}/findings", expert, body, status)


async def test_p28_a_finding_is_answered_by_its_owner_returned_and_accepted(
    training: Training, expert: Headers
) -> None:
    school, _ = await training.at.person(Role.SCHOOL, "no2", "学校")
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    visit = await visited(training, expert)
    wrong = {"unit_id": str(training.at.units["no2"].id), "visited_on": "2024-03-08", "means": ["rumours"]}
    await training.call("POST", "/supervision-visits", expert, wrong, 422)
    assert (await found(training, expert, visit, 422, due_on="2024-03-01"))["errors"][0]["code"] == "before_visit"
    await found(training, expert, visit, 422, unit_id=str(training.at.units["baotou"].id))
    made = await found(training, expert, visit)
    path = f"/findings/{made['id']}"
    answer = {"version": 1, "answer": "已补注日期"}
    # The city's office above sees it and does not answer for the school.
    assert (await training.call("GET", path, city))["actions"] == []
    await training.call("POST", f"{path}/answer", city, answer, 403)
    await training.call("GET", path, other, status=404)
    moved = await training.call("POST", f"{path}/answer", school, answer)
    await training.call("POST", f"{path}/actions/return_answer", expert, {"version": moved["version"]}, 422)
    back = {"version": moved["version"], "reason": "请附照片"}
    moved = await training.call("POST", f"{path}/actions/return_answer", expert, back)
    moved = await training.call("POST", f"{path}/answer", school, {**answer, "version": moved["version"]})
    await training.call("POST", f"{path}/actions/accept", school, {"version": moved["version"]}, 403)
    await training.call("POST", f"{path}/actions/accept", region, {"version": moved["version"]})
    shown = await training.call("GET", path, school)
    assert (shown["state"], shown["answer"], shown["late"]) == ("accepted", "已补注日期", False)
    (line,) = (await training.call("GET", "/supervision-visits", school))["items"]
    assert (line["findings"], line["unsettled"], line["means"]) == (1, 0, ["files", "interviews"])
    trail = await training.call("GET", f"{path}/trail", expert)
    assert [e["action"] for e in trail["items"]][1:] == [
        "finding.answer", "finding.return_answer", "finding.answer", "finding.accept",
    ]  # fmt: skip


async def test_p28_a_model_case_is_public_only_while_the_unit_and_everybody_named_agree(
    training: Training, expert: Headers
) -> None:
    at = training.at
    school, _ = await at.person(Role.SCHOOL, "no2", "学校")
    region, _ = await at.person(Role.REGION_OFFICE, "region", "自治区")
    visit = await visited(training, expert)
    case = {"title": "读书会", "text": "每周一次，学生轮流主讲"}
    made = await training.call("POST", f"/supervision-visits/{visit}/cases", expert, case, 201)
    path = f"/model-cases/{made['id']}"
    await training.call("GET", path, training.student, status=404)
    await training.call("POST", f"{path}/actions/publish", region, {"version": 1}, 409)
    named = {"version": 1, "enrolment_ids": [str(training.enrolment.id)]}
    await training.call("POST", f"{path}/agree", training.mentor, named, 404)
    moved = await training.call("POST", f"{path}/agree", school, named)
    # A student and the guardian are asked, each by themselves.
    publish = {"version": moved["version"]}
    refused = await training.call("POST", f"{path}/actions/publish", region, publish, 409)
    assert refused["code"] == "not_all_agree"
    text = at.plan.supervision.consent.version
    for who in (training.student, training.guardian):
        own = (await training.call("GET", path, who))["own"]
        yes = {"version": own["version"], "decision": "given", "text_version": text}
        await training.call("POST", f"{path}/word", who, {**yes, "text_version": "other"}, 409)
        await training.call("POST", f"{path}/word", who, yes)
    await training.call("POST", f"{path}/word", training.stranger, yes, 404)
    assert (await at.client.get("/public/model-cases")).json()["items"] == []
    moved = await training.call("POST", f"{path}/actions/publish", region, publish)
    (shown,) = (await at.client.get("/public/model-cases")).json()["items"]
    assert (shown["case_title"], shown["unit_name"]) == ("读书会", at.units["no2"].name)
    own = (await training.call("GET", path, training.student))["own"]
    no = {"version": own["version"], "decision": "withdrawn", "text_version": text}
    await training.call("POST", f"{path}/word", training.student, no)
    assert (await at.client.get("/public/model-cases")).json()["items"] == []
    record = await training.call("GET", path, region)
    assert [(one["name"], one["said"], one["guardian"]) for one in record["named"]] == [
        ("学生1", "withdrawn", False), ("家长", "given", True),
    ]  # fmt: skip
    back = {"version": moved["version"], "reason": "学校不再同意"}
    await training.call("POST", f"{path}/actions/withdraw", school, back)
    assert (await training.call("GET", path, school))["state"] == "refused"
