"""The ledger of one case in SQLite: append-only, durable, read without being able to write.

Trust: the database is not trusted. Triggers stop accidents; whoever has the file can drop them and rewrite the rows,
and then the signatures, the chain or the checkpoint no longer agree (`verify`).
"""

import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_vault import kinds, merkle
from evidence_vault.database import (
    FORMAT_VERSION,
    SCHEMA,
    connect,
    explained,
    open_read_only,
    require_format,
    require_schema,
)
from evidence_vault.durable import PRIVATE_FILE
from evidence_vault.durable import explained as explained_on_disk
from evidence_vault.entries import GENESIS, Header, SignedEntry, chain_digest, parse_header, seal, utc_text
from evidence_vault.errors import LedgerError
from evidence_vault.kinds import Said
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, origin_of, parse_note, write_note
from evidence_vault.store import Kept

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An exhibit's bytes as the ledger knows them."""

    digest: str
    index: int
    """The entry that recorded them first."""
    kept: Kept


@dataclass(frozen=True, slots=True)
class StoredProof:
    """A proof of time as it was received, and the entry that names it."""

    digest: str
    index: int
    response: bytes
    request: bytes | None


class LedgerReader:
    """A ledger opened for reading only: no call here can change the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_read_only(path)
        with explained(path):
            require_format(self._connection, path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> "LedgerReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def entries(self, size: int | None = None) -> Iterator[SignedEntry]:
        """The entries in order, all of them or the first `size`, never all in memory.

        Raises `LedgerError` where the file is damaged, or made by somebody else with tables of another kind.
        """
        query = (
            'SELECT header, signature, body FROM entries LEFT JOIN bodies USING ("index") '
            'WHERE "index" < ? ORDER BY "index"'
        )
        with explained(self._path):
            for row in self._connection.execute(query, (2**62 if size is None else size,)):
                self._require(
                    isinstance(row[0], bytes) and isinstance(row[1], bytes) and isinstance(row[2], bytes | None)
                )
                yield SignedEntry(*row)

    def size(self) -> int:
        """How many entries there are."""
        return int(self._rows("SELECT count(*) FROM entries")[0][0])

    def checkpoints(self) -> tuple[bytes, ...]:
        """Every signed checkpoint, smallest first."""
        notes = [row[0] for row in self._rows("SELECT note FROM checkpoints ORDER BY size")]
        self._require(all(isinstance(note, bytes) for note in notes))
        return tuple(notes)

    def objects(self) -> dict[str, StoredObject]:
        """The exhibits whose bytes are kept, by digest."""
        rows = self._rows('SELECT digest, "index", name, key FROM objects')
        self._require(
            all(
                isinstance(digest, str) and isinstance(index, int) and isinstance(name, str) and isinstance(key, bytes)
                for digest, index, name, key in rows
            )
        )
        return {digest: StoredObject(digest, index, Kept(name, key)) for digest, index, name, key in rows}

    def object(self, digest: str) -> StoredObject | None:
        """The exhibit kept under `digest`, or None."""
        with explained(self._path):
            return _object(self._connection, digest)

    def proofs(self, size: int | None = None) -> tuple[StoredProof, ...]:
        """The proofs of time that entries name, or those among the first `size` entries, in the order of the ledger."""
        rows = self._rows('SELECT digest, "index", response, request FROM proofs ORDER BY "index"')
        self._require(
            all(
                isinstance(digest, str)
                and isinstance(index, int)
                and isinstance(response, bytes)
                and isinstance(request, bytes | None)
                for digest, index, response, request in rows
            )
        )
        return tuple(StoredProof(*row) for row in rows if size is None or row[1] < size)

    def _require(self, ours: bool) -> None:
        if not ours:
            raise LedgerError(
                "The ledger {path} was not made by evidence-vault; nothing was changed. Check the file.",
                path=str(self._path),
            )

    def _rows(self, query: str) -> list[Any]:
        with explained(self._path):
            return self._connection.execute(query).fetchall()


class Appender:
    """The open end of a ledger inside one transaction; entries become permanent together when it ends."""

    def __init__(self, connection: sqlite3.Connection, signer: Signer, clock: Clock, case: str) -> None:
        self._connection = connection
        self._signer = signer
        self._clock = clock
        self._case = case
        self._next, self._previous = self._head()

    def _head(self) -> tuple[int, str]:
        row = self._connection.execute('SELECT header FROM entries ORDER BY "index" DESC LIMIT 1').fetchone()
        (signed,) = self._connection.execute("SELECT coalesce(max(size), 0) FROM checkpoints").fetchone()
        if signed > (parse_header(row[0]).index + 1 if row else 0):
            raise _not_as_signed()
        if row is None:
            return 0, GENESIS
        header = parse_header(row[0])
        if header.case != self._case or header.key != self._signer.key_id:
            raise LedgerError("This ledger belongs to another case or another key; nothing was recorded.")
        return header.index + 1, chain_digest(row[0])

    def append(self, said: Said) -> int:
        """Sign and add one entry; return its index."""
        fields = kinds.to_fields(said)
        kinds.from_fields(kinds.kind_of(said), fields)  # what could not be read back would end the ledger for ever
        body = seal(fields)
        told = body.encode()  # first, since it is what refuses text that cannot be written down
        header = Header(
            body=body.digest(),
            case=self._case,
            index=self._next,
            key=self._signer.key_id,
            kind=kinds.kind_of(said),
            previous=self._previous,
            recorded_at=utc_text(self._clock()),
        )
        data = header.encode()
        self._connection.execute("INSERT INTO entries VALUES (?, ?, ?)", (header.index, data, self._signer.sign(data)))
        self._connection.execute("INSERT INTO bodies VALUES (?, ?)", (header.index, told))
        self._next, self._previous = header.index + 1, chain_digest(data)
        return header.index

    def append_exhibit(self, said: kinds.Exhibit, kept: Kept) -> int:
        """Add the entry of an exhibit whose bytes are durable already."""
        index = self.append(said)
        self._connection.execute("INSERT INTO objects VALUES (?, ?, ?, ?)", (said.sha256, index, kept.name, kept.key))
        return index

    def append_proof(self, said: kinds.Timestamp, response: bytes, request: bytes | None) -> int:
        """Add the entry that names a proof of time, and keep the proof; one that is kept already keeps its entry.

        An authority may answer twice with the same bytes, which prove nothing new.
        """
        known = self._connection.execute('SELECT "index" FROM proofs WHERE digest = ?', (said.sha256,)).fetchone()
        if known is not None:
            return int(known[0])
        index = self.append(said)
        self._connection.execute("INSERT INTO proofs VALUES (?, ?, ?, ?)", (said.sha256, index, response, request))
        return index

    def object(self, digest: str) -> StoredObject | None:
        """The exhibit kept under `digest`, or None."""
        return _object(self._connection, digest)

    def checkpoint(self, known: merkle.Frontier | None = None) -> merkle.Frontier:
        """Sign the tree head over every entry so far, unless the newest checkpoint says it already.

        Returns the edge of the tree, which the next call may be given as `known` to hash only what came since. Raises
        `LedgerError` where the entries are not those that the newest checkpoint covered: a log never signs a head
        inconsistent with one it signed before (C2SP tlog-checkpoint).
        """
        newest = self._connection.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        earlier = parse_note(newest[0]).checkpoint if newest else None
        # What is known helps only if it is what the newest checkpoint signed; else the whole tree is hashed again.
        resumes = (
            known is not None and earlier is not None and (known.size, known.root()) == (earlier.size, earlier.root)
        )
        frontier = known.copy() if known is not None and resumes else merkle.Frontier()
        agrees = resumes or earlier is None
        headers = self._connection.execute(
            'SELECT header FROM entries WHERE "index" >= ? ORDER BY "index"', (frontier.size,)
        )
        for (header,) in headers:
            frontier.append(merkle.leaf_hash(header))
            if earlier is not None and frontier.size == earlier.size:
                agrees = frontier.root() == earlier.root
        if not agrees or frontier.size != self._next:
            raise _not_as_signed()
        if earlier is None or earlier.size != frontier.size:
            head = Checkpoint(origin_of(self._case), frontier.size, frontier.root())
            note = write_note(head, self._signer.public_key, self._signer.sign(head.text()))
            self._connection.execute("INSERT INTO checkpoints VALUES (?, ?)", (head.size, note))
        return frontier


def _not_as_signed() -> LedgerError:
    return LedgerError(
        "The ledger on disk is not the one that was signed earlier; nothing was recorded. "
        "Run `evidence-vault verify` on the vault and restore it from a copy."
    )


def _object(connection: sqlite3.Connection, digest: str) -> StoredObject | None:
    row = connection.execute('SELECT digest, "index", name, key FROM objects WHERE digest = ?', (digest,)).fetchone()
    return StoredObject(row[0], row[1], Kept(row[2], row[3])) if row else None


class Ledger:
    """A ledger opened for appending, by one program at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Ledgers that older programs made are open to others; SQLite gives its files beside one the mode of that one.
        with contextlib.suppress(OSError):
            path.chmod(path.stat().st_mode & PRIVATE_FILE)
        with explained(path):
            self._connection = connect(path)
            require_schema(self._connection, path)

    @staticmethod
    def create(path: Path) -> "Ledger":
        """Make the file of an empty ledger, readable by its owner alone; raise `StorageError` where there is one."""
        with explained_on_disk(path):
            # SQLite would leave the file, and those beside it, to the umask.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, PRIVATE_FILE))
        with explained(path), contextlib.closing(connect(path)) as connection:
            # One transaction: a ledger has its triggers from the first moment on, or is no ledger.
            connection.executescript(f"BEGIN IMMEDIATE;\n{SCHEMA}PRAGMA user_version = {FORMAT_VERSION};\nCOMMIT;")
        return Ledger(path)

    def close(self) -> None:
        """Fold the write-ahead log back into the one file that a person copies, and let go of it."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def appending(self, signer: Signer, clock: Clock, case: str) -> Iterator[Appender]:
        """Append inside one transaction: on any error, and on Ctrl-C, nothing of it remains."""
        with explained(self._path):
            # IMMEDIATE, so that no one else reads the same head between our reading it and our writing after it.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Appender(self._connection, signer, clock, case)
                # If the machine dies before this line, the ledger is as it was; after it, every entry is on disk.
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
