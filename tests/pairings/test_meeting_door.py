"""Who came to the first meeting: what the door has scanned and what the office ticks are one list (P16b)."""

from datetime import timedelta
from typing import Any

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import Headers, World, turn_to


async def call(at: World, method: str, path: str, who: Headers, body: Any = None) -> Any:
    answer = await at.client.request(method, path, json=body, headers=who)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def enrolled(at: World, serial: int) -> tuple[Headers, Enrolment]:
    """A student of the city who is to meet a mentor."""
    university = next(u for u in at.plan.universities if u.city == "hohhot").code
    headers, student = await at.person(Role.STUDENT, "no2", f"学生{serial}")
    _, account = await at.person(Role.MENTOR, university, f"导师{serial}")
    city = at.units["hohhot"].id
    mentor = Nomination(
        id=new_id(), cycle_id=at.cycle_id, state="appointed", university_id=at.units[university].id, city_id=city,
        subject="mathematics", account_id=account.id, name=account.name, name_key="d", standing="academician",
        degree="doctor", title="教授", capacity=3, letter_number=f"L{serial}", letter_code=f"l{serial}",
    )  # fmt: skip
    registration = Registration(
        id=new_id(), cycle_id=at.cycle_id, city_id=city, subject="mathematics", serial=serial, state="enrolled",
        number=f"2024{serial:07d}", account_id=student.id, school_id=at.units["no2"].id, name=student.name,
        name_key="x", submitted_at=clock.now(),
    )  # fmt: skip
    made = Enrolment(
        id=new_id(), cycle_id=at.cycle_id, state="enrolled", registration_id=registration.id, account_id=student.id,
        mentor_id=mentor.id, university_id=mentor.university_id, school_id=registration.school_id, city_id=city,
        subject="mathematics", name=student.name, name_key="x", number=registration.number,
    )  # fmt: skip
    await at.add(mentor, registration, made)
    return headers, made


async def test_p16b_who_was_scanned_at_the_door_after_the_office_opened_its_list_is_in_training(at: World) -> None:
    turn_to("2024-01-20T09:00", at.plan)
    (early, first), (_, second), (_, third) = [await enrolled(at, n) for n in range(3)]
    office, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    form = {"starts_at": (clock.now() + timedelta(hours=1)).isoformat(), "address": "科技馆报告厅"}
    made = await call(at, "POST", "/meetings", office, form)
    listed = await call(at, "GET", f"/meetings/{made['id']}", office)
    code = (await call(at, "GET", f"/meetings/{made['id']}/pass", early))["code"]
    await call(at, "POST", "/meetings/check-in", office, {"code": code})
    # The office's page is older than the scan: it ticks only the second.
    body = {
        "version": listed["version"],
        "attendance": [{"enrolment_id": str(second.id), "student": True, "mentor": True}],
    }
    await call(at, "POST", f"/meetings/{made['id']}/hold", office, body)
    states = {e["id"]: e["state"] for e in (await call(at, "GET", "/enrolments", office))["items"]}
    assert states == {str(first.id): "active", str(second.id): "active", str(third.id): "enrolled"}


async def test_p16b_a_meeting_to_come_stands_on_the_home_page_of_who_is_invited_until_it_is_held(at: World) -> None:
    turn_to("2024-01-20T09:00", at.plan)
    student, own = await enrolled(at, 1)
    stranger, _ = await at.person(Role.STUDENT, "no2", "未入选")
    office, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    form = {"starts_at": (clock.now() + timedelta(hours=1)).isoformat(), "address": "科技馆报告厅"}
    made = await call(at, "POST", "/meetings", office, form)
    (one,) = (await call(at, "GET", "/home", student))["coming"]
    assert (one["thing"], one["id"], one["place"]) == ("meeting", made["id"], "科技馆报告厅")
    for who in (stranger, office):
        assert (await call(at, "GET", "/home", who))["coming"] == []
    body = {"version": made["version"], "attendance": [{"enrolment_id": str(own.id), "student": True}]}
    await call(at, "POST", f"/meetings/{made['id']}/hold", office, body)
    assert (await call(at, "GET", "/home", student))["coming"] == []


async def test_p16b_nobody_is_invited_to_a_time_that_is_over_and_any_code_held_to_the_door_is_answered(
    at: World,
) -> None:
    turn_to("2024-01-20T09:00", at.plan)
    office, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    form = {"starts_at": (clock.now() - timedelta(hours=1)).isoformat(), "address": "科技馆报告厅"}
    late = await at.client.post("/meetings", json=form, headers=office)
    assert late.status_code == 422
    assert late.json()["errors"][0] == {"pointer": "/starts_at", "code": "future", "message": "须是将来的时间"}
    scanned = await at.client.post("/meetings/check-in", json={"code": "hello"}, headers=office)
    assert (scanned.status_code, scanned.json()["code"]) == (422, "pass_invalid")
