"""A selection to look at: a test with marks by two people, and those who oversee it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import SOURCE, Headers, World, turn_to, world

# Marks that stand nowhere else in an answer.
MARKS = ("87.5", "73.5", "66.5", "91.5", "78.5", "83.5")
NAMES = ("乌云高娃", "巴特尔·苏和(大)", "陈䶮", "那日苏", "萨仁图雅", "孟和")
# Few enough for a test to reach.
STRICT = SOURCE.replace("passes_all_from = 20", "passes_all_from = 3")


async def call(at: World, method: str, path: str, who: Headers | None, body: Any = None, status: int = 200) -> Any:
    """One request, and the answer as it has to be."""
    answer = await at.client.request(method, path, json=body, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


@dataclass(frozen=True)
class Overseers:
    """Who looks on, and the region's two people who act."""

    association: Headers
    expert: Headers
    region: Headers
    second: Headers


async def overseers(at: World) -> Overseers:
    """Somebody of each."""
    association, _ = await at.person(Role.ASSOCIATION, "association", "协会")
    expert, _ = await at.person(Role.EXPERT, "association", "专家")
    region, _ = await at.person(Role.REGION_OFFICE, "region", "区甲")
    second, _ = await at.person(Role.REGION_OFFICE, "region", "区乙")
    return Overseers(association, expert, region, second)


@dataclass(frozen=True)
class Exam:
    """A sitting of mathematics in a city: six seated students, two people of its office."""

    at: World
    see: Overseers
    students: tuple[tuple[Headers, Account, Registration], ...]
    first: Headers
    second: Headers
    sitting: str

    async def call(self, method: str, path: str, who: Headers | None, body: Any = None, status: int = 200) -> Any:
        return await call(self.at, method, path, who, body, status)

    async def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.call("GET", f"/exams/sittings/{self.sitting}", self.first)
        return found

    async def seats(self) -> list[dict[str, Any]]:
        """By number."""
        found = (await self.call("GET", "/exams/seats?size=100", self.first))["items"]
        return sorted(found, key=lambda s: str(s["registration_number"]))

    async def enter(self, marks: dict[int, str]) -> None:
        """Marks of some students by their place in the list, by both people."""
        seats = await self.seats()
        items = [{"ticket_number": seats[i]["ticket_number"], "mark": mark} for i, mark in marks.items()]
        for who in (self.first, self.second):
            await self.call("POST", f"/exams/sittings/{self.sitting}/marks", who, {"items": items})

    async def lock(self, verb: str = "lock", reason: str = "") -> None:
        body = {"version": (await self.shown())["version"], "reason": reason}
        await self.call("POST", f"/exams/sittings/{self.sitting}/{verb}", self.first, body)

    async def publish(self) -> None:
        preview = await self.call("POST", "/exams/marks/publish/preview", self.second)
        lines = [{"id": x["id"], "version": x["version"]} for x in preview["lines"]]
        await self.call("POST", "/exams/marks/publish", self.second, {"lines": lines})

    async def published(self) -> None:
        """Everybody's marks, entered twice, locked by one person, published by the other."""
        await self.enter(dict(enumerate(MARKS)))
        await self.lock()
        await self.publish()

    async def correct(self, student: int, mark: str, reason: str) -> str:
        """The office finds a published mark to be wrong: one proposes, the other confirms."""
        seat = (await self.seats())[student]
        body = {"version": seat["version"], "mark": mark, "reason": reason}
        made = await self.call("POST", f"/exams/seats/{seat['id']}/correction", self.first, body, 201)
        path = f"/exams/rechecks/{made['id']}/actions/confirm"
        await self.call("POST", path, self.second, {"version": made["version"]})
        return str(made["id"])

    async def decisions(self, who: Headers | None = None, query: str = "") -> list[dict[str, Any]]:
        """The decisions as the association (or somebody else) sees them."""
        path = f"/oversight/decisions?size=100&{query}"
        found: list[dict[str, Any]] = (await self.call("GET", path, who or self.see.association))["items"]
        return found

    async def counts(self, who: Headers | None = None) -> dict[str, int]:
        """How much there is of each kind of unusual thing; only what there is."""
        shown = await self.call("GET", "/oversight/summary", who or self.see.association)
        return {i["kind"]: i["count"] for i in shown["items"] if i["count"]}


async def exam(app: FastAPI, client: httpx.AsyncClient) -> Exam:
    """The city's test, on a Friday before noon; everybody has a seat."""
    at = await world(app, client, STRICT)
    turn_to("2023-12-22T09:00", at.plan)
    students = []
    for i, name in enumerate(NAMES):
        headers, account = await at.person(Role.STUDENT, "no2", name)
        registration = Registration(
            id=new_id(), cycle_id=at.cycle_id, state="eligible", serial=i + 1, number=f"2024HO{i + 1:05d}",
            account_id=account.id, school_id=at.units["no2"].id, city_id=at.units["hohhot"].id, name=name,
            name_key=str(i), subject="mathematics", submitted_at=clock.now(),
        )  # fmt: skip
        students.append((headers, account, registration))
    await at.add(*(r for _, _, r in students))
    first, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    second, _ = await at.person(Role.CITY_OFFICE, "hohhot", "乙")
    body = {
        "subject": "mathematics", "address": "大学西街",
        "starts_at": (clock.now() + timedelta(days=2)).isoformat(),
        "ends_at": (clock.now() + timedelta(days=2, hours=2)).isoformat(),
    }  # fmt: skip
    sitting = (await call(at, "POST", "/exams/sittings", first, body, 201))["id"]
    room = {"name": "一", "capacity": 9}
    await call(at, "POST", f"/exams/sittings/{sitting}/rooms", first, room, 201)
    await call(at, "POST", f"/exams/sittings/{sitting}/seat", first)
    return Exam(at, await overseers(at), tuple(students), first, second, sitting)
