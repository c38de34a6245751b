"""A written test that has been sat: a sitting of mathematics, its seats, and two people of the city's office."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.workbooks import write_rows
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from seeded import SOURCE, Headers, World, turn_to, world

NAMES = ("乌云高娃", "巴特尔·苏和", "陈䶮")
HEADERS = ("准考证号", "姓名", "考场", "座位号", "成绩", "缺考")


@dataclass(frozen=True)
class Hall:
    """A sitting of mathematics in 呼和浩特市 with its students in rooms of two."""

    at: World
    sitting: Sitting
    seats: tuple[Seat, ...]
    student: Headers
    office: Headers
    colleague: Headers

    @property
    def path(self) -> str:
        return f"/exams/sittings/{self.sitting.id}"

    async def entries(self) -> list[tuple[Decimal | None, bool, Decimal | None, bool | None]]:
        """What the database holds of both entries, in the order of the seats."""
        async with self.at.app.state.database.session() as session:
            found = {seat.id: seat for seat in await session.scalars(select(Seat))}
        seats = [found[seat.id] for seat in self.seats]
        return [(seat.mark, seat.absent, seat.second_mark, seat.second_absent) for seat in seats]

    async def marks(self) -> list[tuple[Decimal | None, bool]]:
        """The first entries."""
        return [(mark, absent) for mark, absent, _, _ in await self.entries()]


async def sit(app: FastAPI, client: httpx.AsyncClient, names: tuple[str, ...] = NAMES, source: str = SOURCE) -> Hall:
    """The day after the test: everybody has a seat, nobody a mark."""
    at = await world(app, client, source)
    turn_to("2023-12-24T12:00", at.plan)
    sitting = a_sitting(at, "mathematics")
    rooms = [
        ExamRoom(id=new_id(), sitting_id=sitting.id, name=f"主楼30{n + 1}", capacity=30)
        for n in range((len(names) + 1) // 2)
    ]
    seats, students = [], []
    for i, name in enumerate(names):
        headers, account = await at.person(Role.STUDENT, "no2", name)
        registration = Registration(
            serial=i + 1,
            id=new_id(),
            cycle_id=at.cycle_id,
            state="seated",
            number=f"2024HO{i + 1:05d}",
            account_id=account.id,
            school_id=at.units["no2"].id,
            city_id=at.units["hohhot"].id,
            name=name,
            name_key=str(i),
            subject="mathematics",
            submitted_at=clock.now(),
        )
        seat = Seat(
            id=new_id(),
            registration_id=registration.id,
            sitting_id=sitting.id,
            room_id=rooms[i // 2].id,
            number=i % 2 + 1,
            ticket_number=f"T2024HO{i + 1:05d}",
        )
        students.append((headers, registration))
        seats.append(seat)
    await at.add(sitting, *rooms, *(registration for _, registration in students), *seats)
    office, _ = await at.person(Role.CITY_OFFICE, "hohhot", "甲")
    colleague, _ = await at.person(Role.CITY_OFFICE, "hohhot", "乙")
    return Hall(at, sitting, tuple(seats), students[1][0], office, colleague)


def a_sitting(at: World, subject: str, city: str = "hohhot") -> Sitting:
    """The morning of 23 December in the main building."""
    return Sitting(
        id=new_id(),
        cycle_id=at.cycle_id,
        city_id=at.units[city].id,
        subject=subject,
        starts_at=datetime(2023, 12, 23, 9, 0, tzinfo=at.plan.zone),
        ends_at=datetime(2023, 12, 23, 11, 30, tzinfo=at.plan.zone),
        address="大学西街235号",
        seed="5eed",
    )


def filled(*entries: tuple[object, object], headers: tuple[str, ...] = HEADERS) -> bytes:
    """The sheet with these marks and absences, in the order of the seats."""
    rows = [(f"T2024HO0000{i + 1}", NAMES[i], "主楼", i + 1, mark, absent) for i, (mark, absent) in enumerate(entries)]
    return write_rows(headers, rows)
