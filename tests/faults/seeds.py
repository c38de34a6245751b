"""Those who storm: students in training with many meetings, students who register, an office with a sitting to mark."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg
import httpx

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.main import make_app, open_state
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.people.roles import Role
from miaopu.programme.models import CycleSchool
from miaopu.registrations.models import Registration
from miaopu.settings import Settings
from miaopu.training.models import Attendance, Session
from seeded import Headers, World, turn_to, world

# Registration, its reviews and the marks are all open on this day of the plan of 2024.
DAY = "2023-12-22T12:00"


@dataclass(slots=True)
class Crowd:
    """Everybody's headers, and what each can still hand in."""

    logs: list[tuple[Headers, uuid.UUID, uuid.UUID]] = field(default_factory=list)
    drafts: list[tuple[Headers, uuid.UUID]] = field(default_factory=list)
    registering: list[tuple[Headers, uuid.UUID]] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)
    sitting: uuid.UUID = field(default_factory=uuid.uuid4)
    office: Headers = field(default_factory=dict)
    school: Headers = field(default_factory=dict)


async def gather(settings: Settings, students: int, meetings: int, newcomers: int, seats: int) -> Crowd:
    """Seed a migrated, empty database, and leave its clock where everything is open."""
    app = make_app(settings)
    await open_state(app, settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as client:
        at = await world(app, client)
        turn_to(DAY, at.plan)
        crowd = Crowd()
        await at.add(CycleSchool(id=new_id(), cycle_id=at.cycle_id, school_id=at.units["no2"].id))
        for number in range(students):
            await _trained(at, crowd, number, meetings)
        for number in range(newcomers):
            headers, account = await at.person(Role.STUDENT, "no2", f"新生{number}")
            crowd.registering.append((headers, account.id))
        await _seated(at, crowd, seats)
        crowd.school, _ = await at.person(Role.SCHOOL, "no2", "教务处")
        offset = clock.now() - clock.real_now()
        await app.state.database.close()
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute(
            "INSERT INTO demo_clock (id, offset_seconds) VALUES (1, $1) "
            "ON CONFLICT (id) DO UPDATE SET offset_seconds = excluded.offset_seconds",
            offset.total_seconds(),
        )
    finally:
        await connection.close()
    return crowd


async def _trained(at: World, crowd: Crowd, number: int, meetings: int) -> None:
    city, school = at.units["hohhot"], at.units["no2"]
    code = next(u for u in at.plan.universities if u.city == "hohhot").code
    here = {"cycle_id": at.cycle_id, "city_id": city.id, "subject": "mathematics"}
    headers, account = await at.person(Role.STUDENT, "no2", f"学生{number}")
    _, mentor = await at.person(Role.MENTOR, code, f"导师{number}")
    named = {"name": f"学生{number}", "name_key": str(number), "account_id": account.id}
    nomination = Nomination(
        id=new_id(), state="appointed", university_id=at.units[code].id, account_id=mentor.id, name=f"导师{number}",
        name_key=str(number), standing="other", degree="doctor", title="教授", capacity=5,
        letter_number=f"F{number}", letter_code=f"f{number}", **here,
    )  # fmt: skip
    registration = Registration(
        id=new_id(), serial=number + 1, state="enrolled", number=f"2024F{number}", school_id=school.id,
        submitted_at=clock.now() - timedelta(days=90), **here, **named,
    )  # fmt: skip
    enrolment = Enrolment(
        id=new_id(), state="active", registration_id=registration.id, mentor_id=nomination.id, school_id=school.id,
        university_id=at.units[code].id, number=registration.number, active_from=clock.now() - timedelta(days=60),
        **here, **named,
    )  # fmt: skip
    rows: list[object] = [nomination, registration, enrolment]
    for meeting in range(meetings):
        session = Session(
            id=new_id(), cycle_id=at.cycle_id, mentor_id=nomination.id, given_by=mentor.id, by_mentor=True,
            starts_at=clock.now() - timedelta(hours=meeting + 2), minutes=60,
            activity=at.plan.training.activities[0].code, title=f"组会{meeting}", on_campus=True,
        )  # fmt: skip
        due = clock.now() + timedelta(days=3)
        rows += [
            session,
            Attendance(
                id=new_id(), session_id=session.id, enrolment_id=enrolment.id, mode="face_to_face", log_due_at=due
            ),
        ]
        # The last meeting is for a draft that is saved again and again.
        if meeting < meetings - 1:
            crowd.logs.append((headers, session.id, enrolment.id))
        else:
            crowd.drafts.append((headers, session.id))
    await at.add(*rows)


async def _seated(at: World, crowd: Crowd, seats: int) -> None:
    day = datetime.fromisoformat(DAY).replace(tzinfo=at.plan.zone)
    here = {"cycle_id": at.cycle_id, "city_id": at.units["hohhot"].id, "subject": "physics"}
    sitting = Sitting(
        id=new_id(), starts_at=day - timedelta(hours=4), ends_at=day - timedelta(hours=2), address="大学西街",
        seed="5eed", **here,
    )  # fmt: skip
    room = ExamRoom(id=new_id(), sitting_id=sitting.id, name="主楼301", capacity=max(seats, 1))
    rows: list[object] = [sitting, room]
    for number in range(seats):
        _, account = await at.person(Role.STUDENT, "no2", f"考生{number}")
        registration = Registration(
            id=new_id(), serial=1000 + number, state="seated", number=f"2024S{number}", account_id=account.id,
            school_id=at.units["no2"].id, name=f"考生{number}", name_key=str(number), submitted_at=clock.now(), **here,
        )  # fmt: skip
        ticket = f"TF{number:04d}"
        seat = Seat(
            id=new_id(), registration_id=registration.id, sitting_id=sitting.id, room_id=room.id, number=number + 1,
            ticket_number=ticket,
        )  # fmt: skip
        rows += [registration, seat]
        crowd.seats.append(ticket)
    await at.add(*rows)
    crowd.sitting = sitting.id
    crowd.office, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
