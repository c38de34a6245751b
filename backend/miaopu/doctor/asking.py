"""The invariants asked by the clock: of the installation once a day, and of what each restore drill brought back.

The worker hands this to `operations.upkeep`, which stands below and knows of no invariant.
"""

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core.db import Database, plain_url
from miaopu.doctor.examining import Examined, examine, examine_installation
from miaopu.notices.service import holders, tell
from miaopu.operations.models import UpkeepRun
from miaopu.operations.upkeep import Examiner, Facts
from miaopu.people.roles import Role
from miaopu.settings import Settings

FOUND = "status.doctor_found"


async def daily(settings: Settings, database: Database) -> tuple[bool, Facts]:
    """What the invariants find in the installation and its files; the region's office is told of what is new."""
    found = await examine_installation(settings)
    facts = figures(found)
    if facts["codes"]:
        async with database.session() as session:
            if not set(facts["codes"]) <= await _known(session):
                sentences = "；".join(one.invariant.zh for one in found if one.count)
                office = await holders(session, Role.REGION_OFFICE, None)
                await tell(session, office, FOUND, thing_type="status", thing_id=None, title=sentences)
                await session.commit()
    return not facts["codes"], facts


async def of_copy(url: str) -> Facts:
    """The same of a restored copy, whose files are not looked for."""
    connection = await asyncpg.connect(plain_url(url))
    try:
        return figures(await examine(connection))
    finally:
        await connection.close()


def figures(found: list[Examined]) -> Facts:
    """How many invariants were asked, and the codes of those that do not hold."""
    return {"asked": len(found), "codes": [one.invariant.code for one in found if one.count]}


async def _known(session: AsyncSession) -> set[str]:
    """What the run before found: nobody is told the same every day."""
    last = select(UpkeepRun.facts).where(UpkeepRun.kind == "doctor").order_by(UpkeepRun.began_at.desc()).limit(1)
    facts = await session.scalar(last)
    return set((facts or {}).get("codes", ()))


EXAMINER = Examiner(daily, of_copy)
