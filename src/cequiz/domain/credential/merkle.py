"""A log of issued certificates as a Merkle tree (RFC 9162, section 2.1): who knows an old head sees what was changed.

Trees are rows of leaf hashes (32 bytes each) in the order of issue; nothing is kept between two questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return hashlib.sha256(_LEAF + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the head of a tree; that of an empty one is the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return _node(root(leaves[:middle]), root(leaves[middle:]))


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that a tree holds its leaf at `index` (from 0): hashes from the leaf up to the head.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion(leaves[:middle], index), root(leaves[middle:])]
    return [*inclusion(leaves[middle:], index - middle), root(leaves[:middle])]


def consistency(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """Return the proof that a tree begins with what it held when it had `before` leaves.

    Raises:
        IndexError: it never had so many, or that was none.
    """
    if not 1 <= before <= len(leaves):
        raise IndexError(before)
    return _consistency(leaves, before, whole=True)


def includes(leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, head: bytes) -> bool:
    """Whether a proof shows that the tree with a head holds a leaf: RFC 9162, section 2.1.3.2.

    Args:
        leaf: the leaf's hash.
        proof: from `inclusion`.
        index: the leaf's place, from 0.
        size: how many leaves the tree has.
        head: its root.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = _node(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == head


def continues(proof: Sequence[bytes], *, before: int, old: bytes, size: int, head: bytes) -> bool:
    """Whether a proof shows that a tree begins with an older one: RFC 9162, section 2.1.4.2.

    Args:
        proof: from `consistency`.
        before: how many leaves the older tree had.
        old: its root.
        size: how many the newer one has.
        head: its root.
    """
    if not 1 <= before <= size:
        return False
    if before == size:
        return not proof and old == head
    path = [old, *proof] if before & (before - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first, second = path[0], path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = _node(one, first), _node(one, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = _node(second, one)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old and second == head


def _consistency(leaves: Sequence[bytes], before: int, *, whole: bool) -> list[bytes]:
    """Return the steps below a node; `whole` while the older tree is one of its own nodes, which is known."""
    if before == len(leaves):
        return [] if whole else [root(leaves)]
    middle = _split(len(leaves))
    if before <= middle:
        return [*_consistency(leaves[:middle], before, whole=whole), root(leaves[middle:])]
    return [*_consistency(leaves[middle:], before - middle, whole=False), root(leaves[:middle])]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)
