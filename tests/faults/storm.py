"""A storm of submissions, each acknowledged, refused or left without an answer; and what the database says after."""

import asyncio
import contextlib
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
from seeds import Crowd

from papers import jpeg

JPEG = jpeg()
AT_ONCE = 8
# A submission that nothing answered is sent again with its key for so long.
PATIENCE = 180.0
WAIT = 5.0
RETRY = 0.05
# What a lost answer looks like: the client gives up while the server works.
IMPATIENT = 0.02
BUSY = (429, 503)


@dataclass(slots=True)
class Post:
    """One submission: how it is sent, and the statement that counts it (`$1` its mark)."""

    kind: str
    mark: str
    headers: dict[str, str]
    path: str
    body: Any = None
    file: tuple[str, bytes] | None = None
    counted: str = ""
    acknowledged: int = 0
    answers: set[str] = field(default_factory=set)

    async def send(self, http: httpx.AsyncClient, wait: float = WAIT) -> httpx.Response:
        """Send it with its key."""
        headers = {**self.headers, "idempotency-key": self.mark}
        files = {"file": self.file} if self.file else None
        return await http.post(self.path, json=self.body, files=files, headers=headers, timeout=wait)


@dataclass(slots=True)
class Tally:
    """What came of a storm."""

    answered: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def posts(crowd: Crowd, share: float, chance: random.Random) -> list[Post]:
    """Some of what the crowd can still hand in, taken out of it, in any order."""

    def take(rows: list[Any]) -> list[Any]:
        taken = rows[: max(1, int(len(rows) * share))]
        del rows[: len(taken)]
        return taken

    made: list[Post] = []
    for headers, session, _ in take(crowd.logs):
        mark = uuid.uuid4().hex
        body = {"session_id": str(session), "did": "测量三次", "learned": mark}
        made.append(Post("log", mark, headers, "/growth-logs", body, counted=LOGS))
        name = f"{uuid.uuid4().hex}.jpg"
        made.append(Post("file", name, headers, "/files", file=(name, JPEG), counted=FILES))
    for headers, account in take(crowd.registering):
        made.append(Post("registration", str(account), headers, "/registrations", {}, counted=REGISTRATIONS))
    for ticket in take(crowd.seats):
        body = {"items": [{"ticket_number": ticket, "mark": "61"}]}
        path = f"/exams/sittings/{crowd.sitting}/marks"
        made.append(Post("mark", ticket, crowd.office, path, body, counted=MARKS))
    for _ in range(3):
        name = f"{uuid.uuid4().hex}.csv"
        file = (name, "姓名,身份证号\n张三,1\n".encode())
        made.append(Post("job", name, crowd.school, "/imports/students", file=file, counted=JOBS))
    chance.shuffle(made)
    return made


# Each gives how often the submission took effect, whole: with its receipt, its entry in the trail, its job.
LOGS = """SELECT count(*) FROM growth_logs g
    JOIN audit_entries a ON a.thing_id = g.id AND a.action = 'growth_log.submit'
    WHERE g.learned = $1 AND g.state = 'submitted' AND g.receipt_number IS NOT NULL"""
FILES = "SELECT count(*) FROM files WHERE name = $1"
REGISTRATIONS = """SELECT count(*) FROM registrations r JOIN audit_entries a ON a.thing_id = r.id
    AND a.action = 'registration.create' WHERE r.account_id::text = $1"""
MARKS = """SELECT count(*) FROM seats s JOIN audit_entries a ON a.part_id = s.id AND a.changes ? 'mark'
    WHERE s.ticket_number = $1 AND s.mark = 61 AND s.second_mark IS NULL"""
DRAFT = "SELECT version, did FROM growth_drafts WHERE session_id = $1"
JOBS = """SELECT count(*) FROM imports i JOIN jobs j ON j.id = i.job_id JOIN files f ON f.id = i.file_id
    WHERE i.file_name = $1 AND i.state <> 'checking' AND j.state = 'done'"""


async def blow(base: str, waiting: list[Post], drafts: list["Draft"], tally: Tally, chance: random.Random) -> None:
    """Send everything, many at once, until each was acknowledged or its patience is over."""
    queue = list(waiting)
    limits = httpx.Limits(max_connections=AT_ONCE * 3)
    async with httpx.AsyncClient(base_url=base, limits=limits, trust_env=False) as http:

        async def hand() -> None:
            while queue:
                await _insist(http, base, queue.pop(), tally, chance)

        async def write(draft: "Draft") -> None:
            while queue:
                await draft.save(http, tally, chance)

        await asyncio.gather(*(hand() for _ in range(AT_ONCE)), *(write(draft) for draft in drafts))


