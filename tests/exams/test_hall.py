"""Seats, doors, marks by two people and marks looked at again (P14), over the walked year's kind of API."""

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from miaopu.core import clock, documents
from miaopu.core.db import new_id
from miaopu.exams.rules import seating
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import Headers, World, turn_to, world

fonts = pytest.mark.skipif(not any(documents.font_dir().glob("*.ttf")), reason="make fonts has not run")
NUMBERS = 6


@dataclass(frozen=True)
class Test:
    """A city with two rooms and six eligible students; two people of its office."""

    __test__ = False
    at: World
    students: tuple[tuple[Headers, Registration], ...]
    first: Headers
    second: Headers
    stranger: Headers

    async def call(self, method: str, path: str, who: Headers | None, body: Any = None, status: int = 200) -> Any:
        answer = await self.at.client.request(method, path, json=body, headers=who)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    async def sitting(self) -> dict[str, Any]:
        """The one sitting, as the office sees it."""
        found: dict[str, Any] = (await self.call("GET", "/exams/sittings", self.first))["items"][0]
        record: dict[str, Any] = await self.call("GET", f"/exams/sittings/{found['id']}", self.first)
        return record

    async def seats(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.call("GET", "/exams/seats?size=100", self.first))["items"]
        return found

    async def marked(self, who: Headers, marks: dict[str, str]) -> Any:
        shown = await self.sitting()
        items = [{"ticket_number": ticket, "mark": mark} for ticket, mark in marks.items()]
        return await self.call("POST", f"/exams/sittings/{shown['id']}/marks", who, {"items": items})

    async def published(self) -> list[dict[str, Any]]:
        """Marks of 50, 51, … entered twice, locked by the first, published by the second."""
        tickets = [s["ticket_number"] for s in await self.seats()]
        marks = {ticket: str(50 + i) for i, ticket in enumerate(tickets)}
        await self.marked(self.first, marks)
        await self.marked(self.second, marks)
        shown = await self.sitting()
        await self.call("POST", f"/exams/sittings/{shown['id']}/lock", self.first, {"version": shown["version"]})
        preview = await self.call("POST", "/exams/marks/publish/preview", self.second)
        lines = [{"id": x["id"], "version": x["version"]} for x in preview["lines"]]
        await self.call("POST", "/exams/marks/publish", self.second, {"lines": lines})
        return await self.seats()

    def owner(self, seat: dict[str, Any]) -> Headers:
        return next(h for h, r in self.students if str(r.id) == seat["registration_id"])


@pytest.fixture
async def test(app: FastAPI, client: httpx.AsyncClient) -> Test:
    at = await world(app, client)
    turn_to("2023-12-22T09:00", at.plan)
    students = []
    for i in range(NUMBERS):
        headers, account = await at.person(Role.STUDENT, "no2", f"学生{i}")
        registration = Registration(
            id=new_id(), cycle_id=at.cycle_id, state="eligible", serial=i + 1, number=f"2024HO{i + 1:05d}",
            account_id=account.id, school_id=at.units["no2"].id, city_id=at.units["hohhot"].id, name=f"学生{i}",
            name_key=str(i), subject="mathematics", submitted_at=clock.now(),
        )  # fmt: skip
        students.append((headers, registration))
    await at.add(*(r for _, r in students))
    first, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    second, _ = await at.person(Role.CITY_OFFICE, "hohhot", "乙")
    stranger, _ = await at.person(Role.CITY_OFFICE, "baotou", "丙")
    made = Test(at, tuple(students), first, second, stranger)
    body = {
        "subject": "mathematics",
        "starts_at": (clock.now() + timedelta(days=2)).isoformat(),
        "ends_at": (clock.now() + timedelta(days=2, hours=2)).isoformat(),
        "address": "大学西街235号",
    }
    sitting = await made.call("POST", "/exams/sittings", first, body, 201)
    for name in ("一", "二"):
        room = {"name": name, "capacity": 5}
        await made.call("POST", f"/exams/sittings/{sitting['id']}/rooms", first, room, 201)
    return made


async def seat(test: Test) -> None:
    await test.call("POST", f"/exams/sittings/{(await test.sitting())['id']}/seat", test.first)


async def test_p14_p16a_the_hash_of_the_seed_is_out_before_and_the_seed_after_and_it_gives_the_seats(
    test: Test,
) -> None:
    before = await test.sitting()
    assert before["seed"] is None
    await seat(test)
    after = await test.sitting()
    assert after["seed_digest"] == before["seed_digest"] == hashlib.sha256(after["seed"].encode()).hexdigest()
    numbers = [r.number for _, r in test.students]
    schools = dict.fromkeys(numbers, "one school")
    drawn = seating(numbers, schools, [("一", 5), ("二", 5)], after["seed"])
    assert {s["registration_number"]: (s["room"], s["seat"]) for s in await test.seats()} == drawn


