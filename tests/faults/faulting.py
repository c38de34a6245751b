"""What is done to the installation while the storm blows, one round of it, and the table of many."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from seeds import Crowd, gather
from standing import Standing, standing
from storm import Draft, Tally, blow, compare, posts, settled

from miaopu.core import embedded
from miaopu.core.files import make_store
from miaopu.doctor.examining import examine
from miaopu.migrate import upgrade
from miaopu.settings import Settings

DATABASE = "miaopu"
# How long the storm has blown when the fault comes, and until when all must be ready again.
BEFORE = 0.4
READY_WITHIN = 90.0
JOBS_WITHIN = 90.0
STOPPED_WITHIN = 45.0
# uvicorn raises the signal again when all is done.
ENDED_WELL = (0, -signal.SIGTERM)
DATABASE_DISK = "512m"
Fault = Callable[[Standing], Awaitable[None]]


async def _kill(at: Standing, name: str) -> None:
    await asyncio.to_thread(at.kill, name)


async def kill_api(at: Standing) -> None:
    """kill -9 of the server in the middle of requests."""
    await _kill(at, "api")


async def kill_worker(at: Standing) -> None:
    """kill -9 of the worker in the middle of a job."""
    await _kill(at, "worker")


async def kill_postgres(at: Standing) -> None:
    """kill -9 of the postmaster."""
    await _kill(at, "postgres")


async def ask_to_stop(at: Standing) -> None:
    """SIGTERM to server and worker: they end what they took, by themselves and in time."""
    for name in ("api", "worker"):
        process = at.processes[name]
        process.send_signal(signal.SIGTERM)
        ended = await asyncio.to_thread(process.wait, STOPPED_WITHIN)
        if ended not in ENDED_WELL:
            raise RuntimeError(f"{name} ended with {ended}")


async def kill_backend(at: Standing) -> None:
    """kill -9 of one backend: PostgreSQL throws everybody out and recovers."""
    with contextlib.suppress(OSError, asyncpg.PostgresError):
        async with _looking(at) as connection:
            pid = await connection.fetchval(f"SELECT pid FROM pg_stat_activity WHERE {OURS} LIMIT 1")
            if pid:
                os.kill(pid, signal.SIGKILL)


async def cut_pool(at: Standing) -> None:
    """Every connection of API and worker is ended by the administrator, again and again."""
    for _ in range(6):
        async with _looking(at) as connection:
            await connection.fetch(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}")
        await asyncio.sleep(0.25)


async def cut_lines(at: Standing) -> None:
    """The network between API and database breaks in the middle of statements."""
    for _ in range(6):
        at.proxy.cut()
        await asyncio.sleep(0.25)


async def no_database(at: Standing) -> None:
    """The database cannot be reached for a while."""
    at.proxy.closed = True
    at.proxy.cut()
    await asyncio.sleep(2)
    at.proxy.closed = False


async def slow_database(at: Standing) -> None:
    """Every piece on the line to the database takes its time."""
    at.proxy.delay = 0.02
    await asyncio.sleep(2)
    at.proxy.delay = 0.0


async def full_disk(at: Standing) -> None:
    """No room for the bytes of files for a while (the store is a small disk of its own)."""
    await _fill(at.settings.data_dir / "files", 65_536)


async def full_database(at: Standing) -> None:
    """No room for the database's own files: it refuses, or ends itself and recovers when there is room again."""
    await _fill(at.folder / "postgres", 4_194_304)


async def _fill(folder: Path, piece: int) -> None:
    filler = folder / "filler"

    def fill() -> None:
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
            while True:
                out.write(b"\0" * piece)

    # What is freed meanwhile is filled as well.
    for _ in range(15):
        await asyncio.to_thread(fill if not filler.exists() else lambda: None)
        await asyncio.sleep(0.1)
    filler.unlink()


async def nothing(at: Standing) -> None:
    """Only what clients do: half requests, lost answers, the same twice at once."""


FAULTS: dict[str, Fault] = {
    "kill -9 API": kill_api,
    "kill -9 worker": kill_worker,
    "kill -9 PostgreSQL": kill_postgres,
    "asked to stop": ask_to_stop,
    "kill -9 a backend": kill_backend,
    "connections ended": cut_pool,
    "lines cut": cut_lines,
    "database away": no_database,
    "database slow": slow_database,
    "disk full": full_disk,
    "database's disk full": full_database,
    "clients only": nothing,
}
OURS = f"datname = '{DATABASE}' AND backend_type = 'client backend' AND application_name <> 'looking'"


@contextlib.asynccontextmanager
async def _looking(at: Standing) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await asyncpg.connect(at.direct(DATABASE), server_settings={"application_name": "looking"})
    try:
        yield connection
    finally:
        await connection.close()


@dataclass(slots=True)
class Outcome:
    """What one fault came to over its rounds."""

    rounds: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    ready: float = 0.0

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        return [*self.lost, *self.doubled, *self.wrong, *self.broken]


