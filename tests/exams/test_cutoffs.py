"""Lines with ties, a lottery anybody can draw again, and the release by two people at one moment (P15, P16a)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.exams.lottery import drawn
from miaopu.exams.models import ExamRoom, Seat, Sitting, SubjectPlaces
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import Headers, World, turn_to, world

# Two places and three to one: six are wanted; five stand above the line, four at it.
MARKS = (90, 88, 86, 84, 82, 70, 70, 70, 70, 60)
SOURCE = "中国福利彩票双色球下一期开奖号码"


@dataclass(frozen=True)
class Field:
    """A city's mathematics with ten marks, four of them the same at the line; two people of the region."""

    at: World
    students: tuple[tuple[Headers, Registration], ...]
    office: Headers
    first: Headers
    second: Headers

    async def call(self, method: str, path: str, who: Headers | None, body: Any = None, status: int = 200) -> Any:
        answer = await self.at.client.request(method, path, json=body, headers=who)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def line(self) -> dict[str, Any]:
        made = await self.call("POST", "/cutoffs", self.office, {"subject": "mathematics"}, 201)
        found: dict[str, Any] = await self.call("GET", f"/cutoffs/{made['id']}", self.office)
        return found

    async def states(self) -> list[str]:
        async with self.at.app.state.database.session() as session:
            return [(await session.get(Registration, r.id)).state for _, r in self.students]


@pytest.fixture
async def field(app: FastAPI, client: httpx.AsyncClient) -> Field:
    at = await world(app, client)
    turn_to("2024-01-02T12:00", at.plan)
    city = at.units["hohhot"]
    here = {"cycle_id": at.cycle_id, "city_id": city.id, "subject": "mathematics"}
    moment = clock.now() - timedelta(days=5)
    sitting = Sitting(
        id=new_id(), starts_at=moment, ends_at=moment + timedelta(hours=2), address="主楼", seed="5eed",
        published_at=moment + timedelta(days=2), **here,
    )  # fmt: skip
    room = ExamRoom(id=new_id(), sitting_id=sitting.id, name="一", capacity=30)
    places = SubjectPlaces(id=new_id(), places=2, **here)
    students, rows = [], []
    for i, mark in enumerate(MARKS):
        headers, account = await at.person(Role.STUDENT, "no2", f"学生{i}")
        registration = Registration(
            id=new_id(), serial=i + 1, state="tested", number=f"2024HO{i + 1:05d}", account_id=account.id,
            school_id=at.units["no2"].id, name=f"学生{i}", name_key=str(i), returning=i == 7,
            sex="female" if i % 2 else "male", submitted_at=moment, **here,
        )  # fmt: skip
        rows += [
            registration,
            Seat(
                id=new_id(), registration_id=registration.id, sitting_id=sitting.id, room_id=room.id, number=i + 1,
                ticket_number=f"T{i}", mark=Decimal(mark),
            ),
        ]  # fmt: skip
        students.append((headers, registration))
    await at.add(sitting, room, places, *rows)
    office, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    first, _ = await at.person(Role.REGION_OFFICE, "region", "甲")
    second, _ = await at.person(Role.REGION_OFFICE, "region", "乙")
    return Field(at, tuple(students), office, first, second)


async def test_p15_every_way_to_treat_a_tie_is_shown_with_its_effect_before_one_is_chosen(field: Field) -> None:
    line = await field.line()
    assert (line["line"], line["reaching"], line["ties"]) == (70, 9, "all_in")
    shown = await field.call("GET", f"/cutoffs/{line['id']}/ties", field.office)
    assert shown["wanted"] == 6
    assert {i["ties"]: (i["reaching"], i["left_out"], i["needs_draw"]) for i in shown["items"]} == {
        "all_in": (9, 0, False),
        "returning_first": (6, 3, False),
        "lottery": (6, 3, True),
    }
    form = {"version": line["version"], "ties": "returning_first", "reason": "面试教室不足"}
    await field.call("PUT", f"/cutoffs/{line['id']}/ties", field.office, form, 403)
    refused = await field.call("PUT", f"/cutoffs/{line['id']}/ties", field.first, form | {"ties": "ladder"}, 422)
    assert refused["errors"][0]["pointer"] == "/ties"
    await field.call("PUT", f"/cutoffs/{line['id']}/ties", field.first, form)
    after = await field.call("GET", f"/cutoffs/{line['id']}", field.office)
    assert (after["ties"], after["reaching"], after["reason"]) == ("returning_first", 6, "面试教室不足")


