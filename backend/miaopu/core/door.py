"""One transaction for each writing request, committed before the answer is sent; one effect for each key.

FastAPI's plain `yield` dependency commits after the answer went out, and a failed commit then leaves the
client with a 200. Here the route itself holds the transaction: handler, trail, stored answer, COMMIT, and
only then the answer. `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) claims a row first; a
second request with the same key waits for the first and gets its answer.
"""

import base64
import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import LargeBinary, SmallInteger, String, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import audit, clock
from miaopu.core.db import Base, Database
from miaopu.core.problem import Problem
from miaopu.core.sealing import SEALED
from miaopu.core.secrets import Vault

KEY_HEADER = "idempotency-key"
KEY_LENGTH = 255


class IdempotencyKey(Base):
    """A key a caller used, what it was used for, and the answer it got."""

    __tablename__ = "idempotency_keys"
    __audit__ = False

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    media_type: Mapped[str | None]
    # Whatever was answered, in Base64 under the seal: it may tell of somebody.
    answer: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    created_at: Mapped[datetime]


class Door(APIRoute):
    """The route class of every router."""

    # False where an answer carries a secret: it is then never kept, and a key has no effect.
    keeps_answers: ClassVar[bool] = True
    # True where somebody who only looks, as another person, may write: to stop looking.
    for_support: ClassVar[bool] = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if (self.methods or set()) <= {"GET", "HEAD"}:
            return handle

        async def write(request: Request) -> Response:
            # An act that takes no body is not begun by a request that broke off in the middle of one.
            if not _streams(request):
                await request.body()
            database: Database = request.app.state.database
            if not self.for_support:
                request.app.state.admit(request)
            async with database.session() as session:
                audit.act_as(session, audit.Who(request_id=request.state.request_id))
                request.state.session = session
                key = request.headers.get(KEY_HEADER)
                if key is None or request.method != "POST" or not self.keeps_answers:
                    return await _run(handle, request, session)
                return await _run_once(handle, request, session, key)

        return write


class Unkept(Door):
    """A route whose answers carry secrets or many people's details, and are never kept for an Idempotency-Key."""

    keeps_answers = False


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def _run(handle: Handler, request: Request, session: AsyncSession) -> Response:
    response = await handle(request)
    if response.status_code < 400:
        await audit.commit(session)
    return response


async def _run_once(handle: Handler, request: Request, session: AsyncSession, key: str) -> Response:
    if not key or len(key) > KEY_LENGTH or not key.isprintable():
        raise Problem("idempotency_key_invalid", 400)
    owner = request.app.state.identify(request)
    fingerprint = await _fingerprint(request)
    row = {"owner": owner, "key": key}
    claimed = await session.execute(
        insert(IdempotencyKey)
        .values(**row, fingerprint=fingerprint, created_at=clock.real_now())
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if claimed.first() is None:
        return await _replay(session, request.app.state.vault, row, fingerprint)
    response = await handle(request)
    if response.status_code >= 400:
        return response
    answer = request.app.state.vault.seal(base64.b64encode(response.body).decode())
    await session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.owner == owner, IdempotencyKey.key == key)
        .values(status=response.status_code, media_type=response.media_type, answer=answer)
    )
    await audit.commit(session)
    return response


def _streams(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/")


async def _fingerprint(request: Request) -> bytes:
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    # An upload is streamed to its place, not held in memory; its length stands for it.
    if _streams(request):
        digest.update(request.headers.get("content-length", "").encode())
    else:
        digest.update(await request.body())
    return digest.digest()


async def _replay(session: AsyncSession, vault: Vault, row: dict[str, str], fingerprint: bytes) -> Response:
    found = await session.scalar(select(IdempotencyKey).filter_by(**row))
    if found is None or found.fingerprint != fingerprint:
        raise Problem("idempotency_key_reused", 422)
    return Response(
        base64.b64decode(vault.open(found.answer)) if found.answer else b"",
        status_code=found.status or 200,
        media_type=found.media_type or "application/json",
        headers={"Idempotency-Replayed": "true"},
    )
