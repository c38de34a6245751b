"""The city's panel (P24): judges of the city, dossiers spread over them, scores that stay, figures side by side."""

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from miaopu.people.roles import Role
from seeded import SOURCE, Headers, turn_to
from trained import Training, pair, work_of

PANEL = """
[evaluations.annual.panel]
judges = 2
outlier_points = 20
[[evaluations.annual.panel.criteria]]
code = "report"
zh = "课题报告"
en = "Report"
weight = 3
[[evaluations.annual.panel.criteria]]
code = "progress"
zh = "培养过程"
en = "Progress"
"""


@pytest.fixture
def source() -> str:
    """The plan of 2024, with a panel of two."""
    return SOURCE.replace("[evaluations.final]", f"{PANEL}\n[evaluations.final]")


async def dossiers(training: Training) -> dict[str, str]:
    """The two students' dossiers, as they stand when the mentor has given an opinion."""
    made = {}
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for enrolment, name in (await session.execute(text("SELECT id, name FROM enrolments ORDER BY name"))).all():
            made[name] = str(uuid.uuid4())
            await session.execute(
                text(
                    "INSERT INTO annual_evaluations (id, version, cycle_id, state, state_since, enrolment_id, "
                    "report_title, summary, materials, mentor_level, mentor_opinion) VALUES (:id, 1, :cycle, "
                    "'mentor_evaluated', now(), :enrolment, '草地样方的误差', '摘要', '[]', 'good', :opinion)"
                ),
                {
                    "id": made[name], "cycle": training.at.cycle_id, "enrolment": enrolment, "opinion": f"{name}勤奋",
                },
            )  # fmt: skip
        await session.commit()
    turn_to("2024-11-20T10:00", training.at.plan)
    return made


async def panel(training: Training) -> tuple[Headers, dict[str, tuple[Headers, str]]]:
    """The city's office; a third mentor of the city and two experts, who can all judge."""
    office, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    _, _, mentor, nomination = await pair(training.at, 3)
    judges = {"导师3": (mentor, str(nomination.account_id))}
    for name in ("专家甲", "专家乙"):
        headers, account = await training.at.person(Role.EXPERT, "association", name)
        judges[name] = (headers, str(account.id))
    return office, judges


async def assign(training: Training, office: Headers, judges: Any, status: int = 200) -> Any:
    body = {"subject": "mathematics", "account_ids": [account for _, account in judges.values()]}
    return await training.call("POST", "/evaluations/panel/assign", office, body, status)


async def given(training: Training, judges: Any, work: str) -> list[str]:
    """Those judges who have the work."""
    found = []
    for name, (headers, _) in judges.items():
        if await work_of(training, headers, work):
            found.append(name)
    return found


def scores(report: int, progress: int) -> dict[str, Any]:
    return {"scores": {"report": str(report), "progress": str(progress)}, "comment": "数据扎实"}


async def act(training: Training, office: Headers, work: str, action: str, status: int = 200) -> Any:
    body = {"version": 1, "reason": None}
    return await training.call("POST", f"/evaluations/annual/{work}/actions/{action}", office, body, status)


async def test_p24_a_mentor_does_not_judge_their_own_student_and_judges_another_blind(training: Training) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    # The three mentors of the city and the experts can be chosen.
    listed = await training.call("GET", "/evaluations/panel/judges?subject=mathematics", office)
    assert {one["name"] for one in listed["items"]} == {"导师1", "导师2", *judges}
    # Two mentors alone: each is the mentor of one of the students.
    own = {"导师1": (training.mentor, str(training.nomination.account_id)), "导师3": judges["导师3"]}
    few = await assign(training, office, own, 409)
    assert (few["code"], few["number"]) == ("too_few_experts", "202401001")
    four = {**own, **judges}
    assert await assign(training, office, four) == {"works": 2, "sheets": 4}
    assert await assign(training, office, four) == {"works": 2, "sheets": 0}
    async with training.at.app.state.database.session() as session:
        rows = await session.execute(
            text("SELECT annual_id::text, count(*) FROM panel_sheets WHERE account_id <> :own GROUP BY 1"),
            {"own": training.nomination.account_id},
        )
        assert dict(rows.all())[works["学生1"]] == 2
    # What a mentor reads as a judge does not say whose it is; one's own student stays named.
    for name, (headers, _) in four.items():
        page = await training.call("GET", "/evaluations/annual", headers)
        for item in page["items"]:
            mine = name == "导师1" and item["id"] == works["学生1"]
            record = await training.call("GET", f"/evaluations/annual/{item['id']}", headers)
            said = json.dumps((item, record), ensure_ascii=False)
            assert ("学生1" in said or "学生2" in said) == mine, name
            # A trail names everybody: a judge is told nothing of it.
            trail = await training.call("GET", f"/evaluations/annual/{item['id']}/trail", headers)
            assert mine or trail["items"] == []
    for work in works.values():
        assert (await training.call("GET", f"/evaluations/annual/{work}/trail", office))["items"]


