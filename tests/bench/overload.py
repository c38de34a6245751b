"""The overload curve: what a server serves, how quickly, and how quickly it refuses, as more and more is asked.

Open loop: requests come at their times, whether the earlier ones were answered or not, as people do. The capacity is
measured first, closed loop. Server and load share this machine, so what is asked for costs waiting, not computing:
a tenth of a second of one of the reads' connections. A load that has to compete with its server measures itself.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from miaopu.core.embedded import free_port
from postgres import fresh_database

OFFERED = (0.5, 1, 2, 5, 10)
SECONDS = 5.0
AT_ONCE = 32
REQUEST = b"GET /api/v1/bench HTTP/1.1\r\nhost: bench\r\n\r\n"
PROGRAM = """
from miaopu import running
from miaopu.core.read import PublicReads, Sql
from miaopu.settings import from_environment
make = running.make_app
def with_bench(settings):
    app = make(settings)
    @app.get("/api/v1/bench")
    async def bench(reads: PublicReads) -> dict[str, bool]:
        await reads.rows(Sql("SELECT pg_sleep(0.1)", (), {}))
        return {"ok": True}
    return app
running.make_app = with_bench
running.answer(from_environment())
"""
PATIENCE = 30.0


class Connections:
    """Kept open and used again; as many as it takes."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self) -> tuple[int, float]:
        """Status (0: none came) and milliseconds."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                if self._free:
                    reader, writer = self._free.pop()
                else:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.write(REQUEST)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, IndexError):
            return 0, (time.perf_counter() - began) * 1000
        self._free.append((reader, writer))
        return int(head.split()[1]), (time.perf_counter() - began) * 1000


def at(values: list[float], share: float) -> float:
    """A quantile; 0 of nothing."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else 0.0


async def capacity(port: int) -> float:
    """Requests a second of `AT_ONCE` callers who each wait for their answer."""
    connections, end, served = Connections(port), time.perf_counter() + SECONDS, 0

    async def caller() -> None:
        nonlocal served
        while time.perf_counter() < end:
            status, _ = await connections.ask()
            served += status == 200

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return served / SECONDS


async def offer(port: int, rate: float) -> list[tuple[int, float]]:
    """All answers of `SECONDS` at a rate."""
    connections, asked, began = Connections(port), [], time.perf_counter()
    while (now := time.perf_counter() - began) < SECONDS:
        for _ in range(int(now * rate) - len(asked)):
            asked.append(asyncio.create_task(connections.ask()))
        await asyncio.sleep(0.005)
    return list(await asyncio.gather(*asked))


async def main(say: Callable[[str], None], url: str) -> None:
    """Print the curve."""
    port = free_port()
    given = {
        "MODE": "test", "DATABASE_URL": url, "SECRET": "ab" * 32, "PUBLIC_URL": "http://t", "PORT": str(port),
        "DATA_DIR": tempfile.mkdtemp(prefix="miaopu-bench-"),
    }  # fmt: skip
    environment = {**os.environ, **{f"MIAOPU_{name}": value for name, value in given.items()}}
    server = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", PROGRAM], env=environment
    )
    try:
        connections = Connections(port)
        for _ in range(600):
            if (await connections.ask())[0] == 200:
                break
            await asyncio.sleep(0.2)
        await offer(port, 50)
        full = await capacity(port)
        say(f"capacity {full:.0f}/s ({AT_ONCE} callers)")
        say("offered      served/s   p50 ms   p95 ms   503   p95 of them   lost")
        for factor in OFFERED:
            answers = await offer(port, full * factor)
            served = [ms for status, ms in answers if status == 200]
            refused = [ms for status, ms in answers if status == 503]
            lost = len(answers) - len(served) - len(refused)
            say(
                f"{factor:>4} x {full * factor:>6.0f} {len(served) / SECONDS:>9.0f} {at(served, 0.5):>8.0f} "
                f"{at(served, 0.95):>8.0f} {len(refused) / len(answers):>5.0%} {at(refused, 0.95):>10.0f} {lost:>9}"
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    asyncio.run(main(print, fresh_database()))
