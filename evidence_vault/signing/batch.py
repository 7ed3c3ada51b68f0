"""Many signatures of one ledger checked on every core."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence_vault.signing.public import is_valid, load_public

BATCH = 256
PENDING_BATCHES = 16
"""Batches under way at once: enough for every core, few enough to keep memory flat."""


class SignatureBatch:
    """Signatures by one key, checked by the threads of `pool`: the library lets go of the interpreter meanwhile."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._batch: list[tuple[int, bytes, bytes]] = []
        self._pending: deque[Future[list[int]]] = deque()
        self._invalid: list[int] = []
        self._key: Ed25519PublicKey | None = None

    def add(self, index: int, key: bytes, signature: bytes, data: bytes) -> None:
        """Check that `signature` over `data` is by `key`, now or soon; every call gives the same key."""
        self._key = self._key or load_public(key)
        self._batch.append((index, signature, data))
        if len(self._batch) == BATCH:
            self._submit()

    def invalid(self) -> list[int]:
        """The indices whose signature is not valid, once all are checked."""
        self._submit()
        while self._pending:
            self._invalid.extend(self._pending.popleft().result())
        return self._invalid

    def _submit(self) -> None:
        if self._key is None or not self._batch:
            return
        self._pending.append(self._pool.submit(_invalid_of, self._key, self._batch))
        self._batch = []
        if len(self._pending) > PENDING_BATCHES:
            self._invalid.extend(self._pending.popleft().result())


def _invalid_of(key: Ed25519PublicKey, batch: list[tuple[int, bytes, bytes]]) -> list[int]:
    return [index for index, signature, data in batch if not is_valid(key, signature, data)]
