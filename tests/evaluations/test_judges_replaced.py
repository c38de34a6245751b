"""A conflict that comes up after works were given (P24, P25): closed at once, told to the office, given to another."""

import json
from typing import Any

from sqlalchemy import text
from test_panel import assign, dossiers, given, panel, scores, source

from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training, work_of

__all__ = ["source"]
REASON = {"reason": "在该生学校任教"}


async def at_school(training: Training, account: str) -> None:
    """The school takes somebody who has an account as a guide teacher, as it does any day."""
    school, _ = await training.at.person(Role.SCHOOL, "no2", "学校")
    async with training.at.app.state.database.session() as session:
        login = await session.scalar(text("SELECT login FROM accounts WHERE id = CAST(:id AS uuid)"), {"id": account})
    form = {"login": login, "role": "guide_teacher", "unit_id": str(training.at.units["no2"].id)}
    await training.call("POST", "/memberships", school, form, 201)


async def waiting(training: Training, who: Headers) -> dict[str, int]:
    home = await training.call("GET", "/home", who)
    return {line["thing"]: line["count"] for line in home["waiting"]}


async def sheet_of(training: Training, who: Headers, work: str) -> list[tuple[str, bool]]:
    record = await training.call("GET", f"/evaluations/annual/{work}", who)
    return [(one["judge_name"], one["recused_reason"] == "") for one in record["panel"]]


async def test_p24_a_new_role_at_the_students_school_closes_the_dossier_and_the_city_gives_it_to_another(
    training: Training,
) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    await assign(training, office, {name: judges[name] for name in ("专家甲", "专家乙")})
    headers, account = judges["专家甲"]
    own = await work_of(training, headers, works["学生1"])
    assert await waiting(training, headers) == {"panel_sheet": 2}
    assert "panel_conflict" not in await waiting(training, office)
    await at_school(training, account)
    # From that moment: not in the list, the record, the files of it, the scores, and not among what waits.
    work = works["学生1"]
    assert await given(training, judges, work) == ["专家乙"]
    await training.call("GET", f"/evaluations/annual/{own}", headers, status=404)
    await training.call("PUT", f"/evaluations/panel/{own}/sheet", headers, scores(90, 90), 404)
    assert await waiting(training, headers) == {}
    # The office finds it among what waits for it, by the next look at the page.
    assert (await waiting(training, office))["panel_conflict"] == 2
    body = {"account_id": account, **REASON}
    await training.call("POST", f"/evaluations/panel/{work}/withdraw", office, body)
    twice = await training.call("POST", f"/evaluations/panel/{work}/withdraw", office, body, 422)
    assert twice["errors"][0]["pointer"] == "/account_id"
    assert (await waiting(training, office))["panel_conflict"] == 1
    # By the lot again, and never to the same one.
    assert await assign(training, office, judges) == {"works": 2, "sheets": 1}
    assert sorted(await given(training, judges, work)) == ["专家乙", "导师3"]
    trail = await training.call("GET", f"/evaluations/annual/{work}", office)
    assert [one["recused_reason"] for one in trail["panel"] if one["judge_name"] == "专家甲"] == [REASON["reason"]]
    found = await training.call("POST", "/evaluations/panel/conflicts", office, {"subject": "mathematics"})
    assert {one["annual_id"]: one["given"] for one in found["items"] if one["judge_name"] == "专家甲"} == {
        work: False, works["学生2"]: True,
    }  # fmt: skip


