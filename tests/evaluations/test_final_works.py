"""The final (P25): blind where the plan says so, conflicts kept apart, calibration, figures side by side."""

import hashlib
import json
import re
import uuid
from typing import Any

from sqlalchemy import text

from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training, work_of

EXPERTS = ("专家甲", "专家乙", "专家丙", "专家丁")


async def dossiers(training: Training) -> dict[str, str]:
    """Two works of the subject: the first student's is recommended, the other one the city calls qualified."""
    made = {}
    async with training.at.app.state.database.session() as session:
        # Past the rules of the city's stage: they are not what is tried here.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        rows = await session.execute(text("SELECT id, name FROM enrolments ORDER BY name"))
        for (enrolment, name), state in zip(rows.all(), ("recommended", "city_qualified"), strict=True):
            made[state] = str(uuid.uuid4())
            await session.execute(
                text(
                    "INSERT INTO annual_evaluations (id, version, cycle_id, state, state_since, enrolment_id, "
                    "report_title, summary, materials, mentor_level, mentor_opinion, grade) VALUES (:id, 1, :cycle, "
                    ":state, now(), :enrolment, :title, '摘要', '[]', 'good', :opinion, :grade)"
                ),
                {
                    "id": made[state], "cycle": training.at.cycle_id, "state": state, "enrolment": enrolment,
                    "title": "草地样方的误差", "opinion": f"{name}勤奋",
                    "grade": "qualified" if state == "city_qualified" else None,
                },
            )  # fmt: skip
        await session.commit()
    turn_to("2024-12-04T10:00", training.at.plan)
    return made


async def committee(training: Training) -> tuple[Headers, dict[str, tuple[Headers, str]]]:
    """The region's office, and the experts with their accounts."""
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    experts = {}
    for name in EXPERTS:
        headers, account = await training.at.person(Role.EXPERT, "association", name)
        experts[name] = (headers, str(account.id))
    return region, experts


async def assign(training: Training, region: Headers, experts: Any, status: int = 200, **more: Any) -> Any:
    body = {"subject": "mathematics", "account_ids": [account for _, account in experts.values()], **more}
    return await training.call("POST", "/evaluations/final/assign", region, body, status)


def marks(training: Training, share: float) -> dict[str, Any]:
    criteria = training.at.plan.evaluations.final.criteria
    return {"scores": {c.code: str(round(c.full_mark * share, 1)) for c in criteria if c.kind == "score"}}


async def reading(training: Training, experts: Any, work: str) -> list[Headers]:
    """Those experts who have the work."""
    found = []
    for headers, _ in experts.values():
        if await work_of(training, headers, work):
            found.append(headers)
    return found


async def test_p25_a_blind_final_tells_an_expert_nothing_of_whose_a_work_is(training: Training) -> None:
    assert training.at.plan.evaluations.final.blind
    works = await dossiers(training)
    region, experts = await committee(training)
    await assign(training, region, experts)
    (mine, *_) = await reading(training, experts, works["recommended"])
    page = await training.call("GET", "/evaluations/annual", mine)
    work = await work_of(training, mine, works["recommended"])
    record = await training.call("GET", f"/evaluations/annual/{work}", mine)
    university = next(u.zh for u in training.at.plan.universities if u.city == "hohhot")
    for said in (json.dumps(page, ensure_ascii=False), json.dumps(record, ensure_ascii=False)):
        secrets = ("学生1", "导师1", "202401001", str(training.enrolment.id), works["recommended"], university)
        for secret in (*secrets, "呼和浩特"):
            assert secret not in said, secret
    code = record["student_name"]
    assert re.fullmatch(r"W[0-9A-F]{10}", code)
    # Drawn, and the same as long as the work is judged; no digest of an id that somebody may know tells it.
    assert (await training.call("GET", f"/evaluations/annual/{work}", mine))["student_name"] == code
    # By the id that stands in other lists nothing opens; a moment to the day finds nothing in them either.
    for path in ("", "/trail"):
        await training.call("GET", f"/evaluations/annual/{works['recommended']}{path}", mine, status=404)
    score = marks(training, 0.9)
    await training.call("PUT", f"/evaluations/final/{works['recommended']}/sheet", mine, score, 404)
    assert "T00:00:00" in record["state_since"]
    for known in (works["recommended"], work, str(training.enrolment.id), record["id"]):
        for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            assert code[1:].lower() not in digest(known.encode()).hexdigest()
    assert record["report_title"] == "草地样方的误差"
    # Neither a search, a filter nor the trail lets one find out.
    for query, count in ((f"q={code}", 1), ("q=学生1", 0), (f"enrolment={training.enrolment.id}", 0)):
        assert (await training.call("GET", f"/evaluations/annual?{query}", mine))["total"] == count, query
    city = training.at.units["hohhot"].id
    assert (await training.call("GET", f"/evaluations/annual?city={city}", mine))["total"] == 0
    trail = await training.call("GET", f"/evaluations/annual/{work}/trail", mine)
    assert trail["items"] == []
    # The office sees whose it is.
    full = await training.call("GET", f"/evaluations/annual/{works['recommended']}", region)
    assert full["student_name"] == "学生1"


