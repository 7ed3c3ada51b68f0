"""The Merkle tree of RFC 9162: root, inclusion proofs, consistency proofs.

Bytes in, bytes out. The tree is never stored: it is recomputed from the leaves, so that no copy of it can disagree.
"""

import hashlib
from collections.abc import Iterable, Sequence

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, section 2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf; the prefix keeps leaves and nodes apart (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to know its root at any size, in logarithmic memory.

    Append leaf hashes in order; `root()` is the root over those appended so far.
    """

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def copy(self) -> "Frontier":
        """An edge that grows apart from this one."""
        twin = Frontier()
        twin.size, twin._edge = self.size, [*self._edge]
        return twin

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        node, position = leaf, self.size
        while position & 1:
            node = node_hash(self._edge.pop(), node)
            position >>= 1
        self._edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over the leaves appended so far."""
        if not self._edge:
            return EMPTY_ROOT
        node = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            node = node_hash(left, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over `leaves` (leaf hashes, in order)."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Prove that leaf `index` is in the tree over `leaves` (RFC 9162, section 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return tuple(reversed(path))


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` leads to from `leaf` (RFC 9162, section 2.1.3.2).

    Raises `ValueError` where the proof has the wrong length. The caller compares the result with a root it trusts.
    """
    if not 0 <= index < size:
        raise ValueError(f"index {index} is outside a tree of {size}")
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise ValueError("inclusion proof is too long")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise ValueError("inclusion proof is too short")
    return node


def inclusion_sides(index: int, size: int) -> tuple[bool, ...]:
    """Of each node of an inclusion proof, in its order, whether it is joined on the left."""
    sides: list[bool] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        sides.append(index >= middle)
        low, high = (middle, high) if index >= middle else (low, middle)
    return tuple(reversed(sides))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Prove that the first `old_size` leaves are a prefix of `leaves` (RFC 9162, section 2.1.4.1)."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"no tree of {old_size} inside a tree of {len(leaves)}")
    path: list[bytes] = []
    low, high, whole = 0, len(leaves), True
    while old_size != high:
        middle = low + _split(high - low)
        if old_size <= middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low, whole = middle, False
    if not whole:
        path.append(root(leaves[low:high]))
    return tuple(reversed(path))


def roots_from_consistency(
    old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The old and the new root that `proof` leads to (RFC 9162, section 2.1.4.2).

    Raises `ValueError` where the proof has the wrong length. The caller compares both with roots it trusts:
    the first must equal `old_root`, the second the newer head.
    """
    if not 0 < old_size <= new_size:
        raise ValueError(f"no tree of {old_size} inside a tree of {new_size}")
    if old_size == new_size:
        if proof:
            raise ValueError("consistency proof is too long")
        return old_root, old_root
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ValueError("consistency proof is too short")
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ValueError("consistency proof is too long")
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise ValueError("consistency proof is too short")
    return old, new


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 9162's k)."""
    return 1 << ((size - 1).bit_length() - 1)
