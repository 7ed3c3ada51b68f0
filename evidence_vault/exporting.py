"""Making what leaves the vault, at one named checkpoint, and recording that it was made.

The entry `export` comes after what was exported and is no part of it.
"""

import base64
import datetime as dt
import functools
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from evidence_vault import durable, kinds
from evidence_vault.alike import alike
from evidence_vault.casefile import CaseFile
from evidence_vault.encoding import sha256
from evidence_vault.entries import SignedEntry
from evidence_vault.evidence import Evidence, Proof
from evidence_vault.exports.bundle import BundleInput, Original, Stamped, verifier_page, write_bundle
from evidence_vault.exports.printed import PrintedPicture
from evidence_vault.exports.verification import Checked, ExampleToken, PageSigner, guide
from evidence_vault.ledger import StoredObject, StoredProof
from evidence_vault.messages import Message
from evidence_vault.rejudging import example_token, judged_again
from evidence_vault.signing.authorities import shipped_roots
from evidence_vault.signing.identities import DocumentIdentity
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, parse_note
from evidence_vault.signing.pades import Level, SignedDocument, SigningOptions
from evidence_vault.signing.tokens import Roots
from evidence_vault.sketchbook import compare_all
from evidence_vault.timeline import Attestation
from evidence_vault.vault import CaseFolder
from evidence_vault.words import Protocol

if TYPE_CHECKING:
    from evidence_vault.exports.dossier_case import DossierInput
    from evidence_vault.exports.exhibit_files import Filed, Filing

Progress = Callable[[int, int], None]
_UNFINISHED = frozenset({"petition"})
WritePages: TypeAlias = "Callable[[DossierInput, Path], None]"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made: where it is, its digest, and the state of the ledger that it shows."""

    path: Path
    sha256: str
    bytes: int
    size: int
    root: str
    level: Level | None = None
    """How far the signature of the pages got (PAdES); None where there is none."""
    notes: tuple[Message, ...] = ()
    """Why it got no further."""
    printed: tuple[PrintedPicture, ...] = ()
    """What stands on the pages of a dossier of its pictures."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Who signs the pages of a dossier, and how."""

    identity: DocumentIdentity
    options: SigningOptions


def export_bundle(
    case: CaseFolder, signer: Signer, out: Path, *, light: bool, progress: Progress, own_roots: Sequence[bytes] = ()
) -> Exported:
    """Write the bundle of `case` to `out`; on any error `out` is as it was before.

    `own_roots` are certificates in DER under which tokens are judged beside those that ship with the program.
    """
    source = _Source(case, signer, own_roots)
    with durable.replacing(out) as temporary:
        source.write_bundle(temporary, light=light, progress=progress)
    return source.record("bundle", out)


def export_dossier(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, *, light: bool, progress: Progress,
    own_roots: Sequence[bytes] = (), seal: Seal | None = None,
) -> Exported:  # fmt: skip
    """Write the dossier of `case` to `out`, the bundle embedded, and sign its pages; on any error `out` stays.

    The ledger must have named the certificate of `seal` before.
    """
    from evidence_vault.exports.archival import require_archival
    from evidence_vault.exports.dossier import write_dossier
    from evidence_vault.signing.pades import sign_document

    signed: SignedDocument | None = None
    source = _Source(case, signer, own_roots)
    found = alike(source.told, compare_all(case))
    with durable.replacing(out) as temporary, tempfile.TemporaryDirectory(prefix="evidence-vault-") as scratch:
        bundle = Path(scratch) / "bundle.zip"
        source.write_bundle(bundle, light=light, progress=lambda _done, _all: None)
        dossier = replace(
            source.dossier(made_at),
            bundle=bundle,
            bundle_sha256=_digest(bundle),
            light=light,
            token=source.token,
            page_sha256=sha256(verifier_page()),
            page_signer=source.page_signer(seal.identity) if seal is not None else None,
            alike=found,
        )
        printed = write_dossier(dossier, temporary, progress)
        require_archival(temporary)  # before the signature, which nothing may change any more
        if seal is not None:
            signed = sign_document(temporary, seal.identity, seal.options)
    made = replace(source.record("dossier", out), printed=printed)
    return made if signed is None else replace(made, level=signed.level, notes=signed.notes)


def export_pages(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, kind: str, write: WritePages,
    own_roots: Sequence[bytes] = (),
) -> Exported:  # fmt: skip
    """Write to `out` the document that `write` makes of `case`, recorded as an export of this `kind`.

    A PDF must be an archive; a text that goes on being written is none.
    """
    from evidence_vault.exports.archival import require_archival

    source = _Source(case, signer, own_roots)
    with durable.replacing(out) as temporary:
        write(source.dossier(made_at), temporary)
        if kind not in _UNFINISHED:
            require_archival(temporary)
    return source.record(kind, out)