@dataclass(slots=True)
class Ground:
    """An installation that stands, its crowd, and what the doctor said of the seeds before anything happened."""

    at: Standing
    crowd: Crowd
    sound: dict[str, int]
    chance: random.Random
    small_disk: bool

    async def storm(self, fault: Fault, share: float, outcome: Outcome) -> None:
        """One round: blow, do the fault in the middle, wait until all is ready, compare and ask the doctor."""
        url = self.at.direct(DATABASE)
        tally = Tally()
        waiting = posts(self.crowd, share, self.chance)
        drafts = [Draft(headers, session) for headers, session in self.crowd.drafts[:2]]
        del self.crowd.drafts[:2]
        blowing = asyncio.create_task(blow(self.at.base, waiting, drafts, tally, self.chance))
        await asyncio.sleep(BEFORE)
        await fault(self.at)
        ready = await asyncio.to_thread(self.at.wait_ready, READY_WITHIN)
        await blowing
        url = self.at.direct(DATABASE)
        await settled(url, JOBS_WITHIN)
        lost, doubled = await compare(url, waiting, drafts)
        outcome.rounds += 1
        outcome.answered += tally.answered
        outcome.lost += lost + [f"never acknowledged: {p.kind} {p.mark}" for p in waiting if not p.acknowledged]
        outcome.doubled += doubled
        outcome.wrong += tally.wrong
        outcome.broken += await self.unsound(url)
        outcome.ready = max(outcome.ready, ready)

    async def unsound(self, url: str) -> list[str]:
        """Invariants that more rows break than of the seeds, and files whose bytes are gone."""
        found = await _counts(url, self.at.settings)
        return [f"{code}: {count}" for code, count in found.items() if count > self.sound.get(code, 0)]


async def _counts(url: str, settings: Settings) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        return {one.invariant.code: one.count for one in await examine(connection, make_store(settings))}
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def ground(rounds: int, chance: random.Random) -> AsyncIterator[Ground]:
    """An installation of real processes with enough to hand in for so many rounds."""
    folder = _folder()
    small = [folder / "postgres"] if small_disk(folder / "postgres", DATABASE_DISK) else []
    server = await asyncio.to_thread(embedded.start, folder / "postgres")
    if small_disk(folder / "files"):
        small.append(folder / "files")
    try:
        connection = await asyncpg.connect(server.dsn())
        await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.close()
        await asyncio.to_thread(upgrade, server.dsn(DATABASE))
        settings = Settings(
            mode="demo", database_url=server.dsn(DATABASE), secret=SecretStr("ab" * 32), data_dir=folder,
            public_url="http://testserver", demo_reminds=False,
        )  # fmt: skip
        crowd = await gather(settings, students=2 * rounds, meetings=8, newcomers=8 * rounds, seats=8 * rounds)
        sound = await _counts(server.dsn(DATABASE), settings)
        with standing(folder, settings, server, DATABASE) as at:
            await asyncio.to_thread(at.wait_ready, READY_WITHIN)
            yield Ground(at, crowd, sound, chance, bool(small))
    finally:
        server.stop()
        for one in small:
            await asyncio.to_thread(subprocess.run, ["umount", "-l", str(one)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="miaopu-faults-", dir="/tmp"))
    made.chmod(0o755)
    return made


def small_disk(folder: Path, size: str = "8m") -> bool:
    """Make the folder a disk of its own. False where that is not allowed (no root)."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


def line(name: str, one: Outcome) -> str:
    """A line of the table."""
    a = one.answered
    return (
        f"{name:<22}{one.rounds:>7}{a['acknowledged']:>14}{a['refused']:>9}{a['unanswered']:>12}{a['half']:>6}"
        f"{len(one.lost):>6}{len(one.doubled):>9}{len(one.wrong):>7}{len(one.broken):>8}{one.ready:>10.1f}"
    )


HEAD = (
    f"{'fault':<22}{'rounds':>7}{'acknowledged':>14}{'refused':>9}{'unanswered':>12}{'half':>6}{'lost':>6}"
    f"{'doubled':>9}{'wrong':>7}{'broken':>8}{'ready (s)':>10}"
)


async def many(rounds: int, seed: int, only: str = "") -> bool:
    """Every fault so many times, with a table. True where nothing was lost, doubled, wrong or broken."""
    sound = True
    print(HEAD, flush=True)
    for name, fault in ((name, fault) for name, fault in FAULTS.items() if only in name):
        outcome = Outcome()
        began = time.monotonic()
        async with ground(rounds, random.Random(f"{seed} {name}")) as standing_:
            if fault in (full_disk, full_database) and not standing_.small_disk:
                print(f"{name:<22} not tried: no small disk can be made without root", flush=True)
                continue
            for round_ in range(rounds):
                await standing_.storm(fault, 1 / (rounds - round_), outcome)
        print(line(name, outcome) + f"   {time.monotonic() - began:.0f} s in all", flush=True)
        for wrong in outcome.faults[:8]:
            print(f"    {wrong}", flush=True)
        sound = sound and not outcome.faults
    return sound
