"""Groups, conflicts, sheets, verdicts and reserves of the interviews (P16), over the API with real people."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from icalendar import Calendar

from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.exams.models import Cutoff, ExamRoom, Seat, Sitting, SubjectPlaces
from miaopu.interviews.grouping import zigzag
from miaopu.nominations.models import Nomination
from miaopu.people.access import Role
from miaopu.people.identity import phone_index
from miaopu.people.models import Account, Membership
from miaopu.programme.rubric import scales_of
from miaopu.registrations.models import Consent, Registration
from seeded import SOURCE, Headers, World, turn_to, world

MARKS = (90, 88, 86, 84, 82, 80)
PLAIN = 'method = "mean"'


@dataclass(frozen=True)
class Hall:
    """Six shortlisted students of mathematics, two panels of three mentors, two people of the city's office."""

    at: World
    students: tuple[tuple[Headers, Registration], ...]
    mentors: tuple[tuple[Headers, Nomination], ...]
    first: Headers
    second: Headers
    panels: tuple[str, ...]

    async def call(self, method: str, path: str, who: Headers | None, body: Any = None, status: int = 200) -> Any:
        answer = await self.at.client.request(method, path, json=body, headers=who)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    async def round(self, who: Headers | None = None) -> dict[str, Any]:
        found: dict[str, Any] = (await self.call("GET", "/interviews/rounds", who or self.first))["items"][0]
        return found

    async def slots(self, who: Headers | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.call("GET", "/interviews/slots", who or self.first))["items"]
        return found

    async def assign(self, **more: Any) -> list[dict[str, Any]]:
        await self.call("POST", "/interviews/assign", self.first, {"subject": "mathematics", **more})
        return await self.slots()

    def sheet(self, score: float) -> dict[str, Any]:
        scales = scales_of(self.at.plan.interview.dimensions)
        return {
            "scores": {code: str(score / 100 * float(scale.full_mark)) for code, scale in scales.items()},
            "level": self.at.plan.interview.levels[0].code,
            "extras": {"experiment": "操作规范"},
        }

    async def score(self, mentor: int, slot: dict[str, Any], score: float, status: int = 200) -> Any:
        path = f"/interviews/slots/{slot['id']}/sheet"
        return await self.call("PUT", path, self.mentors[mentor][0], self.sheet(score), status)

    async def score_all(self, odd: float | None = None) -> None:
        """Everybody as good as the written mark; with `odd` the very first sheet is that."""
        for slot in await self.slots():
            own = range(3) if slot["panel_id"] == self.panels[0] else range(3, 6)
            mark = float(
                next(
                    m for m, (_, r) in zip(MARKS, self.students, strict=True) if r.number == slot["registration_number"]
                )
            )
            for mentor in own:
                await self.score(mentor, slot, odd if odd is not None else mark - 10 * (mentor == 2))
                odd = None

    async def act(self, who: Headers, action: str, status: int = 200, reason: str | None = None) -> Any:
        found = await self.round()
        body = {"version": found["version"], "reason": reason}
        return await self.call("POST", f"/interviews/rounds/{found['id']}/actions/{action}", who, body, status)

    async def publish(self, who: Headers, status: int = 200) -> Any:
        preview = await self.call("POST", "/interviews/release/preview", who)
        lines = [{"id": x["id"], "version": x["version"]} for x in preview["lines"]]
        return await self.call("POST", "/interviews/release", who, {"lines": lines}, status)


@pytest.fixture
def source() -> str:
    return SOURCE


