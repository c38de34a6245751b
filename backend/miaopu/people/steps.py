"""The second step as a question: a token that can answer it and nothing else, once, for minutes."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.db import Database
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.core.throttle import clear, count
from miaopu.people.models import Challenge
from miaopu.people.tokens import new_secret, secret_hash
from miaopu.people.tries import TRIES, TRY_WINDOW

# A code is at hand; an authenticator may have to be installed first.
LIVES = {"verify": timedelta(minutes=5), "set_up": timedelta(minutes=20)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for (`verify`, `set_up`), the token to answer with, and for how many seconds it holds."""

    step: str
    token: str
    expires_in: int


async def ask(
    session: AsyncSession,
    account_id: uuid.UUID,
    step: str,
    *,
    sign_in_id: uuid.UUID | None = None,
    membership_id: uuid.UUID | None = None,
    cycle_id: uuid.UUID | None = None,
) -> Asked:
    """Ask for a second step; see `models.Challenge` for what it is for."""
    token, token_hash = new_secret()
    await session.execute(
        delete(Challenge).where(Challenge.account_id == account_id, Challenge.expires_at <= clock.real_now())
    )
    session.add(
        Challenge(
            token_hash=token_hash,
            account_id=account_id,
            step=step,
            sign_in_id=sign_in_id,
            membership_id=membership_id,
            cycle_id=cycle_id,
            expires_at=clock.real_now() + LIVES[step],
        )
    )
    await session.flush()
    return Asked(step, token, int(LIVES[step].total_seconds()))


async def pending(session: AsyncSession, token: str, step: str) -> Challenge:
    """The question behind a token, locked. Raises 401 `step_over`: unknown, answered or too late (one answer)."""
    found = await session.scalar(
        select(Challenge).where(Challenge.token_hash == secret_hash(token), Challenge.step == step).with_for_update()
    )
    if found is None or found.used_at is not None or found.expires_at <= clock.real_now():
        raise Problem("step_over", 401)
    return found


async def forget(session: AsyncSession, account_id: uuid.UUID) -> None:
    """Whatever was asked of an account is asked no more (its password or factor changed)."""
    await session.execute(delete(Challenge).where(Challenge.account_id == account_id))


async def ask_codes(database: Database, account_id: uuid.UUID) -> None:
    """Count a try at somebody's codes, at once and over all questions. Raises 429 after six in the window."""
    await count(database, _bucket(account_id), limit=TRIES, window=TRY_WINDOW)


async def codes_over(database: Database, account_id: uuid.UUID) -> None:
    """The code was right."""
    await clear(database, _bucket(account_id))


def wrong_code() -> Problem:
    """422 at `/code`: not the code, or one that was used."""
    return invalid(FieldError("/code", "wrong_second_code"))


def _bucket(account_id: uuid.UUID) -> str:
    return f"second-step:{account_id}"
