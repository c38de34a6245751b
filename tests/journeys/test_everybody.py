"""Everybody who took part looks at everything they may see; every answer keeps to the contract and to their scope."""

from collections import defaultdict
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from miaopu.demo.journey.http import Person, Refused
from miaopu.people.access import MATRIX
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from years import Year

API = "/api/v1"
# Lists that need an argument, or say nothing about things with records.
# The pass to a meeting is for who is invited only.
# The trail of an activity names everybody who was put forward: it is for who carries it out.
APART = {"/cutoffs/places", "/meetings/{meeting_id}/pass", "/activities/{activity_id}/trail"}


def schema_of(contract: dict[str, Any], operation: dict[str, Any]) -> Draft202012Validator | None:
    """The schema of an operation's answer, with the contract's components beside it.

    Not `jsonschema.validate`, which looks through the whole contract anew for each answer.
    """
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json")
    if not content or not content["schema"]:
        return None
    return Draft202012Validator({**content["schema"], "components": contract["components"]})


async def people_of(year: Year) -> dict[Role, Person]:
    """Somebody of every role, signed in."""
    world = year.world
    enrolled = (await world.region.office.all("/enrolments"))[0]
    student = next(s.person for s in world.students if s.registration == enrolled["registration_id"])
    mentor = next(m for m in world.mentors if m.nomination == enrolled["mentor_id"])
    school = next(u for u in world.schools.values() if u.id == enrolled["school_id"])
    city = next(u for u in world.cities.values() if u.id == enrolled["city_id"])
    guardian = next(s.person.facts["guardian"] for s in world.students if "guardian" in s.person.facts)
    await guardian.sign_in()
    assert mentor.person is not None
    assert mentor.team is not None
    teacher = next(t for t in school.teachers if t.name == enrolled["guide_teacher_name"])
    return {
        Role.REGION_OFFICE: world.region.office,
        Role.ASSOCIATION: world.organisers[0],
        Role.EDUCATION_DEPARTMENT: world.organisers[1],
        Role.CITY_OFFICE: city.office,
        Role.UNIVERSITY: world.universities[mentor.university].office,
        Role.SCHOOL: school.office,
        Role.MENTOR: mentor.person,
        Role.TEAM_MEMBER: mentor.team,
        Role.GUIDE_TEACHER: teacher,
        Role.STUDENT: student,
        Role.GUARDIAN: guardian,
        Role.EXPERT: world.experts[1],
    }


async def test_every_answer_to_every_role_is_what_the_contract_says(year: Year) -> None:
    contract = year.app.openapi()
    seen: dict[str, int] = defaultdict(int)
    for role, who in (await people_of(year)).items():
        for path, item in contract["paths"].items():
            short = path.removeprefix(API)
            operation = item.get("get")
            if operation is None or "{" in path or short in APART or short.startswith(("/public", "/demo")):
                continue
            asked = operation.get("x-permission")
            if isinstance(asked, str) and role not in MATRIX[Permission(asked)]:
                continue
            schema = schema_of(contract, operation)
            if schema is None:
                continue
            answer = await who.get(short)
            schema.validate(answer)
            seen[short] += 1
            ids = [i["id"] for i in answer.get("items", [])[:1] if isinstance(i, dict) and "id" in i]
            for inner, one in contract["paths"].items():
                inside = inner.removeprefix(API)
                if (
                    inside in APART
                    or not inside.startswith(f"{short}/{{")
                    or "get" not in one
                    or "{" in inside.replace("{", "", 1)
                ):
                    continue
                needs = one["get"].get("x-permission")
                if isinstance(needs, str) and role not in MATRIX[Permission(needs)]:
                    continue
                schema = schema_of(contract, one["get"])
                must = {p["name"]: 50 for p in one["get"].get("parameters", []) if p["in"] == "query" and p["required"]}
                for key in ids if schema else []:
                    record = await who.get(f"{short}/{key}" + inside.partition("}")[2], **must)
                    schema.validate(record)
                    seen[inside] += 1
    assert len(seen) > 50, dict(seen)
    assert sum(seen.values()) > 300


async def test_the_public_pages_keep_to_the_contract(year: Year) -> None:
    contract = year.app.openapi()
    for path in ("/public/notices", "/public/cutoffs", "/public/draws", "/public/cycles"):
        answer = await year.http.get(path)
        schema = schema_of(contract, contract["paths"][API + path]["get"])
        assert schema is not None
        schema.validate(answer.json())


