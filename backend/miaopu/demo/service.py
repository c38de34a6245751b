"""The demo's conveniences: borrow an account, turn the clock, go to a moment of the year. Never in production."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.read import Rows, as_list, kept
from miaopu.pairings.models import Enrolment
from miaopu.people.models import Account, Membership, Unit
from miaopu.programme.models import Cycle, DemoClock, Stage

# How many accounts of each role are offered without a search.
OFFERED = 6


@kept
def accounts(searching: bool) -> Rows:
    """Demo accounts: the first few of each role, or what a search finds; those of a student in training first."""
    trained = exists().where(
        Enrolment.state != "withdrawn",
        Account.id.in_((Enrolment.account_id, Enrolment.guardian_account_id, Enrolment.guide_teacher_account_id)),
    )
    place = func.row_number().over(partition_by=Membership.role, order_by=(~trained, Membership.since, Membership.id))
    rows = (
        select(
            Account.id.label("account_id"),
            Account.login,
            Account.name,
            Membership.role,
            Unit.name.label("unit_name"),
            place.label("place"),
        )
        .join(Membership, Membership.account_id == Account.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Account.demo, Account.password_hash.is_not(None), Membership.ended_at.is_(None))
    )
    if searching:
        q = bindparam("q", type_=String)
        rows = rows.where(or_(Account.name.contains(q), Account.login.contains(q), Unit.name.contains(q)))
    found = rows.subquery("f")
    return as_list(
        select(found.c.account_id, found.c.login, found.c.name, found.c.role, found.c.unit_name)
        .where(found.c.place <= OFFERED)
        .order_by(found.c.role, found.c.place)
    )


@kept
def stages() -> Rows:
    """The stages of the open cycle (the last one, when none is open)."""
    newest = select(Cycle.id).order_by(case((Cycle.state == "open", 0), else_=1), Cycle.year.desc()).limit(1)
    current = select(DemoClock.stage).scalar_subquery()
    return (
        select(
            Stage.code, Stage.opens_at, Stage.closes_at, func.coalesce(current == Stage.code, False).label("current")
        )
        .where(Stage.cycle_id == newest.scalar_subquery())
        .order_by(Stage.position)
    )


async def demo_account(session: AsyncSession, account_id: uuid.UUID) -> Account | None:
    """The account, if it is one of the demo's."""
    found: Account | None = await session.scalar(select(Account).where(Account.id == account_id, Account.demo))
    return found


async def note_clock(session: AsyncSession, *, moment: datetime | None = None, stage: str | None = None) -> None:
    """Remember how far the clock is turned, and which moment of the year a copy is made at."""
    row = await session.get(DemoClock, 1)
    if row is None:
        row = DemoClock(id=1, offset_seconds=0.0)
        session.add(row)
    row.offset_seconds = clock.offset().total_seconds()
    if moment is not None:
        row.moment, row.stage = moment, stage
    await session.flush()


async def kept_moment(session: AsyncSession) -> Any:
    """The moment the present copy was made at."""
    return await session.scalar(select(DemoClock.moment))
