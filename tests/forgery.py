"""One good piece of evidence, and the means to corrupt it one part at a time; imported by tests only.

Two adversaries are told apart. One has the evidence but not the key: whatever he changes, he signs nothing. The other
is the keeper of the key itself, who can sign anew but cannot take back a checkpoint that somebody else holds.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from helpers import declared, draw

from evidence_vault import kinds, merkle
from evidence_vault.case_folder import CaseFolder
from evidence_vault.encoding import Json, canonical
from evidence_vault.entries import GENESIS, Header, SignedEntry, chain_digest, parse_body, parse_header, seal
from evidence_vault.evidence import Evidence, Proof, Report, Trust
from evidence_vault.messages import Message
from evidence_vault.recording import Recorder, document_piece, picture_piece
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import Checkpoint, origin_of, write_note
from evidence_vault.signing.public import key_id
from evidence_vault.verify import verify

# What the good case holds, by index.
OPENING, DOCUMENT, ATTEMPT, EXHIBIT, SECOND_EXHIBIT, READING, OUTCOME, STEP, CORRECTION, LAST_ATTEMPT, LAST = range(11)


@dataclass
class Forgery:
    """Evidence taken apart: every part may be changed, then it is verified."""

    entries: list[SignedEntry]
    checkpoints: list[bytes]
    keys: list[bytes]
    exhibits: dict[str, bytes]
    signer: Signer
    """The true key, for what only its keeper can do."""
    left_out: bool = False
    problems: list[Message] = field(default_factory=list)
    proofs: dict[str, Proof] = field(default_factory=dict)

    def evidence(self) -> Evidence:
        return Evidence(
            entries=list(self.entries),
            checkpoints=tuple(self.checkpoints),
            keys=tuple(self.keys),
            exhibits={digest: _giving(data) for digest, data in self.exhibits.items()},
            proofs=dict(self.proofs),
            exhibits_left_out=self.left_out,
            problems=self.problems,
        )

    def verified(self, key: bytes | None = None, checkpoints: Iterable[bytes] = (), **trust: Any) -> Report:
        return verify(self.evidence(), Trust(key, tuple(checkpoints), **trust))

    def copy(self) -> "Forgery":
        return replace(
            self,
            entries=list(self.entries),
            checkpoints=list(self.checkpoints),
            keys=list(self.keys),
            exhibits=dict(self.exhibits),
            problems=list(self.problems),
            proofs=dict(self.proofs),
        )

    def header(self, index: int) -> Header:
        return parse_header(self.entries[index].header)

    def put_header(self, index: int, header: Header | bytes) -> None:
        """Change a header and leave its signature as it is."""
        data = header if isinstance(header, bytes) else header.encode()
        self.entries[index] = replace(self.entries[index], header=data)

    def put_body(self, index: int, body: bytes | None) -> None:
        """Change what an entry says and leave its header as it is."""
        self.entries[index] = replace(self.entries[index], body=body)

    def edit_body(self, index: int, edit: Callable[[dict[str, Any]], None]) -> None:
        """Change the stored JSON of a body, still in canonical spelling."""
        stored = json.loads(self.entries[index].body or b"")
        edit(stored)
        self.put_body(index, canonical(stored))

    def withhold(self, index: int, *names: str) -> None:
        self.put_body(index, parse_body(self.entries[index].body or b"").without(names).encode())

    def say(self, index: int, fields: dict[str, Json], kind: str | None = None) -> None:
        """Let an entry say something else, its commitments made anew; `rebuild` then signs it."""
        body = seal(fields)
        header = replace(self.header(index), body=body.digest(), kind=kind or self.header(index).kind)
        self.entries[index] = replace(self.entries[index], header=header.encode(), body=body.encode())

    def rebuild(self, signer: Signer | None = None, *, checkpoint: bool = True, case: str | None = None) -> None:
        """What the keeper of a key can do: number, chain and sign every entry anew, and put one checkpoint over them.

        With another `signer` the first entry names that key: the ledger then agrees with itself from end to end.
        """
        key = signer or self.signer
        if signer is not None:
            said = kinds.from_fields("case_opened", parse_body(self.entries[0].body or b"").fields())
            assert isinstance(said, kinds.CaseOpened)
            self.say(0, kinds.to_fields(kinds.replace(said, public_key=key.public_key.hex())))
            self.keys = [key.public_key]
        previous = GENESIS
        for index in range(len(self.entries)):
            header = self.header(index)
            header = replace(
                header, index=index, previous=previous, key=key_id(key.public_key), case=case or header.case
            )
            data = header.encode()
            self.entries[index] = SignedEntry(data, key.sign(data), self.entries[index].body)
            previous = chain_digest(data)
        if checkpoint:
            self.checkpoints = [self.note(len(self.entries), signer=key)]

    def sign(self, index: int, signer: Signer | None = None) -> None:
        """Sign one header as it stands."""
        entry = self.entries[index]
        self.entries[index] = replace(entry, signature=(signer or self.signer).sign(entry.header))

    def note(
        self, size: int, *, root: bytes | None = None, origin: str | None = None, signer: Signer | None = None
    ) -> bytes:
        """A checkpoint over the first `size` entries as they stand, or one that says otherwise."""
        key = signer or self.signer
        true_root = merkle.root(merkle.leaf_hash(entry.header) for entry in self.entries[:size])
        head = Checkpoint(origin or origin_of(self.header(0).case), size, root or true_root)
        return write_note(head, key.public_key, key.sign(head.text()))


def _giving(data: bytes) -> Callable[[], list[bytes]]:
    return lambda: [data]


def record_good_case(recorder: Recorder) -> None:
    """Record a small real case: a document, attempts, screenshots, a reading, an outcome, a step, a correction."""
    recorder.documents([document_piece(b"Contrat de travail\n", "contrat.txt", "contract", "Contrat")])
    attempt = kinds.Attempt(origin="log", operator="Awa Diallo", occurred_at=declared("2026-03-02T09:00:00+01:00"))
    first, second = picture_piece(draw("a"), "a.png"), picture_piece(draw("b"), "b.png")
    recorder.attempts([(attempt, [first, second])])
    recorder.readings([kinds.Reading(exhibit=EXHIBIT, status="read", legible=True, outcome="no_slot", text="Aucun")])
    recorder.outcomes(
        [
            kinds.OutcomeStated(
                attempt=ATTEMPT, reading=READING, proposed="no_slot", outcome="no_slot", confirmed_by="person"
            )
        ]
    )
    recorder.step(kinds.Step(step="email", summary="demande de rendez-vous"), ())
    recorder.correct(kinds.Correction(target=ATTEMPT, field="note", value="depuis la bibliothèque"))
    recorder.attempts([(kinds.Attempt(origin="log", note="encore"), [picture_piece(draw("c"), "c.png")])])


def forgery_of(case: CaseFolder, signer: Signer) -> Forgery:
    """The evidence of a case, as a bundle would carry it but with every checkpoint."""
    with case.reader() as reader:
        entries, checkpoints, objects = list(reader.entries()), list(reader.checkpoints()), reader.objects()
        proofs = {proof.digest: Proof(proof.response, proof.request) for proof in reader.proofs()}
    exhibits = {digest: case.store.get(found.kept) for digest, found in objects.items()}
    return Forgery(entries, checkpoints, [signer.public_key], exhibits, signer, proofs=proofs)
