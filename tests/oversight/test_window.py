"""The window on the running selection (P16a): who sees it, what it shows, what it never shows, what it costs."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from interviewed import Hall
from miaopu.core.read import Sql
from miaopu.main import make_app
from miaopu.oversight import cases, queries
from miaopu.people.access import MATRIX
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.settings import Settings
from overseen import MARKS, NAMES, Exam, call, overseers
from seeded import Headers

CONTRACT = make_app(Settings(mode="test")).openapi()["paths"]
PATHS = sorted(p.removeprefix("/api/v1") for p in CONTRACT if p.startswith("/api/v1/oversight"))


def test_p16a_the_window_only_reads() -> None:
    assert len(PATHS) > 7
    for path in PATHS:
        assert set(CONTRACT[f"/api/v1{path}"]) == {"get"}, path


async def test_p16a_those_who_oversee_look_in_and_those_who_are_overseen_do_not(exam: Exam) -> None:
    at = exam.at
    inside = {Role.ASSOCIATION, Role.EDUCATION_DEPARTMENT, Role.REGION_OFFICE, Role.EXPERT}
    assert MATRIX[Permission.SELECTION_OVERSEE] == inside
    department, _ = await at.person(Role.EDUCATION_DEPARTMENT, "education", "厅")
    school, _ = await at.person(Role.SCHOOL, "no2", "校")
    university, _ = await at.person(Role.UNIVERSITY, "imnu", "高校")
    mentor, _ = await at.person(Role.MENTOR, "imnu", "导师")
    for path in PATHS:
        for who in (exam.see.association, department, exam.see.region, exam.see.expert):
            await exam.call("GET", path, who)
        for who in (exam.first, school, university, mentor, exam.students[0][0]):
            assert (await exam.call("GET", path, who, status=403))["code"] == "forbidden"
        await exam.call("GET", path, None, status=401)


async def test_p16a_a_decision_says_who_what_whom_why_and_leads_to_the_record(exam: Exam) -> None:
    await exam.published()
    recheck = await exam.correct(0, "90", "第三题漏加分")
    confirmed, proposed, *others = await exam.decisions()
    assert (proposed["action"], proposed["kind"], proposed["reason"]) == (
        "recheck.propose", "written_test", "第三题漏加分",
    )  # fmt: skip
    assert (proposed["actor_name"], proposed["actor_role"], proposed["actor_unit"]) == (
        "甲", "city_office", "呼和浩特市",
    )  # fmt: skip
    assert (proposed["label"], proposed["subject"], proposed["city_name"]) == (
        "2024HO00001", "mathematics", "呼和浩特市",
    )  # fmt: skip
    assert (confirmed["from_state"], confirmed["to_state"], confirmed["thing_id"]) == ("proposed", "upheld", recheck)
    assert [d["action"] for d in others] == ["sitting.publish", "sitting.lock"]
    # The programme's time, and beside it when it really was.
    assert proposed["at"][:10] == "2023-12-22"
    assert proposed["recorded_at"] > proposed["at"]
    await exam.call("GET", f"/exams/rechecks/{recheck}", exam.see.association)


async def test_p16a_decisions_are_filtered_by_stage_place_person_and_local_days(exam: Exam) -> None:
    await exam.published()
    actors = (await exam.call("GET", "/oversight/actors", exam.see.association))["items"]
    assert {(a["name"], a["role"], a["unit_name"], a["decisions"]) for a in actors} == {
        ("甲", "city_office", "呼和浩特市", 1), ("乙", "city_office", "呼和浩特市", 1),
    }  # fmt: skip
    second = next(a["id"] for a in actors if a["name"] == "乙")
    hohhot, baotou = exam.at.units["hohhot"].id, exam.at.units["baotou"].id
    for query, actions in (
        ("", ["sitting.publish", "sitting.lock"]),
        ("sort=at", ["sitting.lock", "sitting.publish"]),
        ("kind=written_test", ["sitting.publish", "sitting.lock"]),
        ("kind=cutoff", []),
        (f"actor={second}", ["sitting.publish"]),
        (f"city={hohhot}&subject=mathematics", ["sitting.publish", "sitting.lock"]),
        (f"city={baotou}", []),
        ("subject=physics", []),
        ("since=2023-12-22&until=2023-12-22", ["sitting.publish", "sitting.lock"]),
        ("since=2023-12-23", []),
        ("until=2023-12-21", []),
        ("unusual=any", []),
    ):
        assert [d["action"] for d in await exam.decisions(query=query)] == actions, query
    page = await exam.call("GET", "/oversight/decisions?page=2&size=1", exam.see.association)
    assert ([d["action"] for d in page["items"]], page["total"], page["page"], page["size"]) == (
        ["sitting.lock"], 2, 2, 1,
    )  # fmt: skip
    await exam.call("GET", "/oversight/decisions?kind=enrolment", exam.see.association, status=422)


async def everything(exam: Exam, who: Headers) -> str:
    """All answers of the window as one text."""
    return "\n".join([json.dumps(await exam.call("GET", path, who), ensure_ascii=False) for path in PATHS])


async def test_p16a_an_expert_sees_no_name_of_a_student_and_no_mark_though_reasons_hold_both(exam: Exam) -> None:
    await exam.published()
    await exam.correct(1, "80.5", f"{NAMES[1]}第三题漏加分，应为80.5分而不是73.5分")
    await exam.correct(2, "70.5", f"与{NAMES[0]}、{NAMES[1]}的试卷装订时调换，{MARKS[2]}有误")
    all_seen = await everything(exam, exam.see.association)
    # There is something to leak: who decides reads the reasons as they were given.
    assert NAMES[1] in all_seen
    assert "80.5" in all_seen
    seen = await everything(exam, exam.see.expert)
    for name in NAMES:
        assert name not in seen
    for mark in (*MARKS, "80.5", "70.5"):
        assert mark not in seen, mark
    # What is left still says why; about whom, not even by the number, which stands in public lists and on works.
    reasons = [d["reason"] for d in await exam.decisions(exam.see.expert) if d["reason"]]
    assert "〇〇第三题漏加分，应为〇分而不是〇分" in reasons
    assert "与〇〇、〇〇的试卷装订时调换，〇有误" in reasons
    numbers = [f"2024HO0000{n}" for n in (1, 2, 3)]
    assert {n for n in numbers if n in all_seen} >= {"2024HO00002", "2024HO00003"}
    assert [n for n in numbers if n in seen] == []
    for d in await exam.decisions(exam.see.expert):
        assert d["thing_id"] is None


async def test_p16a_what_a_student_answers_to_an_offer_stands_there_without_name_and_reason(hall: Hall) -> None:
    see = await overseers(hall.at)
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    slots = {s["rank"]: s for s in await hall.slots()}
    who = {str(r.id): h for h, r in hall.students}
    gone = slots[1]["registration_id"]
    record = await hall.call("GET", f"/registrations/{gone}", who[gone])
    leave = {"version": record["version"], "reason": "随家人迁居外省"}
    await hall.call("POST", f"/registrations/{gone}/actions/withdraw", who[gone], leave)
    found = await hall.round()
    path = f"/interviews/rounds/{found['id']}/call-up"
    made = await hall.call("POST", path, hall.first, {"version": found["version"]}, 201)
    no = {"version": made["version"], "reason": "身体原因，正在住院"}
    next_one = who[slots[3]["registration_id"]]
    await hall.call("POST", f"/interviews/offers/{made['id']}/actions/decline", next_one, no)
    for reader in (see.association, see.expert):
        items = (await call(hall.at, "GET", "/oversight/decisions?kind=interview", reader))["items"]
        declined = items[0]
        assert (declined["action"], declined["to_state"]) == ("place_offer.decline", "declined")
        assert (declined["actor_name"], declined["actor_id"], declined["reason"]) == (None, None, None)
        number = slots[3]["registration_number"] if reader is see.association else None
        assert (declined["actor_role"], declined["label"]) == ("student", number)
        assert items[1]["action"] == "place_offer.call_up"
        # Neither a withdrawal nor what a release does to each student is a decision of its own.
        assert not [i for i in items if i["action"].startswith("registration.")]


async def test_p16a_an_expert_reads_the_sheets_evidence_without_names_and_scores(hall: Hall) -> None:
    see = await overseers(hall.at)
    await hall.assign()
    await hall.score_all(odd=20)
    for headers, _ in hall.mentors:
        for slot in await hall.slots(headers):
            if slot["explain"]:
                body = {"reason": f"{slot['name']}的推理只值20.25分"}
                await hall.call("POST", f"/interviews/slots/{slot['id']}/sheet/reason", headers, body)
    (one, *_) = (await call(hall.at, "GET", "/oversight/far-off", see.association))["items"]
    assert "20.25" in one["reason"]
    (hidden, *_) = (await call(hall.at, "GET", "/oversight/far-off", see.expert))["items"]
    assert hidden["reason"] == "〇〇的推理只值〇分"
    assert one["registration_number"]
    assert (hidden["slot_id"], hidden["registration_number"]) == (None, None)


async def explained(exam: Exam, sql: Sql, **given: Any) -> dict[str, Any]:
    values = sql.values({"cycle_id": exam.at.cycle_id, **cases.times(exam.at.plan), "page": 1, "size": 20, **given})
    row = await exam.at.app.state.database.reads.fetchval(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql.text}", *values
    )
    found: dict[str, Any] = json.loads(row)[0]["Plan"]
    return found


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", []) for node in nodes(below))]


@pytest.mark.parametrize("shape", [frozenset(), frozenset({"unusual"})])
async def test_p16a_the_list_reads_the_trail_by_its_things_and_other_years_cost_it_nothing(
    exam: Exam, shape: frozenset[str]
) -> None:
    await exam.published()
    sql = queries.decisions_page(Role.ASSOCIATION, shape, "-at")
    given = {"unusual": "any"} if shape else {}

    async def fill(entries: int) -> dict[str, Any]:
        """The trail of things of other years, past the triggers for speed; and what the list then costs."""
        async with exam.at.app.state.database.engine.begin() as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(
                text(
                    "INSERT INTO audit_entries (lane, seq, previous, hash, at, recorded_at, action, thing_type,"
                    " thing_id, changes) SELECT 0, n + 1000000, '', '', now(), now(), 'registration.recommend',"
                    " 'registration', gen_random_uuid(), '{}' FROM generate_series(cast(:since AS int), :until) n"
                ),
                {"since": filled[0] + 1, "until": filled[0] + entries},
            )
        filled[0] += entries
        async with exam.at.app.state.database.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
        return await explained(exam, sql, **given)

    filled = [0]
    few, many = await fill(10_000), await fill(90_000)
    scans = [n for n in nodes(many) if n.get("Relation Name") == "audit_entries"]
    assert scans
    assert {n["Node Type"] for n in scans} <= {"Index Scan", "Bitmap Heap Scan"}
    assert "ix_audit_entries_thing" in {n.get("Index Name") for n in nodes(many)}
    assert many["Shared Hit Blocks"] + many["Shared Read Blocks"] <= 1.3 * (
        few["Shared Hit Blocks"] + few["Shared Read Blocks"]
    )
