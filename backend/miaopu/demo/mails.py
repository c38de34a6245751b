"""The demo's mails: a mail host of its own that takes everything and passes nothing on, and a list of what it took."""

import asyncio
import contextlib
import mailbox
import socket
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from fastapi import Request
from pydantic import BaseModel

from miaopu.core.door import Unkept
from miaopu.core.room import Room

mails = Room(prefix="/demo", tags=["demo"], route_class=Unkept)
SHOWN = 100


class CaughtMail(BaseModel):
    """A mail as its reader would see it."""

    id: str
    at: datetime
    to: str
    subject: str
    text: str


class CaughtMails(BaseModel):
    items: list[CaughtMail]
    total: int


def folder_of(data_dir: Path) -> Path:
    """Where the demo keeps what it caught."""
    return data_dir / "mails"


@contextlib.contextmanager
def caught(data_dir: Path) -> Iterator[str]:
    """Catch mails while the block runs; gives the host's address for `smtp_url`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data_dir.mkdir(parents=True, exist_ok=True)
    catcher = Controller(Mailbox(folder_of(data_dir)), hostname="127.0.0.1", port=port)
    catcher.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        catcher.stop()


def read(data_dir: Path, to: str = "") -> list[CaughtMail]:
    """What was caught, the newest first; of one address, or of all."""
    folder = folder_of(data_dir)
    if not folder.is_dir():
        return []
    box = mailbox.Maildir(folder, create=False)
    found: list[CaughtMail] = []
    for key in box.keys():  # noqa: SIM118 - a mailbox gives its messages when it is walked through
        message = message_from_bytes(box.get_bytes(key), policy=policy.default)
        body = message.get_body(("plain",))
        found.append(
            CaughtMail(
                id=key,
                at=parsedate_to_datetime(str(message["Date"])),
                to=str(message["To"]),
                subject=str(message["Subject"]),
                text=body.get_content() if body else "",
            )
        )
    return sorted((m for m in found if not to or m.to == to), key=lambda m: m.at, reverse=True)


@mails.get("/mails", operation_id="demo_mails")
async def list_mails(request: Request, to: str = "") -> CaughtMails:
    """The mails that the demo sent, instead of people's post boxes."""
    found = await asyncio.to_thread(read, request.app.state.settings.data_dir, to)
    return CaughtMails(items=found[:SHOWN], total=len(found))
