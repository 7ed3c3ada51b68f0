"""One entry looked at by itself: its form, its signature, and whether it says what it committed to.

All that can be told of an entry without the others, and therefore on every core at once: the signature library lets
go of the interpreter while it computes. What ties entries together is for `verify`.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence_vault import kinds
from evidence_vault.entries import Header, SignedEntry, parse_body, parse_header, parse_utc
from evidence_vault.kinds import Said
from evidence_vault.merkle import leaf_hash
from evidence_vault.signing.public import is_valid, key_id, load_public

BATCH = 32
PENDING_BATCHES = 4
"""Batches under way at once: enough for every core, few enough to keep memory flat."""


class Examined(NamedTuple):
    """What an entry turned out to be."""

    leaf: bytes
    header: Header | None
    """None where the header is malformed; then nothing else was looked at."""
    is_signed: bool = True
    """False where the header names the key of the ledger and the signature is not by it."""
    has_body: bool = False
    is_committed: bool = True
    """Whether the header commits to the body, if there is one."""
    withheld: int = 0
    """How many fields of the body are withheld."""
    said: Said | None = None
    """What the body says; None where there is none and where it is malformed."""


class Examiner:
    """Examines the entries of a ledger whose key is `key` (None: unknown, no signature is checked)."""

    def __init__(self, key: bytes | None) -> None:
        self._key: Ed25519PublicKey | None = None if key is None else load_public(key)
        self._key_id = None if key is None else key_id(key)

    def examine(self, signed: SignedEntry) -> Examined:
        """Look at one entry; nothing found in it raises an error."""
        leaf = leaf_hash(signed.header)
        try:
            header = parse_header(signed.header)
            parse_utc(header.recorded_at)
        except ValueError:
            return Examined(leaf, None)
        is_signed = (
            self._key is None or header.key != self._key_id or is_valid(self._key, signed.signature, signed.header)
        )
        if signed.body is None:
            return Examined(leaf, header, is_signed)
        try:
            body = parse_body(signed.body)
            said = kinds.from_fields(header.kind, body.fields(), body.withheld)
        except ValueError:
            return Examined(leaf, header, is_signed, has_body=True)
        return Examined(
            leaf,
            header,
            is_signed,
            has_body=True,
            is_committed=body.digest() == header.body,
            withheld=len(body.withheld),
            said=said,
        )

    def examine_all(self, entries: Iterable[SignedEntry], pool: ThreadPoolExecutor) -> Iterator[Examined]:
        """Look at `entries` on the threads of `pool`; they come back in order, a bounded number at a time."""
        source = iter(entries)
        pending: deque[Future[list[Examined]]] = deque()
        while batch := list(islice(source, BATCH)):
            pending.append(pool.submit(self._examine_batch, batch))
            if len(pending) == PENDING_BATCHES:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()

    def _examine_batch(self, batch: list[SignedEntry]) -> list[Examined]:
        return [self.examine(signed) for signed in batch]
