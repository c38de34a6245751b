"""The year after: the same region's plan moved by a year, and the same units and people going on with it (P5)."""

import re
from dataclasses import replace
from datetime import date

from miaopu.demo.journey.http import Json, each
from miaopu.demo.journey.world import Student, World, admit_schools, open_cycle
from miaopu.programme.plan import load_plan


def next_year(source: str) -> str:
    """A plan's document with every date, and every mention of its year, a year later.

    The working days of the holidays it names are not those of the new year: whoever opens it in earnest looks at them.
    """
    year = load_plan(source).year
    moved = re.compile(rf"(?<!\d)(?:(\d{{4}})-(\d\d)-(\d\d)|{year})(?!\d)")

    def later(found: re.Match[str]) -> str:
        if found[1] is None:
            return str(year + 1)
        if found[2] == "02" and found[3] == "29":
            # The day before the first of March, where there is no leap day.
            return f"{int(found[1]) + 1}-02-28"
        return date(int(found[1]) + 1, int(found[2]), int(found[3])).isoformat()

    return moved.sub(later, source)


async def go_on(world: World, source: str, coming_back: list[Student]) -> World:
    """The region closes its year and opens the next plan: everybody of before, nobody nominated or registered yet."""
    head = world.region.office
    shown: Json = await head.get(f"/cycles/{world.cycle}")
    await head.act(f"/cycles/{world.cycle}", "close", shown["version"], "本年度工作已总结验收")
    back = {student.registration for student in coming_back}
    taught = {e["mentor_id"] for e in await head.all("/enrolments") if e["registration_id"] in back}
    plan = load_plan(source)
    after = replace(
        world,
        plan=plan,
        source=source,
        cycle="",
        suffix=f"-{plan.year}",
        mentors=[],
        students=[],
        known_mentors=world.mentors,
        coming_back=coming_back,
        apart={m.person.login for m in world.mentors if m.nomination in taught and m.person},
        trained_until=None,
    )
    await open_cycle(after, head)
    await admit_schools(after, head)
    people = [person for mentor in after.known_mentors for person in (mentor.person, mentor.team) if person]
    people += [teacher for school in after.schools.values() for teacher in (*school.staff, *school.teachers)]
    people += [student.person for student in coming_back if student.person.login]
    await each(people, lambda person: person.sign_in())
    return after


async def best(world: World) -> list[Student]:
    """An excellent student of every city and subject that has one: of them one panel can do without the old mentor."""
    students = {student.registration: student for student in world.students}
    found: dict[tuple[str, str], Student] = {}
    for one in await world.region.office.all("/enrolments"):
        student = students.get(one["registration_id"])
        if student is not None and one["grade"] == "excellent":
            found.setdefault((student.city, student.subject), student)
    return list(found.values())