async def test_p15_each_sex_is_counted_on_both_sides_of_a_line(field: Field) -> None:
    line = await field.line()
    weighed = await field.call("GET", f"/cutoffs/{line['id']}/weigh?line=84", field.office)
    assert weighed["sexes"] == [{"sex": "female", "above": 2, "below": 3}, {"sex": "male", "above": 2, "below": 3}]


async def test_p15_a_line_above_the_full_mark_is_a_slip_of_the_pen_and_refused(field: Field) -> None:
    line = await field.line()
    form = {"version": line["version"], "line": 845, "reason": "按面试教室数量"}
    refused = await field.call("PUT", f"/cutoffs/{line['id']}/line", field.first, form, 422)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["message"]) == ("/line", "不能大于 100")
    await field.call("PUT", f"/cutoffs/{line['id']}/line", field.first, form | {"line": 84.5})


async def test_p15_p16a_a_line_is_quiet_until_a_second_person_releases_all_lines_at_one_moment(field: Field) -> None:
    line = await field.line()
    path = f"/cutoffs/{line['id']}"
    await field.call("POST", f"{path}/actions/confirm", field.first, {"version": line["version"]})
    # Confirmed, and yet nobody but the offices can see or guess it.
    student = field.students[0][0]
    assert await field.states() == ["tested"] * 10
    await field.call("GET", path, student, status=404)
    assert (await field.call("GET", "/public/cutoffs", None))["items"] == []
    assert (await field.call("GET", "/public/notices?kind=shortlist", None))["items"] == []
    assert not [n for n in (await field.call("GET", "/notices", student))["items"] if "cutoff" in n["kind"]]

    preview = await field.call("POST", "/cutoffs/release/preview", field.second)
    (shown,) = preview["lines"]
    assert shown["shortlisted"] == [f"2024HO{i:05d}" for i in range(1, 10)]
    assert (shown["left_out"], preview["told"], shown["confirmed_by_me"]) == (["2024HO00010"], 10, False)
    form = {"lines": [{"id": shown["id"], "version": shown["version"]}]}
    alone = await field.call("POST", "/cutoffs/release", field.first, form, 409)
    assert alone["code"] == "needs_another_person"
    await field.call("POST", "/cutoffs/release", field.second, {"lines": []}, 409)
    assert await field.states() == ["tested"] * 10
    released = await field.call("POST", "/cutoffs/release", field.second, form)
    assert released == {"lines": 1, "shortlisted": 9, "left_out": 1}
    assert await field.states() == ["shortlisted"] * 9 + ["not_shortlisted"]
    assert [i["line"] for i in (await field.call("GET", "/public/cutoffs", None))["items"]] == [70]
    (notice,) = (await field.call("GET", "/public/notices?kind=shortlist", None))["items"]
    listed = (await field.call("GET", f"/public/notices/{notice['id']}", None))["lines"]
    # In the order of numbers, and with nothing that says a mark or a name.
    assert listed == [{"number": number} for number in shown["shortlisted"]]
    await field.call("GET", path, student)
    await field.call("POST", "/cutoffs/release", field.second, form, 409)