async def test_p14_seats_drawn_anew_keep_the_tickets_and_everybody_is_told_why(test: Test) -> None:
    await seat(test)
    before = {s["registration_number"]: s for s in await test.seats()}
    shown = await test.sitting()
    path = f"/exams/sittings/{shown['id']}/reseat"
    await test.call("POST", path, test.stranger, {"version": shown["version"], "reason": "换教室"}, 404)
    await test.call("POST", path, test.first, {"version": shown["version"]}, 422)
    await test.call("POST", path, test.first, {"version": shown["version"], "reason": "一号教室停电"})
    after = {s["registration_number"]: s for s in await test.seats()}
    assert {n: s["ticket_number"] for n, s in after.items()} == {n: s["ticket_number"] for n, s in before.items()}
    assert (await test.sitting())["seed"] != shown["seed"]
    assert len({(s["room"], s["seat"]) for s in after.values()}) == NUMBERS
    for headers, _ in test.students:
        told = [n for n in (await test.call("GET", "/notices", headers))["items"] if n["kind"] == "sitting.reseat"]
        assert [n["reason"] for n in told] == ["一号教室停电"]
    clock.set_offset(timedelta(days=3) + (clock.now() - clock.real_now()))
    began = await test.call("POST", path, test.first, {"version": shown["version"] + 1, "reason": "太晚了"}, 409)
    assert began["code"] == "test_began"


async def test_p14_one_student_gets_another_free_seat_and_not_a_taken_one(test: Test) -> None:
    await seat(test)
    one, other = (await test.seats())[:2]
    rooms = {r["name"]: r["id"] for r in (await test.sitting())["room_list"]}
    taken = {
        "version": one["version"],
        "room_id": rooms[other["room"]],
        "number": other["seat"],
        "reason": "视力不佳",
    }
    refused = await test.call("PUT", f"/exams/seats/{one['id']}/place", test.first, taken, 422)
    assert refused["errors"][0]["pointer"] == "/number"
    free = {**taken, "room_id": rooms["二"], "number": 5}
    await test.call("PUT", f"/exams/seats/{one['id']}/place", test.first, free)
    moved = await test.call("GET", f"/exams/seats/{one['id']}", test.owner(one))
    assert (moved["room"], moved["seat"]) == ("二", 5)
    over = {**free, "version": moved["version"], "number": 6}
    assert (await test.call("PUT", f"/exams/seats/{one['id']}/place", test.first, over, 422))["errors"]


@fonts
async def test_p14_a_ticket_is_scanned_at_the_door_once_and_nobody_elses_or_altered_one(test: Test) -> None:
    await seat(test)
    one = (await test.seats())[0]
    pdf = await test.call("GET", f"/exams/seats/{one['id']}/ticket", test.owner(one))
    assert one["ticket_number"] in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    came = await test.call("POST", "/exams/check-in", test.first, {"code": one["ticket_number"]})
    assert (came["name"], came["again"], came["room"]) == (one["name"], False, one["room"])
    assert (await test.call("POST", "/exams/check-in", test.second, {"code": one["ticket_number"]}))["again"] is True
    assert (await test.sitting())["present"] == 1
    await test.call("POST", "/exams/check-in", test.stranger, {"code": one["ticket_number"]}, 404)
    await test.call("POST", "/exams/check-in", test.owner(one), {"code": one["ticket_number"]}, 403)
    for wrong in ("T000", f"seat~{'A' * 22}~0123456789abcdef01234567"):
        assert (await test.call("POST", "/exams/check-in", test.first, {"code": wrong}, 422))["code"] == "pass_invalid"


@fonts
async def test_p14_door_list_and_desk_labels_have_everybody_of_the_room_and_nobody_else(test: Test) -> None:
    await seat(test)
    seats = await test.seats()
    room = (await test.sitting())["room_list"][0]
    here = {s["ticket_number"] for s in seats if s["room"] == room["name"]}
    for paper in ("door-list", "desk-labels"):
        pdf = await test.call("GET", f"/exams/rooms/{room['id']}/{paper}", test.first)
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
        assert set(re.findall(r"T2024\d+", text.replace("\n", ""))) >= here
        assert not {s["ticket_number"] for s in seats} - here & set(re.findall(r"T2024\d{7}", text))
        await test.call("GET", f"/exams/rooms/{room['id']}/{paper}", test.stranger, status=404)


