"""Groups, conflicts, turns and invitations of the interviews (P16), over the API with real people."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

from icalendar import Calendar

from interviewed import MARKS, Hall, moment_of, panel
from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.interviews.grouping import zigzag
from miaopu.people.identity import phone_index
from miaopu.people.models import Account, Membership
from miaopu.registrations.models import Consent


async def test_p16_groups_follow_from_a_seed_whose_hash_was_out_before(hall: Hall) -> None:
    before = await hall.round()
    assert before["seed"] is None
    await hall.assign()
    after = await hall.round()
    assert hashlib.sha256(after["seed"].encode()).hexdigest() == before["seed_digest"]
    marks = {r.pseudonym: Decimal(m) for m, (_, r) in zip(MARKS, hall.students, strict=True)}
    named = {r.pseudonym: r.number for _, r in hall.students}
    wanted = {
        name: [named[key] for key in keys] for name, keys in zigzag(marks, ["甲组", "乙组"], after["seed"], {}).items()
    }
    slots = await hall.slots()
    for name, numbers in wanted.items():
        shown = sorted((s for s in slots if s["panel_name"] == name), key=lambda s: s["position"])
        assert [s["registration_number"] for s in shown] == numbers
        # Twenty minutes each; the second would run into the break and begins after it.
        minutes = [(moment_of(s["starts_at"]) - moment_of(shown[0]["starts_at"])).total_seconds() / 60 for s in shown]
        assert minutes == [0, 45, 65]


async def test_p16_groups_are_drawn_anew_only_with_a_reason_and_not_once_somebody_was_scored(hall: Hall) -> None:
    slots = await hall.assign()
    seed = (await hall.round())["seed"]
    body = {"subject": "mathematics"}
    assert (await hall.call("POST", "/interviews/assign", hall.first, body, 409))["code"] == "groups_drawn"
    refused = await hall.call("POST", "/interviews/assign", hall.first, body | {"anew": True}, 422)
    assert refused["errors"][0]["pointer"] == "/reason"
    again = await hall.assign(anew=True, reason="一位评委临时出差")
    assert (await hall.round())["seed"] != seed
    assert len(again) == len(slots)
    slot = again[0]
    await hall.score(0 if slot["panel_id"] == hall.panels[0] else 3, slot, 80)
    late = await hall.call("POST", "/interviews/assign", hall.first, body | {"anew": True, "reason": "再换一次"}, 409)
    assert late["code"] == "scoring_began"


async def test_p16_declared_and_found_conflicts_are_not_scheduled_and_cannot_be_scored(hall: Hall) -> None:
    at = hall.at
    # Declared with the first student; found: school of all, name, number; each with another mentor of the first panel.
    known = (await hall.call("GET", f"/interviews/panels/{hall.panels[0]}/candidates", hall.mentors[0][0]))["items"]
    assert [one["name"] for one in known] == [f"学生{i}" for i in range(6)]
    assert "mark" not in known[0]
    form = {"registration_id": known[0]["registration_id"], "reason": "是我的外甥"}
    path = f"/interviews/panels/{hall.panels[0]}/conflicts"
    await hall.call("POST", path, hall.mentors[0][0], form, 201)
    assert (await hall.call("POST", path, hall.mentors[0][0], form, 409))["code"] == "declared_already"
    vault = at.app.state.vault
    for i, name, phone in ((1, "导师1", "13900000001"), (2, "张某", "13900000002")):
        consent = Consent(
            id=new_id(), registration_id=hall.students[i][1].id, guardian_name=name, relation="father",
            phone_sealed=vault.seal(phone), phone_index=phone_index(vault, phone), token_hash=name.encode(),
            text_version="1", expires_at=clock.now(),
        )  # fmt: skip
        await at.add(consent)
    await phone_of(hall, 2, "13900000002")
    found = (await hall.call("POST", f"{path}/found", hall.first))["items"]
    assert {(c["name"], c["mentor_name"], c["kind"]) for c in found} == {
        ("学生0", "导师0", "declared"),
        ("学生1", "导师1", "guardian_name"),
        ("学生2", "导师2", "guardian_phone"),
    }
    slots = await hall.assign()
    panel_of = {s["name"]: s["panel_name"] for s in slots}
    assert {panel_of[f"学生{i}"] for i in range(3)} == {"乙组"}
    assert sorted(panel_of.values()) == ["乙组"] * 3 + ["甲组"] * 3
    # By hand neither: the clash stands at the field, with the name.
    slot = next(s for s in slots if s["name"] == "学生1")
    moved = {
        "version": slot["version"], "panel_id": hall.panels[0],
        "starts_at": (moment_of(slot["starts_at"]) + timedelta(days=1)).isoformat(), "reason": "家长请求",
    }  # fmt: skip
    refused = await hall.call("PUT", f"/interviews/slots/{slot['id']}/turn", hall.first, moved, 422)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == ("/panel_id", "conflict")
    assert "导师1" in refused["errors"][0]["message"]
    # Declared after the groups were drawn: the sheet is refused.
    late = {"registration_id": slot["registration_id"], "reason": "刚发现是同学的孩子"}
    await hall.call("POST", f"/interviews/panels/{hall.panels[1]}/conflicts", hall.mentors[3][0], late, 201)
    assert (await hall.score(3, slot, 80, 404))["code"] == "not_found"


async def phone_of(hall: Hall, mentor: int, phone: str) -> None:
    async with hall.at.app.state.database.session() as session:
        account = await session.get(Account, hall.mentors[mentor][1].account_id)
        account.phone_index = phone_index(hall.at.app.state.vault, phone)
        await session.flush()
        await audit.commit(session)


async def test_p16_a_candidate_in_conflict_with_every_panel_is_named(hall: Hall) -> None:
    for mentor in (0, 3):
        account = hall.mentors[mentor][1].account_id
        role = Membership(id=new_id(), account_id=account, role="guide_teacher", unit_id=hall.at.units["no2"].id)
        await hall.at.add(role)
    refused = await hall.call("POST", "/interviews/assign", hall.first, {"subject": "mathematics"}, 409)
    assert refused["code"] == "conflict_of_interest"
    assert "2024HO00001" in refused["detail"]
    assert await hall.slots() == []


async def test_p16_turns_are_moved_by_hand_and_every_clash_is_named(hall: Hall) -> None:
    slots = await hall.assign()
    mine = [s for s in slots if s["panel_id"] == hall.panels[0]]
    path = f"/interviews/slots/{mine[0]['id']}/turn"
    form = {"version": mine[0]["version"], "panel_id": hall.panels[0], "reason": "学生有考试"}

    async def wrong(starts_at: str) -> str:
        answer = await hall.call("PUT", path, hall.first, form | {"starts_at": starts_at}, 422)
        return str(answer["errors"][0]["code"])

    assert await wrong(mine[1]["starts_at"]) == "panel_busy"
    assert await wrong((moment_of(mine[0]["starts_at"]) + timedelta(minutes=25)).isoformat()) == "in_break"
    free = (moment_of(mine[0]["starts_at"]) + timedelta(hours=5)).isoformat()
    await hall.call("PUT", path, hall.first, form | {"starts_at": free})
    # A third panel with a judge of the first: where they would be needed twice is said.
    third = await panel(hall, "丙组", range(2, 5), starts_at=free)
    other = next(s for s in slots if s["panel_id"] == hall.panels[1])
    to_third = {"version": other["version"], "panel_id": third, "starts_at": free, "reason": "均衡人数"}
    refused = await hall.call("PUT", f"/interviews/slots/{other['id']}/turn", hall.first, to_third, 422)
    assert (refused["errors"][0]["code"], "导师2" in refused["errors"][0]["message"]) == ("judge_busy", True)


async def test_p16_a_panel_does_not_sit_in_the_past(hall: Hall) -> None:
    body = {
        "subject": "mathematics", "name": "丁组", "address": "图书馆", "minutes_each": 20,
        "starts_at": (clock.now() - timedelta(days=365)).isoformat(),
        "mentor_ids": [str(m.id) for _, m in hall.mentors[:3]],
    }  # fmt: skip
    refused = await hall.call("POST", "/interviews/panels", hall.first, body, 422)
    assert [(e["pointer"], e["code"]) for e in refused["errors"]] == [("/starts_at", "future")]


async def test_p16_invitations_go_out_once_with_a_calendar_file_that_moves(hall: Hall) -> None:
    slots = await hall.assign()
    body = {"subject": "mathematics"}
    assert (await hall.call("POST", "/interviews/invite", hall.first, body))["invited"] == 6
    assert (await hall.call("POST", "/interviews/invite", hall.first, body, 409))["code"] == "nobody_to_invite"
    slot = next(s for s in slots if s["registration_number"] == "2024HO00001")
    student = hall.students[0][0]
    coming = (await hall.call("GET", "/home", student))["coming"]
    assert [(c["thing"], c["id"]) for c in coming] == [("interview", slot["id"])]
    assert moment_of(coming[0]["starts_at"]) == moment_of(slot["starts_at"])
    judge = (await hall.call("GET", "/home", hall.mentors[0][0]))["coming"]
    assert [(c["thing"], c["id"]) for c in judge] == [("panel", hall.panels[0])]
    told = (await hall.call("GET", "/notices", student))["items"]
    assert [n["kind"] for n in told] == ["interview.invite"]

    async def event() -> Any:
        made = await hall.call("GET", f"/interviews/slots/{slot['id']}/calendar", student)
        return Calendar.from_ical(made).walk("VEVENT")[0]

    before = await event()
    assert before["location"] == f"图书馆 {slot['panel_name']}"
    shown = await hall.call("GET", f"/interviews/slots/{slot['id']}", hall.first)
    later = (moment_of(slot["starts_at"]) + timedelta(hours=6)).isoformat()
    form = {"version": shown["version"], "panel_id": slot["panel_id"], "starts_at": later, "reason": "路途遥远"}
    await hall.call("PUT", f"/interviews/slots/{slot['id']}/turn", hall.first, form)
    after = await event()
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert (after["dtstart"].dt - before["dtstart"].dt) == timedelta(hours=6)
    told = (await hall.call("GET", "/notices", student))["items"]
    assert {n["kind"] for n in told} == {"interview.invite", "interview.change_turn"}
    session = await hall.call("GET", f"/interviews/panels/{hall.panels[0]}/calendar", hall.mentors[0][0])
    assert "甲组" in session.decode()
    await hall.call("GET", f"/interviews/slots/{slot['id']}/calendar", hall.students[1][0], status=404)
