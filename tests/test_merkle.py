"""The tree of RFC 9162, against values made by hand and against a second, naive implementation."""

from collections.abc import Callable, Sequence

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault import merkle

sizes = st.integers(1, 70)
Proof = tuple[bytes, ...]


def data_of(size: int) -> list[bytes]:
    """So many different leaves."""
    return [f"entry {number}".encode() for number in range(size)]


def leaves_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(data) for data in data_of(size)]


class TestByHand:
    """Roots over the leaves `a`, `b`, `c`, `d`, `e`, made in a shell.

    $ leaf() { printf '00%s' "$(printf %s "$1" | xxd -p)" | xxd -r -p | sha256sum | cut -c -64; }
    $ node() { printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum | cut -c -64; }
    $ A=$(leaf a); B=$(leaf b); C=$(leaf c); D=$(leaf d); E=$(leaf e)
    """

    B = "57eb35615d47f34ec714cacdf5fd74608a5e8e102724e80b24b287c0c27b6a31"  # $ echo $B
    C = "597fcb31282d34654c200d3418fca5705c648ebf326ec73d8ddef11841f876d8"  # $ echo $C
    D = "d070dc5b8da9aea7dc0f5ad4c29d89965200059c9a0ceca3abd5da2492dcb71d"  # $ echo $D
    E = "2824a7ccda2caa720c85c9fba1e8b5b735eecfdb03878e4f8dfe6c3625030bc4"  # $ echo $E
    AB = "b137985ff484fb600db93107c77b0365c80d78f5b429ded0fd97361d077999eb"  # $ node $A $B
    CD = "dbbd68c325614a73dacb4e7a87a2b7b4ae9724b489e5629ee83151fe8f0eafd7"  # $ node $C $D
    ABCD = "33376a3bd63e9993708a84ddfe6c28ae58b83505dd1fed711bd924ec5a6239f0"  # $ node $(node $A $B) $(node $C $D)

    ROOTS = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # $ printf '' | sha256sum
        "022a6979e6dab7aa5ae4c3e5e45f7e977112a7e63593820dbec1ec738a24f93c",  # $ echo $A
        AB,
        "36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1",  # $ node $(node $A $B) $C
        ABCD,
        "fe14a5426fbd70c0fa73f52342afed0da0bd23c4838662ccf6b88a3070ead97b",  # $ node <the root above> $E
    )
    leaves = tuple(merkle.leaf_hash(letter) for letter in (b"a", b"b", b"c", b"d", b"e"))

    @pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS)))
    def test_roots(self, size: int, root: str) -> None:
        """Roots of trees without a leaf up to five."""
        assert root == merkle.root(self.leaves[:size]).hex()
        assert root == reference.mth([b"a", b"b", b"c", b"d", b"e"][:size]).hex()

    @pytest.mark.parametrize(
        ("index", "size", "path"),
        [(0, 1, []), (0, 5, [B, CD, E]), (2, 5, [D, AB, E]), (4, 5, [ABCD]), (2, 3, [AB]), (0, 2, [B])],
    )
    def test_inclusion(self, index: int, size: int, path: list[str]) -> None:
        """The siblings on the way up, lowest first."""
        proof = merkle.inclusion_proof(self.leaves[:size], index)

        assert path == [node.hex() for node in proof]
        assert self.ROOTS[size] == merkle.root_from_inclusion(self.leaves[index], index, size, proof).hex()

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [(5, 5, []), (4, 5, [E]), (3, 4, [C, D, AB]), (3, 5, [C, D, AB, E]), (2, 5, [CD, E]), (1, 2, [B])],
    )
    def test_consistency(self, old: int, new: int, path: list[str]) -> None:
        """What a newer tree adds to an older one."""
        proof = merkle.consistency_proof(self.leaves[:new], old)
        roots = merkle.roots_from_consistency(old, new, bytes.fromhex(self.ROOTS[old]), proof)

        assert path == [node.hex() for node in proof]
        assert (self.ROOTS[old], self.ROOTS[new]) == (roots[0].hex(), roots[1].hex())


class TestAgainstReference:
    """Two implementations, one text."""

    @given(st.lists(st.binary(max_size=40), max_size=40))
    def test_roots(self, data: list[bytes]) -> None:
        """The root grown leaf by leaf is the root of the recursion, at every size on the way."""
        frontier = merkle.Frontier()

        for size, item in enumerate(data):
            assert reference.mth(data[:size]) == frontier.root()
            frontier.append(merkle.leaf_hash(item))

        assert reference.mth(data) == frontier.root() == merkle.root(map(merkle.leaf_hash, data))
        assert len(data) == frontier.size

    @given(sizes, st.data())
    def test_inclusion(self, size: int, draw: st.DataObject) -> None:
        """Same proof as the recursion, and it leads to the root."""
        index = draw.draw(st.integers(0, size - 1))
        leaves = leaves_of(size)

        proof = merkle.inclusion_proof(leaves, index)

        assert tuple(reference.path(index, data_of(size))) == proof
        assert merkle.root(leaves) == merkle.root_from_inclusion(leaves[index], index, size, proof)
        node = leaves[index]
        for sibling, left in zip(proof, merkle.inclusion_sides(index, size), strict=True):
            node = merkle.node_hash(sibling, node) if left else merkle.node_hash(node, sibling)
        assert node == merkle.root(leaves)

    @given(sizes, st.data())
    def test_consistency(self, new: int, draw: st.DataObject) -> None:
        """Same proof as the recursion, and it leads to both roots."""
        old = draw.draw(st.integers(1, new))
        leaves = leaves_of(new)
        old_root = merkle.root(leaves[:old])

        proof = merkle.consistency_proof(leaves, old)

        assert tuple(reference.proof(old, data_of(new))) == proof
        assert (old_root, merkle.root(leaves)) == merkle.roots_from_consistency(old, new, old_root, proof)


