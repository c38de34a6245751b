"""The server process: uvicorn, with an end to heads that never end and a stop that finishes what it took."""

import asyncio
import threading
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from miaopu.core.express import closing, refusal
from miaopu.core.problem import language_of

# A request's line and headers, from the connection's first moment; nobody honest needs longer (slowloris).
HEAD_SECONDS = 10.0
# uvicorn's own parser sets no bound on headers that are whole lines of reasonable length.
HEAD_BYTES = 64 * 1024
KEEP_ALIVE_SECONDS = 15
TOO_SLOW = "408 Request Timeout"
TOO_LONG = "431 Request Header Fields Too Large"
NO_HTTP = "400 Bad Request"


class Impatient(HttpToolsProtocol):
    """Closes a connection whose next request does not get through its head in time, or has too much of one."""

    _timer: asyncio.TimerHandle | None = None
    _in_head = True
    _head = 0
    _refused = False
    head_seconds = HEAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > HEAD_BYTES:
            self._close(TOO_LONG)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        if self._timer is None:
            self._head = 0
            self._expect()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._relax()
        self._refused = self._too_much()
        if self._refused:
            self._refuse()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._refused:
            super().on_message_complete()

    def _too_much(self) -> bool:
        """True where the gate would refuse. Callers of other origins go the long way, for their headers."""
        state = self.config.app.state  # type: ignore[union-attr]
        if state.settings.allowed_origins or not self.url.startswith(b"/api/"):
            return False
        if self.cycle is not None and not self.cycle.response_complete:
            return False  # pipelined: it waits for its turn anyway
        scope = {"path": self.url.split(b"?", 1)[0].decode("latin-1"), "method": self.parser.get_method().decode()}
        share = state.shares.of(scope)
        if share.full:
            share.refused += 1
        return bool(share.full)

    def _refuse(self) -> None:
        asked = next((value for name, value in self.headers if name == b"accept-language"), b"")
        self.transport.write(refusal(language_of(asked.decode("latin-1")), self._encrypted()))
        if not self.parser.should_keep_alive():
            self.transport.close()
            return
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _expect(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._close, TOO_SLOW)

    def _relax(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def send_400_response(self, msg: str) -> None:
        """Called where what came is no HTTP."""
        self._close(NO_HTTP)

    def _encrypted(self) -> bool:
        return bool(self.config.app.state.settings.encrypted)  # type: ignore[union-attr]

    def _close(self, status: str) -> None:
        self._relax()
        if not self.transport.is_closing():
            self.transport.write(closing(status, self._encrypted()))
            self.transport.close()


class Server(uvicorn.Server):
    """At the first signal it says it is not ready, serves on for `drain` seconds, then takes nothing new.

    What it took by then is finished, up to the configuration's `timeout_graceful_shutdown`. A second signal does
    not wait for balancers.
    """

    def __init__(self, config: uvicorn.Config, state: Any, drain: float) -> None:
        super().__init__(config)
        self._state, self._drain = state, drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by the signal."""
        if self._drain and not getattr(self._state, "draining", False):
            self._state.draining = True
            timer = threading.Timer(self._drain, super().handle_exit, (sig, frame))
            timer.daemon = True
            timer.start()
            return
        self._state.draining = True
        super().handle_exit(sig, frame)
