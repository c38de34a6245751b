"""The journey's report session: one city's students of one subject, slides, and the order in the room (P23)."""

from datetime import datetime, time, timedelta

from miaopu.core import clock
from miaopu.demo.journey.papers import paper
from miaopu.demo.journey.training import Year
from miaopu.demo.journey.world import World
from miaopu.programme.plan import StageCode

# Enough for an order that can be read, few enough for the year to be walked soon.
TALKS = 3


async def report(world: World, year: Year) -> None:
    """A session that is held, turn by turn, on the second day of the stage."""
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
