"""A guardian who merely has a panellist's name: cleared by the office with a reason, taken back, never more (P16)."""

from typing import Any

from interviewed import Hall
from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.people.identity import phone_index
from miaopu.people.models import Account, Membership
from miaopu.people.roles import Role
from miaopu.registrations.models import Consent, Registration

REASON = "已与学校核实：该生父亲在铁路部门工作，与评委同名"


async def guardian(hall: Hall, student: int, name: str, phone: str = "13900000009") -> None:
    vault = hall.at.app.state.vault
    await hall.at.add(
        Consent(
            id=new_id(), registration_id=hall.students[student][1].id, guardian_name=name, relation="father",
            phone_sealed=vault.seal(phone), phone_index=phone_index(vault, phone),
            token_hash=f"{student}{name}".encode(), text_version="1", expires_at=clock.now(),
        )
    )  # fmt: skip


def path(hall: Hall, verb: str = "", panel: int = 0) -> str:
    return f"/interviews/panels/{hall.panels[panel]}/conflicts{verb}"


def pair(hall: Hall, student: int, mentor: int, reason: str = REASON) -> dict[str, Any]:
    return {
        "registration_id": str(hall.students[student][1].id),
        "account_id": str(hall.mentors[mentor][1].account_id),
        "reason": reason,
    }


async def found(hall: Hall) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await hall.call("POST", path(hall, "/found"), hall.first))["items"]
    return items


async def trail(hall: Hall, who: Any, student: int) -> list[dict[str, Any]]:
    about = f"/registrations/{hall.students[student][1].id}/trail"
    items: list[dict[str, Any]] = (await hall.call("GET", about, who))["items"]
    return items


async def test_p16_a_mere_namesake_is_cleared_with_a_reason_and_can_be_scheduled_and_scored_again(hall: Hall) -> None:
    # The other panel cannot hear the student either, so that only the namesake's panel is left.
    await guardian(hall, 1, "导师1")
    await hall.call("POST", path(hall, panel=1), hall.mentors[3][0], pair(hall, 1, 3) | {"reason": "是邻居"}, 201)
    refused = await hall.call("POST", "/interviews/assign", hall.first, {"subject": "mathematics"}, 409)
    assert (refused["code"], "2024HO00002" in refused["detail"]) == ("conflict_of_interest", True)
    (one,) = await found(hall)
    assert (one["kind"], one["clearable"], one["cleared"]) == ("guardian_name", True, None)
    # Without a reason nothing is cleared.
    wrong = await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1, ""), 422)
    assert wrong["errors"][0]["pointer"] == "/reason"
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1), 201)
    again = await hall.call("POST", path(hall, "/clear"), hall.second, pair(hall, 1, 1), 409)
    assert again["code"] == "cleared_already"
    (one,) = await found(hall)
    assert (one["clearable"], one["cleared"]["by_name"], one["cleared"]["reason"]) == (False, "甲", REASON)
    slots = await hall.assign()
    slot = next(s for s in slots if s["name"] == "学生1")
    assert slot["panel_name"] == "甲组"
    await hall.score(1, slot, 80)


async def test_p16_a_cleared_namesake_is_taken_back_until_the_panellist_has_scored(hall: Hall) -> None:
    await guardian(hall, 1, "导师1")
    none = await hall.call("POST", path(hall, "/restore"), hall.first, pair(hall, 1, 1), 409)
    assert none["code"] == "not_cleared"
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1), 201)
    await hall.call("POST", path(hall, "/restore"), hall.second, pair(hall, 1, 1, "学校来电：确为其父"))
    (one,) = await found(hall)
    assert (one["clearable"], one["cleared"]) == (True, None)
    # A pair in conflict again: not drawn to that panel, and the sheet is refused where a turn stood already.
    assert next(s for s in await hall.assign() if s["name"] == "学生1")["panel_name"] == "乙组"
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1), 201)
    await hall.call("POST", path(hall, panel=1), hall.mentors[3][0], pair(hall, 1, 3) | {"reason": "是邻居"}, 201)
    slot = next(s for s in await hall.assign(anew=True, reason="重新核实") if s["name"] == "学生1")
    assert slot["panel_name"] == "甲组"
    await hall.call("POST", path(hall, "/restore"), hall.first, pair(hall, 1, 1, "再次核实"))
    # A pair in conflict does not see the turn.
    assert (await hall.score(1, slot, 80, 404))["code"] == "not_found"
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1), 201)
    await hall.score(1, slot, 80)
    late = await hall.call("POST", path(hall, "/restore"), hall.first, pair(hall, 1, 1, "再次核实"), 409)
    assert late["code"] == "scoring_began"


