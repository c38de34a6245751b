"""The journey's students up to eligibility (P13): drafts, ranks, choices, consent, three reviews."""

import random
from collections import Counter
from datetime import timedelta

from miaopu.demo.journey.http import Json, Person, Refused, each
from miaopu.demo.journey.papers import paper
from miaopu.demo.journey.people import identity_number
from miaopu.demo.journey.world import Mentor, Student, World
from miaopu.programme.plan import StageCode

MOTIVES = (
    "初中起坚持做自然观察笔记，想知道怎样把观察变成可以检验的问题。",
    "读完《从一到无穷大》以后，自己推导了几个结论，希望有老师指出哪里不严密。",
    "参加学校科技社团两年，做过水质检测小课题，想在真正的实验室里学习。",
    "对编程和算法感兴趣，自己写过小游戏，希望了解科研怎样提出问题。",
)


async def register(world: World) -> None:
    """Every applicant drafts and submits; who does not meet P13 is told exactly why and stays a draft."""
    await world.day(StageCode.REGISTRATION, 1.3)
    wanted: list[tuple[int, str, str, str]] = []
    subjects = [s.code for s in world.plan.subjects]
    for city in world.plan.cities:
        schools = [code for code, unit in world.schools.items() if unit.city == city.code]
        for n in range(city.places * world.scale.applicants_per_place):
            wanted.append((len(wanted) + 1, city.code, schools[n % len(schools)], subjects[n % len(subjects)]))
    places = _taken_again(world, wanted)
    half = len(wanted) // 2
    world.students = await each(wanted[:half], lambda item: _register(world, *item, places.get(item[0])))
    await world.reached(StageCode.REGISTRATION)
    world.students += await each(wanted[half:], lambda item: _register(world, *item, places.get(item[0])))
    world.say(f"{len(world.students)} drafts, {sum(1 for s in world.students if s.version)} submitted")


def _taken_again(world: World, wanted: list[tuple[int, str, str, str]]) -> dict[int, Student]:
    """By number: who of last year registers again instead of somebody new, at the own school in the own subject."""
    places: dict[int, Student] = {}
    for former in world.coming_back:
        of_theirs = (former.city, former.school, former.subject)
        places[next(n for n, *rest in wanted if tuple(rest) == of_theirs and n not in places and _able(n))] = former
    return places


def _able(number: int) -> bool:
    """One in twenty-five lies above both lines of P13."""
    return number % 25 != 7


async def _register(
    world: World, number: int, city: str, school: str, subject: str, former: Student | None = None
) -> Student:
    draw = random.Random(number * 7919)
    unit = world.schools[school]
    person = former.person if former is not None else None
    if person is None or not person.login:
        # Also who comes back without the account of before: the identity number tells.
        facts = person.facts if person is not None else {}
        person = await world.invite(unit.office, unit, "student", world.login("student", number))
        person.facts |= facts
    student = Student(person, school, city, subject, quality=draw.random(), again=former is not None)
    made = await person.post("/registrations")
    student.registration = made["id"]
    path = f"/registrations/{student.registration}"
    await person.patch(path, {"version": made["version"], **_materials(world, student, draw, number)})
    for kind in world.plan.application.required_materials:
        title = next(m.zh for m in world.plan.application.materials if m.code == kind)
        await person.put(f"{path}/materials/{kind}", {"file_id": await person.upload(f"{title}.pdf", paper(title))})
    await _consent(world, student, draw, number)
    # Linking the guardian is a change too.
    seen = await person.get(path)
    try:
        moved = await person.act(path, "submit", seen["version"])
    except Refused as refused:
        # Told by field why it is not possible; nothing is lost.
        if refused.code != "validation_failed":
            raise
        return student
    student.version = moved["version"]
    return student


