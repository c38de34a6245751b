"""The region's appraisal of each city on the plan's sheet, by two people (P27)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from accounts import accepted, act, draft, numbers, person
from pydantic import ValidationError

from miaopu.people.roles import Role
from miaopu.programme.plan import load_plan
from miaopu.programme.plan_accounts import Appraisal
from seeded import Headers, saved
from trained import Training

SECOND = Path(__file__).resolve().parents[1] / "plans" / "second.toml"


async def sheet(training: Training, region: Headers, lost: int = 0, status: int = 200, **more: Any) -> Any:
    """The sheet of a city: every line full but the first, which loses some points."""
    first, *rest = training.at.plan.appraisal.criteria
    scores = {one.code: {"points": one.points} for one in rest}
    scores[first.code] = {"points": first.points - lost, "comment": "制度还需完善"}
    city = {"city_id": str(training.at.units["hohhot"].id)}
    return await training.call("PUT", "/appraisals", region, {**city, "scores": scores, **more}, status)


async def ready(training: Training) -> tuple[Headers, Headers, Headers]:
    """A city whose summary is accepted, and two people of the region's office."""
    one = await person(training, Role.REGION_OFFICE, "region", "甲")
    two = await person(training, Role.REGION_OFFICE, "region", "乙")
    await accepted(training, Role.CITY_OFFICE, "hohhot", one)
    return await person(training, Role.CITY_OFFICE, "hohhot", "市办"), one, two


async def test_p27_one_person_proposes_a_sheet_and_another_decides_it(training: Training) -> None:
    _, one, two = await ready(training)
    path = f"/appraisals/{(await sheet(training, one, 12))['id']}"
    record = await training.call("GET", path, one)
    assert (record["points"], record["city_grade"], record["state"]) == (88, "good", "draft")
    first = training.at.plan.appraisal.criteria[0]
    assert record["scores"][first.code] == {"points": first.points - 12, "comment": "制度还需完善"}
    await act(training, path, "propose", one)
    for who, offered in ((one, ["refuse"]), (two, ["decide", "refuse"])):
        record = await training.call("GET", path, who)
        assert [a["action"] for a in record["actions"]] == offered
        waits = [
            w["action"] for w in (await training.call("GET", "/home", who))["waiting"] if w["thing"] == "appraisal"
        ]
        assert waits == offered[:1] * ("decide" in offered)
    refused = await act(training, path, "decide", one, status=409)
    assert refused["code"] == "another_decides"
    await act(training, path, "refuse", two, "第一项请再核")
    again = await sheet(training, one, 5, version=(await training.call("GET", path, one))["version"])
    assert again["id"] == record["id"]
    await act(training, path, "propose", one)
    await act(training, path, "decide", two)
    record = await training.call("GET", path, one)
    assert (record["points"], record["city_grade"], record["state"]) == (95, "excellent", "decided")
    await sheet(training, one, version=record["version"], status=409)
    acts = [e["action"] for e in (await training.call("GET", f"{path}/trail", two))["items"]]
    assert acts[-2:] == ["appraisal.propose", "appraisal.decide"]


async def test_p27_a_city_sees_its_sheet_and_grade_only_when_they_are_decided(training: Training) -> None:
    city, one, two = await ready(training)
    other = await person(training, Role.CITY_OFFICE, "baotou")
    organiser = await person(training, Role.ASSOCIATION, "association")
    path = f"/appraisals/{(await sheet(training, one))['id']}"
    for _ in ("draft", "proposed"):
        await training.call("GET", path, city, status=404)
        await training.call("GET", path, organiser, status=404)
        await training.call("GET", f"{path}/sheet.pdf", one, status=409)
        assert (await training.call("GET", "/appraisals", city))["total"] == 0
        if (await training.call("GET", path, one))["state"] == "draft":
            await act(training, path, "propose", one)
    await act(training, path, "decide", two)
    record = await training.call("GET", path, city)
    assert (record["points"], record["city_grade"]) == (100, "excellent")
    assert numbers(record["numbers"])["enrolled"] == 2
    trail = (await training.call("GET", f"{path}/trail", city))["items"]
    assert [e["action"] for e in trail] == ["appraisal.decide"]
    assert (await training.call("GET", path, organiser))["points"] == 100
    await training.call("GET", path, other, status=404)
    assert saved(await training.at.client.get(f"{path}/sheet.pdf", headers=city), "application/pdf")[:5] == b"%PDF-"
    told = [n["kind"] for n in (await training.call("GET", "/notices", city))["items"]]
    assert "appraisal.decide" in told


