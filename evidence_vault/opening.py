"""Opening what was handed over for verification: a vault, a case, a bundle, or a dossier with its bundle inside."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from evidence_vault.attachment import Window, embedded_bundle
from evidence_vault.case_folder import EXHIBITS, LEDGER, require_ledger
from evidence_vault.casefile import read_entry
from evidence_vault.entries import SignedEntry
from evidence_vault.errors import EvidenceFileError, LedgerError
from evidence_vault.evidence import Evidence, Proof
from evidence_vault.kinds import CaseOpened
from evidence_vault.ledger import LedgerReader, StoredObject
from evidence_vault.messages import Message
from evidence_vault.signing.document import document_state, state_of_open
from evidence_vault.store import ObjectStore
from evidence_vault.unbundling import bundle_evidence
from evidence_vault.vault import CASES, SETTINGS, case_folders


@dataclass(frozen=True, slots=True)
class Opened:
    """What was found at a path: its kind, and one context per case that gives its evidence."""

    kind: str
    """`vault`, `case`, `bundle` or `dossier`."""
    cases: tuple[Callable[[], contextlib.AbstractContextManager[Evidence]], ...]


def open_evidence(path: Path) -> Opened:
    """Find out what `path` is; raise `EvidenceFileError` where it is nothing that can be verified, or read."""
    try:
        return _found(path)
    except OSError as error:
        raise EvidenceFileError(
            "{path} cannot be read ({detail}); nothing was changed. Check its name and its rights, or copy it to a "
            "folder of yours.",
            path=str(error.filename or path),
            detail=error.strerror or str(error),
        ) from error


def _found(path: Path) -> Opened:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EvidenceFileError("There is nothing at {path}. Check the name.", path=str(path)) from error
    if (path / SETTINGS).is_file() or (path / CASES).is_dir():
        folders = case_folders(path)
        if not folders:
            raise EvidenceFileError(
                "The vault at {path} holds no case yet: there is nothing to verify.", path=str(path)
            )
        return Opened("vault", tuple(_deferred_case(folder) for folder in folders))
    if (path / LEDGER).is_file():
        return Opened("case", (_deferred_case(path),))
    start = _beginning(path) if path.is_file() else b""  # a pipe would never end
    if b"%PDF-" in start:
        return Opened("dossier", (lambda: _dossier_evidence(path),))
    if start.startswith(b"PK"):
        return Opened("bundle", (lambda: bundle_evidence(path, path.name),))
    raise EvidenceFileError(
        "{path} is neither a vault, nor a case, nor a bundle, nor a dossier made by evidence-vault.", path=str(path)
    )


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1024)


def _deferred_case(folder: Path) -> Callable[[], contextlib.AbstractContextManager[Evidence]]:
    return lambda: _case_evidence(folder)


@contextlib.contextmanager
def _case_evidence(folder: Path) -> Iterator[Evidence]:
    require_ledger(folder)
    store = ObjectStore(folder / EXHIBITS)
    problems: list[Message] = []
    with LedgerReader(folder / LEDGER) as reader:
        yield Evidence(
            entries=_entries(reader, problems),
            checkpoints=reader.checkpoints(),
            keys=_stated_key(reader),
            exhibits={digest: _original(store, found) for digest, found in reader.objects().items()},
            proofs={proof.digest: Proof(proof.response, proof.request) for proof in reader.proofs()},
            problems=problems,
        )


def _entries(reader: LedgerReader, problems: list[Message]) -> Iterator[SignedEntry]:
    try:
        yield from reader.entries()
    except LedgerError as error:
        problems.append(error.message)


def _stated_key(reader: LedgerReader) -> tuple[bytes, ...]:
    """The key that the first entry names: inside a vault nothing else states it."""
    try:
        first = next(reader.entries(1), None)
        said = read_entry(first).said if first else None
    except (ValueError, LedgerError):
        return ()
    return (bytes.fromhex(said.public_key),) if isinstance(said, CaseOpened) and said.public_key else ()


def _original(store: ObjectStore, found: StoredObject) -> Callable[[], Iterator[bytes]]:
    return lambda: store.pieces(found.kept)


@contextlib.contextmanager
def _dossier_evidence(path: Path) -> Iterator[Evidence]:
    with embedded_bundle(path) as archive, bundle_evidence(archive, path.name) as evidence:
        window = getattr(archive, "raw", None)
        whole = window.file if isinstance(window, Window) else None
        yield replace(evidence, document=lambda: state_of_open(whole) if whole is not None else document_state(path))
