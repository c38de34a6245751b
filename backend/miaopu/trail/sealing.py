"""The daily head: all entries since the last are appended to the tree, and its root is signed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock, merkle
from miaopu.core.audit import AuditHead
from miaopu.core.db import Database
from miaopu.settings import Settings
from miaopu.trail.models import KEPT, TreeHead, TreeNode
from miaopu.trail.notes import Head, sign
from miaopu.trail.tree import cut, leaves, spans

# A head a day; asked every few minutes, and an hour early never skips a day.
EVERY = timedelta(hours=23)


class Ring(Protocol):
    """The installation's key and the public halves of all it ever had (`evaluations.signatures.PaperRing`)."""

    @property
    def kid(self) -> str: ...
    @property
    def private(self) -> Ed25519PrivateKey: ...
    @property
    def public(self) -> Mapping[str, bytes]: ...


def origin_of(settings: Settings) -> str:
    """The name of this trail in its heads: a schema-less address, as tlog-checkpoint asks."""
    return (urlsplit(settings.public_url).netloc or "miaopu.invalid").lower() + "/trail"


async def seal(database: Database, ring: Ring, origin: str, *, not_since: datetime | None = None) -> TreeHead | None:
    """Make a head over everything that is committed.

    None where nothing came since the last head, or where that was made after `not_since`. Two at once make one.
    """
    async with database.session() as session:
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("audit_tree_heads"))))
        last = await newest(session)
        if last is not None and not_since is not None and last.made_at > not_since:
            return None
        ends = list(await session.scalars(select(AuditHead.seq).order_by(AuditHead.lane)))
        if sum(ends) == (last.size if last else 0):
            return None
        made = await _append(session, last, ends, ring, origin)
        await session.commit()
    return made


async def newest(session: AsyncSession) -> TreeHead | None:
    """The last head."""
    found: TreeHead | None = await session.scalar(select(TreeHead).order_by(TreeHead.size.desc()).limit(1))
    return found


async def _append(session: AsyncSession, last: TreeHead | None, ends: list[int], ring: Ring, origin: str) -> TreeHead:
    edge = merkle.Edge(last.size, cut(last.edge)) if last else merkle.Edge()
    nodes: list[dict[str, Any]] = []

    def keep(level: int, position: int, found: bytes) -> None:
        if level >= KEPT:
            nodes.append({"level": level, "position": position, "hash": found})

    for span in spans(edge.size, last.ends if last else [], ends):
        async for some in leaves(session, span):
            edge.extend(some, keep)
    head = Head(origin, edge.size, edge.root(), clock.real_now().replace(microsecond=0), tuple(ends))
    if nodes:
        await session.execute(insert(TreeNode.__table__), nodes)  # type: ignore[arg-type]
    made = TreeHead(
        size=head.size,
        root=head.root,
        made_at=head.made_at,
        ends=ends,
        edge=b"".join(edge.nodes),
        text=head.text(),
        kid=ring.kid,
        signature=sign(head, ring.private).raw,
    )
    session.add(made)
    await session.flush()
    return made


async def seal_daily(database: Database, ring: Ring, origin: str) -> TreeHead | None:
    """The head of the day, where it is not made yet."""
    return await seal(database, ring, origin, not_since=clock.real_now() - EVERY)
