"""The SQLite file of a ledger: its tables, how it is opened, and what its errors mean to a person."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from evidence_vault.errors import BusyError, EvidenceVaultError, LedgerError, StorageError, VaultError

FORMAT_VERSION = 1
BUSY_SECONDS = 10

SCHEMA = """
CREATE TABLE entries (
  "index" INTEGER PRIMARY KEY CHECK ("index" >= 0),
  header BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE TABLE bodies (
  "index" INTEGER PRIMARY KEY REFERENCES entries ("index"),
  body BLOB NOT NULL
) STRICT;
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY CHECK (size > 0),
  note BLOB NOT NULL
) STRICT;
CREATE TABLE objects (
  digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
  "index" INTEGER NOT NULL REFERENCES entries ("index"),
  name TEXT NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
CREATE TABLE proofs (
  digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
  "index" INTEGER NOT NULL REFERENCES entries ("index"),
  response BLOB NOT NULL,
  request BLOB
) STRICT;
CREATE TRIGGER entries_follow BEFORE INSERT ON entries
WHEN new."index" <> coalesce((SELECT max("index") FROM entries), -1) + 1
BEGIN SELECT RAISE(ABORT, 'the ledger has no gap'); END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_keep BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER bodies_follow BEFORE INSERT ON bodies
WHEN new."index" <> (SELECT max("index") FROM entries) OR EXISTS (SELECT 1 FROM bodies WHERE "index" = new."index")
BEGIN SELECT RAISE(ABORT, 'what was said is never altered'); END;
CREATE TRIGGER bodies_keep BEFORE UPDATE ON bodies
BEGIN SELECT RAISE(ABORT, 'what was said is never altered'); END;
CREATE TRIGGER objects_once BEFORE INSERT ON objects
WHEN EXISTS (SELECT 1 FROM objects WHERE digest = new.digest)
BEGIN SELECT RAISE(ABORT, 'an exhibit has one key'); END;
CREATE TRIGGER objects_keep BEFORE UPDATE ON objects
BEGIN SELECT RAISE(ABORT, 'an exhibit has one key'); END;
CREATE TRIGGER proofs_once BEFORE INSERT ON proofs
WHEN EXISTS (SELECT 1 FROM proofs WHERE digest = new.digest)
BEGIN SELECT RAISE(ABORT, 'proofs of time stay'); END;
CREATE TRIGGER proofs_stay BEFORE DELETE ON proofs
BEGIN SELECT RAISE(ABORT, 'proofs of time stay'); END;
CREATE TRIGGER proofs_keep BEFORE UPDATE ON proofs
BEGIN SELECT RAISE(ABORT, 'proofs of time stay'); END;
CREATE TRIGGER checkpoints_once BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE size = new.size)
BEGIN SELECT RAISE(ABORT, 'checkpoints stay'); END;
CREATE TRIGGER checkpoints_stay BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints stay'); END;
CREATE TRIGGER checkpoints_keep BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints stay'); END;
"""
# A body, and the key of an object, may be deleted: that is how a person's data are erased, and it shows (`list`,
# `status`, the dossier and `verify` count what tells nothing any more). Proofs of time hold no personal data and are
# never erased.


def connect(path: Path) -> sqlite3.Connection:
    """Open a ledger for appending: write-ahead log, every commit on disk before it returns."""
    # sqlite-utils takes a fifth of a second to import; only the commands that write need it.
    from sqlite_utils import Database

    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    # Plugins would run on our connection; recursive triggers are what stops INSERT OR REPLACE.
    Database(connection, recursive_triggers=True, execute_plugins=False).enable_wal()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open for reading; on a disk that cannot be written at all, SQLite must be told that the file is still."""
    address = path.resolve().as_uri()
    with explained(path):
        try:
            connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=BUSY_SECONDS)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError:
            waiting = path.with_name(path.name + "-wal")
            if not path.is_file() or (waiting.exists() and waiting.stat().st_size):
                raise
            connection = sqlite3.connect(f"{address}?immutable=1", uri=True)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        # A file from somebody else may hold views and functions of its own; none of them is run.
        connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def require_format(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is no ledger, or one of a newer program."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        raise VaultError(
            "This vault was written by a newer version of evidence-vault; nothing was changed. Update the program."
        )
    if version != FORMAT_VERSION:
        raise LedgerError("The file {path} is not a ledger; nothing was changed.", path=str(path))


def require_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse to append to a ledger whose tables or triggers are not exactly those it was made with.

    Tools that rebuild a table drop its triggers silently; without them an accident could rewrite an entry.
    """
    require_format(connection, path)
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    if found != _statements():
        raise LedgerError(
            "The ledger {path} was altered by another program; nothing was recorded. "
            "Run `evidence-vault verify` on the vault, and restore the case from a copy.",
            path=str(path),
        )


def _statements() -> set[str]:
    """The schema as SQLite keeps it, statement by statement."""
    with contextlib.closing(sqlite3.connect(":memory:")) as scratch:
        scratch.executescript(SCHEMA)
        return {row[0] for row in scratch.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a sentence that a person can act on."""
    try:
        yield
    except EvidenceVaultError:
        raise
    except sqlite3.OperationalError as error:
        # The message may quote a name from the file: only the code says what happened.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BusyError(
                "Another program is writing to this case; nothing was recorded. Wait for it to end and try again."
            ) from error
        if code == sqlite3.SQLITE_FULL:
            raise StorageError(
                # A long command records in many transactions: those before this one are there.
                "The disk is full. What was recorded until then stays recorded, and nothing is half written: "
                "`evidence-vault list` shows it. Free some space, then run the command again; `import` passes over "
                "files that are in the case already, and `read` reads those that wait."
            ) from error
        raise StorageError(
            "The ledger {path} cannot be opened or written ({detail}); what was recorded before is safe. "
            "Check the rights of the folder.",
            path=str(path),
            detail=str(error),
        ) from error
    except sqlite3.DatabaseError as error:
        raise LedgerError(
            "The ledger {path} is damaged ({detail}); nothing was changed. Restore the case from a copy.",
            path=str(path),
            detail=str(error),
        ) from error
