"""Sign-ins that are over: their access tokens are refused too, before they run out (ASVS 5.0 7.4.1, 7.4.2).

Each process keeps the few families that ended while a token of theirs could still live, and looks again every
`ENDED_SECONDS`; so a sign-out holds everywhere within that time, and at once in the process that did it.
"""

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from miaopu.core import clock
from miaopu.core.problem import Problem
from miaopu.people.models import SignIn
from miaopu.people.tokens import LIFETIME

ENDED_SECONDS = 2.0


@dataclass(slots=True)
class Ended:
    """The families that ended lately, and when that was read (monotonic seconds)."""

    families: frozenset[uuid.UUID] = frozenset()
    read_at: float = float("-inf")
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def look_again(self) -> None:
        """Something ends in this process: the next request reads anew."""
        self.read_at = float("-inf")


async def refuse_ended(state: Any, sign_in_id: uuid.UUID | None) -> None:
    """Raises 401 `unauthenticated` for a token whose sign-in is over."""
    ended: Ended = state.ended
    if _is_old(ended):
        async with ended.reading:
            # Whoever waited for it has what was read.
            if _is_old(ended):
                moment = time.monotonic()
                since = clock.real_now() - timedelta(seconds=LIFETIME)
                async with state.database.apart.connect() as connection:
                    found = await connection.scalars(select(SignIn.id).where(SignIn.revoked_at > since))
                    ended.families, ended.read_at = frozenset(found), moment
    if sign_in_id in ended.families:
        raise Problem("unauthenticated", 401)


def _is_old(ended: Ended) -> bool:
    return time.monotonic() - ended.read_at > ENDED_SECONDS