async def test_p27_a_city_that_is_asked_for_more_answers_without_seeing_what_was_scored(training: Training) -> None:
    city, one, _ = await ready(training)
    path = f"/appraisals/{(await sheet(training, one, 3))['id']}"
    await act(training, path, "ask_city", one, status=422)
    await act(training, path, "ask_city", one, "请说明二次选拔的过程")
    record = await training.call("GET", path, city)
    assert (record["asked"], record["scores"], record["points"], record["city_grade"]) == (
        "请说明二次选拔的过程", {}, None, None,
    )  # fmt: skip
    assert [a["action"] for a in record["actions"]] == ["answer"]
    assert (await training.call("GET", "/appraisals", city))["items"][0]["points"] is None
    trail = (await training.call("GET", f"{path}/trail", city))["items"]
    assert [e["action"] for e in trail] == ["appraisal.ask_city"]
    await act(training, path, "answer", city, "见补充材料：由三人小组评审")
    await training.call("GET", path, city, status=404)
    record = await training.call("GET", path, one)
    assert (record["state"], record["answer"]) == ("draft", "见补充材料：由三人小组评审")


async def test_p27_a_sheet_is_proposed_whole_with_reasons_and_after_the_citys_summary(training: Training) -> None:
    one = await person(training, Role.REGION_OFFICE, "region", "甲")
    summary = await handed_in(training)
    first, second, *_ = training.at.plan.appraisal.criteria
    city = {"city_id": str(training.at.units["hohhot"].id)}
    body = {**city, "scores": {first.code: {"points": first.points + 1}, "unheard_of": {"points": 1}}}
    wrong = await training.call("PUT", "/appraisals", one, body, 422)
    assert {e["pointer"] for e in wrong["errors"]} == {f"/scores/{first.code}", "/scores/unheard_of"}
    made = await training.call("PUT", "/appraisals", one, {**city, "scores": {first.code: {"points": 1}}})
    path = f"/appraisals/{made['id']}"
    assert (await training.call("GET", path, one))["points"] is None
    early = await act(training, path, "propose", one, status=409)
    assert early["code"] == "summary_not_accepted"
    await act(training, f"/summaries/{summary}", "accept", one)
    answer = await act(training, path, "propose", one, status=422)
    said = {e["pointer"]: e["message"] for e in answer["errors"]}
    assert said[f"/scores/{first.code}"] == f"“{first.zh}”未得满分，请写明理由"
    assert said[f"/scores/{second.code}"] == f"“{second.zh}”尚未评分"


async def handed_in(training: Training) -> str:
    """The city's summary, waiting for the region."""
    city = await person(training, Role.CITY_OFFICE, "hohhot")
    made = await draft(training, city)
    await act(training, f"/summaries/{made}", "submit", city)
    return made


def test_p27_grades_and_points_are_the_plan_documents() -> None:
    plan = load_plan(SECOND.read_text("utf-8"))
    assert plan.appraisal.full_mark == 50
    assert [plan.appraisal.grade(Decimal(points)).code for points in ("50", "30", "29.5")] == [
        "passed", "passed", "failed",
    ]  # fmt: skip
    grades = [g.model_dump() for g in plan.appraisal.grades]
    for wrong in (list(reversed(grades)), grades[:1], [{**grades[0], "from_points": 51}, grades[1]]):
        with pytest.raises(ValidationError):
            Appraisal.model_validate({**plan.appraisal.model_dump(), "grades": wrong})
