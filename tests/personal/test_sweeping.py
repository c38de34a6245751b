"""Technical logs go when the plan's months are over, not before; the trail never does."""

import os
import uuid
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, func, select, update

from miaopu.core import clock
from miaopu.core.audit import AuditEntry, broken_links
from miaopu.core.db import new_id
from miaopu.core.door import IdempotencyKey
from miaopu.core.files import StoredFile, place_of, read
from miaopu.core.problem import Problem
from miaopu.core.strays import LEFT_BEHIND
from miaopu.people.models import RefreshToken, SignIn
from miaopu.people.roles import Role
from miaopu.personal.sweeping import EXPORT_LIFE, sweep
from papers import jpeg
from personal.test_own_data import taken
from seeded import World

DAY = timedelta(days=1)


async def test_sign_ins_and_kept_answers_go_after_the_plans_months_and_exports_after_a_week(
    app: FastAPI, client: httpx.AsyncClient, at: World
) -> None:
    months = timedelta(days=31) * at.plan.retention.technical_months
    who, account = await at.person(Role.STUDENT, "no2", "那日苏")
    await taken(app, client, who)

    answers = timedelta(days=app.state.settings.answer_days)

    def signed(ended: datetime, key: str, answered: datetime) -> list[object]:
        family = SignIn(id=new_id(), account_id=account.id, created_at=ended - DAY, expires_at=ended)
        token = RefreshToken(token_hash=key.encode(), sign_in_id=family.id, issued_at=ended - DAY)
        kept = IdempotencyKey(owner="x", key=key, fingerprint=b"", created_at=answered)
        return [family, token, kept]

    now = clock.real_now()
    await at.add(*signed(now - months - DAY, "old", now - answers - DAY))
    await at.add(*signed(now - months + DAY, "young", now - answers + DAY))
    async with app.state.database.session() as session:
        before = await session.scalar(select(func.count()).select_from(AuditEntry))
        (export,) = list(await session.scalars(select(StoredFile)))
    first = await sweep(app.state.database, app.state.files, app.state.settings)
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
    assert (await sweep(app.state.database, app.state.files, app.state.settings))["exports"] == 1
    assert sum((await sweep(app.state.database, app.state.files, app.state.settings)).values()) == 0
    with pytest.raises(Problem, match="not_found"):
        await read(app.state.files, export)
    async with app.state.database.session() as session:
        # Each sweep that took something says so, and nothing of the trail went.
        assert await session.scalar(select(func.count()).select_from(AuditEntry)) == (before or 0) + 2
        assert await broken_links(session) == []


async def test_bytes_without_a_row_and_uploads_left_behind_go_and_what_is_young_or_claimed_stays(
    app: FastAPI, client: httpx.AsyncClient, at: World
) -> None:
    who, _ = await at.person(Role.STUDENT, "no2", "那日苏")
    await taken(app, client, who)

    async def sent() -> str:
        answer = await client.post("/files", files={"file": ("a.jpg", jpeg())}, headers=who)
        found: str = answer.json()["id"]
        return found

    young, old, lost, claimed = [uuid.UUID(await sent()) for _ in range(4)]
    store, folder = app.state.files, app.state.settings.data_dir / "files"
    async with app.state.database.session() as session:
        await session.execute(delete(StoredFile).where(StoredFile.id == lost))
        aged = update(StoredFile).values(created_at=clock.real_now() - LEFT_BEHIND - DAY)
        await session.execute(aged.where(StoredFile.id == old))
        await session.execute(aged.where(StoredFile.id == claimed).values(claimed_type="material", claimed_id=new_id()))
        await session.commit()
    (folder / "not-ours.txt").write_text("somebody else's")
    first = await sweep(app.state.database, store, app.state.settings)
    assert (first["left_behind"], first["strays"]) == (1, 0)
    # Nobody knows of it, yet it may be on its way; a day later it is not.
    assert (folder / place_of(lost)).exists()
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    assert (await sweep(app.state.database, store, app.state.settings))["strays"] == 1
    assert not (folder / place_of(lost)).exists()
    assert not (folder / place_of(old)).exists()
    assert (folder / place_of(young)).exists()
    assert (folder / place_of(claimed)).exists()
    assert (folder / "not-ours.txt").exists()
    async with app.state.database.session() as session:
        kept = set(await session.scalars(select(StoredFile.id)))
    assert {young, claimed} < kept
    assert old not in kept
