"""Two years in a row in one region, over HTTP: the second plan's, and the year after with students of before (P5)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from miaopu.core.audit import broken_links
from miaopu.demo.journey.http import Person
from miaopu.demo.journey.next_year import next_year
from miaopu.demo.journey.world import Student, World
from miaopu.demo.journey.year import walk_on
from miaopu.programme.plan import load_plan
from postgres import drop_database, fresh_database
from years import PLANS, Scale, Year, walked

Json = dict[str, Any]


@dataclass(slots=True)
class Two:
    """Both years: the walked application, the worlds of either, what the first said before the second began."""

    year: Year
    first: World
    second: World
    before: dict[str, Any]
    # By grade, or `withdrawn`: who of the first year registered again.
    again: dict[str, list[Student]]
    # Who comes back with a new account, and is known by the identity number alone.
    renamed: Student


# Whoever the final judges is excellent: four, and one of them is put right after an objection.
SOURCE = PLANS["second"].read_text("utf-8").replace("\nexcellent_from = 80", "\nexcellent_from = 60")
# Two panels of every city and subject: each who comes back has one without last year's mentor.
SCALE = Scale(applicants_per_place=4, mentors_per_cell=4, extra_mentors=0)
LISTS = (
    "/enrolments", "/certificates", "/registrations", "/summaries", "/activities", "/evaluations/annual",
    "/disclosures", "/mentors", "/cutoffs", "/pairings",
)  # fmt: skip


async def said(world: World, office: Person) -> dict[str, Any]:
    """What a year's lists and numbers say to the region, and its record to anybody."""
    found: dict[str, Any] = {path: await office.all(path) for path in LISTS}
    found["funnel"] = await office.get("/reports/funnel")
    found["checks"] = await world.anyone().get(f"/public/cycles/{world.plan.code}/record/checks")
    found["public"] = await world.anyone().get(f"/public/cycles/{world.plan.code}")
    # What time it is of a year is no part of what was done in it.
    found["public"] = {key: found["public"][key] for key in ("id", "plan_digest", "seeds", "records", "numbers")}
    return found


def coming_back(world: World, enrolments: list[Json]) -> dict[str, list[Student]]:
    """One who left, three excellent, one qualified."""
    wanted = {"withdrawn": 1, "excellent": 3, "qualified": 1}
    students = {s.registration: s for s in world.students}
    ended = [(e["grade"] or e["state"], students[e["registration_id"]]) for e in enrolments]
    return {kind: [student for how, student in ended if how == kind][:count] for kind, count in wanted.items()}


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """An empty database for both years."""
    made = fresh_database()
    yield made
    drop_database(made)


