"""What a request may lean on: who is asking, the open transaction, the reads' pool."""

import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit
from miaopu.core.problem import Problem
from miaopu.core.read import Reader
from miaopu.core.throttle import count
from miaopu.people import support
from miaopu.people.access import Actor, require
from miaopu.people.ended import refuse_ended
from miaopu.people.keys import ring_for
from miaopu.people.permissions import Permission
from miaopu.people.tokens import read as read_token

# An office behind one address checks a pile of letters; nobody types faster than this.
CHECKS = 120
CHECK_WINDOW = timedelta(minutes=1)
bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Access token of POST /auth/sign-in")


@dataclass(frozen=True, slots=True)
class Tx:
    """One writing request: its session (committed by the route), its actor, its id."""

    session: AsyncSession
    actor: Actor
    request_id: str


def scope(actor: Actor) -> dict[str, Any]:
    """The actor's own ids, as the `visible` conditions bind them."""
    return {
        "account_id": actor.account_id,
        "membership_id": actor.membership_id,
        "unit_id": actor.unit_id,
        "city_id": actor.city_id,
        "cycle_id": actor.cycle_id,
        "role": actor.role.value,
    }


class Reads(Reader):
    """The reads' pool as one signed-in person sees it; their ids are bound to every statement."""

    def __init__(self, pool: Any, actor: Actor) -> None:
        super().__init__(pool, scope(actor))
        self.actor = actor


async def signed_in(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> Actor:
    """Who is asking. Raises 401 without a valid token, or one whose sign-in is over."""
    if given is None:
        raise Problem("unauthenticated", 401)
    ring = await ring_for(request.app.state, given.credentials)
    actor = read_token(ring, given.credentials)
    await refuse_ended(request.app.state, actor.sign_in_id)
    if actor.support_id is not None:
        await support.looked(request, actor)
    # For the log: the role and, where something is refused, the account; nothing else of the person.
    request.state.role, request.state.account = actor.role.value, str(actor.account_id)
    return actor


SignedIn = Annotated[Actor, Depends(signed_in)]


async def _writing(request: Request, actor: SignedIn) -> Tx:
    session: AsyncSession = request.state.session
    request_id: str = request.state.request_id
    audit.act_as(session, audit.Who(actor.account_id, actor.membership_id, actor.role.value, request_id))
    return Tx(session, actor, request_id)


async def _reading(request: Request, actor: SignedIn) -> Reads:
    return Reads(request.app.state.database.reads, actor)


Writing = Annotated[Tx, Depends(_writing)]
Reading = Annotated[Reads, Depends(_reading)]


def _gate(permission: Permission) -> Callable[[Actor], Coroutine[Any, Any, None]]:
    async def gate(actor: SignedIn) -> None:
        require(actor, permission)

    return gate


def needs(permission: Permission) -> dict[str, Any]:
    """Arguments of a route that only holders of the permission reach (lists, records, creations)."""
    return {"dependencies": [Depends(_gate(permission))], **tells(permission)}


def tells(permission: Permission | dict[str, Permission]) -> dict[str, Any]:
    """Arguments of a route whose service asks for the permission itself, after the scope (acts on a thing)."""
    shown = permission.value if isinstance(permission, Permission) else {k: p.value for k, p in permission.items()}
    return {"openapi_extra": {"x-permission": shown}}


async def checking(request: Request) -> None:
    """Counts a check of a document by somebody without an account. Raises 429 past what one address may ask."""
    await count(request.app.state.database, f"check:{address_of(request)}", limit=CHECKS, window=CHECK_WINDOW)


def identify(request: Request) -> str:
    """Whose idempotency keys these are: the account of the token, else the caller's address."""
    token = _token_of(request)
    if token:
        return str(read_token(request.app.state.keys, token).account_id)
    return f"address:{address_of(request)}"


def admit(request: Request) -> None:
    """Asked before anything is written. Raises 403 `read_only_support` for who looks as somebody else."""
    token = _token_of(request)
    if token is None:
        return
    try:
        actor = read_token(request.app.state.keys, token)
    except Problem:
        # A token that is no good is refused where it is asked for, also where its key is newer than this process.
        return
    if actor.support_id is not None:
        raise Problem("read_only_support", 403)


def _token_of(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def address_of(request: Request) -> str:
    """The caller's address."""
    return request.client.host if request.client else ""


def cycle_of(actor: Actor) -> uuid.UUID:
    """The cycle acted in. Raises 409 `no_cycle` where none is open yet."""
    if actor.cycle_id is None:
        raise Problem("no_cycle", 409)
    return actor.cycle_id
