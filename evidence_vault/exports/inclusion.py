"""The proof that one entry is under a root (RFC 9162, 2.1.3), as commands that fold it by hand."""

from collections.abc import Iterator, Sequence

from evidence_vault.merkle import inclusion_sides

_JOIN = r"""j() { printf "\001$(printf %s "$1$2" | sed 's/../\\x&/g')" | sha256sum | cut -c 1-64; }"""


def folding(index: int, size: int, proof: Sequence[bytes], header: str) -> Iterator[str]:
    """Commands for bash that lead from the file `header` of entry `index` to the root over `size` entries.

    Each node of `proof` stands on a line of its own, on the side on which it is joined; the last line shows the root.
    """
    yield _JOIN
    yield f"n=$( (printf '\\000'; cat {header}) | sha256sum | cut -c 1-64)"
    for node, left in zip(proof, inclusion_sides(index, size), strict=True):
        yield f'n=$(j {node.hex()} "$n")' if left else f'n=$(j "$n" {node.hex()})'
    yield 'echo "$n"'