async def test_p16_a_number_an_account_a_school_or_a_declaration_is_never_cleared(hall: Hall) -> None:
    vault = hall.at.app.state.vault
    await guardian(hall, 1, "导师1", "13900000001")
    await guardian(hall, 2, "导师2")
    async with hall.at.app.state.database.session() as session:
        # The name and the number of one; the account of the other.
        account = await session.get(Account, hall.mentors[1][1].account_id)
        account.phone_index = phone_index(vault, "13900000001")
        registration = await session.get(Registration, hall.students[2][1].id)
        registration.guardian_account_id = hall.mentors[2][1].account_id
        await audit.commit(session)
    school = Membership(
        id=new_id(), account_id=hall.mentors[0][1].account_id, role="guide_teacher", unit_id=hall.at.units["no2"].id
    )
    await hall.at.add(school)
    await hall.call("POST", path(hall), hall.mentors[0][0], pair(hall, 3, 0) | {"reason": "是我的外甥"}, 201)
    items = await found(hall)
    kinds = {(c["name"], c["mentor_name"], c["kind"]) for c in items}
    assert {("学生1", "导师1", "guardian_phone"), ("学生2", "导师2", "guardian_account")} <= kinds
    assert {("学生3", "导师0", "declared"), ("学生3", "导师0", "school")} <= kinds
    assert not any(c["clearable"] for c in items)
    for student, mentor in ((1, 1), (2, 2), (3, 0)):
        refused = await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, student, mentor), 422)
        assert refused["errors"][0]["code"] == "not_the_name_alone"
    # Whom nothing connects, and who sits on another panel, cannot be cleared in advance.
    for student, mentor in ((4, 1), (1, 4)):
        refused = await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, student, mentor), 422)
        assert refused["errors"][0]["code"] == "unknown"


async def test_p16_a_cleared_namesake_stops_nobody_from_declaring_and_a_number_that_turns_up_counts(
    hall: Hall,
) -> None:
    await guardian(hall, 1, "导师1")
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1), 201)
    await hall.call("POST", path(hall), hall.mentors[1][0], pair(hall, 1, 1) | {"reason": "确系亲属"}, 201)
    assert {(c["kind"], c["cleared"] is None) for c in await found(hall)} == {
        ("declared", True),
        ("guardian_name", False),
    }
    slot = next(s for s in await hall.assign() if s["name"] == "学生1")
    assert slot["panel_name"] == "乙组"
    await guardian(hall, 2, "导师2", "13900000002")
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 2, 2), 201)
    async with hall.at.app.state.database.session() as session:
        account = await session.get(Account, hall.mentors[2][1].account_id)
        account.phone_index = phone_index(hall.at.app.state.vault, "13900000002")
        await audit.commit(session)
    (one,) = [c for c in await found(hall) if c["name"] == "学生2"]
    assert (one["kind"], one["cleared"]) == ("guardian_phone", None)


async def test_p16a_the_offices_find_a_clearing_in_the_trail_and_nobody_else_hears_of_it(hall: Hall) -> None:
    await guardian(hall, 1, "导师1")
    student, _ = hall.students[1]
    school, _ = await hall.at.person(Role.SCHOOL, "no2", "学校")
    before = await trail(hall, student, 1)
    await hall.call("POST", path(hall, "/clear"), hall.first, pair(hall, 1, 1), 201)
    await hall.call("POST", path(hall, "/restore"), hall.second, pair(hall, 1, 1, "学校来电：确为其父"))
    told = [e for e in await trail(hall, hall.first, 1) if e["part_type"] == "cleared_namesake"]
    assert [(e["action"], e["actor_name"], e["reason"]) for e in told] == [
        ("interview.clear_namesake", "甲", REASON),
        ("interview.restore_namesake", "乙", "学校来电：确为其父"),
    ]
    assert await trail(hall, student, 1) == before
    assert not any("namesake" in e["action"] for e in await trail(hall, school, 1))
    for who in (student, hall.mentors[1][0]):
        assert (await hall.call("GET", "/notices", who))["items"] == []
    # Only the office of the city decides on it.
    for who in (hall.mentors[1][0], student, school):
        answer = await hall.at.client.post(path(hall, "/clear"), json=pair(hall, 1, 1), headers=who)
        assert answer.status_code in (403, 404), answer.text


async def test_p16_what_panellists_say_among_themselves_stays_out_of_the_students_trail(hall: Hall) -> None:
    await hall.call("POST", path(hall), hall.mentors[0][0], pair(hall, 0, 0) | {"reason": "是我的外甥"}, 201)
    slots = await hall.assign()
    first = slots[0]
    own = range(3) if first["panel_id"] == hall.panels[0] else range(3, 6)
    for mentor, score in zip(own, (95, 60, 62), strict=True):
        await hall.score(mentor, first, score)
    about = f"/interviews/slots/{first['id']}/sheet/reason"
    await hall.call("POST", about, hall.mentors[own[0]][0], {"reason": "该生实验想法独到，其他评委未注意"})
    student = next(i for i, (_, r) in enumerate(hall.students) if r.number == first["registration_number"])
    for number in {0, student}:
        seen = await trail(hall, hall.students[number][0], number)
        office = await trail(hall, hall.first, number)
        inner = {"declared_conflict", "score_sheet", "interview_result"}
        assert any(e["part_type"] in inner for e in office)
        assert not any(e["part_type"] in inner for e in seen)
        assert any(e["action"] == "interview.assign" for e in seen)
