"""Technical logs go when the plan's months are over, not before; the trail never does."""

from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from miaopu.core import clock
from miaopu.core.audit import AuditEntry, broken_links
from miaopu.core.db import new_id
from miaopu.core.door import IdempotencyKey
from miaopu.core.files import StoredFile, read
from miaopu.core.problem import Problem
from miaopu.people.access import Role
from miaopu.people.models import RefreshToken, SignIn
from miaopu.personal.sweeping import EXPORT_LIFE, sweep
from personal.test_own_data import taken
from seeded import World

DAY = timedelta(days=1)


async def test_sign_ins_and_kept_answers_go_after_the_plans_months_and_exports_after_a_week(
    app: FastAPI, client: httpx.AsyncClient, at: World
) -> None:
    months = timedelta(days=31) * at.plan.retention.technical_months
    who, account = await at.person(Role.STUDENT, "no2", "那日苏")
    await taken(app, client, who)

    def signed(ended: datetime, key: str) -> list[object]:
        family = SignIn(id=new_id(), account_id=account.id, created_at=ended - DAY, expires_at=ended)
        token = RefreshToken(token_hash=key.encode(), sign_in_id=family.id, issued_at=ended - DAY)
        kept = IdempotencyKey(owner="x", key=key, fingerprint=b"", created_at=ended)
        return [family, token, kept]

    now = clock.real_now()
    await at.add(*signed(now - months - DAY, "old"), *signed(now - months + DAY, "young"))
    async with app.state.database.session() as session:
        before = await session.scalar(select(func.count()).select_from(AuditEntry))
        (export,) = list(await session.scalars(select(StoredFile)))
    first = await sweep(app.state.database, app.state.files)
    assert {table: rows for table, rows in first.items() if rows} == {
        "idempotency_keys": 1,
        "refresh_tokens": 1,
        "sign_ins": 1,
    }
    assert await read(app.state.files, export)
    async with app.state.database.session() as session:
        assert list(await session.scalars(select(IdempotencyKey.key))) == ["young"]
        assert list(await session.scalars(select(RefreshToken.token_hash))) == [b"young"]
        (found,) = list(await session.scalars(select(StoredFile)))
        found.created_at = now - EXPORT_LIFE - DAY
        await session.commit()
    assert (await sweep(app.state.database, app.state.files))["exports"] == 1
    assert sum((await sweep(app.state.database, app.state.files)).values()) == 0
    with pytest.raises(Problem, match="not_found"):
        await read(app.state.files, export)
    async with app.state.database.session() as session:
        # Each sweep that took something says so, and nothing of the trail went.
        assert await session.scalar(select(func.count()).select_from(AuditEntry)) == (before or 0) + 2
        assert await broken_links(session) == []
