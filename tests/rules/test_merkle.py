"""The trees of the trail's heads, by the published vectors of RFC 6962's reference and by their properties."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.core import merkle

# Inputs and roots of the reference tree (transparency-dev/merkle testonly, certificate-transparency's tests).
LEAVES = [bytes.fromhex(x) for x in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# The paths of the reference: leaf (from 0), size, hashes.
PATHS = (
    (0, 1, ()),
    (0, 8, ("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")),
    (5, 8, ("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (1, 5, ("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")),
)  # fmt: skip
PREFIXES = (
    (1, 8, ("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")),
    (6, 8, ("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")),
    (2, 5, ("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")),
)  # fmt: skip


def edge_of(leaves: list[bytes]) -> tuple[merkle.Edge, dict[merkle.Place, bytes]]:
    """A tree and every complete node of it."""
    nodes = {(0, i): leaf for i, leaf in enumerate(leaves)}
    edge = merkle.Edge()
    edge.extend(leaves, lambda level, at, found: nodes.__setitem__((level, at), found))
    return edge, nodes


def plainly(leaves: list[bytes]) -> bytes:
    """The root, straight from the definition (RFC 9162, 2.1.1)."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return merkle.node_hash(plainly(leaves[:half]), plainly(leaves[half:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    edge, _ = edge_of([merkle.leaf_hash(data) for data in LEAVES[:size]])
    assert edge.root().hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.Edge().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_proofs_are_those_of_the_reference(index: int, size: int, path: tuple[str, ...]) -> None:
    _, nodes = edge_of([merkle.leaf_hash(data) for data in LEAVES[:size]])
    made = merkle.proved(merkle.inclusion(index, size), nodes.__getitem__)
    assert tuple(node.hex() for node in made) == path
    assert merkle.included(merkle.leaf_hash(LEAVES[index]), index, size, made, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "path"), PREFIXES)
def test_consistency_proofs_are_those_of_the_reference(old: int, new: int, path: tuple[str, ...]) -> None:
    _, nodes = edge_of([merkle.leaf_hash(data) for data in LEAVES[:new]])
    made = merkle.proved(merkle.consistency(old, new), nodes.__getitem__)
    assert tuple(node.hex() for node in made) == path
    roots = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert merkle.consistent(old, new, *roots, made)


SIZES = st.integers(1, 130)
few = settings(max_examples=60, deadline=None)


def some(size: int) -> list[bytes]:
    """Leaves that differ."""
    return [merkle.leaf_hash(str(n).encode()) for n in range(size)]


@few
@given(SIZES, st.integers(0, 299), st.integers(0, 12), st.integers(0, 255))
def test_a_leaf_is_shown_at_its_place_and_nothing_else_is(size: int, at: int, which: int, bit: int) -> None:
    at %= size
    edge, nodes = edge_of(some(size))
    root = edge.root()
    assert root == plainly(some(size))
    path = merkle.proved(merkle.inclusion(at, size), nodes.__getitem__)
    leaf = some(size)[at]
    assert merkle.included(leaf, at, size, path, root)
    flipped = (int.from_bytes(leaf) ^ 1 << bit).to_bytes(32)
    assert not merkle.included(flipped, at, size, path, root)
    assert not merkle.included(leaf, at, size, [*path, leaf], root)
    if size > 1:
        assert not merkle.included(leaf, (at + 1) % size, size, path, root)
        assert not merkle.included(leaf, at, size, path[:-1], root)
        changed = list(path)
        changed[which % len(path)] = flipped
        assert not merkle.included(leaf, at, size, changed, root)


@few
@given(SIZES, SIZES, st.integers(0, 299))
def test_a_later_tree_is_shown_to_begin_with_an_earlier_one_and_a_changed_one_is_not(
    one: int, other: int, changed: int
) -> None:
    old, new = sorted((one, other))
    leaves = some(new)
    edge, nodes = edge_of(leaves)
    before = plainly(leaves[:old])
    path = merkle.proved(merkle.consistency(old, new), nodes.__getitem__)
    assert merkle.consistent(old, new, before, edge.root(), path)
    # Somebody changes a leaf that the older tree has and computes everything anew: no proof of that tree fits.
    leaves[changed % old] = merkle.leaf_hash(b"forged")
    forged, others = edge_of(leaves)
    again = merkle.proved(merkle.consistency(old, new), others.__getitem__)
    assert not merkle.consistent(old, new, before, forged.root(), again)


@few
@given(st.lists(SIZES, min_size=1, max_size=4))
def test_a_tree_grown_by_days_is_the_tree_made_at_once(days: list[int]) -> None:
    leaves = some(sum(days))
    edge = merkle.Edge()
    for day in days:
        kept = merkle.Edge(edge.size, list(edge.nodes))
        kept.extend(leaves[edge.size : edge.size + day])
        edge = kept
    assert edge.root() == plainly(leaves)


def test_what_is_no_tree_has_no_proofs() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, size)
        assert not merkle.included(b"", index, size, [], merkle.EMPTY)
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="no older tree"):
            merkle.consistency(old, new)
        assert not merkle.consistent(old, new, merkle.EMPTY, merkle.EMPTY, [])
