"""The trail as a tree: which leaf an entry is, and the hashes that proofs ask for.

At each sealing the entries since the last are appended, lane by lane and in each by sequence number, so that the tree
of a head begins with the tree of every earlier one. Where a leaf stands follows from the heads' ends of the lanes
alone. A lane's numbers are given under its lock and have no gaps, so what is committed of a lane is a beginning of it.

A leaf is the entry's hash in the chain, with the commitment behind it where the entry holds one: the chain's hash
covers every field of the entry, and a receipt shows the commitment in the tree without a field of anybody else.
"""

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import merkle
from miaopu.trail.models import KEPT, TreeHead, TreeNode

# Leaves of one read: two megabytes.
BLOCK = 1 << 16
LEAF = (
    "sha256('\\x00'::bytea || hash || CASE WHEN part_type = 'commitment' "
    "THEN coalesce(decode(changes -> 'commitment' ->> 1, 'hex'), ''::bytea) ELSE ''::bytea END)"
)
LEAVES = text(
    f"SELECT string_agg({LEAF}, ''::bytea ORDER BY seq) FROM audit_entries "
    "WHERE lane = :lane AND seq > :low AND seq <= :high"
)


class Torn(Exception):
    """The entries do not cover what a head says of a lane."""

    def __init__(self, lane: int, low: int, high: int) -> None:
        super().__init__(f"lane {lane}: entries between {low + 1} and {high} are missing")
        self.lane, self.low, self.high = lane, low, high


@dataclass(frozen=True, slots=True)
class Span:
    """Leaves [first, first + high - low): the entries (low, high] of a lane."""

    first: int
    lane: int
    low: int
    high: int


def spans(first: int, before: Sequence[int], ends: Sequence[int]) -> list[Span]:
    """What one head appended. Raises ValueError where a lane would have become shorter."""
    found = []
    for lane, high in enumerate(ends):
        low = before[lane] if lane < len(before) else 0
        if high < low or len(before) > len(ends):
            raise ValueError(f"lane {lane} became shorter")
        if high > low:
            found.append(Span(first, lane, low, high))
            first += high - low
    return found


async def leaves(session: AsyncSession, span: Span) -> AsyncIterator[list[bytes]]:
    """The hashes of the leaves of a span, in blocks. Raises Torn."""
    for low in range(span.low, span.high, BLOCK):
        high = min(low + BLOCK, span.high)
        joined = await session.scalar(LEAVES, {"lane": span.lane, "low": low, "high": high})
        if joined is None or len(joined) != (high - low) * merkle.WIDTH:
            raise Torn(span.lane, low, high)
        yield cut(joined)


def cut(joined: bytes) -> list[bytes]:
    """Hashes that were joined."""
    return [joined[i : i + merkle.WIDTH] for i in range(0, len(joined), merkle.WIDTH)]


class Tree:
    """The tree as the heads of one transaction see it, for proofs."""

    def __init__(self, session: AsyncSession, rows: Sequence[tuple[int, list[int]]]) -> None:
        self._session = session
        self.sizes = [size for size, _ in rows]
        self._ends = [ends for _, ends in rows]
        self._known: dict[merkle.Place, bytes] = {}

    @classmethod
    async def at(cls, session: AsyncSession) -> "Tree":
        """The tree of all heads: some hundred a year, two numbers and eight each."""
        rows = await session.execute(select(TreeHead.size, TreeHead.ends).order_by(TreeHead.size))
        return cls(session, [(row.size, row.ends) for row in rows])

    @property
    def size(self) -> int:
        """Leaves of the newest head; 0 where there is none."""
        return self.sizes[-1] if self.sizes else 0

    def _spans(self, head: int) -> list[Span]:
        first, before = (self.sizes[head - 1], self._ends[head - 1]) if head else (0, [])
        return spans(first, before, self._ends[head])

    def index(self, lane: int, seq: int) -> int | None:
        """Which leaf an entry is; None as long as no head covers it."""
        at = bisect_right([ends[lane] if lane < len(ends) else 0 for ends in self._ends], seq - 1)
        if at == len(self.sizes):
            return None
        span = next(span for span in self._spans(at) if span.lane == lane)
        return span.first + seq - span.low - 1

    def _within(self, low: int, high: int) -> Iterator[Span]:
        for head in range(bisect_right(self.sizes, low), len(self.sizes)):
            for span in self._spans(head):
                begin, end = max(low, span.first), min(high, span.first + span.high - span.low)
                if begin < end:
                    yield Span(begin, span.lane, span.low + begin - span.first, span.low + end - span.first)
            if self.sizes[head] >= high:
                return

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` stands in the tree of this size. Raises ValueError."""
        return await self._proof(merkle.inclusion(index, size))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` leaves begins with that of `old`. Raises ValueError."""
        return await self._proof(merkle.consistency(old, new))

    async def _proof(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        if any(high > self.size for _, high in ranges):
            raise ValueError("no tree of that size")
        places = {place for low, high in ranges for place in merkle.parts(low, high)}
        await self._learn(places - self._known.keys())
        return merkle.proved(ranges, self._known.__getitem__)

    async def _learn(self, places: set[merkle.Place]) -> None:
        high = [place for place in places if place[0] >= KEPT]
        if high:
            rows = await self._session.execute(
                select(TreeNode.level, TreeNode.position, TreeNode.hash).where(
                    tuple_(TreeNode.level, TreeNode.position).in_(high)
                )
            )
            self._known.update({(row.level, row.position): row.hash for row in rows})
        # The small ones of a proof lie in two or three blocks of 2 ** KEPT leaves.
        for block in {at << level >> KEPT for level, at in places if level < KEPT}:
            found: list[bytes] = []
            for span in self._within(block << KEPT, min(block + 1 << KEPT, self.size)):
                async for some in leaves(self._session, span):
                    found += some
            self._remember(block << KEPT, found)

    def _remember(self, first: int, found: list[bytes]) -> None:
        def keep(level: int, at: int, node: bytes) -> None:
            self._known[level, (first >> level) + at] = node

        self._known.update({(0, first + at): leaf for at, leaf in enumerate(found)})
        merkle.Edge().extend(found, keep)
