"""The pictures of a whole year against its lists: the sums are the lists' totals, for every role."""

from typing import Any

from miaopu.demo.journey.http import Person
from years import Year


async def total(who: Person, path: str) -> int:
    return int((await who.get(f"{path}{'&' if '?' in path else '?'}size=1"))["total"])


def summed(picture: dict[str, Any], key: str) -> int:
    """Of the rows themselves, which is what the total says."""
    added = sum(row[key] for row in picture["rows"])
    assert added == (picture["total"][key] if picture["total"] else 0)
    return int(added)


async def test_the_sums_of_every_picture_are_the_totals_of_the_lists(year: Year) -> None:
    world = year.world
    readers = {
        "region": world.region.office,
        "city": next(iter(world.cities.values())).office,
        "school": next(iter(world.schools.values())).office,
    }
    for name, who in readers.items():
        for by in ("city", "subject", "school"):
            funnel = await who.get(f"/numbers/funnel?by={by}")
            assert summed(funnel, "registered") == await total(who, "/registrations"), (name, by)
            assert summed(funnel, "enrolled") == await total(who, "/enrolments"), (name, by)
        for by in ("city", "subject", "school", "university"):
            results = await who.get(f"/numbers/results?by={by}")
            assert summed(results, "students") == await total(who, "/enrolments"), (name, by)
            for row in results["rows"]:
                grades = ("excellent", "qualified", "unqualified", "withdrawn", "going_on")
                assert sum(row[g] for g in grades) == row["students"]
        marks = await who.get("/numbers/marks")
        tested = (await who.get("/numbers/funnel"))["total"]["tested"]
        assert sum(summed(marks, c["key"]) for c in marks["columns"][1:]) == tested
        assert summed(await who.get("/numbers/logs"), "submitted") == await total(who, "/growth-logs"), name
        places = await who.get("/numbers/places")
        assert summed(places, "enrolled") == await total(who, "/enrolments")
        assert len((await who.get("/numbers/years"))["rows"]) == 1
    assert summed(await world.region.office.get("/numbers/places"), "planned") == world.plan.places


async def test_the_parts_of_the_region_are_the_whole(year: Year) -> None:
    world = year.world
    whole = await world.region.office.get("/numbers/results?by=school")
    parts = [await unit.office.get("/numbers/results") for unit in world.schools.values()]
    assert sum(p["total"]["students"] for p in parts if p["total"]) == whole["total"]["students"]
    for unit in world.schools.values():
        own = [row for row in whole["rows"] if row["id"] == str(unit.id)]
        seen = (await unit.office.get("/numbers/results?by=school"))["rows"]
        assert seen == own
    universities = [await unit.office.get("/numbers/results") for unit in world.universities.values()]
    assert sum(u["total"]["students"] for u in universities if u["total"]) == whole["total"]["students"]


async def test_p28_an_expert_counts_the_whole_region_and_no_small_cell(year: Year) -> None:
    expert = year.world.experts[0]
    least = year.world.plan.public_lists.smallest_group
    for picture, by in (("funnel", "school"), ("results", "school"), ("marks", "subject"), ("places", "city")):
        found = await expert.get(f"/numbers/{picture}?by={by}")
        cells = [
            value for row in found["rows"] for key, value in row.items()
            if isinstance(value, int) and key not in ("planned", "taken")
        ]  # fmt: skip
        assert cells
        assert all(value == 0 or value >= least for value in cells), picture
    office = await year.world.region.office.get("/numbers/funnel?by=city")
    assert (await expert.get("/numbers/funnel?by=city"))["total"] == office["total"]
