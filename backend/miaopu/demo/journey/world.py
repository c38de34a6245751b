"""Who takes part in a journey: the offices, units and people of a plan, founded and invited over HTTP."""

import random
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from miaopu.demo.journey.http import Json, Person, each
from miaopu.demo.journey.people import names
from miaopu.programme.plan import Plan, StageCode

SCHOOLS = Path(__file__).with_name("schools.toml")


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a journey is. Places and every other number of the programme come from the plan."""

    applicants_per_place: int = 6
    mentors_per_cell: int = 3
    extra_mentors: int = 3
    schools_per_city: int = 4


@dataclass(slots=True)
class Student:
    """A student and what became of the registration."""

    person: Person
    school: str
    city: str
    subject: str
    registration: str = ""
    version: int = 0
    quality: float = 0.5
    # Was in training last year.
    again: bool = False


@dataclass(slots=True)
class Mentor:
    """A mentor, from the university's nomination on."""

    nomination: str
    university: str
    city: str
    subject: str
    version: int
    person: Person | None = None
    team: Person | None = None


@dataclass(slots=True)
class Unit:
    """A unit and the people who act for it."""

    id: str
    code: str
    name: str
    city: str
    staff: list[Person] = field(default_factory=list)
    teachers: list[Person] = field(default_factory=list)

    @property
    def office(self) -> Person:
        """The first of them."""
        return self.staff[0]


@dataclass(slots=True)
class World:
    """Everything a journey knows. `turn` turns the programme's clock, `reached` marks a moment of the year."""

    http: httpx.AsyncClient
    plan: Plan
    source: str
    scale: Scale
    turn: Callable[[datetime], Awaitable[None]]
    reached: Callable[[str], Awaitable[None]]
    say: Callable[[str], None]
    draw: random.Random = field(default_factory=lambda: random.Random(2024))
    people: Iterator[str] = field(default_factory=lambda: names(2024))
    password: str = ""
    cycle: str = ""
    region: Unit = field(default_factory=lambda: Unit("", "region", "", ""))
    organisers: list[Person] = field(default_factory=list)
    cities: dict[str, Unit] = field(default_factory=dict)
    universities: dict[str, Unit] = field(default_factory=dict)
    schools: dict[str, Unit] = field(default_factory=dict)
    experts: list[Person] = field(default_factory=list)
    mentors: list[Mentor] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)
    # In a year that follows another: what tells its new accounts from the old ones, and who is there again (P5).
    suffix: str = ""
    known_mentors: list[Mentor] = field(default_factory=list)
    coming_back: list[Student] = field(default_factory=list)
    # By login: mentors who worked with somebody who comes back, and so cannot sit in a panel that hears them (P16).
    apart: set[str] = field(default_factory=set)
    at: datetime | None = None
    # Up to when sessions have been held.
    trained_until: datetime | None = None

    def login(self, kind: str, number: int) -> str:
        """The login of the year's newcomer of a kind."""
        return f"{kind}-{number:03d}{self.suffix}"

    def anyone(self) -> Person:
        """Somebody without an account."""
        return Person(self.http, "public")

    async def day(self, stage: StageCode, days: float = 0.4) -> None:
        """Turn the clock to some days into a stage."""
        await self.go(self.plan.opens_at(stage) + timedelta(days=days))

    async def go(self, moment: datetime) -> None:
        """Turn the clock; the year of a journey never goes back."""
        if self.at is not None and moment <= self.at:
            return
        self.at = moment
        await self.turn(moment)

    async def invite(self, by: Person, unit: Unit, role: str, login: str) -> Person:
        """Invite somebody, who accepts."""
        name = next(self.people)
        made = await by.post("/invitations", {"unit_id": unit.id, "role": role, "name": name})
        person = Person(self.http, login, name, account_id=made["account_id"])
        await person.accept(made["token"], self.password)
        return person