@pytest.fixture(scope="module")
async def two(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """Both years, walked."""
    year = await walked("second", database, tmp_path_factory.mktemp("two"), SCALE, SOURCE)
    first = year.world
    before = await said(first, first.region.office)
    again = coming_back(first, before["/enrolments"])
    old = again["excellent"].pop()
    known = {name: old.person.facts[name] for name in ("identity_number", "entry_year")}
    renamed = Student(Person(first.http, "", facts=known), old.school, old.city, old.subject, old.registration)
    coming = [renamed, *(s for some in again.values() for s in some)]
    # Last year's are a grade higher by now.
    source = next_year(SOURCE).replace("\ngrades = [10]", "\ngrades = [10, 11]")
    second = await walk_on(first, source, coming)
    yield Two(year, first, second, before, again, renamed)
    await year.http.aclose()
    await year.app.state.database.close()


async def in_cycle(world: World, person: Person) -> Person:
    """The same person, acting in that world's year."""
    other = Person(person.http, person.login, person.name, person.password, account_id=person.account_id)
    await other.sign_in()
    me = await other.get("/me")
    body = {"membership_id": me["membership"]["id"], "cycle_id": world.cycle}
    other.token = (await other.post("/auth/switch", body))["access_token"]
    return other


def test_p5_the_next_years_plan_is_last_years_a_year_later() -> None:
    plan, after = load_plan(SOURCE), load_plan(next_year(SOURCE))
    assert (after.year, after.code) == (plan.year + 1, "second-2026")
    assert after.title.zh == "2026年云岭省青少年科学英才培养计划"
    for stage, later in zip(plan.stages, after.stages, strict=True):
        assert stage.opens_on.replace(year=stage.opens_on.year + 1) == later.opens_on
    assert after.cities == plan.cities
    leap = SOURCE.replace("2025-01-01,", "2024-02-29,")
    assert "2025-02-28," in next_year(leap)


async def test_p5_only_whom_the_plan_names_comes_back_with_priority(two: Two) -> None:
    office = two.second.region.office
    marked = {r["id"]: r["name"] for r in await office.all("/registrations") if r["returning"]}
    best = {(await own(two.second, student)) for student in two.again["excellent"]}
    assert len(best) == 2
    # And one more, whose account is new: nothing but the identity number is the same.
    assert best < marked.keys()
    (other,) = marked.keys() - best
    assert marked[other] not in {s.person.name for s in two.first.students}
    for kind in ("qualified", "withdrawn"):
        (student,) = two.again[kind]
        assert await own(two.second, student) not in marked


async def own(world: World, student: Student) -> str:
    """The student's own registration of that year."""
    person = await in_cycle(world, student.person)
    (found,) = await person.all("/registrations")
    return str(found["id"])


async def test_p5_who_comes_back_is_recognised_once_and_is_found_by_the_same_identity(two: Two) -> None:
    # Nobody has two accounts in a year, and mentors go on with the account of before.
    known = {m.person.account_id for m in two.first.mentors if m.person}
    assert {m.person.account_id for m in two.second.mentors if m.person} == known
    teams = {m.team.account_id for m in two.first.mentors if m.team}
    assert {m.team.account_id for m in two.second.mentors if m.team} == teams
    assert {m.nomination for m in two.first.mentors}.isdisjoint(m.nomination for m in two.second.mentors)


async def test_p5_last_years_lists_numbers_and_certificates_stand_as_they_were(two: Two) -> None:
    office = await in_cycle(two.first, two.first.region.office)
    now = await said(two.first, office)
    for name, before in two.before.items():
        assert now[name] == before, name


async def test_each_years_lists_show_only_its_own(two: Two) -> None:
    now = await said(two.second, two.second.region.office)
    for path in LISTS:
        of_before, of_now = ({one["id"] for one in found[path]} for found in (two.before, now))
        assert of_now, path
        assert of_before.isdisjoint(of_now), path
    plan = two.second.plan
    assert len(now["/enrolments"]) == plan.places
    assert Counter(e["city_name"] for e in now["/enrolments"]) == {city.zh: city.places for city in plan.cities}
    for city in two.second.cities.values():
        assert {e["id"] for e in await city.office.all("/enrolments")} <= {e["id"] for e in now["/enrolments"]}
    assert now["funnel"]["total"]["enrolled"] == plan.places


async def test_who_was_in_year_one_alone_still_sees_what_was_theirs(two: Two) -> None:
    again = {s.person.login for some in two.again.values() for s in some}
    mine = {s.registration: s for s in two.first.students if s.person.login not in again}
    enrolment = next(e for e in two.before["/enrolments"] if e["grade"] == "qualified" and e["registration_id"] in mine)
    student = mine[enrolment["registration_id"]].person
    await student.sign_in()
    assert await student.all("/registrations") == []
    then = await in_cycle(two.first, student)
    assert [r["id"] for r in await then.all("/registrations")] == [enrolment["registration_id"]]
    assert [e["id"] for e in await then.all("/enrolments")] == [enrolment["id"]]
    certificates = await then.all("/certificates")
    assert [c["enrolment_id"] for c in certificates] == [enrolment["id"]]
    assert await then.all("/growth-logs")


async def test_the_years_stand_beside_each_other_with_their_own_numbers(two: Two) -> None:
    found = await two.second.region.office.get("/numbers/years")
    rows = {int(row["year"]): row for row in found["rows"]}
    assert set(rows) == {two.first.plan.year, two.second.plan.year}
    for world in (two.first, two.second):
        office = await in_cycle(world, world.region.office)
        funnel, row = (await office.get("/reports/funnel"))["total"], rows[world.plan.year]
        for name in ("registered", "eligible", "tested", "shortlisted", "selected", "enrolled"):
            assert row[name] == funnel[name], name
        assert row["certificates"] == funnel["certified"]
        assert row["planned"] == world.plan.places


async def test_p16a_the_record_of_either_year_is_verified_by_anybody(two: Two) -> None:
    for world in (two.first, two.second):
        checks = await world.anyone().get(f"/public/cycles/{world.plan.code}/record/checks")
        assert checks["agrees"]
        assert checks["checks"]
    for certificate in (two.before["/certificates"][0], (await two.second.region.office.all("/certificates"))[0]):
        shown = await two.first.anyone().get(f"/public/certificates/{certificate['code']}")
        assert shown["number"] == certificate["number"]


async def test_the_trail_of_both_years_is_unbroken(two: Two) -> None:
    async with two.year.app.state.database.session() as session:
        assert await asyncio.wait_for(broken_links(session), 60) == []