def export_exhibits(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, filing: "Filing", progress: Progress,
    own_roots: Sequence[bytes] = (),
) -> tuple[Exported, "Filed"]:  # fmt: skip
    """Write the exhibits and their inventory into the new folder `out`; on any error there is none.

    The digest that the ledger names is that of the table in it, which carries the digest of every file.
    """
    from evidence_vault.exports.exhibit_files import write_exhibits
    from evidence_vault.exports.inventory import CSV

    source = _Source(case, signer, own_roots)
    with durable.new_folder(out) as temporary:
        filed = write_exhibits(source.dossier(made_at), temporary, filing, progress)
    return replace(source.record("exhibits", out / CSV), path=out), filed


class _Source:
    """A case frozen at its newest checkpoint."""

    def __init__(self, case: CaseFolder, signer: Signer, own_roots: Sequence[bytes] = ()) -> None:
        self._case = case
        self._signer = signer
        self._trusted = (shipped_roots(), *((Roots(tuple(own_roots)),) if own_roots else ()))
        self.note = case.checkpoint(signer)
        self.head: Checkpoint = parse_note(self.note).checkpoint
        self.told: CaseFile = case.read(self.head.size)
        with case.reader() as reader:
            self._objects: dict[str, StoredObject] = reader.objects()
            self._notes = reader.checkpoints()
            self._proofs = tuple(self._with_protocol(reader.proofs(self.head.size)))

    def dossier(self, made_at: dt.datetime) -> "DossierInput":
        """The case as pages print it, without an archive."""
        from evidence_vault.exports.dossier_case import DossierInput

        return DossierInput(
            case=self.told,
            checkpoint=self.note,
            size=self.head.size,
            root=self.head.root.hex(),
            public_key=self._signer.public_key,
            original=self.original,
            bundle=None,
            bundle_sha256=None,
            light=True,
            made_at=made_at,
            attestations=self.attestations,
        )

    @functools.cached_property
    def attestations(self) -> tuple[Attestation, ...]:
        """What third parties attest, judged now."""
        return judged_again(self._evidence, self._trusted) if self._proofs else ()

    @functools.cached_property
    def token(self) -> ExampleToken | None:
        """The token that bounds the entry taken as the example."""
        return example_token(self.told, self._example, self._evidence(), self.attestations, self._trusted)

    @property
    def _example(self) -> int:
        """The entry that the printed commands take as their example: the first attempt, else the opening."""
        attempts = self.told.chronological()
        return attempts[0].entry.index if attempts else 0

    def page_signer(self, identity: DocumentIdentity) -> PageSigner:
        """The certificate that signs the pages, where the ledger names it last."""
        named = base64.b64encode(identity.certificate).decode("ascii")
        found = [
            entry.index
            for entry in self.told.entries
            if isinstance(entry.said, kinds.Certificate) and entry.said.certificate == named
        ]
        return PageSigner(identity.origin, found[-1])

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
                checkpoints=self._checkpoints(),
                proofs=tuple(
                    Stamped(found.digest, protocol, found.response, found.request) for found, protocol in self._proofs
                ),
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

    def _with_protocol(self, proofs: Iterable[StoredProof]) -> Iterator[tuple[StoredProof, Protocol]]:
        for proof in proofs:
            said = self.told.entries[proof.index].said
            if isinstance(said, kinds.Timestamp) and said.protocol is not None:
                yield proof, said.protocol

    def _checkpoints(self) -> tuple[bytes, ...]:
        """The newest checkpoint and those that proofs of time are about, smallest first."""
        stamped = {entry.said.size for entry in self.told.stamps if isinstance(entry.said, kinds.Timestamp)}
        return (*(note for note in self._notes if _size_of(note) in stamped - {self.head.size}), self.note)

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

    def _evidence(self) -> Evidence:
        """The case as it will be verified, its exhibits apart: what bears on times is all there."""
        return Evidence(
            entries=self._entries(),
            checkpoints=self._checkpoints(),
            keys=(self._signer.public_key,),
            exhibits={},
            proofs={found.digest: Proof(found.response, found.request) for found, _ in self._proofs},
        )

    def _checked(self) -> Checked:
        return Checked(
            size=self.head.size,
            root=self.head.root.hex(),
            public_key=self._signer.public_key,
            index=self._example,
            digest=self.told.entries[self._example].digest,
            archive_sha256=None,
            in_dossier=False,
            token=self.token,
            page_sha256=sha256(verifier_page()),
        )


def _size_of(note: bytes) -> int:
    return parse_note(note).checkpoint.size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
