"""When a sign-in that nobody uses ends (ASVS 5.0 7.3.1, 7.1.1; the times after NIST SP 800-63B-4, 2.1.3 and 2.2.3).

A family is used when its refresh token is: a page in use asks for a new access token at least every `LIFETIME`.
"""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.problem import Problem
from miaopu.people.models import Membership, RefreshToken, SignIn
from miaopu.settings import Settings

# As `revoked_why` says it.
IDLE = "idle"


async def idle_after(session: AsyncSession, account_id: uuid.UUID, settings: Settings) -> timedelta:
    """How long a sign-in of this account may rest.

    The shorter time holds for whoever has one of the roles that need it, whichever of them the sign-in acts in: it
    could switch to it.
    """
    short = select(Membership.id).where(
        Membership.account_id == account_id,
        Membership.role.in_(settings.short_idle_roles),
        or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
    )
    if await session.scalar(short.limit(1)) is not None:
        return timedelta(minutes=settings.session_idle_minutes)
    return timedelta(days=settings.session_idle_days)


async def last_used(session: AsyncSession, sign_in: SignIn) -> datetime:
    """When a token of the family was last given out."""
    found: datetime | None = await session.scalar(
        select(func.max(RefreshToken.issued_at)).where(RefreshToken.sign_in_id == sign_in.id)
    )
    return found or sign_in.created_at


def idle_over(limit: timedelta) -> Problem:
    """401 `session_idle`, with the limit as it is told: in days from two days on, else in minutes."""
    days = limit >= timedelta(days=2)
    told = limit / timedelta(days=1) if days else limit / timedelta(minutes=1)
    return Problem("session_idle_days" if days else "session_idle", 401, limit=round(told))
