"""The journey's report sessions: one held with slides, one to come; and problems with an owner and a day (P23)."""

from datetime import datetime, time, timedelta

from miaopu.core import clock
from miaopu.demo.journey.papers import paper
from miaopu.demo.journey.training import Year
from miaopu.demo.journey.world import World
from miaopu.programme.plan import StageCode

# Enough for an order that can be read, few enough for the year to be walked soon.
TALKS = 3


async def report(world: World, year: Year) -> None:
    """A session that is held, turn by turn, on the second day of the stage; what stands in two students' way."""
    await world.day(StageCode.MIDTERM_EVALUATION, 1)
    one = year.enrolments[0]
    here = [e for e in year.enrolments if (e["city_id"], e["subject"]) == (one["city_id"], one["subject"])]
    office = next(c for c in world.cities.values() if c.id == one["city_id"]).office
    day = world.plan.local_day(clock.now()) + timedelta(days=1)
    starts = datetime.combine(day, time(9), world.plan.zone)
    made = await office.post(
        "/midterm-sessions",
        {
            "subject": one["subject"],
            "starts_at": starts.isoformat(),
            "place": "盟市科技馆第一报告厅",
            "enrolment_ids": [e["id"] for e in here[:TALKS]],
        },
    )
    path = f"/midterm-sessions/{made['id']}"
    student = year.person(one)
    slides = await student.upload("中期汇报.pdf", paper("中期汇报"))
    await student.put(f"{path}/slides", {"file_id": slides})
    await world.go(starts + timedelta(minutes=2))
    version = made["version"]
    for _ in range(len(here[:TALKS]) + 1):
        version = (await office.post(f"{path}/step", {"version": version}))["version"]
    other = next(
        (e for e in year.enrolments if e["city_id"] == one["city_id"] and e["subject"] != one["subject"]), None
    )
    if other is not None:
        later = {"subject": other["subject"], "starts_at": (starts + timedelta(days=4)).isoformat()}
        await office.post("/midterm-sessions", {**later, "place": "盟市科技馆第二报告厅"})
    await _problems(world, year)


async def _problems(world: World, year: Year) -> None:
    due = (world.plan.local_day(clock.now()) + timedelta(days=10)).isoformat()
    first, second = year.enrolments[:2]
    made = [
        await year.mentor(first).post(
            "/midterm-problems",
            {"enrolment_id": first["id"], "text": "缺少恒温箱，对照组无法重复", "owner_role": "mentor", "due_on": due},
        ),
        await year.mentor(second).post(
            "/midterm-problems",
            {"enrolment_id": second["id"], "text": "周末不能进校做实验", "owner_role": "school", "due_on": due},
        ),
    ]
    path, version = f"/midterm-problems/{made[0]['id']}", made[0]["version"]
    await year.mentor(first).act(path, "solve", version, "已借用学院公共平台的恒温箱")
