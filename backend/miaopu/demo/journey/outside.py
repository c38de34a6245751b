"""The journey's spring: a camp, training at a school, feedback, progress of plans, meetings planned ahead (P17–P20)."""

from datetime import datetime, time, timedelta

from miaopu.core import clock
from miaopu.demo.journey.http import Json, each
from miaopu.demo.journey.papers import paper
from miaopu.demo.journey.training import Year
from miaopu.demo.journey.world import World

# Enough for the pages to show something, few enough for the year to be walked soon.
STUDENTS = 12


async def spring(world: World, year: Year) -> None:
    """What happens beside the meetings, in small numbers."""
    await _camp(world, year)
    await _at_school(world, year)
    await _feedback(world, year)
    await _progress(world, year)
    await _ahead(world, year)


def _at(world: World, days: int, hour: int) -> datetime:
    """An hour of a day that many days from now, as the wall clocks of the programme show it."""
    day = world.plan.local_day(clock.now()) + timedelta(days=days)
    return datetime.combine(day, time(hour), world.plan.zone)


async def _camp(world: World, year: Year) -> None:
    kind = world.plan.outside.kinds[0]
    made = await world.region.office.post(
        "/activities",
        {
            "kind": kind.code,
            "title": f"草原生态{kind.zh}",
            "place": "锡林浩特草原站",
            "description": "野外采样、数据整理与汇报，统一乘车往返。",
            "programme": "第一天报到与安全培训；第二、三天采样；第四天汇报。",
            "cost": "免费，食宿统一安排",
            "starts_at": _at(world, 12, 9).isoformat(),
            "ends_at": _at(world, 15, 17).isoformat(),
            "recommend_until": _at(world, 6, 18).isoformat(),
            "places": 3,
        },
    )
    path = f"/activities/{made['id']}"
    await world.region.office.act(path, "announce", made["version"])
    for enrolment in year.enrolments[:5]:
        body = {"enrolment_ids": [enrolment["id"]], "reason": "野外记录认真，能独立完成采样"}
        await year.mentor(enrolment).post(f"{path}/put-forward", body)
    lines = (await world.region.office.get(path))["participations"]
    for line in lines[:3]:
        await world.region.office.act(f"/participations/{line['id']}", "choose", line["version"], "课题与活动内容相关")
    path, version = f"/participations/{lines[3]['id']}", lines[3]["version"]
    await world.region.office.act(path, "put_on_waiting_list", version, "候补")
    for enrolment in year.enrolments[:5]:
        guardian = year.person(enrolment).facts.get("guardian")
        if guardian is None:
            continue
        await guardian.sign_in()
        for asked in (await guardian.get("/participations/consents"))["items"][:1]:
            said: Json = {"version": asked["version"], "decision": "given"}
            await guardian.post(f"/participations/{asked['id']}/consent", said)


async def after(world: World, year: Year) -> None:
    """The camp was held: who came, what it was like; and the next thing is announced."""
    office = world.region.office
    (camp,) = await office.all("/activities", state="announced")
    path = f"/activities/{camp['id']}"
    moved = await office.act(path, "close_choice", camp["version"])
    found = await office.get(path)
    first, last = (
        datetime.fromisoformat(found[at]).astimezone(world.plan.zone).date() for at in ("starts_at", "ends_at")
    )
    days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    lines = [{"participation_id": one["id"], "days": days} for one in found["participations"] if one["listed"]]
    if lines:
        moved = await office.post(f"{path}/attendance", {"version": moved["version"], "lines": lines})
    moved = await office.act(path, "hold", moved["version"])
    report = "采集样方二十四个，三个小组分别汇报；学生自己提出的问题写入了汇报材料。"
    kept = await office.upload("活动总结.pdf", paper("活动总结", report))
    await office.post(f"{path}/report", {"version": moved["version"], "report": report, "file_ids": [kept]})
    kind = world.plan.outside.kinds[-1]
    made = await office.post(
        "/activities",
        {
            "kind": kind.code,
            "title": f"暑期{kind.zh}",
            "place": "内蒙古科技馆",
            "description": "听一场报告，看一个实验室，与研究生交流。",
            "starts_at": _at(world, 40, 9).isoformat(),
            "ends_at": _at(world, 40, 17).isoformat(),
            "recommend_until": _at(world, 20, 18).isoformat(),
            "places": 20,
        },
    )
    await office.act(f"/activities/{made['id']}", "announce", made["version"])
    # Those first whose guardian has an account and can be asked on the phone.
    asked = sorted(year.enrolments, key=lambda e: "guardian" not in year.person(e).facts)
    for enrolment in asked[:3]:
        body = {"enrolment_ids": [enrolment["id"]], "reason": "对这个方向有持续的兴趣"}
        await year.mentor(enrolment).post(f"/activities/{made['id']}/put-forward", body)


async def _at_school(world: World, year: Year) -> None:
    kind = world.plan.school_hours.kinds[0].code
    for school in list(world.schools.values())[:4]:
        for n, teacher in enumerate(school.teachers):
            here = [e for e in year.enrolments if e["school_name"] == school.name]
            own = [e["id"] for e in here if e["guide_teacher_name"] == teacher.name]
            if not own:
                continue
            starts = _at(world, -3 - n, 16)
            body: Json = {
                "starts_at": starts.isoformat(),
                "ends_at": (starts + timedelta(minutes=90)).isoformat(),
                "kind": kind,
                "title": "怎样查找和阅读文献",
                "enrolment_ids": own,
            }
            made = await teacher.post("/lessons", body)
            if n == 0:
                await school.office.act(f"/lessons/{made['id']}", "confirm", made["version"])


async def _feedback(world: World, year: Year) -> None:
    asked = world.plan.feedback
    month = world.plan.local_day(clock.now()).month
    point = next((one for one in asked.points if one.opens_month <= month <= one.closes_month), None)
    if point is None:
        return
    on_student = {q.code: asked.scale - 1 if q.kind == "scale" else "提问具体，建议多做记录" for q in asked.on_student}
    rated = {q.code: asked.scale - n % 2 for n, q in enumerate(asked.on_mentoring) if q.kind == "scale"}

    async def one(enrolment: Json) -> None:
        body: Json = {"enrolment_id": enrolment["id"], "point": point.code}
        await year.mentor(enrolment).put("/feedback", {**body, "answers": on_student})
        await year.person(enrolment).put("/feedback", {**body, "answers": rated})

    await each(year.enrolments[:STUDENTS], one)


async def _progress(world: World, year: Year) -> None:
    async def one(enrolment: Json) -> None:
        mentor = year.mentor(enrolment)
        for plan in (await mentor.get("/training-plans", enrolment=enrolment["id"], state="agreed"))["items"]:
            found = await mentor.get(f"/training-plans/{plan['id']}")
            for step, state in zip(found["steps"], ("done", "under_way"), strict=False):
                await mentor.put(f"/training-plans/{plan['id']}/steps/{step['id']}", {"state": state, "note": ""})

    await each(year.enrolments[:STUDENTS], one)


async def _ahead(world: World, year: Year) -> None:
    starts = _at(world, 5, 14)
    for key, group in list(year.by_mentor.items())[:3]:
        await year.mentor(group[0]).post(
            "/appointments",
            {
                "mentor_id": key,
                "starts_at": starts.isoformat(),
                "minutes": 90,
                "activity": world.plan.training.activities[0].code,
                "title": "组会",
                "place": "实验楼 305",
                "directions": "南门进，向右第二栋",
                "on_campus": True,
                "students": [e["id"] for e in group],
            },
        )
