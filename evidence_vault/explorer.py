"""Block headers fetched from an explorer, for a verifier who has no Bitcoin node: it is believed for its answers."""

from collections.abc import Callable, Iterable

from evidence_vault.errors import NetworkError
from evidence_vault.signing.anchors import heights
from evidence_vault.signing.blocks import (
    MAX_ANSWER_BYTES,
    UnreadableError,
    block_hash_url,
    header_url,
    read_block_hash,
    read_header,
)
from evidence_vault.transport import FetchError, fetch

MAX_HEADERS = 50
"""More blocks than a case is anchored in; hostile evidence could name any number."""
_NO_SUCH_BLOCK = {400, 404}


def fetch_headers(
    proofs: Iterable[bytes], explorer: str, *, timeout: float, fetch_bytes: Callable[..., bytes] = fetch
) -> dict[int, bytes]:
    """The headers of the blocks that OpenTimestamps proofs lead to, by height, from an explorer of the Esplora kind.

    The explorer learns which blocks are asked for, and nothing of the evidence. Raises `NetworkError` where it does not
    answer, or answers with something else than the header of the block that it named; a block that it does not know is
    left out.
    """
    wanted = sorted({height for proof in proofs for height in heights(proof)})[:MAX_HEADERS]
    found = {}
    for height in wanted:
        try:
            name = read_block_hash(
                fetch_bytes(block_hash_url(explorer, height), timeout=timeout, limit=MAX_ANSWER_BYTES)
            )
            found[height] = read_header(
                fetch_bytes(header_url(explorer, name), timeout=timeout, limit=MAX_ANSWER_BYTES), name
            )
        except (FetchError, UnreadableError) as error:
            if isinstance(error, FetchError) and error.status in _NO_SUCH_BLOCK:
                continue  # a calendar can name any block; its proof stays unchecked
            raise NetworkError(
                "The header of block {height} could not be had. {reason} Nothing was verified; try again, or give the "
                "headers with --block-headers.",
                height=height,
                reason=error.message,
            ) from error
    return found