async def test_p15_a_lottery_has_its_pool_first_then_a_public_number_and_anybody_draws_the_same(field: Field) -> None:
    line = await field.line()
    path = f"/cutoffs/{line['id']}"

    async def put(what: str, body: dict[str, Any], status: int = 200) -> Any:
        now = await field.call("GET", path, field.first)
        return await field.call("PUT", f"{path}/{what}", field.first, {"version": now["version"], **body}, status)

    await put("ties", {"ties": "lottery", "reason": "名额所限，经研究抽签"})
    soon = clock.now() + timedelta(hours=6)
    late = await put("pool", {"source": SOURCE, "draws_at": (clock.now() - timedelta(hours=1)).isoformat()}, 422)
    assert late["errors"][0]["pointer"] == "/draws_at"
    await put("pool", {"source": SOURCE, "draws_at": soon.isoformat()})
    now = await field.call("GET", path, field.first)
    missing = await field.call("POST", f"{path}/actions/confirm", field.first, {"version": now["version"]}, 409)
    assert missing["code"] == "draw_missing"
    # From now on neither line nor way can be changed, and the number cannot be entered before it is known.
    for what, body in (
        ("ties", {"ties": "all_in", "reason": "改回"}),
        ("line", {"line": 71, "reason": "改线"}),
        ("pool", {"source": "另一个来源", "draws_at": soon.isoformat()}),
    ):
        assert (await put(what, body, 409))["code"] == "draw_announced"
    assert (await put("draw", {"value": "1 2 3"}, 409))["code"] == "draw_not_yet"

    (shown,) = (await field.call("GET", "/public/draws", None))["items"]
    assert (len(shown["pool"]), shown["source"], shown["value"]) == (4, SOURCE, None)
    own = {}
    for headers, registration in field.students:
        for lot in (await field.call("GET", "/cutoffs/lots", headers))["items"]:
            own[lot["lot"]] = registration
    assert sorted(own) == shown["pool"]
    assert not any(r.number in str(shown) or r.name in str(shown) for _, r in field.students)

    turn_to("2024-01-03T12:00", field.at.plan)
    value = "03 11 19 22 27 30\n08"
    assert (await put("draw", {"value": "没有数字"}, 422))["errors"][0]["pointer"] == "/value"
    await put("draw", {"value": value})
    assert (await put("draw", {"value": "1 2 3"}, 409))["code"] == "wrong_state"
    (shown,) = (await field.call("GET", "/public/draws", None))["items"]
    # Whoever has the public page and nothing else finds who was drawn: one is free besides the five above the line.
    chosen = own[drawn(shown["pool"], shown["value"])[0]]
    now = await field.call("GET", path, field.first)
    await field.call("POST", f"{path}/actions/confirm", field.first, {"version": now["version"]})
    (ready,) = (await field.call("POST", "/cutoffs/release/preview", field.second))["lines"]
    assert ready["shortlisted"] == sorted([*(f"2024HO{i:05d}" for i in range(1, 6)), chosen.number])


async def test_p15_p16a_a_wrong_mark_found_after_the_list_is_put_right_by_an_upheld_objection(field: Field) -> None:
    line = await field.line()
    await field.call(
        "POST", f"/cutoffs/{line['id']}/actions/confirm", field.first, {"version": line["version"], "reason": None}
    )
    preview = await field.call("POST", "/cutoffs/release/preview", field.second)
    lines = [{"id": x["id"], "version": x["version"]} for x in preview["lines"]]
    await field.call("POST", "/cutoffs/release", field.second, {"lines": lines})
    notice = (await field.call("GET", "/public/notices?kind=shortlist", None))["items"][0]
    left_out = field.students[9][1]
    shown = await field.call("GET", f"/public/notices/{notice['id']}", None)
    assert left_out.number not in {x["number"] for x in shown["lines"]}
    await field.call(
        "POST", f"/public/notices/{notice['id']}/objections", None, {"text": "登分时少加一题，请核对答卷。"}, 201
    )
    found = (await field.call("GET", "/objections", field.first))["items"][0]
    path = f"/objections/{found['id']}/actions"
    # Who released the list does not judge what is said against it.
    refused = await field.call("POST", f"{path}/take_up", field.second, {"version": found["version"]}, 409)
    assert refused["code"] == "needs_another_person"
    taken = await field.call("POST", f"{path}/take_up", field.first, {"version": found["version"]})
    body = {"version": taken["version"], "reason": "第三题漏计 12 分"}
    await field.call("POST", f"{path}/uphold", field.first, body)
    change = {"number": left_out.number, "outcome": "shortlisted", "mark": "72.00"}
    body = {"objection_id": found["id"], "reason": "漏计一题，按答卷更正", "changes": [change]}
    await field.call("POST", "/cutoffs/correct", field.second, body, 201)
    assert (await field.states())[9] == "shortlisted"
    async with field.at.app.state.database.session() as session:
        assert await session.scalar(select(Seat.mark).where(Seat.registration_id == left_out.id)) == Decimal(72)
    listed = (await field.call("GET", "/public/notices?kind=shortlist", None))["items"]
    assert [item["edition"] for item in listed] == [2]
    again = await field.call("GET", f"/public/notices/{listed[0]['id']}", None)
    assert left_out.number in {x["number"] for x in again["lines"]}
    assert "72" not in str(again["lines"])
