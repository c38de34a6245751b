"""The scanner for viruses, where an installation has one: ClamAV, over its socket.

The INSTREAM command of clamd(8): chunks of a length (4 bytes, network order) and that many bytes, a zero length at
the end; the answer is one line, `stream: OK` or `stream: <name> FOUND`. It fails closed: what could not be scanned is
not taken (ASVS 5.4.3).
"""

import asyncio
import logging
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from anyio.to_thread import run_sync

from miaopu.core.problem import Problem

log = logging.getLogger("miaopu")
CHUNK = 1 << 16
SECONDS = 30.0
RETRY_AFTER = 30
ANSWER = 4096


async def scan(address: str, file: BinaryIO) -> None:
    """Have the whole file looked at.

    Args:
        address: `unix:/run/clamav/clamd.ctl` or `tcp://host:3310`; empty: there is no scanner, and nothing happens.

    Raises:
        Problem: 422 `file_infected`; 503 `scanner_away` where there is one and it did not say that all is well.
    """
    if not address:
        return
    try:
        async with asyncio.timeout(SECONDS):
            said = await _ask(address, file)
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as away:
        log.warning("the scanner for viruses is away: %r", away)
        raise Problem("scanner_away", 503, retry_after=RETRY_AFTER) from away
    if said.endswith(" FOUND"):
        log.warning("an upload was refused by the scanner: %s", said)
        raise Problem("file_infected", 422)
    if said != "stream: OK":
        log.warning("the scanner for viruses answered %s", said)
        raise Problem("scanner_away", 503, retry_after=RETRY_AFTER)


async def _ask(address: str, file: BinaryIO) -> str:
    if address.startswith("unix:"):
        reader, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
    else:
        where = urlsplit(address)
        if where.scheme != "tcp" or not where.hostname or not where.port:
            raise ValueError("the scanner's address is unix:/path or tcp://host:port")
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        file.seek(0)
        writer.write(b"zINSTREAM\0")
        while piece := await run_sync(file.read, CHUNK):
            writer.write(struct.pack("!L", len(piece)) + piece)
            await writer.drain()
        writer.write(struct.pack("!L", 0))
        await writer.drain()
        answer = await reader.read(ANSWER)
    finally:
        writer.close()
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()
