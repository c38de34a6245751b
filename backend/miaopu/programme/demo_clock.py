"""Where the demo's clock stands."""

from datetime import timedelta

from sqlalchemy import select

from miaopu.core import clock
from miaopu.core.db import Database
from miaopu.programme.models import DemoClock


async def read_demo_clock(database: Database) -> None:
    """Turn the clock to where the demo left it."""
    async with database.session() as session:
        offset = await session.scalar(select(DemoClock.offset_seconds))
    clock.set_offset(timedelta(seconds=offset or 0.0))
