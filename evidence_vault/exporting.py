"""Making what leaves the vault, at one named checkpoint, and recording that it was made.

The entry `export` comes after what was exported and is no part of it.
"""

import datetime as dt
import functools
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_vault import durable, kinds
from evidence_vault.casefile import CaseFile
from evidence_vault.entries import SignedEntry
from evidence_vault.exports.bundle import BundleInput, Original, write_bundle
from evidence_vault.exports.verification import Checked, guide
from evidence_vault.ledger import StoredObject
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, parse_note
from evidence_vault.vault import CaseFolder

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made: where it is, its digest, and the state of the ledger that it shows."""

    path: Path
    sha256: str
    bytes: int
    size: int
    root: str


def export_bundle(case: CaseFolder, signer: Signer, out: Path, *, light: bool, progress: Progress) -> Exported:
    """Write the bundle of `case` to `out`; on any error `out` is as it was before."""
    source = _Source(case, signer)
    with durable.replacing(out) as temporary:
        source.write_bundle(temporary, light=light, progress=progress)
    return source.record("bundle", out)


def export_dossier(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, *, light: bool, progress: Progress
) -> Exported:
    """Write the dossier of `case` to `out`, the bundle embedded; on any error `out` is as it was before."""
    from evidence_vault.exports.dossier import DossierInput, write_dossier

    source = _Source(case, signer)
    with durable.replacing(out) as temporary, tempfile.TemporaryDirectory(prefix="evidence-vault-") as scratch:
        bundle = Path(scratch) / "bundle.zip"
        source.write_bundle(bundle, light=light, progress=lambda _done, _all: None)
        dossier = DossierInput(
            case=source.told,
            checkpoint=source.note,
            size=source.head.size,
            root=source.head.root.hex(),
            public_key=signer.public_key,
            original=source.original,
            bundle=bundle,
            bundle_sha256=_digest(bundle),
            light=light,
            made_at=made_at,
        )
        write_dossier(dossier, temporary, progress)
    return source.record("dossier", out)


class _Source:
    """A case frozen at its newest checkpoint."""

    def __init__(self, case: CaseFolder, signer: Signer) -> None:
        self._case = case
        self._signer = signer
        self.note = case.checkpoint(signer)
        self.head: Checkpoint = parse_note(self.note).checkpoint
        self.told: CaseFile = case.read(self.head.size)
        with case.reader() as reader:
            self._objects: dict[str, StoredObject] = reader.objects()

    def original(self, digest: str) -> bytes | None:
        """The bytes of an exhibit; None where they were erased."""
        found = self._objects.get(digest)
        return self._case.store.get(found.kept) if found else None

    def write_bundle(self, out: Path, *, light: bool, progress: Progress) -> None:
        write_bundle(
            BundleInput(
                case=self._case.id,
                size=self.head.size,
                entries=self._entries,
                checkpoints=(self.note,),
                public_key=self._signer.public_key,
                originals=tuple(self._originals()),
                left_out=light,
                guide=guide(self._checked()),
            ),
            out,
            progress,
        )

    def record(self, export: str, out: Path) -> Exported:
        made = Exported(out, _digest(out), out.stat().st_size, self.head.size, self.head.root.hex())
        with self._case.appending(self._signer) as appender:
            appender.append(kinds.ExportMade(export=export, size=made.size, root=made.root, sha256=made.sha256))
        return made

    def _entries(self) -> Iterator[SignedEntry]:
        with self._case.reader() as reader:
            yield from reader.entries(self.head.size)

    def _originals(self) -> Iterator[Original]:
        for view in self.told.exhibits:
            digest = view.exhibit.sha256
            if digest is not None and (found := self._objects.get(digest)) is not None:
                yield Original(
                    digest, view.exhibit.media_type or "", functools.partial(self._case.store.get, found.kept)
                )

    def _checked(self) -> Checked:
        """The entry that the printed commands take as their example: the first attempt, else the opening."""
        attempts = self.told.chronological()
        index = attempts[0].entry.index if attempts else 0
        return Checked(
            size=self.head.size,
            root=self.head.root.hex(),
            public_key=self._signer.public_key,
            index=index,
            digest=self.told.entries[index].digest,
            archive_sha256=None,
            in_dossier=False,
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