async def settle(world: World, first_link: str) -> None:
    """Found every unit of the plan, invite its people, open the cycle."""
    plan = world.plan
    world.password = f"saplings-grow-{plan.year}"
    head = Person(world.http, "region", next(world.people))
    await head.accept(first_link, world.password)
    me = await head.get("/me")
    world.region.staff.append(head)
    world.region.id, world.region.name = me["membership"]["unit_id"], plan.region.zh
    # Two people: what one confirms the other releases.
    world.region.staff.append(await world.invite(head, world.region, "region_office", "region-2"))
    for kind, role, code, name in (
        ("association", "association", "association", f"{plan.region.zh}科学技术协会"),
        ("education_department", "education_department", "education", f"{plan.region.zh}教育厅"),
    ):
        unit = await _found(world, head, world.region.id, kind, code, name, "")
        world.organisers.append(await world.invite(head, unit, role, code))
    committee = await _found(
        world, head, world.region.id, "expert_committee", "experts", f"{plan.region.zh}专家咨询委员会", ""
    )
    wanted = plan.evaluations.final.experts_per_student + 3
    for n in range(1, wanted + 1):
        world.experts.append(await world.invite(head, committee, "expert", f"expert-{n:02d}"))
    for city in plan.cities:
        unit = await _found(world, head, world.region.id, "city", city.code, city.zh, "", city.en)
        unit.city = city.code
        world.cities[city.code] = unit
        # Two people: marks are entered twice, by two of them.
        unit.staff = [await world.invite(head, unit, "city_office", f"{city.code}-{n}") for n in (1, 2)]
    for university in plan.universities:
        city_unit = world.cities[university.city]
        unit = await _found(
            world, head, city_unit.id, "university", university.code, university.zh, university.city, university.en
        )
        unit.staff = [await world.invite(city_unit.office, unit, "university", university.code)]
        world.universities[university.code] = unit
    await open_cycle(world, head)
    await _schools(world, head)


async def open_cycle(world: World, head: Person) -> None:
    """The region opens the plan's year; whoever has an account in an office goes on in it."""
    made = await head.post("/cycles", {"source": world.source})
    world.cycle = made["id"]
    await head.act(f"/cycles/{world.cycle}", "open", made["version"])
    # Everybody who signed in before there was a cycle acts in it from now on.
    everybody = [*world.region.staff, *world.organisers, *world.experts]
    for unit in (*world.cities.values(), *world.universities.values()):
        everybody += unit.staff
    await each(everybody, lambda person: person.sign_in())


async def _schools(world: World, head: Person) -> None:
    listed: dict[str, list[str]] = tomllib.loads(SCHOOLS.read_text("utf-8"))
    for city in world.plan.cities:
        known = listed.get(city.code, [])
        wanted = len(known) or world.scale.schools_per_city
        unit = world.cities[city.code]
        for n in range(1, wanted + 1):
            name = known[n - 1] if known else f"{city.zh}第{n}中学"
            code = f"{city.code}-school-{n}"
            school = await _found(world, unit.office, unit.id, "school", code, name, city.code)
            school.staff = [await world.invite(unit.office, school, "school", code)]
            world.schools[code] = school
            school.teachers = [
                await world.invite(school.office, school, "guide_teacher", f"{code}-teacher-{k}") for k in (1, 2)
            ]
    await admit_schools(world, head)


async def admit_schools(world: World, head: Person) -> None:
    """Every school takes part in the cycle (P4)."""
    for school in world.schools.values():
        await head.post(f"/cycles/{world.cycle}/schools", {"school_id": school.id, "basis": "教学综合实力排名"})


async def _found(
    world: World, by: Person, parent: str, kind: str, code: str, name: str, city: str, name_en: str = ""
) -> Unit:
    body: Json = {"parent_id": parent, "kind": kind, "code": code, "name": name, "name_en": name_en}
    made = await by.post("/units", body)
    return Unit(made["id"], code, name, city)
