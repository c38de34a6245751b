"""Merkle trees over a growing list, and the proofs of them: pure (RFC 9162 section 2.1, the trees of RFC 6962).

A leaf is hashed with a 0x00 before it and a node with a 0x01, so that neither can pass for the other. Everything
here works on hashes of leaves (32 bytes, SHA-256) and never needs more of a tree than a proof's own few nodes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

WIDTH = 32
EMPTY = hashlib.sha256(b"").digest()
# A complete subtree: its level (0: one leaf) and its position among those of its level.
Place = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Edge:
    """A tree as far as it takes to append to it: the complete subtrees at its right edge, the largest first."""

    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    def extend(self, leaves: Iterable[bytes], keep: Callable[[int, int, bytes], None] | None = None) -> None:
        """Append hashes of leaves; `keep` is told of each node that is complete: level, position, hash."""
        nodes, size, sha256 = self.nodes, self.size, hashlib.sha256
        for leaf in leaves:
            found, level, rest = leaf, 0, size
            while rest & 1:
                found = sha256(b"\x01" + nodes.pop() + found).digest()
                level, rest = level + 1, rest >> 1
                if keep is not None:
                    keep(level, ((size + 1) >> level) - 1, found)
            nodes.append(found)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The tree's hash."""
        return folded(self.nodes)


def folded(nodes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees, the largest first; of none, the empty tree's."""
    if not nodes:
        return EMPTY
    found = nodes[-1]
    for node in reversed(nodes[:-1]):
        found = node_hash(node, found)
    return found


def parts(low: int, high: int) -> list[Place]:
    """The complete subtrees that leaves [low, high) consist of, the largest first."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size` (>= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(index: int, size: int) -> list[tuple[int, int]]:
    """What an inclusion proof consists of, as ranges [low, high) of leaves, the nearest first (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    low, high, found = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low = middle
    return found[::-1]


def consistency(old: int, new: int) -> list[tuple[int, int]]:
    """What a consistency proof consists of, as ranges [low, high) of leaves, in its order (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("no older tree of that size")
    low, high, found, whole = 0, new, [], True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low, whole = middle, False
    if not whole:
        found.append((low, high))
    return found[::-1]


def proved(ranges: Sequence[tuple[int, int]], node: Callable[[Place], bytes]) -> list[bytes]:
    """The proof over these ranges, with complete subtrees looked up by `node`."""
    return [folded([node(place) for place in parts(low, high)]) for low, high in ranges]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf` (a hash) stands at `index` of the tree (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for node in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(node, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, node)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree begins with all of the older one (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, node)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