@pytest.fixture
async def hall(app: FastAPI, client: httpx.AsyncClient, source: str) -> Hall:
    at = await world(app, client, source)
    turn_to("2024-01-11T12:00", at.plan)
    city = at.units["hohhot"]
    here = {"cycle_id": at.cycle_id, "city_id": city.id, "subject": "mathematics"}
    moment = clock.now() - timedelta(days=15)
    sitting = Sitting(
        id=new_id(), starts_at=moment, ends_at=moment + timedelta(hours=2), address="主楼", seed="5eed",
        published_at=moment + timedelta(days=2), **here,
    )  # fmt: skip
    room = ExamRoom(id=new_id(), sitting_id=sitting.id, name="一", capacity=30)
    places = SubjectPlaces(id=new_id(), places=2, **here)
    line = Cutoff(
        id=new_id(), state="released", places=2, candidates=6, computed_line=Decimal(80), line=Decimal(80),
        reaching=6, released_at=moment, **here,
    )  # fmt: skip
    students, rows = [], []
    for i, mark in enumerate(MARKS):
        headers, account = await at.person(Role.STUDENT, "no2", f"学生{i}")
        registration = Registration(
            id=new_id(), serial=i + 1, state="shortlisted", number=f"2024HO{i + 1:05d}", account_id=account.id,
            school_id=at.units["no2"].id, name=f"学生{i}", name_key=str(i), submitted_at=moment, **here,
        )  # fmt: skip
        rows += [
            registration,
            Seat(
                id=new_id(), registration_id=registration.id, sitting_id=sitting.id, room_id=room.id, number=i + 1,
                ticket_number=f"T{i}", mark=Decimal(mark),
            ),
        ]  # fmt: skip
        students.append((headers, registration))
    await at.add(sitting, room, places, line, *rows)
    university = next(u for u in at.plan.universities if u.city == "hohhot").code
    mentors = []
    for i in range(6):
        headers, account = await at.person(Role.MENTOR, university, f"导师{i}")
        mentor = Nomination(
            id=new_id(), cycle_id=at.cycle_id, state="appointed", university_id=at.units[university].id,
            city_id=city.id, subject="mathematics", account_id=account.id, name=f"导师{i}", name_key=str(i),
            standing="academician", degree="doctor", title="教授", capacity=3, letter_number=f"L{i}",
            letter_code=f"l{i}",
        )  # fmt: skip
        await at.add(mentor)
        mentors.append((headers, mentor))
    first, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    second, _ = await at.person(Role.CITY_OFFICE, "hohhot", "乙")
    made = Hall(at, tuple(students), tuple(mentors), first, second, ())
    panels = [await panel(made, name, range(3 * n, 3 * n + 3)) for n, name in enumerate(("甲组", "乙组"))]
    return Hall(at, tuple(students), tuple(mentors), first, second, tuple(panels))


async def panel(hall: Hall, name: str, members: range, **more: Any) -> str:
    starts = clock.now() + timedelta(days=1)
    body = {
        "subject": "mathematics", "name": name, "address": "图书馆", "room": name, "starts_at": starts.isoformat(),
        "minutes_each": 20,
        "breaks": [
            {
                "since": (starts + timedelta(minutes=30)).isoformat(),
                "until": (starts + timedelta(minutes=45)).isoformat(),
            }
        ],
        "mentor_ids": [str(hall.mentors[i][1].id) for i in members],
    } | more  # fmt: skip
    made: dict[str, Any] = await hall.call("POST", "/interviews/panels", hall.first, body, 201)
    return str(made["id"])


async def test_p16_groups_follow_from_a_seed_whose_hash_was_out_before(hall: Hall) -> None:
    before = await hall.round()
    assert before["seed"] is None
    await hall.assign()
    after = await hall.round()
    assert hashlib.sha256(after["seed"].encode()).hexdigest() == before["seed_digest"]
    marks = {str(r.number): Decimal(m) for m, (_, r) in zip(MARKS, hall.students, strict=True)}
    wanted = zigzag(marks, ["甲组", "乙组"], after["seed"], {})
    slots = await hall.slots()
    for name, numbers in wanted.items():
        shown = sorted((s for s in slots if s["panel_name"] == name), key=lambda s: s["position"])
        assert [s["registration_number"] for s in shown] == numbers
        # Twenty minutes each; the second would run into the break and begins after it.
        minutes = [(_at(s["starts_at"]) - _at(shown[0]["starts_at"])).total_seconds() / 60 for s in shown]
        assert minutes == [0, 45, 65]


