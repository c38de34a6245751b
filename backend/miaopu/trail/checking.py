"""Whether the trail is whole: chain, heads computed anew from the entries, signatures, countersignatures.

Who holds the database's password can switch its triggers off, write an old entry anew and every hash after it, and
the heads with them; but signs no head, and reaches no copy that is outside. So what is asked here is whether *every*
head that anybody has, of the table, of a countersignature, of a file, is the root over the entries as they are now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import merkle
from miaopu.core.audit import AuditEntry, broken_links
from miaopu.trail.models import KEPT, Countersignature, CountersignerKey, TreeHead, TreeNode
from miaopu.trail.notes import WITNESS, NotANote, Note, Signed, holds, key_id, read, signer
from miaopu.trail.tree import Torn, leaves, spans

# head: not the root over the entries; signature, text: of a head of the table; countersignature: not of its key;
# witnessed: a countersigned head is none of this trail; outside: neither is one of a file; gap: entries are missing;
# node: a stored hash that proofs are made of is another.
FaultKind = Literal["head", "signature", "text", "countersignature", "witnessed", "outside", "gap", "node"]
# Faults that say that the entries are not those of a head.
ALTERED = frozenset({"head", "witnessed", "outside", "gap"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit: the head's size and whose copy it is ("" for the table's own)."""

    kind: FaultKind
    size: int
    whose: str = ""


@dataclass(slots=True)
class Checked:
    """What was gone over, and what does not fit; `sealed` of the entries stand in a head."""

    entries: int = 0
    sealed: int = 0
    heads: int = 0
    countersignatures: int = 0
    outside: int = 0
    broken: list[tuple[int | None, int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Nothing is wrong."""
        return not self.broken and not self.faults

    @property
    def first(self) -> Fault | None:
        """Of the heads that do not fit the entries, the earliest: what was altered is older than it."""
        return min((f for f in self.faults if f.kind in ALTERED), key=lambda fault: fault.size, default=None)


@dataclass(frozen=True, slots=True)
class _Copy:
    kind: FaultKind
    size: int
    root: bytes
    whose: str = ""


@dataclass(slots=True)
class _Anew:
    """The tree computed from the entries: roots by size, the nodes that are kept, the head that lacks entries."""

    roots: dict[int, bytes] = field(default_factory=dict)
    nodes: dict[merkle.Place, bytes] = field(default_factory=dict)
    torn: int | None = None

    def keep(self, level: int, position: int, node: bytes) -> None:
        if level >= KEPT:
            self.nodes[level, position] = node


async def check(session: AsyncSession, keys: Mapping[str, bytes], outside: Sequence[tuple[str, Note]] = ()) -> Checked:
    """Go over the whole trail: seconds for each hundred thousand entries. To be asked first in its transaction.

    Args:
        keys: the installation's public keys by their ids.
        outside: heads that were kept elsewhere, each with the name of where.
    """
    # One look at everything: entries that come while it lasts do not matter.
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    found = Checked(outside=len(outside))
    found.entries = await session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    found.broken = await broken_links(session)
    heads = list(await session.scalars(select(TreeHead).order_by(TreeHead.size)))
    found.heads, found.sealed = len(heads), heads[-1].size if heads else 0
    copies = [_Copy("head", head.size, head.root) for head in heads]
    for head in heads:
        found.faults += [Fault("text", head.size)] if not _says(head) else []
        found.faults += [Fault("signature", head.size)] if not _signed(head, keys) else []
    for whose, note in outside:
        copies.append(_Copy("outside", note.head.size, note.head.root, whose))
        if signer(note, keys) is None:
            found.faults.append(Fault("signature", note.head.size, whose))
    copies += await _countersigned(session, found)
    anew = await _recomputed(session, heads, {copy.size for copy in copies})
    found.faults += [Fault(c.kind, c.size, c.whose) for c in copies if anew.roots.get(c.size) != c.root]
    if anew.torn is not None:
        found.faults.append(Fault("gap", anew.torn))
    elif anew.nodes != await _stored(session):
        found.faults.append(Fault("node", found.sealed))
    found.faults.sort(key=lambda fault: fault.size)
    return found


def _says(head: TreeHead) -> bool:
    try:
        said = read(head.text + "\n").head
    except NotANote:
        return False
    return (said.size, said.root, list(said.ends), said.made_at) == (head.size, head.root, head.ends, head.made_at)


def _signed(head: TreeHead, keys: Mapping[str, bytes]) -> bool:
    public = keys.get(head.kid)
    return public is not None and holds(head.text, head.signed(public), public)


async def _countersigned(session: AsyncSession, found: Checked) -> list[_Copy]:
    rows = await session.execute(
        select(CountersignerKey.name, CountersignerKey.public, Countersignature)
        .join(CountersignerKey, CountersignerKey.id == Countersignature.key_id)
        .order_by(Countersignature.size, CountersignerKey.name)
    )
    copies = []
    for name, public, one in rows:
        found.countersignatures += 1
        try:
            head = read(one.text + "\n").head
        except NotANote:
            head = None
        true = holds(one.text, Signed(name, key_id(name, public, WITNESS), one.raw), public)
        if head is None or not true or head.size != one.size:
            found.faults.append(Fault("countersignature", one.size, name))
        else:
            copies.append(_Copy("witnessed", head.size, head.root, name))
    return copies


async def _recomputed(session: AsyncSession, heads: Sequence[TreeHead], wanted: set[int]) -> _Anew:
    anew, edge = _Anew(), merkle.Edge()
    before: list[int] = []
    for head in heads:
        try:
            for span in spans(edge.size, before, head.ends):
                async for some in leaves(session, span):
                    start = edge.size
                    for size in sorted(size for size in wanted if start < size < start + len(some)):
                        edge.extend(some[edge.size - start : size - start], anew.keep)
                        anew.roots[size] = edge.root()
                    edge.extend(some[edge.size - start :], anew.keep)
        except (Torn, ValueError):
            anew.torn = head.size
            return anew
        anew.roots[edge.size] = edge.root()
        before = head.ends
    return anew


async def _stored(session: AsyncSession) -> dict[merkle.Place, bytes]:
    rows = await session.execute(select(TreeNode.level, TreeNode.position, TreeNode.hash))
    return {(row.level, row.position): row.hash for row in rows}
