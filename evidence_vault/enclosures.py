"""What is enclosed beside the entries: the exhibits, and the PDF that it all came in (checks 7 and 17 of `verify`)."""

import base64
import hashlib
from concurrent.futures import Executor

from evidence_vault.errors import EvidenceVaultError
from evidence_vault.evidence import Evidence
from evidence_vault.findings import Findings
from evidence_vault.kinds import Certificate, Exhibit, Redaction, Said
from evidence_vault.messages import Message, say


class Enclosures:
    """Gathers what the entries name while they are read, then compares it with what is there."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._evidence = evidence
        self._found = found
        self._digests: dict[str, int] = {}
        """Digest of each exhibit and the index of the entry that names it."""
        self._unnamed_exhibits = 0
        self._covered: set[int] = set()
        """The entries whose picture is covered in part, as the last redaction of each says."""
        self._certificates: set[bytes] = set()
        """The certificates that the ledger names for the pages of its dossiers."""
        self._unnamed_certificates = 0

    @property
    def exhibits(self) -> int:
        """How many exhibits the ledger has, those that are withheld included."""
        return len(self._digests) + self._unnamed_exhibits

    def entry(self, index: int, kind: str, said: Said | None) -> None:
        """An entry was read; `said` is None where its body is withheld."""
        match said:
            case Exhibit(sha256=str(digest)):
                self._digests[digest] = index
            case Redaction(target=int(target)) if said.boxes:
                self._covered.add(target)
            case Redaction(target=int(target)):
                self._covered.discard(target)
            case Certificate(certificate=str(text)):
                self._place_certificate(index, text)
            case _:
                self._unnamed_exhibits += kind == "exhibit"
                self._unnamed_certificates += kind == "certificate"

    def _place_certificate(self, index: int, text: str) -> None:
        try:
            self._certificates.add(base64.b64decode(text, validate=True))
        except ValueError:
            self._found.fail("format", say("What entry {index} says is malformed.", index=index))

    def close(self, pool: Executor) -> None:
        """Compare, and decide the checks."""
        self._check_exhibits(pool)
        self._check_document()

    def _check_exhibits(self, pool: Executor) -> None:
        present = [digest for digest in self._digests if digest in self._evidence.exhibits]
        for digest, actual in zip(present, pool.map(self._hash_exhibit, present), strict=True):
            if actual != digest:
                self._found.fail(
                    "exhibits",
                    say("The exhibit of entry {index} is not the one recorded.", index=self._digests[digest]),
                )
        for digest in self._evidence.exhibits:
            if digest not in self._digests:
                self._found.fail("exhibits", say("A file is enclosed that no entry names: {digest}.", digest=digest))
        absent = [index for digest, index in self._digests.items() if digest not in self._evidence.exhibits]
        left_out = self._evidence.exhibits_left_out
        covered = 0 if left_out else sum(index in self._covered for index in absent)
        if absent and left_out:
            self._found.doubt(
                "exhibits", say("Exhibits that travel apart and were not checked: {count}.", count=len(absent))
            )
        elif missing := len(absent) - covered:
            self._found.doubt(
                "exhibits", say("Exhibits that are missing and were not checked: {count}.", count=missing)
            )
        self._found.passed("exhibits", self._hashed(len(present), covered))

    @staticmethod
    def _hashed(count: int, covered: int) -> Message:
        if not covered:
            return say("Exhibits that hash to the digest recorded: {count}.", count=count)
        return say(
            "Exhibits that hash to the digest recorded: {count}. Originals withheld, because parts of their pictures "
            "are: {covered}.",
            count=count,
            covered=covered,
        )

    def _hash_exhibit(self, digest: str) -> str:
        """The digest of an exhibit as it is now; bytes that cannot be read back count as altered."""
        hashing = hashlib.sha256()
        try:
            for piece in self._evidence.exhibits[digest]():
                hashing.update(piece)
        except (OSError, ValueError, EvidenceVaultError):
            return ""
        return hashing.hexdigest()

    def _check_document(self) -> None:
        """The pages of a dossier: signed by a certificate that the ledger inside them names, and unchanged since."""
        if self._evidence.document is None:
            return
        state = self._evidence.document()
        for problem in state.problems:
            self._found.fail("document", say("The signature of the pages does not hold: {reason}.", reason=problem))
        if not state.signed and (self._certificates or self._unnamed_certificates):
            self._found.doubt(
                "document",
                say(
                    "The pages of this PDF are not signed, though its ledger names a certificate that signs dossiers: "
                    "ask for the signed file. Only the archive in this one is checked."
                ),
            )
        elif not state.signed:
            self._found.doubt(
                "document", say("The pages of this PDF are not signed: only the archive in it is checked.")
            )
        elif state.certificate in self._certificates or state.problems:
            pass  # whose signature it is does not matter where it does not hold
        elif self._unnamed_certificates:
            self._found.doubt("document", say("The ledger does not disclose which certificate signs its dossiers."))
        else:
            self._found.fail("document", say("The PDF is signed by a certificate that its ledger does not name."))
        self._found.passed("document", say("The PDF is as it was signed, by the certificate that its ledger names."))