async def test_p14_marks_are_locked_by_one_and_published_by_another_and_seen_by_the_student_only_then(
    test: Test,
) -> None:
    await seat(test)
    tickets = [s["ticket_number"] for s in await test.seats()]
    marks = dict.fromkeys(tickets, "60")
    shown = await test.sitting()
    lock = f"/exams/sittings/{shown['id']}/lock"
    await test.marked(test.first, marks)
    incomplete = await test.call("POST", lock, test.first, {"version": shown["version"]}, 409)
    assert incomplete["code"] == "marks_incomplete"
    await test.marked(test.second, marks)
    await test.call("POST", lock, test.first, {"version": (await test.sitting())["version"]})
    refused = await test.call("POST", f"/exams/sittings/{shown['id']}/marks", test.second, {"items": [
        {"ticket_number": tickets[0], "mark": "61"}
    ]}, 409)  # fmt: skip
    assert refused["code"] == "marks_locked"
    preview = await test.call("POST", "/exams/marks/publish/preview", test.second)
    (line,) = preview["lines"]
    assert (line["tested"], line["absent"], line["lowest"], line["highest"], preview["told"]) == (6, 0, 60, 60, 6)
    form = {"lines": [{"id": line["id"], "version": line["version"]}]}
    alone = await test.call("POST", "/exams/marks/publish", test.first, form, 409)
    assert alone["code"] == "needs_another_person"
    one = (await test.seats())[0]
    assert (await test.call("GET", f"/exams/seats/{one['id']}", test.owner(one)))["mark"] is None
    await test.call("POST", f"/exams/sittings/{shown['id']}/unlock", test.second, {"version": line["version"]}, 422)
    await test.call("POST", "/exams/marks/publish", test.second, form)
    assert (await test.call("GET", f"/exams/seats/{one['id']}", test.owner(one)))["mark"] == 60


async def test_p14_who_enters_second_reads_no_first_mark_in_the_trail_until_the_marks_are_published(test: Test) -> None:
    await seat(test)
    one = (await test.seats())[0]

    async def entered(who: Headers) -> list[Any]:
        trail = await test.call("GET", f"/registrations/{one['registration_id']}/trail", who)
        return [e["changes"] for e in trail["items"] if e["action"] == "seat.enter_mark"]

    await test.marked(test.first, {one["ticket_number"]: "73.5"})
    ((own,), (other,)) = await entered(test.first), await entered(test.second)
    assert own["mark"] == [None, "73.5"]
    assert other is None
    await test.published()
    assert (await entered(test.second))[0]["mark"] == [None, "73.5"]


async def test_p14_a_published_mark_changes_only_through_two_people_and_the_family_learns_the_outcome(
    test: Test,
) -> None:
    await seat(test)
    one, other = (await test.published())[:2]
    student = test.owner(one)
    asked = await test.call("POST", f"/exams/seats/{one['id']}/recheck", student, {"reason": "第三题漏判"}, 201)
    # Asked once, for one's own mark only.
    again = {"reason": "再问一次"}
    await test.call("POST", f"/exams/seats/{one['id']}/recheck", student, again, 409)
    await test.call("POST", f"/exams/seats/{other['id']}/recheck", student, again, 404)
    path = f"/exams/rechecks/{asked['id']}"
    proposal = {"version": asked["version"], "mark": "101", "reason": "第三题加 5 分"}
    assert (await test.call("POST", f"{path}/propose", test.first, proposal, 422))["errors"][0]["pointer"] == "/mark"
    proposed = await test.call("POST", f"{path}/propose", test.first, {**proposal, "mark": "55"})
    # What is proposed is nobody's business yet.
    assert (await test.call("GET", path, student))["mark"] is None
    confirm = {"version": proposed["version"]}
    alone = await test.call("POST", f"{path}/actions/confirm", test.first, confirm, 409)
    assert alone["code"] == "needs_another_person"
    await test.call("POST", f"{path}/actions/confirm", test.second, confirm)
    assert (await test.call("GET", f"/exams/seats/{one['id']}", student))["mark"] == 55
    seen = await test.call("GET", path, student)
    assert (seen["state"], seen["mark_before"], seen["mark"]) == ("upheld", 50, 55)
    assert any(n["kind"] == "recheck.confirm" for n in (await test.call("GET", "/notices", student))["items"])
    await test.call("GET", path, test.stranger, status=404)
    trail = await test.call("GET", f"{path}/trail", test.first)
    assert [e["action"] for e in trail["items"]] == ["recheck.ask", "recheck.propose", "recheck.confirm"]


async def test_p14_the_time_to_ask_is_the_plans_and_an_answer_has_its_reason(test: Test) -> None:
    await seat(test)
    one, other = (await test.published())[:2]
    asked = await test.call("POST", f"/exams/seats/{one['id']}/recheck", test.owner(one), {"reason": "请核对"}, 201)
    path = f"/exams/rechecks/{asked['id']}/actions/stand"
    await test.call("POST", path, test.first, {"version": asked["version"]}, 422)
    await test.call("POST", path, test.first, {"version": asked["version"], "reason": "已核对，无误"})
    seen = await test.call("GET", f"/exams/rechecks/{asked['id']}", test.owner(one))
    assert (seen["state"], seen["answer"]) == ("stands", "已核对，无误")
    # Published on Friday 22 December: three working days end with the 27th.
    turn_to("2023-12-28T00:10", test.at.plan)
    late = await test.call("POST", f"/exams/seats/{other['id']}/recheck", test.owner(other), {"reason": "晚了"}, 409)
    assert late["code"] == "recheck_over"
