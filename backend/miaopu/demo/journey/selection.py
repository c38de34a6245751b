"""The journey's selection: written test, cutoffs, pairing, the first meeting (P14–P16b)."""

import random
from datetime import timedelta
from decimal import Decimal

from miaopu.demo.journey import fairness
from miaopu.demo.journey.http import Json, each
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
    await world.go(world.plan.closes_at(StageCode.WRITTEN_TEST) - timedelta(days=2, hours=8))
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
        proposed = await first.post(
            f"{path}/propose",
            {"version": asked["version"], "reason": "一题漏加分，复核后更正", **_one_more(world, seat)},
        )
        await second.act(path, "confirm", proposed["version"])


def _one_more(world: World, seat: Json) -> Json:
    """One point more, in the first part of the paper that has room for it."""
    test = world.plan.written_test
    parts = {code: Decimal(mark) for code, mark in (seat["parts"] or {}).items()}
    roomy = next((p.code for p in test.parts if parts[p.code] + 1 <= p.full_mark), None)
    if roomy is not None:
        parts[roomy] += 1
    mark = min(Decimal(test.full_mark), Decimal(str(seat["mark"])) + 1)
    return {"mark": str(mark), "parts": {code: str(value) for code, value in parts.items()}}


async def draw_lines(world: World) -> None:
    """Places split over subjects, lines computed, confirmed by the region, released by its second person."""
    await world.day(StageCode.CUTOFF, 1.4)
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
