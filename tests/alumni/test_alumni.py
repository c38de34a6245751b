"""Former students: agreed, followed, corrected, asked, forgotten (P5, P29–P31)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from brought import bring, codes, counts, enter, export, lines
from miaopu.alumni.models import TrackingEntry
from miaopu.core import audit, clock
from miaopu.core.audit import AuditEntry
from miaopu.pairings.models import Enrolment
from miaopu.people.roles import Role
from seeded import Headers
from trained import Training

TRACK = {"kind": "university", "field": "数学", "research": "数论"}


@pytest.fixture
async def after(training: Training) -> Training:
    """The same two students, a year later, with their certificates."""
    async with training.at.app.state.database.session() as session:
        await audit.bulk(
            session,
            update(Enrolment).values(state="alumni", grade="excellent"),
            action="enrolment.graduate",
            thing_type="cycle",
            thing_id=training.at.cycle_id,
        )
        await audit.commit(session)
    return training


async def word(after: Training, decision: str, version: int | None = None, who: Any = None, status: int = 200) -> Any:
    who = who or after.student
    text = (await after.call("GET", "/alumni/mine", who))["text_version"]
    body = {"decision": decision, "text_version": text, "version": version}
    return await after.call("POST", "/alumni/mine", who, body, status)


async def school_of(after: Training) -> Headers:
    return (await after.at.person(Role.SCHOOL, "no2", "学校"))[0]


async def record(after: Training, who: Headers, institution: str = "北方大学", status: int = 201, **more: Any) -> Any:
    body = {"enrolment_id": str(after.enrolment.id), "year": 2025, "institution": institution, **TRACK, **more}
    return await after.call("POST", "/tracking", who, body, status)


async def test_p29_nobody_is_followed_before_the_person_has_agreed_to_the_text(after: Training) -> None:
    school = await school_of(after)
    assert (await record(after, school, status=409))["code"] == "not_agreed"
    mine = await after.call("GET", "/alumni/mine", after.student)
    assert (mine["consent"], mine["text_version"]) == ("asked", after.at.plan.tracking.consent.version)
    other = {"decision": "agree", "text_version": "another", "version": None}
    assert (await after.call("POST", "/alumni/mine", after.student, other, 409))["code"] == "stale"
    await word(after, "agree")
    made = await record(after, school)
    assert (await record(after, school, status=409))["code"].endswith("enrolment_id_year")
    wrong = await record(after, school, status=422, year=2024 + after.at.plan.tracking.years + 1)
    assert wrong["errors"][0]["code"] == "outside_tracking"
    (entry,) = (await after.call("GET", "/alumni/mine", after.student))["entries"]
    assert (entry["id"], entry["research"], entry["said_by"]) == (made["id"], "数论", "school")
    fixed = {"version": 1, "kind": "work", "institution": "某研究所", "field": "工程师"}
    await after.call("PATCH", f"/tracking/{made['id']}", after.student, fixed)
    (entry,) = (await after.call("GET", "/tracking", school))["items"]
    assert (entry["institution"], entry["research"], entry["said_by"]) == ("某研究所", "", "student")
    await after.call("PATCH", f"/tracking/{made['id']}", after.stranger, {**fixed, "version": 2}, 404)


async def test_p30_a_university_sees_who_came_to_it_and_nobody_else(after: Training) -> None:
    school = await school_of(after)
    first, second = [u.code for u in after.at.plan.universities[:2]]
    came, _ = await after.at.person(Role.UNIVERSITY, first)
    other, _ = await after.at.person(Role.UNIVERSITY, second)
    moved = await word(after, "agree")
    # Known by its name as well.
    await record(after, school, after.at.units[first].name)
    (entry,) = (await after.call("GET", "/tracking", came))["items"]
    assert (entry["student_name"], entry["field"]) == (after.enrolment.name, "数学")
    assert (await after.call("GET", "/tracking", other))["items"] == []
    assert (await after.call("GET", "/tracking", after.stranger))["items"] == []
    await after.call("GET", "/alumni", came, status=403)
    await word(after, "withdraw", moved["version"])
    assert (await after.call("GET", "/tracking", came))["items"] == []


async def test_p29_who_withdraws_is_forgotten_and_the_trail_keeps_only_that(after: Training) -> None:
    school = await school_of(after)
    moved = await word(after, "agree")
    await record(after, school, "北方大学")
    moved = await word(after, "withdraw", moved["version"])
    async with after.at.app.state.database.session() as session:
        assert list(await session.scalars(select(TrackingEntry))) == []
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.part_type == "tracking_entry")))
        assert await audit.broken_links(session) == []
    assert [e.action for e in entries] == ["tracking_entry.created", "tracking_entry.forgotten"]
    assert "北方大学" not in str([e.changes for e in entries])
    assert entries[-1].changes["institution"] == "changed"
    assert (await record(after, school, status=409))["code"] == "not_agreed"
    assert (await after.call("GET", "/alumni", school, None))["items"][0]["consent"] in ("asked", "withdrawn")
    # A later word is another one: people change their minds.
    await word(after, "agree", moved["version"])
    await record(after, school)


async def test_p29_who_was_never_in_training_says_nothing_and_others_words_are_not_heard(after: Training) -> None:
    somebody, _ = await after.at.person(Role.STUDENT, "no2", "新生")
    await word(after, "agree", who=somebody, status=404)
    await after.call("GET", "/alumni/mine", after.guardian, status=403)
    moved = await word(after, "refuse")
    await word(after, "withdraw", moved["version"], status=409)
    other, _ = await after.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    assert (await after.call("GET", "/alumni", other))["items"] == []


async def test_p29_a_school_brings_a_workbook_and_takes_it_out_again(after: Training) -> None:
    at, school = after.at, await school_of(after)
    await word(after, "agree")
    number, name = after.enrolment.number, after.enrolment.name
    head = "登记号,姓名,年份,去向,学校或单位,专业或职业,研究方向\n"
    good = f"{head}{number},{name},2025,本科,{at.plan.universities[0].zh},数学,数论\n"
    bad = f"{good}202401002,学生2,2025,本科,某大学,物理,\n{number},别名,2026,工作,某厂,,\n"
    tried = await bring(at, school, bad.encode("gb18030"), "tracking", "去向.csv")
    assert codes(tried) == {(3, "number"): "not_agreed", (4, "name"): "other_name"}
    assert counts(await enter(at, school, good.encode("gb18030"), "tracking", "去向.csv")) == (1, 0, 0)
    university, _ = await at.person(Role.UNIVERSITY, at.plan.universities[0].code)
    assert (await after.call("GET", "/tracking", university))["total"] == 1
    assert number in lines(await export(at, school, "tracking"))[-1]
    assert counts(await enter(at, school, await export(at, school, "tracking"), "tracking")) == (0, 0, 1)


async def test_p31_a_city_asks_those_who_agreed_and_sees_who_comes(after: Training) -> None:
    city, _ = await after.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    other, _ = await after.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    starts = clock.now() + timedelta(days=10)
    body = {"title": "回访日", "place": "科技馆", "text": "与学弟学妹交流", "starts_at": starts.isoformat()}
    made = await after.call("POST", "/alumni-activities", city, body, 201)
    path = f"/alumni-activities/{made['id']}"
    one = {"version": 1, "enrolment_ids": [str(after.enrolment.id)]}
    refused = await after.call("POST", f"{path}/guests", city, one, 422)
    assert refused["errors"][0]["code"] == "not_agreed"
    assert (await after.call("POST", f"{path}/actions/send", city, {"version": 1}, 409))["code"] == "nobody_invited"
    moved = await word(after, "agree")
    await after.call("POST", f"{path}/guests", other, one, 404)
    await after.call("POST", f"{path}/guests", city, {"version": 1, "everybody": True})
    assert (await after.call("GET", "/alumni/mine", after.student))["invitations"] == []
    await after.call("POST", f"{path}/actions/send", city, {"version": 1})
    (asked,) = (await after.call("GET", "/alumni/mine", after.student))["invitations"]
    assert (asked["activity_title"], asked["state"], asked["open"]) == ("回访日", "invited", True)
    answer = f"/alumni-guests/{asked['id']}/actions"
    await after.call("POST", f"{answer}/accept", after.stranger, {"version": 1}, 404)
    said = await after.call("POST", f"{answer}/accept", after.student, {"version": 1, "message": "一定到"})
    shown = await after.call("GET", path, city)
    assert (shown["invited"], shown["coming"], shown["guests"][0]["message"]) == (1, 1, "一定到")
    region, _ = await after.at.person(Role.REGION_OFFICE, "region", "自治区")
    shown = await after.call("GET", path, region)
    assert (shown["coming"], shown["guests"], shown["actions"]) == (1, [], [])
    await after.call("POST", f"{answer}/decline", after.student, {"version": said["version"]})
    notices = (await after.call("GET", "/notices", city))["items"]
    assert {n["kind"] for n in notices} >= {"alumni_guest.accept", "alumni_guest.decline"}
    clock.set_offset(starts + timedelta(hours=1) - clock.real_now())
    late = await after.call("POST", f"{answer}/accept", after.student, {"version": 3}, 409)
    assert late["code"] == "too_late"
    await word(after, "withdraw", moved["version"])
    assert (await after.call("GET", path, city))["guests"] == []


async def test_p5_who_was_in_training_is_finds_the_own_years_again(after: Training) -> None:
    """The priority itself stands in the registrations' tests; here only that the years are kept with the account."""
    mine = await after.call("GET", "/alumni/mine", after.student)
    assert [(y["cycle_year"], y["result_grade"]) for y in mine["years"]] == [(2024, "excellent")]
    assert mine["followed_years"] == after.at.plan.tracking.years
    assert uuid.UUID(mine["years"][0]["enrolment_id"]) == after.enrolment.id
