"""The journey's selection: written test, cutoffs, interviews, pairing, the first meeting (P14–P16b)."""

import random
from datetime import timedelta

from miaopu.demo.journey import fairness
from miaopu.demo.journey.http import Json, Person, each
from miaopu.demo.journey.world import World
from miaopu.programme.plan import StageCode


async def sit_test(world: World) -> None:
    """Sittings, rooms, seats; marks entered twice by two people; publication."""
    await world.day(StageCode.WRITTEN_TEST, 0.4)
    opens = world.plan.opens_at(StageCode.WRITTEN_TEST)
    sittings: list[tuple[str, str, str]] = []
    for city in world.plan.cities:
        office = world.cities[city.code].office
        for n, subject in enumerate(world.plan.subjects):
            # The review ends before the test: the gate of the plan.
            starts = max(opens + timedelta(days=2 + n // 2), world.plan.closes_at(StageCode.REGISTRATION_REVIEW))
            body: Json = {
                "subject": subject.code,
                "starts_at": (starts + timedelta(hours=9 + 5 * (n % 2))).isoformat(),
                "ends_at": (starts + timedelta(hours=11 + 5 * (n % 2))).isoformat(),
                "address": f"{city.zh}考点",
            }
            made = await office.post("/exams/sittings", body)
            count = sum(1 for s in world.students if (s.city, s.subject) == (city.code, subject.code))
            for room in range(1, count // 30 + 2):
                await office.post(f"/exams/sittings/{made['id']}/rooms", {"name": f"第{room}考场", "capacity": 30})
            await office.post(f"/exams/sittings/{made['id']}/seat")
            sittings.append((made["id"], city.code, subject.code))
    await world.reached(StageCode.WRITTEN_TEST)
    await world.go(world.plan.closes_at(StageCode.WRITTEN_TEST) - timedelta(hours=8))
    await each(sittings, lambda item: _mark(world, *item))
    for unit in world.cities.values():
        second = unit.staff[1]
        preview = await second.post("/exams/marks/publish/preview")
        lines = [{"id": line["id"], "version": line["version"]} for line in preview["lines"]]
        await second.post("/exams/marks/publish", {"lines": lines})
    await _recheck(world)


async def _mark(world: World, sitting: str, city: str, subject: str) -> None:
    first, second = world.cities[city].staff[:2]
    seats = await first.all("/exams/seats", sitting=sitting)
    quality = {s.registration: s.quality for s in world.students}
    test = world.plan.written_test
    draw = random.Random(f"{city} {subject}")
    lines: list[Json] = []
    for seat in sorted(seats, key=lambda s: str(s["ticket_number"])):
        if draw.random() < 0.02:
            lines.append({"ticket_number": seat["ticket_number"], "absent": True})
            continue
        share = min(1.0, max(0.05, 0.3 + 0.55 * quality[seat["registration_id"]] + draw.gauss(0, 0.06)))
        mark = round(share * test.full_mark * 2) / 2 if test.decimals else round(share * test.full_mark)
        lines.append({"ticket_number": seat["ticket_number"], "mark": str(mark), "parts": _parts(world, mark, draw)})
    path = f"/exams/sittings/{sitting}"
    await first.post(f"{path}/marks", {"items": lines})
    await second.post(f"{path}/marks", {"items": lines})
    shown = await first.get(path)
    await first.post(f"{path}/lock", {"version": shown["version"]})


def _parts(world: World, mark: float, draw: random.Random) -> Json:
    """The mark over the parts of the paper, where the plan names any."""
    parts, left, found = world.plan.written_test.parts, mark, {}
    room = sum(part.full_mark for part in parts)
    for part in parts:
        room -= part.full_mark
        least, most = max(0.0, left - room), min(float(part.full_mark), left)
        given = least if least == most else float(round(draw.uniform(least, most)))
        found[part.code] = min(most, max(least, given))
        left -= found[part.code]
    return {code: str(value) for code, value in found.items()}


async def _recheck(world: World) -> None:
    """Two students ask again: one mark stands, the other was added up wrongly and is changed by two people."""
    city = next(iter(world.cities.values()))
    seats = [s for s in await city.office.all("/exams/seats") if s["mark"] is not None]
    for n, seat in enumerate(seats[:2]):
        student = next(s.person for s in world.students if s.registration == seat["registration_id"])
        asked = await student.post(f"/exams/seats/{seat['id']}/recheck", {"reason": "估分与公布成绩相差较多，申请复核"})
        path = f"/exams/rechecks/{asked['id']}"
        if n == 0:
            await city.office.act(path, "stand", asked["version"], "已核对答卷与登分，成绩无误")
            continue
        first, second = city.staff[:2]
        mark = {"mark": str(seat["mark"]), "parts": seat["parts"] or {}}
        proposed = await first.post(
            f"{path}/propose", {"version": asked["version"], "reason": "一题漏加分，复核后更正", **mark}
        )
        await second.act(path, "confirm", proposed["version"])


async def draw_lines(world: World) -> None:
    """Places split over subjects, lines computed, confirmed by the region, released by its second person."""
    await world.day(StageCode.CUTOFF, 1.0)
    cutoffs: list[Json] = []
    for city in world.plan.cities:
        office = world.cities[city.code].office
        shown = await office.get("/cutoffs/places")
        items = [{"subject": i["subject"], "places": i["suggested"]} for i in shown["items"]]
        await office.put("/cutoffs/places", {"items": items})
        cutoffs += [await office.post("/cutoffs", {"subject": s.code}) for s in world.plan.subjects]
    await world.reached(StageCode.CUTOFF)
    for cutoff in cutoffs:
        await world.region.office.act(f"/cutoffs/{cutoff['id']}", "confirm", cutoff["version"])
    second = world.region.staff[1]
    preview = await second.post("/cutoffs/release/preview")
    await second.post(
        "/cutoffs/release", {"lines": [{"id": x["id"], "version": x["version"]} for x in preview["lines"]]}
    )
    await fairness.object_and_answer(world)


async def interview(world: World) -> None:
    """Panels of mentors, turns, sheets, verdicts."""
    await world.day(StageCode.INTERVIEW, 0.4)
    minimum = world.plan.interview.panel_minimum
    groups: list[tuple[str, str]] = [(c.code, s.code) for c in world.plan.cities for s in world.plan.subjects]
    panels: dict[str, list[Person]] = {}
    for city, subject in groups:
        office = world.cities[city].office
        mentors = [m for m in world.mentors if (m.city, m.subject) == (city, subject)]
        for n in range(max(1, len(mentors) // minimum)):
            members = mentors[n * minimum : (n + 1) * minimum]
            starts = world.plan.opens_at(StageCode.INTERVIEW) + timedelta(days=1, hours=8)
            title = next(s.zh for s in world.plan.subjects if s.code == subject)
            body: Json = {
                "subject": subject,
                "name": f"{title}第{n + 1}组",
                "address": f"{world.cities[city].name}面试考点",
                "room": f"{title}{n + 1}室",
                "starts_at": starts.isoformat(),
                "minutes_each": 20,
                "breaks": [
                    {
                        "since": (starts + timedelta(hours=4)).isoformat(),
                        "until": (starts + timedelta(hours=5, minutes=30)).isoformat(),
                    }
                ],
                "mentor_ids": [m.nomination for m in members],
            }
            made = await office.post("/interviews/panels", body)
            panels[made["id"]] = [m.person for m in members if m.person]
        await _declare(world, city, panels)
        await office.post("/interviews/assign", {"subject": subject})
        await office.post("/interviews/invite", {"subject": subject})
    await world.reached(StageCode.INTERVIEW)
    await world.day(StageCode.INTERVIEW, 3.0)
    quality = {s.registration: s.quality for s in world.students}
    slots: list[tuple[Json, list[Person]]] = []
    for unit in world.cities.values():
        turns = await unit.office.all("/interviews/slots", city=unit.id)
        slots += [(slot, panels[slot["panel_id"]]) for slot in turns]
    missing = slots[5][0]
    await world.cities[_city_of(world, missing)].office.post(
        f"/interviews/slots/{missing['id']}/missed", {"version": missing["version"], "reason": "因病未到"}
    )
    await each(
        [(s, p) for s, p in slots if s is not missing],
        lambda item: _score(world, item[0], item[1], quality[item[0]["registration_id"]]),
    )
    await _explain(world, slots)
    for unit in world.cities.values():
        first, second = unit.staff[:2]
        for found in await first.all("/interviews/rounds"):
            await first.act(f"/interviews/rounds/{found['id']}", "propose", found["version"])
        preview = await second.post("/interviews/release/preview")
        lines = [{"id": line["id"], "version": line["version"]} for line in preview["lines"]]
        decided = await second.post("/interviews/release", {"lines": lines})
        world.say(f"{unit.name}: {decided['selected']} selected, {decided['reserve']} in reserve")
    await fairness.publish_record(world)


async def _declare(world: World, city: str, panels: dict[str, list[Person]]) -> None:
    """The first panellist of a city's first two panels knows a candidate: declared before anybody is grouped."""
    of_city = [p for p in await world.cities[city].office.all("/interviews/panels") if p["id"] in panels]
    if len(of_city) != 2 or of_city[0]["subject"] != of_city[1]["subject"]:
        return
    panel, member = of_city[0], panels[of_city[0]["id"]][0]
    known = (await member.get(f"/interviews/panels/{panel['id']}/candidates"))["items"]
    await member.post(
        f"/interviews/panels/{panel['id']}/conflicts",
        {"registration_id": known[0]["registration_id"], "reason": "曾在本人实验室开放日单独辅导"},
    )


async def _explain(world: World, slots: list[tuple[Json, list[Person]]]) -> None:
    """Whoever lies far off the others says why."""
    members = {id(member): member for _, panel in slots for member in panel}
    for member in members.values():
        for slot in await member.all("/interviews/slots"):
            if slot["explain"]:
                reason = {"reason": "实验设计一项的判断与其他评委不同"}
                await member.post(f"/interviews/slots/{slot['id']}/sheet/reason", reason)


def _city_of(world: World, slot: Json) -> str:
    return next(s.city for s in world.students if s.registration == slot["registration_id"])


async def _score(world: World, slot: Json, panel: list[Person], quality: float) -> None:
    plan = world.plan.interview
    for n, member in enumerate(panel):
        draw = random.Random(f"{slot['registration_number']} {n}")
        scores = {
            d.code: str(round(min(1.0, max(0.1, 0.5 + 0.4 * quality + draw.gauss(0, 0.04))) * d.full_mark, 1))
            for d in plan.dimensions
            if d.kind == "score"
        }
        has_level = any(d.kind == "level" for d in plan.dimensions)
        sheet: Json = {
            "scores": scores,
            "level": plan.levels[0 if draw.random() < 0.8 else 1].code if has_level else None,
            "level_comment": "沟通自然，情绪稳定" if has_level else "",
            "comment": "思路清楚，对所读文献有自己的问题。",
        }
        await member.put(f"/interviews/slots/{slot['id']}/sheet", sheet)


async def pair(world: World) -> None:
    """A stable proposal, one change with a reason, confirmation, filing: the students are enrolled."""
    await world.go(world.plan.closes_at(StageCode.INTERVIEW) - timedelta(hours=12))
    rounds: list[tuple[str, Json]] = [
        (city.code, await world.cities[city.code].office.post("/pairings")) for city in world.plan.cities
    ]
    await world.reached(StageCode.PAIRING)
    for code, made in rounds:
        office = world.cities[code].office
        path = f"/pairings/{made['id']}"
        record = await office.get(path)
        for left in record["unpaired"]:
            # Whoever the proposal could not place is given a mentor of the subject with a free seat, by hand.
            free = [m for m in record["mentors"] if m["subject"] == left["subject"] and m["paired"] < m["capacity"]]
            if free:
                reason = "志愿导师名额已满，经本人同意调剂"
                await office.post(
                    f"{path}/pairs",
                    {
                        "registration_id": left["registration_id"],
                        "mentor_id": free[0]["mentor_id"],
                        "reason": reason,
                    },
                )
                record = await office.get(path)
        moved = await office.act(path, "confirm", record["version"])
        await world.region.office.act(path, "file", moved["version"])
        count = len(record["pair_list"])
        world.say(f"{code}: {count} enrolled, {record['first_choices']} with their first choice")
    await fairness.publish_record(world)


async def meet(world: World) -> None:
    """First meetings: from now on the pairs are active. Schools name guide teachers."""
    await world.go(world.plan.closes_at(StageCode.PAIRING) - timedelta(hours=20))
    meetings: dict[str, Json] = {}
    for code, city in world.cities.items():
        meetings[code] = await city.office.post(
            "/meetings",
            {
                "starts_at": (world.plan.closes_at(StageCode.PAIRING) - timedelta(hours=6)).isoformat(),
                "address": f"{city.name}科技馆报告厅",
                "agenda": "导师与学生见面，签订培养意向，介绍全年安排",
            },
        )
    await world.reached(StageCode.MEETING)
    for code, city in world.cities.items():
        enrolments = await city.office.all("/enrolments")
        guests = [
            {"enrolment_id": e["id"], "student": True, "guardian": n % 3 == 0, "guide_teacher": n % 2 == 0}
            for n, e in enumerate(enrolments)
        ]
        made = meetings[code]
        # The first of them shows the pass at the door.
        student = next(s.person for s in world.students if s.registration == enrolments[0]["registration_id"])
        shown = await student.get(f"/meetings/{made['id']}/pass")
        await city.office.post("/meetings/check-in", {"code": shown["code"]})
        made = await city.office.get(f"/meetings/{made['id']}")
        await city.office.post(f"/meetings/{made['id']}/hold", {"version": made["version"], "attendance": guests})

    async def name_teachers(code: str) -> None:
        school = world.schools[code]
        for n, enrolment in enumerate(await school.office.all("/enrolments")):
            teacher = school.teachers[n % len(school.teachers)]
            await school.office.put(
                f"/enrolments/{enrolment['id']}/guide-teacher",
                {"version": enrolment["version"], "account_id": teacher.account_id},
            )

    await each(world.schools, name_teachers)
