"""Telling somebody what happened to their own account, by whatever rooms know how (inbox, mail).

Those rooms stand above this one and register themselves, so that nothing here knows of them.
"""

import uuid
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core.secrets import Vault

# session, vault, account, kind (`account.<act>`), title, reason
Teller = Callable[[AsyncSession, Vault, uuid.UUID, str, str, str | None], Awaitable[None]]
_tellers: dict[str, Teller] = {}


def teller(way: str) -> Callable[[Teller], Teller]:
    """Decorator: a way by which people are told of their accounts."""

    def register(told: Teller) -> Teller:
        _tellers[way] = told
        return told

    return register


async def tell_owner(
    session: AsyncSession, vault: Vault, account_id: uuid.UUID, kind: str, title: str = "", reason: str | None = None
) -> None:
    """Tell the owner of an account, in the same transaction, by every way there is."""
    for told in _tellers.values():
        await told(session, vault, account_id, kind, title, reason)
