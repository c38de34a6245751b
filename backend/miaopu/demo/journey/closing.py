"""The journey's accounts of the year: summaries, appraisal, supervision, tracking (P27–P31)."""

from datetime import timedelta

from miaopu.core import clock
from miaopu.demo.journey.http import Json, each
from miaopu.demo.journey.papers import paper
from miaopu.demo.journey.world import Unit, World
from miaopu.programme.plan import StageCode

TEXT = "本单位按方案完成了本年度选拔与培养工作：组织到位、过程公开、材料齐全。"
REASON = "组织有力，个别环节的记录还可以更及时。"


async def close_the_year(world: World) -> None:
    """Universities and schools answer to their city, cities to the region; an expert visits; schools track."""
    await world.day(StageCode.ACCEPTANCE, 1)
    units = [*world.universities.values(), *world.schools.values()]
    waiting = await each(units, lambda unit: _hand_in(world, unit))
    await world.reached(StageCode.ACCEPTANCE)
    for unit, made in zip(units[:-1], waiting[:-1], strict=True):
        await world.cities[unit.city].office.act(f"/summaries/{made['id']}", "accept", made["version"])
    # The last one comes back once, and is then accepted.
    last, made = units[-1], waiting[-1]
    path = f"/summaries/{made['id']}"
    office = world.cities[last.city].office
    moved = await office.act(path, "return_for_changes", made["version"], "请补充经费使用情况")
    sections = _written(world, last, f"{TEXT}经费使用情况已补充。")
    edited = await last.office.patch(path, {"version": moved["version"], "sections": sections})
    moved = await last.office.act(path, "submit", edited["version"])
    await office.act(path, "accept", moved["version"])
    for n, city in enumerate(world.cities.values()):
        made = await _hand_in(world, city)
        await world.region.office.act(f"/summaries/{made['id']}", "accept", made["version"])
        await _appraise(world, city, n)
    expert, owner = world.experts[0], units[0].office
    seen = await expert.post(
        "/supervision-visits",
        {
            "unit_id": units[0].id,
            "visited_on": world.plan.stage(StageCode.ACCEPTANCE).opens_on.isoformat(),
            "means": [means.code for means in world.plan.supervision.means],
            "note": "培养档案完整，学生能独立说明课题。",
        },
    )
    path = f"/supervision-visits/{seen['id']}"
    due = (clock.now() + timedelta(days=20)).date().isoformat()
    found = await expert.post(f"{path}/findings", {"text": "部分实验记录未注明日期。", "due_on": due})
    body = {"version": found["version"], "answer": "已逐份补注，并在组会上说明了要求。"}
    moved = await owner.post(f"/findings/{found['id']}/answer", body)
    await expert.act(f"/findings/{found['id']}", "accept", moved["version"])
    await expert.post(f"{path}/findings", {"text": "组会纪要宜按月归档。", "due_on": due})
    shown = {"title": "每周一次的师生读书会", "text": "以经典论文为线索，学生轮流主讲，导师点评，全年未间断。"}
    case = await expert.post(f"{path}/cases", shown)
    moved = await owner.post(f"/model-cases/{case['id']}/agree", {"version": case["version"]})
    await world.region.office.act(f"/model-cases/{case['id']}", "publish", moved["version"])


def _written(world: World, unit: Unit, text: str = TEXT) -> Json:
    return {one.code: f"{unit.name}{one.zh}：{text}" for one in world.plan.summaries.sections}


async def _hand_in(world: World, unit: Unit) -> Json:
    """A summary in the plan's sections, with the papers that it requires."""
    asked = world.plan.summaries
    made = await unit.office.post("/summaries", {"sections": _written(world, unit)})
    path = f"/summaries/{made['id']}"
    for kind in asked.materials:
        if kind.code in asked.required_materials:
            kept = await unit.office.upload(f"{kind.zh}.pdf", paper(kind.zh))
            await unit.office.put(f"{path}/papers/{kind.code}", {"file_id": kept})
    found: Json = await unit.office.act(path, "submit", made["version"])
    return found


async def _appraise(world: World, city: Unit, place: int) -> None:
    """The region's sheet of a city: one proposes it, another decides. The first city is asked for more before that."""
    first, second = world.region.staff[:2]
    lines = world.plan.appraisal.criteria
    # The later cities lose a little on every line.
    scores = {one.code: {"points": one.points - min(place, one.points), "comment": REASON} for one in lines}
    made = await first.put("/appraisals", {"city_id": city.id, "scores": scores, "comment": "过程规范，准予验收。"})
    path, version = f"/appraisals/{made['id']}", made["version"]
    if place == 0:
        asked = await first.act(path, "ask_city", version, "请说明培养过程材料的归档方式")
        version = (await city.office.act(path, "answer", asked["version"], "按学生分册归档，目录已上传"))["version"]
    moved = await first.act(path, "propose", version)
    await second.act(path, "decide", moved["version"])


async def track(world: World) -> None:
    """One former student of each school agrees; the school notes where; the first city asks its own to a meeting."""
    universities = list(world.universities.values())
    people = {student.registration: student.person for student in world.students}

    async def one(item: tuple[int, Unit]) -> None:
        n, school = item
        former = await school.office.all("/enrolments", state="alumni")
        if not former:
            return
        person = people[former[0]["registration_id"]]
        asked = await person.get("/alumni/mine")
        # Who came back for another year said so at the end of the first.
        if asked["consent"] != "agreed":
            await person.post("/alumni/mine", {"decision": "agree", "text_version": asked["text_version"]})
        await school.office.post(
            "/tracking",
            {
                "enrolment_id": former[0]["id"],
                "year": world.plan.year + 1,
                "institution": universities[n % len(universities)].name,
                "field": "基础学科",
                "research": "本科生科研训练",
            },
        )

    await each(list(enumerate(world.schools.values())), one)
    office = next(iter(world.cities.values())).office
    made = await office.post(
        "/alumni-activities",
        {
            "title": "往届学生回访日",
            "place": "市科技馆",
            "text": "与在培学生交流大学学习与科研的体会。",
            "starts_at": (clock.now() + timedelta(days=30)).isoformat(),
        },
    )
    path = f"/alumni-activities/{made['id']}"
    moved = await office.post(f"{path}/guests", {"version": made["version"], "everybody": True})
    if (await office.get(path))["guests"]:
        await office.act(path, "send", moved["version"])