async def test_p25_an_expert_with_a_guardians_name_is_kept_from_the_work(training: Training) -> None:
    works = await dossiers(training)
    region, experts = await committee(training)
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text(
                "INSERT INTO consents (id, version, registration_id, guardian_name, relation, phone_sealed, "
                "token_hash, text_version, asked_at, expires_at, address, publication, national_programme) SELECT "
                "gen_random_uuid(), 1, registration_id, '专家乙', 'mother', ''::bytea, 'x'::bytea, '1', now(), now(), "
                "'', false, false FROM enrolments WHERE id = :id"
            ),
            {"id": training.enrolment.id},
        )
        await session.commit()
    # The office reads why before it gives the works out.
    told = await training.call("POST", "/evaluations/final/conflicts", region, {"subject": "mathematics"})
    kinds = [(one["annual_id"], one["judge_name"], one["kind"], one["given"]) for one in told["items"]]
    assert (works["recommended"], "专家乙", "guardian_name", False) in kinds
    done = await assign(training, region, experts)
    assert done == {"finalists": 1, "sheets": 3}
    headers = await reading(training, experts, works["recommended"])
    assert experts["专家乙"][0] not in headers
    # One more who steps back leaves too few: said with the number of the work.
    path = f"/evaluations/final/{await work_of(training, headers[0], works['recommended'])}/recuse"
    await training.call("POST", path, headers[0], {"reason": "与学生家长相识"})
    refused = await assign(training, region, experts, 409)
    assert refused["code"] == "too_few_experts"
    # That stands in the offices' trail; the family's has no word of who judges.
    for who, there in ((region, True), (training.student, False)):
        trail = await training.call("GET", f"/evaluations/annual/{works['recommended']}/trail", who)
        assert ("与学生家长相识" in json.dumps(trail, ensure_ascii=False)) is there


async def test_p25_calibration_is_judged_by_all_and_no_grade_counts_it(training: Training) -> None:
    works = await dossiers(training)
    region, experts = await committee(training)
    too_many = await assign(training, region, experts, 422, calibration=2)
    assert too_many["errors"][0]["pointer"] == "/calibration"
    done = await assign(training, region, experts, calibration=1)
    assert done == {"finalists": 1, "sheets": 3 + 4}
    for n, (headers, _) in enumerate(experts.values()):
        path = f"/evaluations/final/{await work_of(training, headers, works['city_qualified'])}/sheet"
        await training.call("PUT", path, headers, marks(training, 0.9 if n == 0 else 0.6))
    compared = await training.call("POST", "/evaluations/final/comparison", region, {"subject": "mathematics"})
    first = next(e for e in compared["experts"] if e["name"] == "专家甲")
    assert (float(first["lean"]), first["far_off"]) == (30.0, 1)
    trial = next(w for w in compared["works"] if w["calibration"])
    assert (trial["means"], trial["grades"]) == ({}, {})
    assert float(trial["spread"]) == 30.0
    # The final itself: three good sheets, a grade by them alone.
    for headers in await reading(training, experts, works["recommended"]):
        path = f"/evaluations/final/{await work_of(training, headers, works['recommended'])}/sheet"
        await training.call("PUT", path, headers, marks(training, 0.9))
    graded = await training.call("POST", "/evaluations/final/grade", region, {"subject": "mathematics"})
    assert graded == {"excellent": 1, "qualified": 1, "unqualified": 0}


async def test_p25_the_figures_are_the_regions_alone(training: Training) -> None:
    await dossiers(training)
    region, experts = await committee(training)
    await assign(training, region, experts)
    for who in (*(headers for headers, _ in experts.values()), training.student, training.mentor):
        await training.call("POST", "/evaluations/final/comparison", who, {"subject": "mathematics"}, 403)
