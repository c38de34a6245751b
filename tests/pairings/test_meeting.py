"""The first meeting (P16b): invitations, passes at the door, the contact chain (P21)."""

import uuid

import pytest
from icalendar import Calendar

from miaopu.core import passes
from miaopu.demo.journey.http import Person, Refused
from years import Year


async def meeting_of(year: Year, place: int = 0) -> tuple[Person, dict[str, object]]:
    office = list(year.world.cities.values())[place].office
    return office, (await office.all("/meetings"))[0]


async def guest_of(year: Year, office: Person) -> tuple[Person, dict[str, object]]:
    """A student of the city in training, and the enrolment."""
    enrolment = (await office.all("/enrolments"))[0]
    student = next(s.person for s in year.world.students if s.registration == enrolment["registration_id"])
    return student, enrolment


async def test_p16b_everybody_of_the_circle_is_invited_once_for_each_meeting(year: Year) -> None:
    office, meeting = await meeting_of(year)
    student, enrolment = await guest_of(year, office)
    told = [n for n in await student.all("/notices") if n["kind"] == "meeting.created"]
    assert [n["thing_id"] for n in told] == [meeting["id"]]
    mentor = next(m.person for m in year.world.mentors if m.nomination == enrolment["mentor_id"])
    assert mentor is not None
    assert any(n["kind"] == "meeting.created" for n in await mentor.all("/notices"))


async def test_p16b_a_pass_was_taken_at_the_door_and_stands_in_the_record(year: Year) -> None:
    office, meeting = await meeting_of(year)
    record = await office.get(f"/meetings/{meeting['id']}")
    assert record["guest_list"]
    assert all(guest["student"] for guest in record["guest_list"])
    trail = await office.get(f"/meetings/{meeting['id']}/trail")
    assert "meeting.check_in" in {entry["action"] for entry in trail["items"]}


async def test_p16b_a_pass_that_was_altered_or_belongs_to_somebody_else_is_refused(year: Year) -> None:
    office, meeting = await meeting_of(year)
    student, _ = await guest_of(year, office)
    code = (await student.get(f"/meetings/{meeting['id']}/pass"))["code"]
    for wrong in (code[:-1] + ("0" if code[-1] != "0" else "1"), code.replace("meeting", "seat"), "nonsense-of-it"):
        assert await refusal(office, wrong) == (422, "pass_invalid")
    vault = year.app.state.vault
    stranger = passes.sign(vault, "meeting", uuid.UUID(str(meeting["id"])), uuid.uuid4())
    assert await refusal(office, stranger) in {(422, "pass_invalid"), (409, "wrong_state")}
    # A true one: too late, and never for the office of another city or the student.
    assert await refusal(office, f"https://miaopu.example/scan/{code}") == (409, "wrong_state")
    other, _ = await meeting_of(year, 1)
    assert (await refusal(other, code))[0] == 404
    assert await refusal(student, code) == (403, "forbidden")


async def refusal(who: Person, code: str) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        await who.post("/meetings/check-in", {"code": code})
    return refused.value.status, refused.value.code


async def test_p16b_who_is_not_invited_has_no_pass(year: Year) -> None:
    office, meeting = await meeting_of(year)
    with pytest.raises(Refused) as refused:
        await office.get(f"/meetings/{meeting['id']}/pass")
    assert refused.value.status == 404


async def test_p16b_the_meeting_goes_into_a_calendar(year: Year) -> None:
    office, meeting = await meeting_of(year)
    answer = await year.http.get(
        f"/meetings/{meeting['id']}/calendar", headers={"authorization": f"Bearer {office.token}"}
    )
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert str(event["location"]) == meeting["address"]
    assert event["dtstart"].dt.isoformat() == str(meeting["starts_at"])


async def test_p21_the_circle_of_a_student_knows_its_own_contacts_and_no_others(year: Year) -> None:
    office, _ = await meeting_of(year)
    student, enrolment = await guest_of(year, office)
    path = f"/enrolments/{enrolment['id']}/contacts"
    found = (await student.get(path))["items"]
    roles = [one["role"] for one in found]
    assert roles[0] == "student"
    assert {"mentor", "guide_teacher", "school", "city_office"} <= set(roles)
    assert next(one["name"] for one in found if one["role"] == "mentor") == enrolment["mentor_name"]
    other = next(s.person for s in year.world.students if s.person is not student)
    with pytest.raises(Refused) as refused:
        await other.get(path)
    assert refused.value.status == 404
