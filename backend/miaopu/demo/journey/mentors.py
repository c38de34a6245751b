"""The journey's mentors: put forward, reviewed, approved, on public notice, appointed (P6–P8, P12)."""

from collections.abc import Sequence

from miaopu.demo.journey.http import Json, Person, each
from miaopu.demo.journey.papers import SCAN, paper
from miaopu.demo.journey.world import Mentor, World
from miaopu.programme.plan import StageCode
from miaopu.programme.plan_base import Named

TITLES = ("教授", "研究员", "教授级高级工程师")
RESEARCH = {
    "mathematics": "组合优化与图论",
    "physics": "半导体光电材料",
    "chemistry": "配位化学与多孔材料",
    "biology": "草原植物抗逆分子机制",
    "computing": "机器学习与自然语言处理",
}


async def nominate(world: World) -> None:
    """Every cell of the plan puts its mentors forward; the city reviews them first. Students can choose from then."""
    await world.day(StageCode.NOMINATION, 0.3)
    cells = [(u.code, s) for u in world.plan.universities for s in u.subjects]
    wanted = [cell for cell in cells for _ in range(world.scale.mentors_per_cell)]
    wanted += cells[: world.scale.extra_mentors]
    world.mentors = await each(enumerate(wanted), lambda item: _nominate(world, *item[1], item[0]))
    await world.reached(StageCode.NOMINATION)
    await each(world.mentors, lambda mentor: _first_review(world, mentor))
    await each(enumerate(world.mentors, 1), lambda item: _join(world, item[1], item[0]))


async def _nominate(world: World, code: str, subject: str, number: int) -> Mentor:
    university = world.universities[code]
    standings = world.plan.mentors.standings
    standing = standings[number % len(standings)]
    # "In principle" a doctorate: one in twelve comes with a reason instead, and the second review grants it.
    doctor = number % 12 != 5
    body: Json = {
        "subject": subject,
        "name": next(world.people),
        "standing": standing.code,
        "standing_reason": "主持国家级科研项目，长期指导青少年科技创新" if standing.reason_required else "",
        "degree": "doctor" if doctor else "master",
        "degree_reason": "" if doctor else "自治区级教学名师，指导经验丰富",
        "title": TITLES[number % len(TITLES)],
        "department": f"{next(s.zh for s in world.plan.subjects if s.code == subject)}学院",
        "research": RESEARCH.get(subject, "基础研究"),
        "opinion": "同意推荐。",
    }
    known = _known(world, code, subject, number)
    if known is not None and known.person is not None:
        body["name"] = known.person.name
    made = await university.office.post("/nominations", body)
    mentor = Mentor(made["id"], code, university.city, subject, made["version"])
    if known is not None:
        mentor.person, mentor.team = known.person, known.team
    path = f"/nominations/{mentor.nomination}"
    # The university brings the first kind with its draft; what is still required then, the mentor.
    await _prove(university.office, path, world.plan.mentors.evidence[:1])
    moved = await university.office.act(path, "recommend", mentor.version)
    mentor.version = moved["version"]
    return mentor


def _known(world: World, code: str, subject: str, number: int) -> Mentor | None:
    """Who was put forward in this place last year; there are as many places in every year of a journey."""
    known = world.known_mentors[number] if number < len(world.known_mentors) else None
    return known if known is not None and (known.university, known.subject) == (code, subject) else None


async def _prove(by: Person, path: str, kinds: Sequence[Named]) -> None:
    """Scans of these kinds; the files of a kind are alike."""
    for kind in kinds:
        kept = await by.upload(f"{kind.zh}.pdf", paper(kind.zh, SCAN))
        await by.put(f"{path}/evidence/{kind.code}", {"file_id": kept})


async def _first_review(world: World, mentor: Mentor) -> None:
    city = world.cities[mentor.city]
    moved = await city.office.act(f"/nominations/{mentor.nomination}", "pass_first_review", mentor.version)
    mentor.version = moved["version"]


async def _join(world: World, mentor: Mentor, number: int) -> None:
    """The mentor joins by the university's link, enters the profile and missing proofs and a team, and submits."""
    path = f"/nominations/{mentor.nomination}"
    office = world.universities[mentor.university].office
    person = mentor.person
    if person is None:
        invited = await office.post(f"{path}/invite-mentor")
        person = mentor.person = Person(world.http, world.login("mentor", number), account_id=invited["account_id"])
        await person.accept(invited["token"], world.password)
    else:
        # A mentor of last year goes on with the account of last year.
        await office.post(f"{path}/known-mentor")
    record = await person.get(path)
    person.name = record["name"]
    edited = await person.put(
        f"{path}/profile",
        {
            "version": record["version"],
            "research": record["research"] or "基础研究",
            "introduction": "欢迎对科学真正好奇、愿意动手和坚持的同学。每两周组会一次，寒暑假可进实验室。",
            # Not everybody takes as many as the plan allows.
            "capacity": min(world.plan.mentors.capacity, 3 + number % 3),
        },
    )
    given = {proof["kind"] for proof in record["evidence"]}
    asked = world.plan.mentors
    await _prove(person, path, [k for k in asked.evidence if k.code in asked.required_evidence and k.code not in given])
    for n in range(max(1, world.plan.mentors.team_minimum)):
        name = mentor.team.name if n == 0 and mentor.team is not None else next(world.people)
        made = await person.post(
            f"{path}/team",
            {
                "name": name,
                "unit_name": world.universities[mentor.university].name,
                "degree": world.plan.mentors.team_degree.value,
                "title": "讲师",
                "title_level": world.plan.mentors.team_title_level.value,
                "duty": "协助指导课题与实验",
                "may_review": number % 2 == 0,
            },
        )
        if n == 0:
            await _join_team(world, mentor, f"{path}/team/{made['id']}", name, number)
    moved = await person.act(path, "submit_profile", edited["version"])
    mentor.version = moved["version"]


async def _join_team(world: World, mentor: Mentor, path: str, name: str, number: int) -> None:
    """The first of a team joins by the mentor's link, or goes on with the account of last year."""
    assert mentor.person is not None
    if mentor.team is not None:
        await mentor.person.post(f"{path}/known")
        return
    link = await mentor.person.post(f"{path}/invite")
    mentor.team = Person(world.http, world.login("team", number), name, account_id=link["account_id"])
    await mentor.team.accept(link["token"], world.password)


async def approve(world: World) -> None:
    """The region's second review, both organisers' approval, the public notice."""

    async def one(mentor: Mentor) -> None:
        path = f"/nominations/{mentor.nomination}"
        moved = await world.region.office.act(path, "pass_second_review", mentor.version)
        for organiser in world.organisers:
            moved = await organiser.post(f"{path}/approve", {"version": moved["version"]})
        moved = await world.region.office.act(path, "publish", moved["version"])
        mentor.version = moved["version"]

    await each(world.mentors, one)


async def appoint(world: World) -> None:
    """The notice is over: letters of appointment."""
    await world.day(StageCode.CUTOFF, 1.35)

    async def one(mentor: Mentor) -> None:
        moved = await world.region.office.act(f"/nominations/{mentor.nomination}", "appoint", mentor.version)
        mentor.version = moved["version"]

    await each(world.mentors, one)