async def _insist(http: httpx.AsyncClient, base: str, post: Post, tally: Tally, chance: random.Random) -> None:
    until = asyncio.get_running_loop().time() + PATIENCE
    how = chance.random()
    if how < 0.15:
        await _half(base, post, tally)
    elif how < 0.3:
        await _try(http, post, tally, IMPATIENT)
    while asyncio.get_running_loop().time() < until:
        if how > 0.8:
            # Twice at the same moment: one effect, one answer.
            done = await asyncio.gather(*(_try(http, post, tally) for _ in range(2)))
        else:
            done = [await _try(http, post, tally)]
        if all(done):
            break
        await asyncio.sleep(RETRY)
    if post.acknowledged and how > 0.6:
        # Long after: the same key, the same answer.
        await _try(http, post, tally)
    if len(post.answers) > 1:
        tally.wrong.append(f"{post.kind} {post.mark}: two answers to one key: {sorted(post.answers)}")


async def _try(http: httpx.AsyncClient, post: Post, tally: Tally, wait: float = WAIT) -> bool:
    """One sending; True when it needs no other."""
    try:
        answer = await post.send(http, wait)
    except httpx.HTTPError:
        tally.answered["unanswered"] += 1
        return False
    if answer.is_success:
        tally.answered["acknowledged"] += 1
        post.acknowledged += 1
        post.answers.add(answer.text)
        return True
    tally.answered["refused"] += 1
    if answer.status_code in BUSY:
        return False
    tally.wrong.append(f"{post.kind} {post.mark}: {answer.status_code} {answer.text[:300]}")
    return True


async def _half(base: str, post: Post, tally: Tally) -> None:
    """A request that ends in the middle of its body: nothing may come of it."""
    where = urlsplit(base)
    with contextlib.suppress(OSError):
        _, line = await asyncio.open_connection(where.hostname, where.port)
        head = f"POST {where.path}{post.path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        head += f"authorization: {post.headers['authorization']}\r\ncontent-length: 4000\r\n\r\n"
        line.write(head.encode() + b'{"session_id": "')
        await line.drain()
        line.close()
        tally.answered["half"] += 1


@dataclass(slots=True)
class Draft:
    """A text that one hand saves again and again, sometimes out of order: who saw an older version is refused."""

    headers: dict[str, str]
    session: uuid.UUID
    version: int = 0
    text: str = ""
    # What was sent and not answered: one of them may have been saved.
    open: set[str] = field(default_factory=set)

    async def save(self, http: httpx.AsyncClient, tally: Tally, chance: random.Random) -> None:
        """Save the next text, or a stale one."""
        path = f"/growth-logs/drafts/{self.session}"
        stale = self.version > 1 and chance.random() < 0.2
        text = uuid.uuid4().hex
        body = {"version": self.version - 1 if stale else self.version, "did": text}
        try:
            answer = await http.put(path, json=body, headers=self.headers, timeout=WAIT)
        except httpx.HTTPError:
            tally.answered["unanswered"] += 1
            self.open |= set() if stale else {text}
            await asyncio.sleep(RETRY)
            return
        if answer.is_success and not stale:
            tally.answered["acknowledged"] += 1
            self.version, self.text, self.open = answer.json()["version"], text, set()
        elif answer.is_success:
            tally.wrong.append(f"a stale draft was saved: {answer.text[:200]}")
        elif answer.status_code == 409:
            tally.answered["refused"] += 1
            if not stale:
                self._catch_up(answer.json(), tally)
        else:
            tally.answered["refused"] += 1
            if answer.status_code not in BUSY:
                tally.wrong.append(f"draft: {answer.status_code} {answer.text[:200]}")
            await asyncio.sleep(RETRY)

    def _catch_up(self, problem: dict[str, Any], tally: Tally) -> None:
        """Another version than ours: only what we sent without hearing of it can have made it."""
        current = problem.get("current") or {}
        if current.get("did") in self.open:
            self.version, self.text, self.open = current["version"], current["did"], set()
        else:
            tally.wrong.append(f"draft {self.session} at {self.version} was refused: {str(problem)[:300]}")
            self.version = current.get("version", self.version)


async def settled(url: str, within: float) -> None:
    """Wait until no job is queued or running. Raises TimeoutError."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(within):
            while await connection.fetchval("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


async def compare(url: str, sent: list[Post], drafts: list[Draft]) -> tuple[list[str], list[str]]:
    """What was acknowledged and is not there whole, and what is there twice."""
    connection = await asyncpg.connect(url)
    lost: list[str] = []
    doubled: list[str] = []
    try:
        for post in sent:
            found = await connection.fetchval(post.counted, post.mark)
            if post.acknowledged and not found:
                lost.append(f"{post.kind} {post.mark}")
            if found > 1:
                doubled.append(f"{post.kind} {post.mark}: {found}")
        for draft in drafts:
            row = await connection.fetchrow(
                "SELECT version, did FROM growth_drafts WHERE session_id = $1", draft.session
            )
            held = (row["version"], row["did"]) if row else (0, "")
            late = held[0] == draft.version + 1 and held[1] in draft.open
            if held != (draft.version, draft.text) and not late:
                lost.append(f"draft {draft.session}: {held} where {(draft.version, draft.text)} was acknowledged")
    finally:
        await connection.close()
    return lost, doubled
