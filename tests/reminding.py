"""A mail host and an HTTP receiver of the tests' own, with real sockets; and one turn of the clock."""

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from fastapi import FastAPI
from pydantic import SecretStr

from miaopu.main import make_app, open_state
from miaopu.reminders.models import Preference
from miaopu.reminders.ticking import Ticked, tick
from miaopu.settings import Settings
from seeded import World, turn_to
from trained import Training

SMS_SECRET = "a secret of the gateway"


@dataclass
class PostOffice:
    """Takes mails by SMTP. `refuses` says what is answered to an address, as often as it stands there."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        self.asked += 1
        if self.refuses.get(address):
            return self.refuses[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m in self.mails if m["To"] == address]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def post() -> Iterator[PostOffice]:
    """The mail host."""
    office = PostOffice()
    port = free_port()
    catcher = Controller(office, hostname="127.0.0.1", port=port)
    catcher.start()
    office.url = f"smtp://127.0.0.1:{port}"
    yield office
    catcher.stop()


@dataclass
class Receiver:
    """An HTTP server that keeps what it was sent. `answers` are given in turn, then 200."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        query = dict(httpx.QueryParams(scope["query_string"].decode()))
        self.got.append({"path": scope["path"], "query": query, "headers": headers, "body": body})
        status, answer = self.answers.pop(0) if self.answers else (200, {"errcode": 0})
        kind = (b"content-type", b"application/json")
        await send({"type": "http.response.start", "status": status, "headers": [kind]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """The HTTP receiver, on a socket of its own."""
    made = Receiver()
    port = free_port()
    config = uvicorn.Config(made, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    for _ in range(500):
        if server.started:
            break
        await asyncio.sleep(0.01)
    made.url = f"http://127.0.0.1:{port}"
    yield made
    server.should_exit = True
    await running


@pytest.fixture
async def app(own_database: str, tmp_path: Path, post: PostOffice, receiver: Receiver) -> AsyncIterator[FastAPI]:
    """The application with a mail host and a gateway."""
    settings = Settings(
        mode="test",
        database_url=own_database,
        secret=SecretStr(secrets.token_hex(32)),
        data_dir=tmp_path,
        smtp_url=SecretStr(post.url),
        sms_url=f"{receiver.url}/sms",
        sms_secret=SecretStr(SMS_SECRET),
        public_url="https://miaopu.example.cn",
    )
    made = make_app(settings)
    await open_state(made, settings)
    yield made
    await made.state.database.close()


@dataclass(frozen=True)
class Clockwork:
    """Turns the clock to a local moment and lets everything happen that is due."""

    at: World

    async def __call__(self, local: str) -> Ticked:
        turn_to(local, self.at.plan)
        state = self.at.app.state
        return await tick(state.database, state.settings, state.vault)

    async def address(self, account_id: Any, mail: str, **more: Any) -> None:
        """A confirmed address."""
        sealed = self.at.app.state.vault.seal(mail)
        await self.at.add(Preference(account_id=account_id, mail_sealed=sealed, **more))


async def told(training: Training, who: dict[str, str], kind: str) -> list[str]:
    """The titles of a kind of line in somebody's inbox."""
    page = await training.call("GET", "/notices?size=100", who)
    return [line["title"] for line in page["items"] if line["kind"] == kind]


@pytest.fixture
def turn(training: Training) -> Clockwork:
    """The clock of the training's world."""
    return Clockwork(training.at)
