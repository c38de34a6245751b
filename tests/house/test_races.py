"""Fifty rivals for one place: one winner, whoever they are and however they come (P3, P8)."""

import asyncio
import uuid
from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from miaopu.core import audit
from miaopu.core.audit import Who
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.nominations.models import Nomination
from miaopu.pairings.filing import take_seat
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.roles import Role
from miaopu.programme.models import CycleCity
from miaopu.programme.numbers import free_number
from miaopu.programme.service import take_place
from seeded import World, turn_to

RIVALS = 50


async def rivals(at: World, take: object) -> Counter[str]:
    """Fifty transactions at once; what became of each."""

    async def one() -> str:
        async with at.app.state.database.session() as session:
            audit.act_as(session, Who(request_id="race"))
            actor = Actor(uuid.uuid4(), uuid.uuid4(), Role.REGION_OFFICE, uuid.uuid4(), None, at.cycle_id)
            try:
                await take(Tx(session, actor, "race"))  # type: ignore[operator]
                await audit.commit(session)
            except Problem as refused:
                return refused.code
            return "won"

    return Counter(await asyncio.gather(*(one() for _ in range(RIVALS))))


async def test_p8_fifty_rivals_for_a_mentors_last_seat_and_one_winner(at: World) -> None:
    mentor = a_mentor(at, taken=at.plan.mentors.capacity - 1)
    await at.add(mentor)
    assert await rivals(at, lambda tx: take_seat(tx, mentor.id)) == {"won": 1, "full": RIVALS - 1}
    async with at.app.state.database.session() as session:
        assert await session.scalar(select(Nomination.taken)) == at.plan.mentors.capacity


async def test_p3_fifty_rivals_for_a_citys_last_place_and_one_winner(at: World) -> None:
    city = at.units["baotou"].id
    places = at.plan.city("baotou").places
    async with at.app.state.database.session() as session:
        row = await session.scalar(select(CycleCity).where(CycleCity.city_id == city))
        row.taken = places - 1
        await audit.commit(session)
    assert await rivals(at, lambda tx: take_place(tx, at.cycle_id, city)) == {"won": 1, "full": RIVALS - 1}


async def test_p3_p8_the_database_itself_refuses_one_too_many_whatever_path_it_comes_by(at: World) -> None:
    async with at.app.state.database.engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(text("UPDATE cycle_cities SET taken = places + 1"))


def a_mentor(at: World, **more: object) -> Nomination:
    return Nomination(
        id=new_id(), cycle_id=at.cycle_id, state="draft", university_id=at.units["imnu"].id,
        city_id=at.units["hohhot"].id, subject="physics", name=uuid.uuid4().hex, name_key="bateer", standing="other",
        degree="doctor", title="教授", capacity=at.plan.mentors.capacity, **more,
    )  # fmt: skip


async def test_p11_fifty_numbers_drawn_at_once_are_fifty_numbers(at: World) -> None:
    async def draw(tx: Tx) -> None:
        # Few numbers, so that many are drawn twice at the same moment.
        _, number = await free_number(
            tx, Nomination, Nomination.letter_number, at.cycle_id, lambda serial: f"N{serial % (RIVALS + 5)}"
        )
        tx.session.add(a_mentor(at, letter_number=number))
        await tx.session.flush()

    assert await rivals(at, draw) == {"won": RIVALS}


async def test_fifty_sendings_of_one_intention_do_it_once(at: World) -> None:
    headers, _ = await at.person(Role.UNIVERSITY, "imnu")
    headers["idempotency-key"] = uuid.uuid4().hex
    from_plan = next(s for s in at.plan.mentors.standings if not s.reason_required)
    body = {"subject": "physics", "name": "苏和", "standing": from_plan.code, "degree": "doctor", "title": "教授"}
    opens = at.plan.opens_at(next(s.code for s in at.plan.stages if s.code == "nomination"))
    turn_to(f"{opens.date().isoformat()}T10:00:00", at.plan)
    answers = await asyncio.gather(*(at.client.post("/nominations", json=body, headers=headers) for _ in range(RIVALS)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    async with at.app.state.database.session() as session:
        assert len(list(await session.scalars(select(Nomination.id)))) == 1
