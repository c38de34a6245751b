"""Overload: a bounded number of requests at work, a short queue before them, and a quick 503 for the rest.

Without a bound every request that came too much makes all the others slower, until nobody is served in time; with
one, what is let in is served as quickly as on a quiet day (RFC 9110 15.6.4 and 10.2.3; ASVS 5.0 V2.4.1, V15.2.2).
Sign-in has a share of its own: a storm of passwords, each costing much by design, takes no place from anybody else.
"""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from miaopu.core.problem import Problem
from miaopu.core.web import Message, Receive, Send, refuse

# Paths whose work is hashing a password; the last parts of them.
HASHING = ("/auth/sign-in", "/auth/password", "/accept")
# Those who were turned away come back spread over this many seconds, not all at once.
BACK_AFTER = (1, 4)


class Full(Exception):
    """No place, and none in time."""


class Share:
    """So many at once, so many waiting, and none of them longer than `patience` seconds."""

    def __init__(self, places: int, queue: int, patience: float) -> None:
        self.places, self.queue, self.patience = places, queue, patience
        self.busy = 0
        self.refused = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many stand before the gate."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """True when whoever comes now is refused."""
        return self.busy >= self.places and len(self._waiting) >= self.queue

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place. Raises Full."""
        if self.busy < self.places:
            self.busy += 1
        else:
            await self._wait()
        try:
            yield
        finally:
            self._leave()

    async def _wait(self) -> None:
        if len(self._waiting) >= self.queue:
            self.refused += 1
            raise Full
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait((turn,), timeout=self.patience)
        except asyncio.CancelledError:
            if turn.done():
                self._leave()
            else:
                self._waiting.remove(turn)
            raise
        if not turn.done():
            self._waiting.remove(turn)
            self.refused += 1
            raise Full

    def _leave(self) -> None:
        # The place goes straight to whoever has waited longest.
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self.busy -= 1


class Gate:
    """Pure ASGI: lets requests of the API in by their share. Health, pages and metrics are outside of it."""

    def __init__(self, app: Any, shares: "Shares") -> None:
        self.app, self.shares = app, shares

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        entered = False
        try:
            async with self.shares.of(scope).place():
                entered = True
                await self.app(scope, receive, send)
        except Full:
            if entered:
                raise
            await refuse(scope, receive, send, Problem("overloaded", 503, retry_after=random.randint(*BACK_AFTER)))


class Shares:
    """The two shares of one process."""

    def __init__(self, places: int, hashing: int, patience: float) -> None:
        self.common = Share(places, places, patience)
        # A hash takes some twenty milliseconds, so a longer queue of them is still a short wait.
        self.hashing = Share(hashing, 8 * hashing, patience)

    def of(self, scope: Message) -> Share:
        """The share of a request."""
        hashes = scope["method"] == "POST" and scope["path"].endswith(HASHING)
        return self.hashing if hashes else self.common
