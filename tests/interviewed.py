"""A city about to hold its interviews: candidates with marks, mentors on panels, two people of the office."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.exams.models import Cutoff, ExamRoom, Seat, Sitting, SubjectPlaces
from miaopu.nominations.models import Nomination
from miaopu.people.roles import Role
from miaopu.programme.rubric import scales_of
from miaopu.registrations.models import Registration
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


def moment_of(text: str) -> Any:
    return datetime.fromisoformat(text)
