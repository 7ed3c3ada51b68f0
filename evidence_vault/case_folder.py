"""One case on disk: its ledger, the key that signs it, its exhibits."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from evidence_vault import durable, kinds, merkle
from evidence_vault.casefile import CaseFile, Entry, read_entry, replay
from evidence_vault.encoding import Json
from evidence_vault.errors import InvalidValueError, LedgerError, StorageError, VaultError
from evidence_vault.ledger import Appender, Clock, Ledger, LedgerReader
from evidence_vault.merkle import Frontier
from evidence_vault.signing.keys import Signer, is_encrypted, load_signer
from evidence_vault.signing.note import parse_note
from evidence_vault.store import ObjectStore

LEDGER, KEY, EXHIBITS = "ledger.sqlite", "key.pem", "exhibits"

AskPassphrase = Callable[[], str | None]


class CaseFolder:
    """One case on disk."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.id = folder.name
        self._clock = clock
        self._frontier: Frontier | None = None
        """The edge of the tree as this process last signed it."""

    @property
    def store(self) -> ObjectStore:
        return ObjectStore(self.folder / EXHIBITS)

    def reader(self) -> LedgerReader:
        """The ledger, for reading only."""
        require_ledger(self.folder)
        return LedgerReader(self.folder / LEDGER)

    def read(self, size: int | None = None) -> CaseFile:
        """The case as its ledger tells it, whole or as it stood at `size` entries."""
        with self.reader() as reader:
            try:
                return replay(read_entry(signed) for signed in reader.entries(size))
            except ValueError as error:
                raise LedgerError(
                    "The ledger of this case is damaged ({detail}); nothing was changed. "
                    "Run `evidence-vault verify` on the vault, and restore the case from a copy.",
                    detail=str(error),
                ) from error

    def proof(self, index: int) -> dict[str, Json]:
        """Where an entry stands in the tree of the newest checkpoint: size, root, and inclusion proof (RFC 9162)."""
        with self.reader() as reader:
            notes = reader.checkpoints()
            head = parse_note(notes[-1]).checkpoint if notes else None
            if head is None or index >= head.size:
                return {"size": None, "root": None, "inclusion": None}
            leaves = [merkle.leaf_hash(signed.header) for signed in reader.entries(head.size)]
        path = merkle.inclusion_proof(leaves, index)
        return {"size": head.size, "root": head.root.hex(), "inclusion": [node.hex() for node in path]}

    def signer(self, ask: AskPassphrase) -> Signer:
        """The key of the case; `ask` gives the passphrase where one protects it."""
        return open_key(self.folder / KEY, ask)

    @contextlib.contextmanager
    def appending(self, signer: Signer) -> Iterator[Appender]:
        """Append entries in one transaction, which ends with a checkpoint over all of them.

        So no committed entry ever lies beyond the newest checkpoint, and a tail cut off shows.
        """
        require_ledger(self.folder)
        with Ledger(self.folder / LEDGER) as ledger:
            known, self._frontier = self._frontier, None
            with ledger.appending(signer, self._clock, self.id) as appender:
                yield appender
                frontier = appender.checkpoint(known)
            self._frontier = frontier

    def checkpoint(self, signer: Signer) -> bytes:
        """The newest signed checkpoint, over every entry there is."""
        with self.appending(signer):
            pass  # ending the transaction makes the checkpoint where one is missing
        with self.reader() as reader:
            return reader.checkpoints()[-1]


def require_ledger(case: Path) -> None:
    """Refuse a case that lost its ledger, before SQLite makes an empty one in its place."""
    with durable.explained(case):
        is_there = (case / LEDGER).exists()
    if not is_there:
        raise LedgerError(
            "The ledger of the case is missing from {path}; nothing else was touched. "
            "Restore ledger.sqlite there from a copy.",
            path=str(case),
        )


def update_case(case: CaseFolder, changes: dict[str, str | bool | None], signer: Signer) -> Entry:
    """Record that fields of the case changed; those it already has are left out."""
    current = kinds.to_fields(case.read().case)
    changed = {name: value for name, value in changes.items() if current[name] != value}
    if not changed:
        raise InvalidValueError("The case says this already; nothing was recorded.")
    with case.appending(signer) as appender:
        index = appender.append(kinds.CaseUpdated(changes=changed))
    return case.read().entries[index]


def open_key(path: Path, ask: AskPassphrase) -> Signer:
    """The private key in the file `path`; raises `VaultError` where it is missing."""
    try:
        pem = path.read_bytes()
    except FileNotFoundError as error:
        raise VaultError(
            "The key {path} is missing; nothing was recorded. Restore it from a copy: without it nothing can be added.",
            path=str(path),
        ) from error
    except OSError as error:
        raise StorageError(
            "The key {path} cannot be read ({detail}); nothing was recorded.",
            path=str(path),
            detail=error.strerror or str(error),
        ) from error
    return load_signer(pem, ask() if is_encrypted(pem) else None)
