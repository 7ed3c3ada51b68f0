"""A case frozen at its newest checkpoint, as it is printed and handed over: whole, or one attempt of it."""

import base64
import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from evidence_vault import kinds, merkle
from evidence_vault.case_folder import CaseFolder
from evidence_vault.casefile import CaseFile, read_entry, replay
from evidence_vault.encoding import sha256
from evidence_vault.entries import SignedEntry
from evidence_vault.evidence import Evidence, Proof
from evidence_vault.exports.bundle import BundleInput, Original, Stamped, verifier_page, write_bundle
from evidence_vault.exports.checked import Checked, ExampleToken, PageSigner
from evidence_vault.exports.verification_guide import guide
from evidence_vault.extract import disclosed, shown_of
from evidence_vault.ledger import StoredObject, StoredProof
from evidence_vault.redacting import kept_back, marked, without
from evidence_vault.rejudging import example_token, judged_again
from evidence_vault.signing.authorities import shipped_roots
from evidence_vault.signing.identities import DocumentIdentity
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, parse_note
from evidence_vault.signing.tokens import Roots
from evidence_vault.timeline import Attestation
from evidence_vault.words import Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from evidence_vault.exports.dossier_case import DossierInput, Earlier

Progress = Callable[[int, int], None]


class FrozenCase:
    """A case at its newest checkpoint, as it is printed and handed over."""

    def __init__(self, case: CaseFolder, signer: Signer, own_roots: Sequence[bytes] = ()) -> None:
        self.case = case
        self.signer = signer
        self._trusted = (shipped_roots(), *((Roots(tuple(own_roots)),) if own_roots else ()))
        self.note = case.checkpoint(signer)
        self.head: Checkpoint = parse_note(self.note).checkpoint
        self.told: CaseFile = case.read(self.head.size)
        self._kept = kept_back(self.told)
        if not self._kept.is_nothing:
            self.told = self._replayed()
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
            public_key=self.signer.public_key,
            original=self.original,
            bundle=None,
            bundle_sha256=None,
            light=True,
            made_at=made_at,
            attestations=self.attestations,
            earlier=self._earlier(),
            example=self._example,
        )

    def _earlier(self) -> "Earlier | None":
        """The newest dossier of this case, with the proof that this state of the ledger extends it."""
        from evidence_vault.exports.dossier_case import Earlier

        made = [(entry.index, entry.said) for entry in self.told.exports if isinstance(entry.said, kinds.ExportMade)]
        for index, said in reversed(made):
            if said.export == "dossier" and said.size and said.root and said.size < self.head.size:
                proof = merkle.consistency_proof(self._leaves(), said.size)
                return Earlier(index, said.size, said.root, proof)
        return None

    def _leaves(self) -> list[bytes]:
        return [merkle.leaf_hash(entry.header) for entry in self._entries()]

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

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The proof (RFC 9162, 2.1.3) that entry `index` is under the root of the checkpoint."""
        return merkle.inclusion_proof(self._leaves(), index)

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
        return self.case.store.get(found.kept) if found else None

    def write_bundle(self, out: "Path", *, light: bool, progress: Progress) -> None:
        write_bundle(
            BundleInput(
                case=self.case.id,
                size=self.head.size,
                entries=self._entries,
                checkpoints=self._checkpoints(),
                proofs=tuple(
                    Stamped(found.digest, protocol, found.response, found.request) for found, protocol in self._proofs
                ),
                public_key=self.signer.public_key,
                originals=tuple(self._originals()),
                left_out=light,
                guide=guide(self._checked()),
            ),
            out,
            progress,
        )

    def _with_protocol(self, proofs: Iterable[StoredProof]) -> Iterator[tuple[StoredProof, Protocol]]:
        for proof in proofs:
            said = self.told.entries[proof.index].said
            if isinstance(said, kinds.Timestamp) and said.protocol is not None:
                yield proof, said.protocol

    def _checkpoints(self) -> tuple[bytes, ...]:
        """The newest checkpoint and those that proofs of time are about, smallest first."""
        stamped = {entry.said.size for entry in self.told.stamps if isinstance(entry.said, kinds.Timestamp)}
        return (*(note for note in self._notes if _size_of(note) in stamped - {self.head.size}), self.note)

    def _replayed(self) -> CaseFile:
        """The case as it is told: what is kept back of it says so."""
        return replay(marked(read_entry(entry), self._kept) for entry in self._entries())

    def _entries(self) -> Iterator[SignedEntry]:
        with self.case.reader() as reader:
            yield from without(reader.entries(self.head.size), self._kept)

    def _originals(self) -> Iterator[Original]:
        for view in self.told.exhibits:
            digest = None if view.covered else view.exhibit.sha256
            if digest is not None and (found := self._objects.get(digest)) is not None:
                yield Original(
                    digest, view.exhibit.media_type or "", functools.partial(self.case.store.get, found.kept)
                )

    def _evidence(self) -> Evidence:
        """The case as it will be verified, its exhibits apart: what bears on times is all there."""
        return Evidence(
            entries=self._entries(),
            checkpoints=self._checkpoints(),
            keys=(self.signer.public_key,),
            exhibits={},
            proofs={found.digest: Proof(found.response, found.request) for found, _ in self._proofs},
        )

    def _checked(self) -> Checked:
        return Checked(
            size=self.head.size,
            root=self.head.root.hex(),
            public_key=self.signer.public_key,
            index=self._example,
            digest=self.told.entries[self._example].digest,
            archive_sha256=None,
            in_dossier=False,
            token=self.token,
            page_sha256=sha256(verifier_page()),
        )


def _size_of(note: bytes) -> int:
    return parse_note(note).checkpoint.size


class FrozenAttempt(FrozenCase):
    """The same case, of which only one attempt is told: every other entry is there, its contents withheld.

    `told` and the bundle hold that attempt, its exhibits and what was recorded about them; `whole` is all of the case.
    """

    def __init__(
        self, case: CaseFolder, signer: Signer, index: int, hidden: frozenset[str], own_roots: Sequence[bytes] = ()
    ) -> None:
        super().__init__(case, signer, own_roots)
        self.whole = self.told
        self.shown = shown_of(self.whole, index, hidden)
        self.told = self._replayed()

    def _entries(self) -> Iterator[SignedEntry]:
        entries = super()._entries()
        # The case is replayed once whole, before it is known what is shown of it.
        return disclosed(entries, self.shown) if hasattr(self, "shown") else entries

    def signature(self, index: int) -> bytes:
        """The signature over the header of entry `index`."""
        return next(islice(self._entries(), index, None)).signature

    def dossier(self, made_at: dt.datetime) -> "DossierInput":
        """The case as pages print it, with the proof that the attempt is in it."""
        return replace(super().dossier(made_at), inclusion=self.inclusion(self._example))

    def _checked(self) -> Checked:
        return replace(super()._checked(), inclusion=self.inclusion(self._example))