async def test_a_student_sees_one_registration_and_no_other_persons_anything(year: Year) -> None:
    who = (await people_of(year))[Role.STUDENT]
    own = await who.all("/registrations")
    assert len(own) == 1
    for path in (
        "/enrolments",
        "/growth-logs",
        "/exams/seats",
        "/interviews/slots",
        "/training-plans",
        "/certificates",
    ):
        names = {i.get("student_name") or i.get("name") for i in await who.all(path)}
        assert names <= {own[0]["name"]}, path
    other = next(r for r in await year.world.region.office.all("/registrations") if r["id"] != own[0]["id"])
    with pytest.raises(Refused) as refused:
        await who.get(f"/registrations/{other['id']}")
    assert refused.value.status == 404


async def test_a_school_a_city_and_a_mentor_see_their_own_and_others_exist(year: Year) -> None:
    everybody = await year.world.region.office.all("/enrolments")
    people = await people_of(year)
    for role, column in ((Role.SCHOOL, "school_id"), (Role.CITY_OFFICE, "city_id"), (Role.MENTOR, "mentor_id")):
        mine = await people[role].all("/enrolments")
        assert mine
        assert len({e[column] for e in mine}) == 1
        assert len({e[column] for e in everybody}) > 1
        assert len(mine) < len(everybody)


async def test_what_the_panel_wrote_stays_with_the_panel_and_the_offices(year: Year) -> None:
    people = await people_of(year)
    slot = (await people[Role.STUDENT].all("/interviews/slots"))[0]
    record = await people[Role.STUDENT].get(f"/interviews/slots/{slot['id']}")
    assert record["sheet_list"] == []
    city = await people[Role.CITY_OFFICE].get(f"/interviews/slots/{slot['id']}")
    region = await people[Role.REGION_OFFICE].get(f"/interviews/slots/{slot['id']}")
    # There is something to leak: the sheets hold scores, and a level where the plan asks for one.
    assert len(region["sheet_list"]) >= year.world.plan.interview.panel_minimum
    assert all(sheet["level"] is None for sheet in city["sheet_list"])
    trail = await people[Role.STUDENT].get(f"/registrations/{slot['registration_id']}/trail")
    parts = [e for e in trail["items"] if e["part_type"]]
    assert parts
    assert all(e["changes"] is None for e in parts)


async def test_a_dossiers_files_are_read_by_those_who_judge_it_and_by_no_other_mentor(year: Year) -> None:
    world = year.world
    people = await people_of(year)
    dossier = (await people[Role.MENTOR].all("/evaluations/annual"))[0]
    record = await people[Role.MENTOR].get(f"/evaluations/annual/{dossier['id']}")
    path = f"/evaluations/annual/{dossier['id']}/materials/{record['materials'][0]['file_id']}"

    async def asked(person: Person, where: str = path) -> tuple[int, bytes]:
        # The year was walked a while ago: the token may be over by now.
        await person.sign_in()
        answer = await year.http.get(where, headers={"authorization": f"Bearer {person.token}"})
        return answer.status_code, answer.content[:5]

    own_mentor = next(m for m in world.mentors if m.person is people[Role.MENTOR])
    others = [m.person for m in world.mentors if m.person is not None and m is not own_mentor]
    for role in (Role.MENTOR, Role.REGION_OFFICE, Role.CITY_OFFICE):
        assert await asked(people[role]) == (200, b"%PDF-"), role
    assert [(await asked(other))[0] for other in others[:5]] == [404] * 5
    strangers = [u.office for u in world.cities.values() if u.office is not people[Role.CITY_OFFICE]]
    assert [(await asked(stranger))[0] for stranger in strangers] == [404] * len(strangers)
    # A file of another dossier is not reached through one's own.
    foreign = next(a for a in await world.region.office.all("/evaluations/annual") if a["id"] != dossier["id"])
    theirs = (await world.region.office.get(f"/evaluations/annual/{foreign['id']}"))["materials"][0]["file_id"]
    mixed = f"/evaluations/annual/{dossier['id']}/materials/{theirs}"
    assert (await asked(people[Role.REGION_OFFICE], mixed))[0] == 404
