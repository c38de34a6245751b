"""Two students in training with a mentor each, what they were at, and those around the first of them."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from papers import jpeg, png
from seeded import SOURCE, Headers, World, turn_to, world

JPEG, PNG = jpeg(), png()


@dataclass(frozen=True)
class Training:
    """A student, the circle around, a session that was attended; and a stranger with another mentor."""

    at: World
    student: Headers
    enrolment: Enrolment
    mentor: Headers
    nomination: Nomination
    guardian: Headers
    teacher: Headers
    session: str
    stranger: Headers
    strange_mentor: Headers
    strange_teacher: Headers

    async def call(
        self, method: str, path: str, who: Headers, body: Any = None, status: int = 200, key: str | None = None
    ) -> Any:
        headers = {**who, "idempotency-key": key} if key else who
        answer = await self.at.client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    async def upload(self, who: Headers, data: bytes = JPEG, key: str | None = None) -> str:
        headers = {**who, "idempotency-key": key} if key else who
        answer = await self.at.client.post("/files", files={"file": ("photo.jpg", data)}, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def save(self, version: int, status: int = 200, who: Headers | None = None, **more: Any) -> Any:
        path = f"/growth-logs/drafts/{self.session}"
        return await self.call("PUT", path, who or self.student, {"version": version, **more}, status)

    async def hand_in(self, status: int = 201, key: str | None = None, **more: Any) -> Any:
        body = {"session_id": self.session, "did": "测量三次", "learned": "条件要写清楚", **more}
        return await self.call("POST", "/growth-logs", self.student, body, status, key)

    async def mine(self, who: Headers | None = None) -> Any:
        return await self.call("GET", "/growth-logs/mine", who or self.student)

    async def due(self) -> Any:
        """The line of the one session, as the phone sees it."""
        (line,) = (await self.mine())["due"]
        return line

    async def review(self, log: Any, action: str, reason: str | None = None, status: int = 200) -> Any:
        path = f"/growth-logs/{log['id']}/actions/{action}"
        return await self.call("POST", path, self.mentor, {"version": log["version"], "reason": reason}, status)

    async def hold(self, **more: Any) -> str:
        """One more session of the mentor's, with the student."""
        return await held(self.at, self.mentor, self.nomination, self.enrolment, **more)


async def held(at: World, mentor: Headers, nomination: Nomination, enrolment: Enrolment, **more: Any) -> str:
    body = {
        "mentor_id": str(nomination.id),
        "starts_at": (clock.now() - timedelta(days=1)).isoformat(),
        "minutes": 60,
        "activity": at.plan.training.activities[0].code,
        "title": "组会",
        "on_campus": True,
        "attendance": [{"enrolment_id": str(enrolment.id), "mode": "face_to_face"}],
        **more,
    }
    answer = await at.client.post("/sessions", json=body, headers=mentor)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def source() -> str:
    return SOURCE


@pytest.fixture
async def training(app: FastAPI, client: httpx.AsyncClient, source: str) -> Training:
    return await begin(app, client, source)


async def begin(app: FastAPI, client: httpx.AsyncClient, source: str = SOURCE) -> Training:
    """The training as it stands on a day in March."""
    at = await world(app, client, source)
    turn_to("2024-03-10T12:00", at.plan)
    guardian, guardian_account = await at.person(Role.GUARDIAN, "no2", "家长")
    teacher, teacher_account = await at.person(Role.GUIDE_TEACHER, "no2", "老师")
    strange_teacher, _ = await at.person(Role.GUIDE_TEACHER, "no2", "别的老师")
    student, enrolment, mentor, nomination = await pair(at, 1, guardian_account.id, teacher_account.id)
    stranger, other, strange_mentor, other_nomination = await pair(at, 2)
    session = await held(at, mentor, nomination, enrolment)
    await held(at, strange_mentor, other_nomination, other)
    return Training(
        at, student, enrolment, mentor, nomination, guardian, teacher, session, stranger, strange_mentor,
        strange_teacher,
    )  # fmt: skip


async def pair(
    at: World, number: int, guardian: uuid.UUID | None = None, teacher: uuid.UUID | None = None
) -> tuple[Headers, Enrolment, Headers, Nomination]:
    """A student in training and the mentor."""
    city = at.units["hohhot"]
    here = {"cycle_id": at.cycle_id, "city_id": city.id, "subject": "mathematics"}
    university = next(u for u in at.plan.universities if u.city == "hohhot").code
    student, account = await at.person(Role.STUDENT, "no2", f"学生{number}")
    mentor, mentor_account = await at.person(Role.MENTOR, university, f"导师{number}")
    named = {"name": f"学生{number}", "name_key": str(number), "account_id": account.id}
    nomination = Nomination(
        id=new_id(), state="appointed", university_id=at.units[university].id, account_id=mentor_account.id,
        name=f"导师{number}", name_key=str(number), standing="other", degree="doctor", title="教授", capacity=5,
        letter_number=f"L{number}", letter_code=f"l{number}", **here,
    )  # fmt: skip
    registration = Registration(
        id=new_id(), serial=number, state="enrolled", number=f"20240100{number}", school_id=at.units["no2"].id,
        submitted_at=clock.now() - timedelta(days=90), **here, **named,
    )  # fmt: skip
    enrolment = Enrolment(
        id=new_id(), state="active", registration_id=registration.id, guardian_account_id=guardian,
        guide_teacher_account_id=teacher, mentor_id=nomination.id, university_id=at.units[university].id,
        school_id=at.units["no2"].id, number=registration.number, active_from=clock.now() - timedelta(days=40),
        **here, **named,
    )  # fmt: skip
    await at.add(nomination, registration, enrolment)
    return student, enrolment, mentor, nomination


async def work_of(training: Training, judge: Headers, annual_id: str) -> str:
    """The id by which a work stands in a judge's own list, which is not the evaluation's; empty where it does not."""
    async with training.at.app.state.database.session() as session:
        rows = await session.scalars(
            text(
                "SELECT id::text FROM panel_sheets WHERE annual_id = CAST(:id AS uuid) UNION ALL "
                "SELECT id::text FROM final_sheets WHERE annual_id = CAST(:id AS uuid)"
            ),
            {"id": annual_id},
        )
        sheets = set(rows)
    items = (await training.call("GET", "/evaluations/annual", judge))["items"]
    return next((str(item["id"]) for item in items if item["id"] in sheets), "")
