"""Bodies: so large and no larger, and sent in a bounded time; 413 and 408 problems (ASVS 5.0 V5.2.1, V4.2.1, V2.4.1).

A client that sends a byte now and then would otherwise hold a place at the gate for as long as it likes. So would
one that asks for a long answer and does not read it: it is left after `STALL` seconds without progress.
"""

import asyncio
from typing import Any

from starlette.exceptions import HTTPException

from miaopu.core.problem import Problem
from miaopu.core.web import Message, Receive, Send, refuse

# Seconds for a body; an upload has more by its length, at the pace of a poor line.
PATIENCE = 20.0
SLOWEST = 32 * 1024
STALL = 30.0
# What a multipart body has besides the file.
WRAPPING = 64 * 1024


class Bodies:
    """Pure ASGI.

    Args:
        limit: bytes of a body.
        upload_limit: bytes of a file, where the path begins as one of `uploads`.
        patience: seconds for a body.
    """

    def __init__(
        self, app: Any, limit: int, upload_limit: int, uploads: tuple[str, ...], patience: float | None = None
    ) -> None:
        self.app, self.uploads, self.patience = app, uploads, patience or PATIENCE
        self.limit, self.upload_limit = limit, upload_limit + WRAPPING

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.upload_limit if scope["path"].startswith(self.uploads) else self.limit
        told = _length(scope)
        if told is not None and told > limit:
            await refuse(scope, receive, send, Problem("too_large", 413, limit=limit), close=True)
            return
        watched = _Watched(receive, send, limit, self.patience + (told or 0) / SLOWEST)
        await self.app(scope, watched.receive, watched.send)
        if watched.wrong is not None and not watched.begun:
            await refuse(scope, receive, send, watched.wrong, close=True)


class _Watched:
    """One request's two channels."""

    def __init__(self, receive: Receive, send: Send, limit: int, patience: float) -> None:
        self._receive, self._send, self._limit, self._patience = receive, send, limit, patience
        self._got, self._deadline, self._whole = 0, 0.0, False
        self.wrong: Problem | None = None
        self.begun = False

    async def receive(self) -> Message:
        if self._whole:
            # From here on the application only waits for the client to go.
            return await self._receive()
        loop = asyncio.get_running_loop()
        self._deadline = self._deadline or loop.time() + self._patience
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise self._refused(Problem("too_slow", 408)) from None
        self._whole = not message.get("more_body", False)
        self._got += len(message.get("body", b""))
        if self._got > self._limit:
            raise self._refused(Problem("too_large", 413, limit=self._limit))
        return message

    async def send(self, message: Message) -> None:
        if self.wrong is not None and not self.begun:
            return  # whatever the application makes of the cut body: the refusal follows
        self.begun = True
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        async with asyncio.timeout(STALL):
            await self._send(message)

    def _refused(self, wrong: Problem) -> HTTPException:
        self.wrong = wrong
        # An HTTPException passes FastAPI's reading of bodies as it is.
        return HTTPException(wrong.status)


def _length(scope: Message) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None
