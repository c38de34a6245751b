"""The journey's end of year: dossiers, the cities' judgement, the final, certificates (P24–P26)."""

import random
from collections.abc import Sequence
from datetime import timedelta

from miaopu.demo.journey import fairness
from miaopu.demo.journey.http import Json, Person, each
from miaopu.demo.journey.papers import paper
from miaopu.demo.journey.training import Year
from miaopu.demo.journey.world import World
from miaopu.programme.plan import StageCode
from miaopu.programme.plan_base import Dimension


async def evaluate_the_year(world: World, year: Year) -> None:
    """Dossier, mentor's level, city: the best are recommended to the final, one does not qualify (P24)."""
    await world.day(StageCode.ANNUAL_EVALUATION, 6)
    annual = world.plan.evaluations.annual
    required = [m for m in annual.materials if m.code in annual.required_materials]
    made: dict[str, Json] = {}

    async def hand_in(enrolment: Json) -> None:
        student, mentor = year.person(enrolment), year.mentor(enrolment)
        body: Json = {
            "enrolment_id": enrolment["id"],
            "report_title": "一年的课题研究报告",
            "summary": "提出问题、设计实验、采集数据、得出结论并讨论不足。",
            "materials": [
                {"kind": m.code, "title": m.zh, "file_id": await student.upload(f"{m.zh}.pdf", paper(m.zh))}
                for m in required
            ],
        }
        found = await student.put("/evaluations/annual", body)
        path = f"/evaluations/annual/{found['id']}"
        moved = await student.act(path, "submit", found["version"])
        level = annual.mentor_levels[random.Random(enrolment["number"]).choice((0, 0, 1, 1, 1, -1))].code
        made[enrolment["id"]] = await mentor.post(
            f"{path}/evaluate", {"version": moved["version"], "level": level, "opinion": "独立完成课题，记录完整。"}
        )

    await each(year.enrolments, hand_in)
    if annual.panel.judges:
        await _sit_in_panels(world, year)
    await world.reached(StageCode.ANNUAL_EVALUATION)

    async def judge(item: tuple[int, Json]) -> None:
        n, enrolment = item
        city = next(c for c in world.cities.values() if c.id == enrolment["city_id"])
        path = f"/evaluations/annual/{made[enrolment['id']]['id']}"
        version = made[enrolment["id"]]["version"]
        if n % 50 == 7:
            await city.office.act(path, "unqualify", version, "课题报告抄袭网络材料")
        else:
            await city.office.act(path, "recommend" if n % 5 < 2 else "qualify", version)

    await each(enumerate(year.enrolments), judge)


async def _sit_in_panels(world: World, year: Year) -> None:
    """Experts sit in the cities' panels and score the dossiers, where the plan has panels (P24)."""
    for city_id, subject in sorted({(e["city_id"], e["subject"]) for e in year.enrolments}):
        city = next(c for c in world.cities.values() if c.id == city_id)
        judges = [e.account_id for e in world.experts]
        await city.office.post("/evaluations/panel/assign", {"subject": subject, "account_ids": judges})
    for number, expert in enumerate(world.experts):
        works = await expert.all("/evaluations/annual", judging="panel")
        await each(works, lambda work, by=expert, n=number: _score_dossier(world, by, n, work))  # type: ignore[misc]


async def _score_dossier(world: World, judge: Person, number: int, work: Json) -> None:
    scores = _scores(world.plan.evaluations.annual.panel.criteria, work, number)
    body = {"scores": scores, "comment": "材料齐全，过程清楚。"}
    await judge.put(f"/evaluations/panel/{work['id']}/sheet", body)


async def judge_the_final(world: World) -> str:
    """Experts score the finalists, the region grades every subject but one, which it gives back (P25)."""
    await world.day(StageCode.FINAL_EVALUATION, 2.4)
    for subject in world.plan.subjects:
        await world.region.office.post(
            "/evaluations/final/assign",
            {"subject": subject.code, "account_ids": [e.account_id for e in world.experts]},
        )
    await world.reached(StageCode.FINAL_EVALUATION)
    recused = False
    for expert in world.experts:
        for finalist in await expert.all("/evaluations/annual", judging="final"):
            if not recused:
                await expert.post(f"/evaluations/final/{finalist['id']}/recuse", {"reason": "与学生有亲属关系"})
                await world.region.office.post(
                    "/evaluations/final/assign",
                    {"subject": finalist["subject"], "account_ids": [e.account_id for e in world.experts]},
                )
                recused = True
    for number, expert in enumerate(world.experts):
        finalists = await expert.all("/evaluations/annual", judging="final")
        await each(finalists, lambda finalist, by=expert, n=number: _score(world, by, n, finalist))  # type: ignore[misc]
    # One subject is graded after the first certificates are out: both can be seen then. That with the fewest
    # finalists waits, so that among those graded there is a score to object to.
    recommended = {
        subject.code: len(
            await world.region.office.all("/evaluations/annual", state="recommended", subject=subject.code)
        )
        for subject in world.plan.subjects
    }
    last = min(recommended, key=lambda code: recommended[code])
    for subject in world.plan.subjects:
        if subject.code != last:
            await _grade(world, subject.code)
    await fairness.correct_a_grade(world)
    return last


async def _grade(world: World, subject: str) -> None:
    graded = await world.region.office.post("/evaluations/final/grade", {"subject": subject})
    world.say(f"{subject}: {graded['excellent']} excellent, {graded['qualified']} qualified")


def _scores(criteria: Sequence[Dimension], work: Json, number: int) -> dict[str, str]:
    """What a judge gives a work: like the others, more or less."""
    base = random.Random(work["number"]).uniform(0.68, 0.97)
    draw = random.Random(f"{work['number']} {number}")
    return {
        c.code: str(round(min(1.0, max(0.3, base + draw.gauss(0, 0.02))) * c.full_mark))
        for c in criteria
        if c.kind == "score"
    }


async def _score(world: World, expert: Person, number: int, finalist: Json) -> None:
    scores = _scores(world.plan.evaluations.final.criteria, finalist, number)
    await expert.put(
        f"/evaluations/final/{finalist['id']}/sheet", {"scores": scores, "comment": "选题有新意，数据扎实。"}
    )


async def certify(world: World, last: str) -> None:
    """Certificates for excellent and qualified; everybody becomes a former student (P26)."""
    opens = world.plan.opens_at(StageCode.CERTIFICATES)
    await world.go(max(opens, world.plan.opens_at(StageCode.FINAL_EVALUATION) + timedelta(days=5)) + timedelta(days=1))
    await world.region.office.post("/certificates/issue")
    await _grade(world, last)
    await world.reached(StageCode.CERTIFICATES)
    await world.region.office.post("/certificates/issue")
