"""The journey's interviews: panels, conflicts, turns, sheets, verdicts by two people (P16)."""

import random
from collections import Counter
from datetime import timedelta

from miaopu.demo.journey import fairness
from miaopu.demo.journey.http import Json, Person, each
from miaopu.demo.journey.world import World
from miaopu.programme.plan import StageCode


async def interview(world: World) -> None:
    """Panels of mentors, turns, sheets, verdicts."""
    await world.day(StageCode.INTERVIEW, 0.4)
    minimum = world.plan.interview.panel_minimum
    groups: list[tuple[str, str]] = [(c.code, s.code) for c in world.plan.cities for s in world.plan.subjects]
    panels: dict[str, list[Person]] = {}
    for city, subject in groups:
        office = world.cities[city].office
        mentors = [m for m in world.mentors if (m.city, m.subject) == (city, subject)]
        # Last in the row, who must not hear somebody: the panels take as many as they need from its front.
        mentors.sort(key=lambda m: m.person is not None and m.person.login in world.apart)
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
    await world.day(StageCode.INTERVIEW, 4.4)
    quality = {s.registration: s.quality for s in world.students}
    slots: list[tuple[Json, list[Person]]] = []
    for unit in world.cities.values():
        turns = await unit.office.all("/interviews/slots", city=unit.id)
        slots += [(slot, panels[slot["panel_id"]]) for slot in turns]
    missing = slots[5][0]
    # One panellist is stricter than the others, where most is judged, and one of another panel once sees a candidate
    # quite otherwise: far enough to show, and not so far that the others would seem to lie off.
    most, _ = Counter(s["panel_id"] for s, _ in slots if s is not missing).most_common(1)[0]
    odd = next(s for s, _ in slots if s["panel_id"] != most and s is not missing)
    strict = panels[most][-1].login
    await world.cities[_city_of(world, missing)].office.post(
        f"/interviews/slots/{missing['id']}/missed", {"version": missing["version"], "reason": "因病未到"}
    )
    await each(
        [(s, p) for s, p in slots if s is not missing],
        lambda item: _score(
            world,
            item[0],
            item[1],
            quality[item[0]["registration_id"]],
            {strict: -0.1} | ({item[1][0].login: -0.22} if item[0] is odd else {}),
        ),
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
    # Not one whose mentor of last year sits in the other panel: for that one there would be none left.
    again = {s.registration for s in world.students if s.again}
    one = next(k["registration_id"] for k in known if k["registration_id"] not in again)
    await member.post(
        f"/interviews/panels/{panel['id']}/conflicts",
        {"registration_id": one, "reason": "曾在本人实验室开放日单独辅导"},
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


async def _score(world: World, slot: Json, panel: list[Person], quality: float, less: dict[str, float]) -> None:
    """Each panellist's sheet; `less` is what one of them, by login, gives differently from the others."""
    plan = world.plan.interview
    for n, member in enumerate(panel):
        draw, own = random.Random(f"{slot['registration_number']} {n}"), less.get(member.login, 0.0)
        scores = {
            d.code: str(round(min(1.0, max(0.1, 0.5 + 0.4 * quality + draw.gauss(0, 0.04) + own)) * d.full_mark, 1))
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