async def test_p24_a_judge_without_a_conflict_keeps_the_work_whatever_the_office_thinks_of_the_score(
    training: Training,
) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    await assign(training, office, {name: judges[name] for name in ("专家甲", "专家乙")})
    headers, account = judges["专家甲"]
    work = works["学生1"]
    path, body = f"/evaluations/panel/{work}/withdraw", {"account_id": account, **REASON}
    own = await work_of(training, headers, work)
    await training.call("PUT", f"/evaluations/panel/{own}/sheet", headers, scores(20, 20))
    assert (await training.call("POST", path, office, body, 409))["code"] == "no_conflict"
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "另一盟市")
    await training.call("POST", path, other, body, 404)
    await training.call("POST", path, headers, body, 404)
    # A score that was given before goes with the work, and the city waits for another.
    await at_school(training, account)
    await training.call("POST", path, office, body)
    record = await training.call("GET", f"/evaluations/annual/{work}", office)
    assert {one["judge_name"]: one["score"] for one in record["panel"]} == {"专家甲": None, "专家乙": None}


async def test_p24_who_becomes_the_students_mentor_reads_the_dossier_as_that_and_scores_it_no_more(
    training: Training,
) -> None:
    works = await dossiers(training)
    office, judges = await panel(training)
    await assign(training, office, {name: judges[name] for name in ("导师3", "专家甲")})
    headers, account = judges["导师3"]
    work = works["学生1"]
    own = await work_of(training, headers, work)
    blind = await training.call("GET", f"/evaluations/annual/{own}", headers)
    assert "学生1" not in json.dumps(blind, ensure_ascii=False)
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        changed = (
            "UPDATE enrolments SET co_mentor_id = (SELECT id FROM nominations WHERE account_id = CAST(:who AS uuid)) "
            "WHERE id = :id"
        )
        await session.execute(text(changed), {"who": account, "id": training.enrolment.id})
        await session.commit()
    named = await training.call("GET", f"/evaluations/annual/{work}", headers)
    assert named["student_name"] == "学生1"
    for known in (own, work):
        await training.call("PUT", f"/evaluations/panel/{known}/sheet", headers, scores(99, 99), 404)
    assert (await waiting(training, office))["panel_conflict"] == 1


async def test_p25_a_finalist_is_taken_from_an_expert_in_conflict_and_given_to_another(training: Training) -> None:
    works = await dossiers(training)
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE annual_evaluations SET state = 'recommended', grade = 'qualified'"))
        await session.commit()
    turn_to("2024-12-10T10:00", training.at.plan)
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    final = training.at.plan.evaluations.final
    experts: dict[str, tuple[Headers, str]] = {}
    for n in range(final.experts_per_student + 1):
        headers, account = await training.at.person(Role.EXPERT, "association", f"专家{n}")
        experts[str(account.id)] = (headers, f"专家{n}")
    body: dict[str, Any] = {"subject": "mathematics", "account_ids": list(experts)}
    await training.call("POST", "/evaluations/final/assign", region, body)
    work = works["学生1"]
    record = await training.call("GET", f"/evaluations/annual/{work}", region)
    name = record["sheets"][0]["expert_name"]
    account = next(one for one, (_, known) in experts.items() if known == name)
    headers = experts[account][0]
    sheet = {"scores": {one.code: str(one.full_mark) for one in final.criteria}, "comment": ""}
    own = await work_of(training, headers, work)
    await training.call("PUT", f"/evaluations/final/{own}/sheet", headers, sheet)
    await at_school(training, account)
    await training.call("GET", f"/evaluations/annual/{own}", headers, status=404)
    await training.call("PUT", f"/evaluations/final/{own}/sheet", headers, sheet, 404)
    assert "final_sheet" not in await waiting(training, headers)
    assert (await waiting(training, region))["final_conflict"] >= 1
    taken = {"account_id": account, **REASON}
    await training.call("POST", f"/evaluations/final/{work}/withdraw", region, taken)
    # Another stands ready for this work; for the other the lot has its own.
    made = await training.call("POST", "/evaluations/final/assign", region, body)
    assert made["sheets"] == 1
    record = await training.call("GET", f"/evaluations/annual/{work}", region)
    having = {one["expert_name"] for one in record["sheets"] if not one["recused_reason"]}
    assert name not in having
    assert len(having) == final.experts_per_student