async def test_p24_the_city_reads_who_must_not_judge_which_dossier_and_why(training: Training) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    body = {"subject": "mathematics"}
    found = await training.call("POST", "/evaluations/panel/conflicts", office, body)
    own = [(one["annual_id"], one["judge_name"], one["kind"], one["given"]) for one in found["items"]]
    assert (works["学生1"], "导师1", "teacher", False) in own
    await assign(training, office, judges)
    # It comes up once the dossiers are given: the expert taught at the school of both.
    _, expert = judges["专家甲"]
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text(
                "INSERT INTO memberships (id, version, account_id, role, unit_id, since) SELECT gen_random_uuid(), 1, "
                "CAST(:account AS uuid), 'guide_teacher', r.school_id, now() FROM registrations r "
                "JOIN enrolments e ON e.registration_id = r.id WHERE e.id = :id"
            ),
            {"account": expert, "id": training.enrolment.id},
        )
        rows = await session.execute(
            text("SELECT annual_id::text FROM panel_sheets WHERE account_id = CAST(:account AS uuid)"),
            {"account": expert},
        )
        given = {row[0] for row in rows}
        await session.commit()
    found = await training.call("POST", "/evaluations/panel/conflicts", office, body)
    school = [one for one in found["items"] if one["kind"] == "school"]
    assert {one["annual_id"]: one["given"] for one in school} == {
        work: work in given for work in works.values() if any(one["annual_id"] == work for one in school)
    }
    assert works["学生1"] in {one["annual_id"] for one in school}
    assert {(one["judge_name"], one["account_id"]) for one in school} == {("专家甲", expert)}
    # What has gone wrong stands first; who judges is told nothing of it.
    assert found["items"][0]["given"] is any(one["given"] for one in found["items"])
    await training.call("POST", "/evaluations/panel/conflicts", judges["专家甲"][0], body, 403)


async def test_p24_scores_stay_and_the_city_judges_when_all_are_in(training: Training) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    await assign(training, office, judges)
    work = works["学生1"]
    early = await act(training, office, work, "recommend", 409)
    assert early["code"] == "scores_incomplete"
    names = await given(training, judges, work)
    assert len(names) == 2
    first, second = (judges[name][0] for name in names)
    known = {name: await work_of(training, judges[name][0], work) for name in names}
    path, other_path = (f"/evaluations/panel/{one}/sheet" for one in known.values())
    wrong = await training.call("PUT", path, first, {"scores": {"report": "101"}}, 422)
    assert {e["pointer"] for e in wrong["errors"]} == {"/scores/progress", "/scores/report"}
    await training.call("PUT", path, first, scores(90, 70))
    again = await training.call("PUT", path, first, scores(10, 10), 409)
    assert again["code"] == "sheet_handed_in"
    await training.call("POST", f"/evaluations/panel/{known[names[0]]}/recuse", first, {"reason": "与家长相识"}, 409)
    # A judge reads one's own sheet alone; the office reads both.
    await training.call("PUT", other_path, second, scores(50, 50))
    mine = await training.call("GET", f"/evaluations/annual/{known[names[0]]}", first)
    assert [(one["mine"], float(one["score"])) for one in mine["panel"]] == [(True, 85.0)]
    full = await training.call("GET", f"/evaluations/annual/{work}", office)
    assert sorted(float(one["score"]) for one in full["panel"]) == [50.0, 85.0]
    for who in (training.student, training.mentor, training.guardian):
        assert (await training.call("GET", f"/evaluations/annual/{work}", who))["panel"] == []
    # Side by side: 85 and 50 lie 35 apart, more than the plan's 20.
    seen = await training.call("POST", "/evaluations/panel/comparison", office, {"subject": "mathematics"})
    one = next(w for w in seen["works"] if w["annual_id"] == work)
    assert (float(one["means"]["mean"]), float(one["spread"]), one["grades"]) == (67.5, 35.0, {})
    assert all(score["far_off"] for score in one["scores"])
    assert sum(judge["waiting"] for judge in seen["experts"]) == 2
    await act(training, office, work, "recommend")
    late = await training.call("PUT", other_path, second, scores(60, 60), 409)
    assert late["code"] == "wrong_state"


async def test_p24_who_steps_back_is_replaced_and_another_city_sees_nothing(training: Training) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    await assign(training, office, judges)
    work = works["学生1"]
    before = await given(training, judges, work)
    leaving = judges[before[0]][0]
    home = await training.call("GET", "/home", leaving)
    assert any(line["thing"] == "panel_sheet" for line in home["waiting"])
    # What is to be judged is found apart from what one has otherwise, and apart from the final.
    for judging, count in (("panel", 1), ("final", 0)):
        page = await training.call("GET", f"/evaluations/annual?judging={judging}&subject=mathematics", leaving)
        assert min(page["total"], 1) == count
    own = await work_of(training, leaving, work)
    await training.call("POST", f"/evaluations/panel/{own}/recuse", leaving, {"reason": "与家长相识"})
    assert await assign(training, office, judges) == {"works": 2, "sheets": 1}
    after = await given(training, judges, work)
    assert len(after) == 2
    assert before[0] not in after
    # Other offices neither choose the judges nor read the scores.
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "另一盟市")
    seen = await training.call("POST", "/evaluations/panel/comparison", other, {"subject": "mathematics"})
    assert (seen["works"], seen["seed"]) == ([], None)
    unknown = await assign(training, other, {"导师3": judges["导师3"]}, 422)
    assert unknown["errors"][0]["pointer"] == "/account_ids/0"
    for who in (training.student, training.mentor, leaving):
        await training.call("POST", "/evaluations/panel/comparison", who, {"subject": "mathematics"}, 403)
