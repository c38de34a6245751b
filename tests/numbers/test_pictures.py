"""The pictures of single rooms: what is counted, for whom, and that the files hold the same rows."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl

from interviewed import Hall
from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.files import CSV, XLSX
from miaopu.people.models import Unit
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import Headers, World, saved, turn_to
from trained import Training


async def shown(at: World, picture: str, who: Headers, status: int = 200, **asked: Any) -> Any:
    answer = await at.client.get(f"/numbers/{picture}", params=asked, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


def column(picture: dict[str, Any], key: str) -> list[Any]:
    return [row[key] for row in picture["rows"]]


async def add_school(at: World, sexes: tuple[str | None, ...], name: str = "第九中学") -> Unit:
    """Another school of the city, with students who registered."""
    city = at.units["hohhot"]
    school = Unit(id=new_id(), kind="school", code="no9", name=name, parent_id=city.id, city_id=city.id)
    at.units["no9"] = school
    await at.add(school)
    for i, sex in enumerate(sexes):
        _, account = await at.person(Role.STUDENT, "no9", f"新生{i}")
        await at.add(
            Registration(
                id=new_id(), cycle_id=at.cycle_id, serial=90 + i, state="submitted", number=f"N{i}",
                account_id=account.id, school_id=school.id, city_id=city.id, subject="mathematics", sex=sex,
                name=f"新生{i}", name_key=str(i), submitted_at=clock.now(),
            )
        )  # fmt: skip
    return school


async def test_p13_a_school_counts_its_own_students_and_never_another_schools(hall: Hall) -> None:
    at = hall.at
    await add_school(at, ("female", "male"))
    people = {code: (await at.person(Role.SCHOOL, code))[0] for code in ("no2", "no9")}
    for by in ("city", "subject", "school", "sex"):
        for code, own in (("no2", 6), ("no9", 2)):
            picture = await shown(at, "funnel", people[code], by=by)
            hidden = by == "sex"
            assert picture["total"]["registered"] == own or (hidden and own < 3), (by, code)
    ours = await shown(at, "funnel", people["no9"], by="school")
    assert column(ours, "name") == ["第九中学"]
    # Numbers that no filter widens.
    theirs = await shown(at, "funnel", people["no9"], by="school", city=str(at.units["hohhot"].id))
    assert theirs["rows"] == ours["rows"]
    assert (await shown(at, "marks", people["no9"]))["rows"] == []
    assert sum(column(await shown(at, "marks", people["no2"]), "mathematics")) == 6
    both = await shown(at, "funnel", hall.first, by="school")
    assert column(both, "registered") == [6, 2]
    assert both["hidden_below"] is None


async def test_p16a_who_sees_no_person_gets_no_cell_that_points_at_one(hall: Hall) -> None:
    await add_school(hall.at, ("female", "male"))
    expert, _ = await hall.at.person(Role.EXPERT, "region")
    picture = await shown(hall.at, "funnel", expert, by="school")
    assert picture["hidden_below"] == hall.at.plan.public_lists.smallest_group
    # Two alone would be what is missing from the sum.
    assert column(picture, "registered") == ["*", "*"]
    assert picture["total"]["registered"] == 8
    assert column(await shown(hall.at, "funnel", expert, by="subject"), "registered") == [8]


async def test_p13_the_sex_of_a_student_is_counted_and_never_told_of_one(hall: Hall) -> None:
    await add_school(hall.at, ("female", "female", "female", "male", None))
    picture = await shown(hall.at, "funnel", hall.first, by="sex")
    # Six of the hall and one here are without; one boy would be what is missing, so the girls are not told either.
    assert dict(zip(column(picture, "name"), column(picture, "registered"), strict=True)) == {
        "女": "*", "男": "*", "未登记": 7,
    }  # fmt: skip


async def test_p16_a_verdict_counts_from_its_release_on_and_the_judges_with_it(hall: Hall) -> None:
    school, _ = await hall.at.person(Role.SCHOOL, "no2")
    await hall.assign()
    turn_to("2024-01-13T09:00", hall.at.plan)
    await hall.score_all()
    await hall.act(hall.first, "propose")
    before = await shown(hall.at, "funnel", school)
    assert (before["total"]["interviewed"], before["total"]["selected"]) == (0, 0)
    home = await hall.call("GET", "/home", school)
    assert (home["numbers"]["interviewed"], home["numbers"]["selected"]) == (0, 0)
    assert (await shown(hall.at, "judges", hall.first))["rows"] == []
    await hall.publish(hall.second)
    after = await shown(hall.at, "funnel", school)
    assert (after["total"]["interviewed"], after["total"]["selected"]) == (6, 2)
    panels = await shown(hall.at, "judges", hall.first)
    assert column(panels, "panel") == ["乙组", "甲组"]
    # The third of each panel scored ten points below the others.
    assert column(panels, "spread") == [0, 10]
    assert panels["total"]["sheets"] == 18
    assert (await shown(hall.at, "judges", school))["rows"] == []
    other, _ = await hall.at.person(Role.CITY_OFFICE, "baotou")
    assert (await shown(hall.at, "judges", other))["rows"] == []


async def test_p15_the_marks_stand_with_the_released_line(hall: Hall) -> None:
    picture = await shown(hall.at, "marks", hall.first)
    found = {row["bin"]: row["mathematics"] for row in picture["rows"] if row["mathematics"]}
    assert found == {"80–85": 3, "85–90": 2, "90–95": 1}
    assert picture["facts"] == [{"key": "line", "label": "呼和浩特市 分数线", "value": 80.0, "column": "mathematics"}]
    by_city = await shown(hall.at, "marks", hall.first, by="city")
    assert by_city["total"][str(hall.at.units["hohhot"].id)] == 6


async def test_p3_places_are_the_plans_and_a_unit_sees_those_of_its_city(hall: Hall) -> None:
    region, _ = await hall.at.person(Role.REGION_OFFICE, "region")
    picture = await shown(hall.at, "places", region)
    assert dict(zip(column(picture, "name"), column(picture, "planned"), strict=True)) == {
        city.zh: city.places for city in hall.at.plan.cities
    }
    assert picture["total"]["planned"] == hall.at.plan.places
    assert column(await shown(hall.at, "places", hall.first), "name") == ["呼和浩特市"]
    subjects = await shown(hall.at, "places", hall.first, by="subject")
    assert next(r["planned"] for r in subjects["rows"] if r["id"] == "mathematics") == 2
    school, _ = await hall.at.person(Role.SCHOOL, "no2")
    assert set(column(await shown(hall.at, "places", school, by="subject"), "planned")) == {None}


async def test_p9_meetings_are_counted_by_local_months_and_by_ones_own_students(training: Training) -> None:
    # Half past midnight on the first of March where the students live.
    await training.hold(starts_at=datetime(2024, 2, 29, 16, 30, tzinfo=UTC).isoformat())
    mine = await shown(training.at, "meetings", training.mentor)
    assert [c["key"] for c in mine["columns"]] == ["name", "students", "2024-01", "2024-02", "2024-03"]
    assert [(r["students"], r["2024-02"], r["2024-03"]) for r in mine["rows"]] == [(1, 0, 2)]
    office, _ = await training.at.person(Role.CITY_OFFICE, "hohhot")
    city = await shown(training.at, "meetings", office)
    assert [(r["students"], r["2024-03"]) for r in city["rows"]] == [(2, 3)]
    assert city["facts"][0]["value"] == training.at.plan.training.meetings_per_month
    expert, _ = await training.at.person(Role.EXPERT, "region")
    few = await shown(training.at, "meetings", expert)
    assert [(r["students"], r["2024-03"]) for r in few["rows"]] == [("*", "*")]
    assert (few["total"]["students"], few["total"]["2024-03"]) == ("*", "*")


async def test_p11_logs_stand_in_their_week_and_a_quiet_week_is_shown(training: Training) -> None:
    log = await training.hand_in()
    turn_to("2024-03-28T09:00", training.at.plan)
    await training.review(await training.call("GET", f"/growth-logs/{log['id']}", training.mentor), "accept")
    picture = await shown(training.at, "logs", training.mentor)
    assert [(r["week"], r["submitted"], r["late"], r["accepted"]) for r in picture["rows"]] == [
        ("2024-03-04", 1, 0, 0), ("2024-03-11", 0, 0, 0), ("2024-03-18", 0, 0, 0), ("2024-03-25", 0, 0, 1),
    ]  # fmt: skip
    assert (await shown(training.at, "logs", training.strange_mentor))["rows"] == []
    for who in (training.student, training.guardian):
        await shown(training.at, "logs", who, 403)


async def test_p25_files_hold_the_rows_of_the_page_and_no_formula(hall: Hall) -> None:
    at = hall.at
    await add_school(at, ("male",), "=1+1")
    for picture, by in (("funnel", "school"), ("marks", "subject"), ("places", "city"), ("results", "city")):
        page = await shown(at, picture, hall.first, by=by)
        heads = [c["title"] for c in page["columns"]]
        keys = [c["key"] for c in page["columns"]]
        rows = [[row.get(key) for key in keys] for row in [*page["rows"], *([page["total"]] if page["total"] else [])]]
        address = f"/numbers/{picture}"
        book = saved(await at.client.get(f"{address}.xlsx", params={"by": by}, headers=hall.first), XLSX)
        sheet = openpyxl.load_workbook(io.BytesIO(book)).active
        assert sheet is not None
        assert [[c.value for c in line] for line in sheet.iter_rows()] == [heads, *rows]
        assert all(c.data_type != "f" for line in sheet.iter_rows() for c in line)
        text = saved(
            await at.client.get(f"{address}.csv", params={"by": by}, headers=hall.first), f"{CSV}; charset=utf-8"
        )
        lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        told = [["" if v is None else "'=1+1" if v == "=1+1" else str(v) for v in row] for row in rows]
        assert lines == [heads, *told]


async def test_p25_a_picture_is_told_in_english_and_refuses_what_it_cannot_be_broken_down_by(hall: Hall) -> None:
    picture = await shown(hall.at, "funnel", {**hall.first, "accept-language": "en"})
    assert (picture["title"], picture["rows"][0]["name"]) == ("Funnel of the selection", "Hohhot")
    wrong = await shown(hall.at, "funnel", hall.first, 422, by="university")
    assert wrong["errors"][0]["pointer"] == "?by"
    await shown(hall.at, "nothing", hall.first, 422)
    offer = (await hall.at.client.get("/numbers", headers=hall.first)).json()
    assert [(c["name"], c["x"] is None) for c in offer["cities"]] == [("呼和浩特市", False)]
    assert clock.offset() != timedelta(0)
