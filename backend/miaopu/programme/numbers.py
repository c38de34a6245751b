"""Numbers that tell nobody who came before whom, nor how many there are: random ones that are still free."""

import secrets
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from miaopu.people.acting import Tx

# As many serials as five figures give.
SERIALS = 99_999


async def free_number(
    tx: Tx, model: Any, column: Any, cycle_id: uuid.UUID, made: Callable[[int], str]
) -> tuple[int, str]:
    """A serial whose number stands in no row of the cycle yet, and that number.

    Args:
        model: the table, with a `cycle_id`.
        column: where the numbers stand; a unique constraint of it is the last guard.
        made: the number of a serial, by the plan's pattern.
    """
    while True:
        serial = secrets.randbelow(SERIALS) + 1
        number = made(serial)
        # Two at the same moment: whoever comes second draws again, and nobody waits for the other's commit.
        mine = func.pg_try_advisory_xact_lock(func.hashtextextended(f"{column}:{cycle_id}:{number}", 0))
        if not await tx.session.scalar(select(mine)):
            continue
        taken = await tx.session.scalar(select(model.id).where(model.cycle_id == cycle_id, column == number))
        if taken is None:
            return serial, number