def _materials(world: World, student: Student, draw: random.Random, number: int) -> Json:
    rules = world.plan.eligibility
    size = draw.randint(600, 1200)
    # One in twenty-five lies above both lines; the others are inside one of them.
    too_low = number % 25 == 7
    best = float(rules.subject_rank_percent if draw.random() < 0.7 else rules.overall_rank_percent)
    overall = best == float(rules.overall_rank_percent)
    rank = max(1, int(size * best / 100 * draw.uniform(0.05, 1)))
    low = int(size * 0.4)
    without_exam = student.subject in rules.subjects_without_exam
    facts: Json = {
        "subject": student.subject,
        **_own(world, student.person, draw),
        "year_size": size,
        "overall_rank": low if too_low else rank if overall or without_exam else min(size, rank + 40),
        "rank_basis": "高一上学期期中考试",
        "interests": "科学阅读、动手实验、编程",
        "motivation": draw.choice(MOTIVES),
        "accepts_adjustment": draw.random() < 0.85,
        "choices": _choices(world, student, draw),
    }
    if not without_exam:
        facts["subject_rank"] = low if too_low or overall else rank
    return facts


def _own(world: World, person: Person, draw: random.Random) -> Json:
    """What stays with a person over the years: number and entry; who comes back is in the highest grade by then."""
    grade = draw.choice(world.plan.eligibility.grades)
    entry, number = world.plan.year - 1, identity_number(draw, world.plan.year - 16)
    known = person.facts
    if "identity_number" in known:
        grade, entry = max(world.plan.eligibility.grades), known["entry_year"]
    else:
        known |= {"identity_number": number, "entry_year": entry}
    return {"grade": grade, "entry_year": entry, "identity_number": known["identity_number"]}


def _choices(world: World, student: Student, draw: random.Random) -> list[str]:
    open_to = [m for m in world.mentors if m.city == student.city and m.subject == student.subject]
    count = min(len(open_to), draw.randint(world.plan.choices.minimum, world.plan.choices.maximum))
    # Some mentors are better known than others: choices pile up, as they do.
    weights = {m.nomination: 1 / (1 + i) for i, m in enumerate(open_to)}
    chosen: list[Mentor] = []
    while len(chosen) < count:
        left = [m for m in open_to if m not in chosen]
        chosen.append(draw.choices(left, [weights[m.nomination] for m in left])[0])
    return [m.nomination for m in chosen]


async def _consent(world: World, student: Student, draw: random.Random, number: int) -> None:
    path = f"/registrations/{student.registration}"
    asked = await student.person.post(
        f"{path}/consent-requests",
        {
            "guardian_name": next(world.people),
            "relation": draw.choice(("father", "mother")),
            "phone": f"1990000{number:04d}",
        },
    )
    token = asked["link"].rsplit("/", 1)[-1]
    given: Json = {"participation": True, "publication": draw.random() < 0.6, "national_programme": draw.random() < 0.8}
    # Every third guardian reads along; one who did last year goes on with that account.
    guardian = student.person.facts.get("guardian")
    if guardian is None and number % 3 == 0:
        guardian = Person(world.http, world.login("guardian", number), password=world.password)
    if guardian is not None:
        given |= {"login": guardian.login, "password": guardian.password}
        student.person.facts["guardian"] = guardian
    await world.anyone().post(f"/public/consents/{token}", given)


async def review(world: World) -> None:
    """School, city, region, in this order; the school returns one, rejects one, the city another."""
    await world.go(world.plan.closes_at(StageCode.REGISTRATION_REVIEW) - timedelta(days=3, hours=14.5))
    waiting = [s for s in world.students if s.version]
    for_school = [s for i, s in enumerate(waiting) if i % 40 != 13]
    rejected = [s for i, s in enumerate(waiting) if i % 40 == 13]
    reason = "成绩排名依据与学校记录不符"
    await each(rejected, lambda s: _step(world.schools[s.school].office, s, "reject_by_school", reason))
    await each(for_school, lambda s: _step(world.schools[s.school].office, s, "recommend"))
    await world.reached(StageCode.REGISTRATION_REVIEW)
    await each(for_school, lambda s: _step(world.cities[s.city].office, s, "pass_city_review"))
    await each(for_school, lambda s: _step(world.region.office, s, "pass_second_review"))
    gone = for_school[3]
    await _step(gone.person, gone, "withdraw", "家庭搬迁到外地")
    eligible = [s for s in for_school if s is not gone]
    world.say(f"{len(eligible)} eligible: {dict(Counter(s.city for s in eligible))}")
    world.students = eligible


async def _step(by: Person, student: Student, action: str, reason: str | None = None) -> None:
    moved = await by.act(f"/registrations/{student.registration}", action, student.version, reason)
    student.version = moved["version"]
