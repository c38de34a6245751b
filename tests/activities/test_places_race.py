"""Fifty rivals for the last place of a camp: one winner (P20)."""

import asyncio
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from miaopu.activities.choosing import take
from miaopu.activities.models import Activity
from miaopu.core import audit, clock
from miaopu.core.audit import Who
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.roles import Role
from trained import Training

RIVALS = 50


async def test_p20_fifty_rivals_for_a_camps_last_place_and_one_winner(training: Training) -> None:
    at, now = training.at, clock.now()
    camp = Activity(
        id=new_id(), cycle_id=at.cycle_id, unit_id=at.units["hohhot"].id, state="announced", kind="camp", title="营",
        place="呼和浩特", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=10),
        recommend_until=now + timedelta(days=5), places=8, taken=7, needs_consent=True,
    )  # fmt: skip
    await at.add(camp)

    async def one() -> str:
        async with at.app.state.database.session() as session:
            audit.act_as(session, Who(request_id="race"))
            actor = Actor(uuid.uuid4(), uuid.uuid4(), Role.REGION_OFFICE, uuid.uuid4(), None, at.cycle_id)
            try:
                await take(Tx(session, actor, "race"), camp.id, at.units["hohhot"].id)
                await audit.commit(session)
            except Problem as refused:
                return refused.code
            return "won"

    assert Counter(await asyncio.gather(*(one() for _ in range(RIVALS)))) == {"won": 1, "full": RIVALS - 1}
    async with at.app.state.database.session() as session:
        assert await session.scalar(select(Activity.taken)) == 8
    async with at.app.state.database.engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(text("UPDATE activities SET taken = places + 1"))