def flipped(node: bytes) -> bytes:
    return bytes([node[0] ^ 1]) + node[1:]


WRONG: dict[str, Callable[[Proof], Proof]] = {
    "trailing-garbage": lambda proof: (*proof, bytes(32)),
    "leading-garbage": lambda proof: (bytes(32), *proof),
    "last-node-twice": lambda proof: (*proof, proof[-1]),
    "truncated-at-the-end": lambda proof: proof[:-1],
    "truncated-at-the-start": lambda proof: proof[1:],
    "empty": lambda _: (),
    "swapped": lambda proof: (proof[-1], *proof[1:-1], proof[0]),
    "reversed": lambda proof: tuple(reversed(proof)),
    "first-node-flipped": lambda proof: (flipped(proof[0]), *proof[1:]),
    "last-node-flipped": lambda proof: (*proof[:-1], flipped(proof[-1])),
    "node-cut-short": lambda proof: (proof[0][:-1], *proof[1:]),
}


@pytest.mark.parametrize("wrong", WRONG)
@given(size=st.integers(2, 70), draw=st.data())
def test_wrong_inclusion_proofs(wrong: str, size: int, draw: st.DataObject) -> None:
    """A proof that was tampered with is refused, or leads to another root."""
    index = draw.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = merkle.inclusion_proof(leaves, index)
    tampered = WRONG[wrong](proof)

    if tampered != proof:
        assert not proves_inclusion(leaves, index, tampered)


@pytest.mark.parametrize("wrong", WRONG)
@given(new=st.integers(2, 70), draw=st.data())
def test_wrong_consistency_proofs(wrong: str, new: int, draw: st.DataObject) -> None:
    """A proof that was tampered with is refused, or leads to other roots."""
    old = draw.draw(st.integers(1, new - 1))
    leaves = leaves_of(new)
    proof = merkle.consistency_proof(leaves, old)
    tampered = WRONG[wrong](proof)

    if tampered != proof:
        assert not proves_consistency(leaves, old, tampered)


@given(st.integers(2, 70), st.data())
def test_a_proof_holds_for_one_place_only(size: int, draw: st.DataObject) -> None:
    """The same path does not place the leaf, or another leaf, anywhere else."""
    index = draw.draw(st.integers(0, size - 1))
    other = draw.draw(st.integers(0, size - 1).filter(lambda place: place != index))
    leaves = leaves_of(size)
    proof = merkle.inclusion_proof(leaves, index)

    assert not proves_inclusion(leaves, other, proof, leaf=leaves[index])
    assert not proves_inclusion(leaves, index, proof, leaf=leaves[other])


@given(st.integers(2, 70), st.data())
def test_a_changed_past_is_not_consistent(new: int, draw: st.DataObject) -> None:
    """Where an old leaf was changed no proof from the new leaves leads to the old root."""
    old = draw.draw(st.integers(1, new - 1))
    changed = draw.draw(st.integers(0, old - 1))
    leaves = leaves_of(new)
    old_root = merkle.root(leaves[:old])
    leaves[changed] = flipped(leaves[changed])
    proof = merkle.consistency_proof(leaves, old)

    roots = merkle.roots_from_consistency(old, new, old_root, proof)

    assert roots != (old_root, merkle.root(leaves))


def test_leaves_and_nodes_are_apart() -> None:
    """A leaf that looks like a node does not hash like one: no subtree can be passed off as an entry."""
    left, right = leaves_of(2)

    assert merkle.root([left, right]) != merkle.leaf_hash(left + right)


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_no_such_leaf(size: int, index: int) -> None:
    """Asking for a leaf that is not there is an error, never a proof."""
    with pytest.raises(IndexError, match=f"no leaf {index} in a tree of {size}"):
        merkle.inclusion_proof(leaves_of(size), index)
    with pytest.raises(ValueError, match=f"index {index} is outside a tree of {size}"):
        merkle.root_from_inclusion(bytes(32), index, size, ())


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3), (0, 0)])
def test_no_such_older_tree(old: int, new: int) -> None:
    """A tree is consistent with smaller ones only, and nothing is said of the empty one."""
    with pytest.raises(IndexError, match=f"no tree of {old} inside a tree of {new}"):
        merkle.consistency_proof(leaves_of(new), old)
    with pytest.raises(ValueError, match=f"no tree of {old} inside a tree of {new}"):
        merkle.roots_from_consistency(old, new, bytes(32), ())


def proves_inclusion(leaves: Sequence[bytes], index: int, proof: Proof, leaf: bytes | None = None) -> bool:
    try:
        return merkle.root(leaves) == merkle.root_from_inclusion(leaf or leaves[index], index, len(leaves), proof)
    except ValueError:
        return False


def proves_consistency(leaves: Sequence[bytes], old: int, proof: Proof) -> bool:
    old_root = merkle.root(leaves[:old])
    try:
        roots = merkle.roots_from_consistency(old, len(leaves), old_root, proof)
    except ValueError:
        return False
    return roots == (old_root, merkle.root(leaves))