def _at(text: str) -> Any:
    return datetime.fromisoformat(text)


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
        "starts_at": (_at(slot["starts_at"]) + timedelta(days=1)).isoformat(), "reason": "家长请求",
    }  # fmt: skip
    refused = await hall.call("PUT", f"/interviews/slots/{slot['id']}/turn", hall.first, moved, 422)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == ("/panel_id", "conflict")
    assert "导师1" in refused["errors"][0]["message"]
    # Declared after the groups were drawn: the sheet is refused.
    late = {"registration_id": slot["registration_id"], "reason": "刚发现是同学的孩子"}
    await hall.call("POST", f"/interviews/panels/{hall.panels[1]}/conflicts", hall.mentors[3][0], late, 201)
    assert (await hall.score(3, slot, 80, 409))["code"] == "conflict_declared"


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
    assert await wrong((_at(mine[0]["starts_at"]) + timedelta(minutes=25)).isoformat()) == "in_break"
    free = (_at(mine[0]["starts_at"]) + timedelta(hours=5)).isoformat()
    await hall.call("PUT", path, hall.first, form | {"starts_at": free})
    # A third panel with a judge of the first: where they would be needed twice is said.
    third = await panel(hall, "丙组", range(2, 5), starts_at=free)
    other = next(s for s in slots if s["panel_id"] == hall.panels[1])
    to_third = {"version": other["version"], "panel_id": third, "starts_at": free, "reason": "均衡人数"}
    refused = await hall.call("PUT", f"/interviews/slots/{other['id']}/turn", hall.first, to_third, 422)
    assert (refused["errors"][0]["code"], "导师2" in refused["errors"][0]["message"]) == ("judge_busy", True)


async def test_p16_invitations_go_out_once_with_a_calendar_file_that_moves(hall: Hall) -> None:
    slots = await hall.assign()
    body = {"subject": "mathematics"}
    assert (await hall.call("POST", "/interviews/invite", hall.first, body))["invited"] == 6
    assert (await hall.call("POST", "/interviews/invite", hall.first, body, 409))["code"] == "nobody_to_invite"
    slot = next(s for s in slots if s["registration_number"] == "2024HO00001")
    student = hall.students[0][0]
    told = (await hall.call("GET", "/notices", student))["items"]
    assert [n["kind"] for n in told] == ["interview.invite"]

    async def event() -> Any:
        made = await hall.call("GET", f"/interviews/slots/{slot['id']}/calendar", student)
        return Calendar.from_ical(made).walk("VEVENT")[0]

    before = await event()
    assert before["location"] == f"图书馆 {slot['panel_name']}"
    shown = await hall.call("GET", f"/interviews/slots/{slot['id']}", hall.first)
    later = (_at(slot["starts_at"]) + timedelta(hours=6)).isoformat()
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


async def test_p16_others_scores_are_seen_after_ones_own_which_is_then_final(hall: Hall) -> None:
    slot = next(s for s in await hall.assign() if s["panel_id"] == hall.panels[0])
    path = f"/interviews/slots/{slot['id']}"
    await hall.score(0, slot, 88.5)
    assert (await hall.call("GET", path, hall.mentors[1][0]))["sheet_list"] == []
    assert [s["mentor_name"] for s in (await hall.call("GET", path, hall.mentors[0][0]))["sheet_list"]] == ["导师0"]
    await hall.score(1, slot, 70)
    seen = (await hall.call("GET", path, hall.mentors[1][0]))["sheet_list"]
    assert [(s["mentor_name"], s["mine"], s["score"]) for s in seen] == [("导师0", False, 88.5), ("导师1", True, 70)]
    assert (await hall.score(1, slot, 75, 409))["code"] == "sheet_locked"
    sheet = next(s for s in seen if s["mine"])
    form = {"sheet_id": sheet["id"], "reason": "两个维度填反"}
    await hall.call("POST", f"{path}/sheet/reopen", hall.mentors[1][0], form, 403)
    await hall.call("POST", f"{path}/sheet/reopen", hall.first, form)
    # Opened again one's own counts as not given: the others' are out of sight.
    assert [s["mine"] for s in (await hall.call("GET", path, hall.mentors[1][0]))["sheet_list"]] == [True]
    await hall.score(1, slot, 75)
    unknown = hall.sheet(80) | {"extras": {"singing": "好"}}
    refused = await hall.call("PUT", f"{path}/sheet", hall.mentors[2][0], unknown, 422)
    assert refused["errors"][0]["pointer"] == "/extras/singing"


