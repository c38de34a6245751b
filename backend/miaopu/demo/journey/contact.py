"""The journey's contact chain (P21), one student who leaves and one who gets another mentor."""

from miaopu.demo.journey.http import Json, Person
from miaopu.demo.journey.training import Year
from miaopu.demo.journey.world import World


async def keep_in_touch(world: World, year: Year) -> None:
    """Three threads: one between adults, one with the student that is brought before the city and answered."""
    first = year.enrolments[0]
    # Where a student takes part, guide teacher and guardian are there too.
    complete = [e for e in year.enrolments if e["guide_teacher_name"] and "guardian" in year.person(e).facts]
    body: Json = {"enrolment_id": first["id"], "title": "期中考试周的见面安排", "with_team": True, "with_guide": True}
    text = "两周后学校期中考试，组会改到周日上午可以吗？"
    made = await year.mentor(first).post("/contacts", {**body, "text": text})
    office = next(s for s in world.schools.values() if s.name == first["school_name"]).office
    await office.post(f"/contacts/{made['id']}/posts", {"text": "可以，已告知指导教师。"})
    if not complete:
        return
    second = complete[0]
    asked = await year.person(second).post(
        "/contacts",
        {
            "enrolment_id": second["id"],
            "title": "实验室开放时间",
            "text": "周末实验室进不去，怎么办？",
            "with_team": True,
        },
    )
    path = f"/contacts/{asked['id']}"
    reason = "问过两次，还没有答复"
    moved = await year.person(second).act(path, "escalate", asked["version"], reason)
    city = next(c for c in world.cities.values() if c.id == second["city_id"])
    await city.office.act(path, "answer", moved["version"], "已与高校商定：周六、周日 9:00–17:00 开放")
    await city.office.post(
        "/contacts",
        {"enrolment_id": second["id"], "title": "暑期营名单", "text": "请于本周五前报送。", "with_team": True},
    )


async def change_places(world: World, year: Year) -> Year:
    """The last student leaves; another one gets a mentor of the same university and subject who has a place."""
    leaver = year.enrolments[-1]
    made = await year.mentor(leaver).post(
        "/place-changes",
        {"enrolment_id": leaver["id"], "kind": "departure", "reason_kind": "moving", "text": "随家人迁居外省"},
    )
    school = next(s for s in world.schools.values() if s.name == leaver["school_name"]).office
    city = next(c for c in world.cities.values() if c.id == leaver["city_id"]).office
    await _through(f"/place-changes/{made['id']}", [year.mentor(leaver), school, city], city, made["version"])
    capacity = {m["id"]: m["capacity"] for m in await world.region.office.all("/mentors")}
    for enrolment in year.enrolments[:-1]:
        own = year.mentors[enrolment["mentor_id"]]
        # A mentor who has students already, if there is one; else one whom nobody chose.
        free = sorted(
            (
                m
                for m in world.mentors
                if (m.university, m.subject) == (own.university, own.subject)
                and m is not own
                and m.person is not None
                and len(year.by_mentor.get(m.nomination, ())) < capacity.get(m.nomination, 0)
            ),
            key=lambda m: -len(year.by_mentor.get(m.nomination, ())),
        )
        if not free or free[0].person is None:
            continue
        body: Json = {"enrolment_id": enrolment["id"], "kind": "mentor_change", "reason_kind": "direction"}
        text = "课题转向，新导师的方向更合适"
        made = await year.mentor(enrolment).post(
            "/place-changes", {**body, "text": text, "new_mentor_id": free[0].nomination}
        )
        city = next(c for c in world.cities.values() if c.id == enrolment["city_id"]).office
        university = world.universities[own.university].office
        people = [year.mentor(enrolment), free[0].person, university, city]
        await _through(f"/place-changes/{made['id']}", people, city, made["version"])
        break
    return Year(world, await world.region.office.all("/enrolments", state="active"))


async def _through(path: str, people: list[Person], city: Person, version: int) -> None:
    for person in people:
        version = (await person.act(path, "confirm", version))["version"]
    shown = await city.get(path)
    await city.act(path, "file", shown["version"])
