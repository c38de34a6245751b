"""Counting of attempts that must hold across processes and a crash of PostgreSQL: one table, one upsert."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Database
from miaopu.core.problem import Problem


class Attempt(Base):
    """How often something was tried in the present window."""

    __tablename__ = "attempts"
    __audit__ = False

    bucket: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime]


UPSERT = text(
    """
    INSERT INTO attempts AS a (bucket, count, until) VALUES (:bucket, 1, :until)
    ON CONFLICT (bucket) DO UPDATE SET
        count = CASE WHEN a.until <= :now THEN 1 ELSE a.count + 1 END,
        until = CASE WHEN a.until <= :now THEN excluded.until ELSE a.until END
    RETURNING count, until
    """
)

PRESENT = text("SELECT count, until FROM attempts WHERE bucket = :bucket AND until > :now")


async def count(database: Database, bucket: str, *, limit: int, window: timedelta) -> None:
    """Count one attempt, at once and whatever becomes of the request.

    Raises:
        Problem: 429 `too_many_requests` with `retry_after` (seconds) past the limit.
    """
    moment = clock.real_now()
    async with database.apart.begin() as connection:
        found = (
            await connection.execute(UPSERT, {"bucket": bucket[:200], "until": moment + window, "now": moment})
        ).one()
    tries: int = found[0]
    if tries > limit:
        raise Problem("too_many_requests", 429, retry_after=int((found.until - moment).total_seconds()) + 1)


async def ask(database: Database, bucket: str, *, limit: int) -> None:
    """Only look: for attempts that are counted once they have failed. Raises 429 as `count` does, at the limit."""
    moment = clock.real_now()
    async with database.apart.connect() as connection:
        found = (await connection.execute(PRESENT, {"bucket": bucket[:200], "now": moment})).first()
    if found is not None and found[0] >= limit:
        raise Problem("too_many_requests", 429, retry_after=int((found.until - moment).total_seconds()) + 1)


async def clear(database: Database, bucket: str) -> None:
    """Forget a bucket (after success)."""
    async with database.apart.begin() as connection:
        await connection.execute(text("DELETE FROM attempts WHERE bucket = :bucket"), {"bucket": bucket[:200]})