async def test_p16_a_score_far_off_the_others_needs_a_reason_before_a_verdict(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all(odd=20)
    refused = await hall.act(hall.first, "propose", 409)
    assert refused["code"] == "unexplained"
    odd = [s for i in range(6) for s in await hall.slots(hall.mentors[i][0]) if s["explain"]]
    assert len(odd) >= 1
    for i in range(6):
        for slot in await hall.slots(hall.mentors[i][0]):
            path = f"/interviews/slots/{slot['id']}/sheet/reason"
            body = {"reason": "推理过程不能自圆其说"}
            await hall.call("POST", path, hall.mentors[i][0], body, 200 if slot["explain"] else 409)
    await hall.act(hall.first, "propose")


async def test_p16_p16a_a_verdict_is_the_offices_alone_until_a_second_person_publishes_it(hall: Hall) -> None:
    await hall.assign()
    refused = await hall.act(hall.first, "propose", 409)
    assert (refused["code"], refused["missing"]) == ("interviews_incomplete", 6)
    await hall.score_all()
    await hall.act(hall.first, "propose")
    outcomes = {s["name"]: s["outcome"] for s in await hall.slots()}
    assert sorted(outcomes.values()) == ["not_selected"] * 3 + ["reserve"] + ["selected"] * 2
    for who in (hall.students[0][0], hall.mentors[0][0]):
        for slot in await hall.slots(who):
            assert (slot["outcome"], slot["total"], slot["rank"], slot["interview"]) == (None, None, None, None)
        assert (await hall.call("GET", "/interviews/slots?outcome=selected", who))["total"] == 0
    assert (await hall.publish(hall.first, 409))["code"] == "needs_another_person"
    await hall.act(hall.first, "reopen", 422)
    await hall.act(hall.first, "reopen", reason="一份评分表登记有误")
    assert {s["outcome"] for s in await hall.slots()} == {None}
    await hall.act(hall.first, "propose")
    done = await hall.publish(hall.second)
    assert (done["selected"], done["reserve"], done["not_selected"]) == (2, 1, 3)
    own = (await hall.slots(hall.students[0][0]))[0]
    assert (own["outcome"], own["rank"]) == ("selected", 1)
    judge = 0 if own["panel_id"] == hall.panels[0] else 3
    assert (await hall.score(judge, own, 80, 409))["code"] == "wrong_state"


async def test_p16_methods_stand_side_by_side_and_who_would_change_sides_is_listed(hall: Hall) -> None:
    await hall.assign()
    # The third judge of the first panel gives ten less than the others there.
    await hall.score_all()
    found = await hall.round()
    shown = await hall.call("POST", f"/interviews/rounds/{found['id']}/comparison", hall.first)
    assert shown["counts"] == "mean"
    assert {m["method"]: m["refused"] for m in shown["methods"]} == {
        "mean": None, "trimmed": None, "coefficient": None, "additive": "not_connected",
    }  # fmt: skip
    lean = {j["name"]: j["lean"] for j in shown["judges"]}
    assert lean["导师2"] == -10
    assert lean["导师0"] == 5
    for one in shown["candidates"]:
        assert one["scores"]["trimmed"] >= one["scores"]["mean"]
        changed = {o for m, o in one["outcomes"].items() if m != "mean"} != {one["outcomes"]["mean"]}
        assert one["third_look"] == changed
    await hall.call("POST", f"/interviews/rounds/{found['id']}/comparison", hall.mentors[0][0], status=404)


@pytest.mark.parametrize("source", [SOURCE.replace(PLAIN, 'method = "additive"')])
async def test_p16_the_plans_method_is_refused_where_judges_cannot_be_compared(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    assert (await hall.act(hall.first, "propose", 409))["code"] == "not_connected"


@pytest.mark.parametrize("source", [SOURCE.replace(PLAIN, 'method = "coefficient"')])
async def test_p16_the_panel_coefficient_counts_where_the_plan_says_so(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    slots = await hall.slots()
    every = sum(s["raw"] for s in slots) / 6
    for panel_id in hall.panels:
        own = [s for s in slots if s["panel_id"] == panel_id]
        mean = sum(s["raw"] for s in own) / 3
        for slot in own:
            assert slot["interview"] == pytest.approx(slot["raw"] * every / mean, abs=1e-3)
    assert any(s["interview"] != s["raw"] for s in slots)


async def test_p16_a_place_that_falls_free_goes_to_the_next_of_the_reserve_until_a_moment(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    found = await hall.round()
    path = f"/interviews/rounds/{found['id']}/call-up"
    body = {"version": found["version"]}
    assert (await hall.call("POST", path, hall.first, body, 409))["code"] == "no_free_place"
    slots = {s["rank"]: s for s in await hall.slots()}

    def student(rank: int) -> Headers:
        return next(h for h, r in hall.students if str(r.id) == slots[rank]["registration_id"])

    gone = await hall.call("GET", f"/registrations/{slots[1]['registration_id']}", student(1))
    leave = {"version": gone["version"], "reason": "随家人迁居外省"}
    await hall.call("POST", f"/registrations/{gone['id']}/actions/withdraw", student(1), leave)
    assert (await hall.round())["free_places"] == 1
    made = await hall.call("POST", path, hall.first, body, 201)
    assert (await hall.call("POST", path, hall.first, body, 409))["code"] == "no_free_place"
    await hall.call("GET", f"/interviews/offers/{made['id']}", student(4), status=404)
    offer = await hall.call("GET", f"/interviews/offers/{made['id']}", student(3))
    assert _at(offer["answer_until"]) == hall.at.plan.working_days_after(clock.now(), 2)
    act = f"/interviews/offers/{made['id']}/actions"
    early = await hall.call("POST", f"{act}/lapse", hall.first, {"version": offer["version"]}, 409)
    assert early["code"] == "offer_runs"
    await hall.call("POST", f"{act}/accept", student(3), {"version": offer["version"]})
    assert (await hall.call("GET", f"/registrations/{slots[3]['registration_id']}", student(3)))["state"] == "selected"
    assert (await hall.round())["free_places"] == 0


async def test_p16_who_does_not_answer_in_time_is_passed_over(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    slots = {s["rank"]: s for s in await hall.slots()}
    who = {str(r.id): h for h, r in hall.students}
    gone = await hall.call("GET", f"/registrations/{slots[1]['registration_id']}", who[slots[1]["registration_id"]])
    leave = {"version": gone["version"], "reason": "随家人迁居外省"}
    await hall.call("POST", f"/registrations/{gone['id']}/actions/withdraw", who[gone["id"]], leave)
    found = await hall.round()
    path = f"/interviews/rounds/{found['id']}/call-up"
    made = await hall.call("POST", path, hall.first, {"version": found["version"]}, 201)
    turn_to("2024-01-18T09:00", hall.at.plan)
    act = f"/interviews/offers/{made['id']}/actions"
    late = await hall.call("POST", f"{act}/accept", who[slots[3]["registration_id"]], {"version": 1}, 409)
    assert late["code"] == "offer_over"
    await hall.call("POST", f"{act}/lapse", hall.first, {"version": 1})
    assert (await hall.round())["free_places"] == 1
    assert (await hall.call("POST", path, hall.first, {"version": found["version"]}, 409))["code"] == "no_reserve"
