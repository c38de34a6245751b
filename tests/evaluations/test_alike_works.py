"""Works beside each other (P24): what is alike is shown to the offices, and to nobody else."""

import uuid
from typing import Any

from sqlalchemy import select, text

from miaopu.core import jobs
from miaopu.core.jobs import Job
from miaopu.demo.journey.papers import paper
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training

COPIED = "草地样方的误差主要来自两个方面，一是边界植株的取舍，二是不同观察者的习惯，我们用同一块样地重复测量了十二次。"
OWN = "太阳能电池板的倾角与发电量之间的关系可以用余弦函数近似，阴天时散射光占的比例更大。"


async def handed_in(training: Training, who: Headers, enrolment: Any, report: str) -> str:
    required = training.at.plan.evaluations.annual.required_materials
    materials = []
    for kind in required:
        body = paper("课题报告", report if kind == required[0] else "培养报告由本人完成，记录了每一次活动的收获。")
        answer = await training.at.client.post("/files", files={"file": (f"{kind}.pdf", body)}, headers=who)
        assert answer.status_code in (200, 201), answer.text
        materials.append({"kind": kind, "title": kind, "file_id": answer.json()["id"]})
    form = {"enrolment_id": str(enrolment), "report_title": "课题", "materials": materials}
    made = await training.call("PUT", "/evaluations/annual", who, form)
    await training.call("POST", f"/evaluations/annual/{made['id']}/actions/submit", who, {"version": made["version"]})
    return str(made["id"])


async def compared(training: Training, who: Headers) -> None:
    """Ask for it, and do what waits."""
    await training.call("POST", "/evaluations/annual/likeness", who, status=202)
    state = training.at.app.state
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued")))
    for job_id in waiting:
        await jobs.execute(job_id, state.database, state.settings, state.files)


async def works(training: Training) -> tuple[str, str]:
    turn_to("2024-11-10T10:00", training.at.plan)
    async with training.at.app.state.database.session() as session:
        other = await session.scalar(text("SELECT id FROM enrolments WHERE name = '学生2'"))
    first = await handed_in(training, training.student, training.enrolment.id, f"{OWN}{COPIED}")
    second = await handed_in(training, training.stranger, other, f"前言各不相同。{COPIED}结论也各不相同。")
    return first, second


async def test_p24_a_copied_passage_stands_side_by_side_for_the_city(training: Training) -> None:
    first, second = await works(training)
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    before = await training.call("POST", f"/evaluations/annual/{first}/likeness", city)
    assert (before["as_of"], before["works"]) == (None, [])
    await compared(training, city)
    found = await training.call("POST", f"/evaluations/annual/{first}/likeness", city)
    (like,) = found["works"]
    assert (like["annual_id"], like["student_name"], like["year"]) == (second, "学生2", 2024)
    longest = like["passages"][0]
    assert "样方的误差" in longest["mine"][1]
    assert "样方的误差" in longest["theirs"][1]
    assert longest["length"] >= 40
    assert found["unread"] == 0
    # Once more changes nothing and costs nothing.
    await compared(training, city)
    assert found["job_id"] is None
    assert await training.call("POST", f"/evaluations/annual/{first}/likeness", city) == found


async def test_p24_likeness_is_for_the_offices_and_names_only_whom_they_may_see(training: Training) -> None:
    first, second = await works(training)
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    await compared(training, region)
    for who in (training.student, training.mentor, training.guardian, training.teacher):
        await training.call("POST", f"/evaluations/annual/{first}/likeness", who, status=403)
        await training.call("POST", "/evaluations/annual/likeness", who, status=403)
    baotou, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    await training.call("POST", f"/evaluations/annual/{first}/likeness", baotou, status=404)
    # The other student moves out of sight: the passage stays, the name goes.
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text("UPDATE enrolments SET city_id = :city WHERE name = '学生2'"),
            {"city": training.at.units["baotou"].id},
        )
        await session.commit()
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    (like,) = (await training.call("POST", f"/evaluations/annual/{first}/likeness", city))["works"]
    assert (like["annual_id"], like["student_name"], like["city_name"]) == (None, "", "包头市")
    assert uuid.UUID(second)


async def test_p24_what_was_handed_in_before_stays_beside_what_was_changed(training: Training) -> None:
    first, _ = await works(training)
    path = f"/evaluations/annual/{first}"
    record = await training.call("GET", path, training.mentor)
    body = {"version": record["version"], "reason": "请补充误差分析"}
    moved = await training.call("POST", f"{path}/actions/return_to_student", training.mentor, body)
    form = {
        "enrolment_id": str(training.enrolment.id), "report_title": "改过的题目", "version": moved["version"],
        "materials": record["materials"],
    }  # fmt: skip
    made = await training.call("PUT", "/evaluations/annual", training.student, form)
    again = {"version": made["version"]}
    await training.call("POST", f"{path}/actions/submit", training.student, again)
    kept = (await training.call("GET", path, training.mentor))["editions"]
    assert [(one["number"], one["report_title"]) for one in kept] == [(2, "改过的题目"), (1, "课题")]
    assert kept[1]["materials"] == record["materials"]
