"""Invented cases whose checkpoints third parties stamped: values only, no vault and no network."""

import datetime as dt
from dataclasses import dataclass, field

from builders import BuiltCase, CaseBuilder
from tsa import Authority

from evidence_vault import kinds, values
from evidence_vault.encoding import sha256
from evidence_vault.entries import utc_text
from evidence_vault.evidence import Evidence, Proof
from evidence_vault.rejudging import example_token, judged_again
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.tokens import Roots, judge, make_request
from evidence_vault.words import ProofStatus


@dataclass
class StampedBuilder(CaseBuilder):
    """A builder whose checkpoints can be stamped as it goes."""

    notes: dict[int, bytes] = field(default_factory=dict)
    """The checkpoints that were stamped, by size."""
    proofs: dict[str, Proof] = field(default_factory=dict)

    def live(self, **fields: object) -> int:
        """Append an attempt recorded as it is made, says its operator."""
        at = self.clock
        now = values.DeclaredTime(text=at.isoformat(), instant=utc_text(at), zone="Europe/Paris", source="now")
        return self.attempt(**{"occurred_at": now, **fields})

    def stamped(self) -> bytes:
        """The bytes of the newest checkpoint, kept to be enclosed."""
        note = self.built().checkpoint
        self.notes[len(self.signed)] = note
        data = parse_note(note).stamped_bytes(self.public_key)
        assert data is not None
        return data

    def stamp(self, authority: Authority, *, trusted: bool = True, spoil: bool = False) -> int:
        """Have everything so far stamped now; return the index of the entry that names the token."""
        data, size = self.stamped(), len(self.signed)
        request = make_request(data)
        response = authority.stamp(data, request, gen_time=self.clock)
        if spoil:
            response = response[:-40]
        judged = judge(response, data, request, authority.roots if trusted else Roots(()))
        return self.name(
            Proof(response, request),
            size=size,
            protocol="rfc3161",
            authority="horloge.example",
            status=judged.state,
            time=utc_text(judged.gen_time) if judged.gen_time else None,
            accuracy_ms=1500 if judged.gen_time else None,
        )

    def anchor(self, proof: bytes = b"\x00OpenTimestamps", *, status: ProofStatus = "pending", **fields: object) -> int:
        """Name an OpenTimestamps proof over everything so far, as it was judged when it was received."""
        self.stamped()
        size = len(self.signed)
        return self.name(
            Proof(proof + bytes([size]), None),
            **{
                "size": size,
                "protocol": "opentimestamps",
                "authority": "calendrier.example",
                "status": status,
                **fields,
            },
        )

    def name(self, proof: Proof, **fields: object) -> int:
        """Append the entry that names a proof, and keep the proof."""
        digest = sha256(proof.response)
        self.proofs[digest] = proof
        request = sha256(proof.request) if proof.request else None
        self.clock += dt.timedelta(seconds=1)
        return self.add(kinds.Timestamp(**{"sha256": digest, "request": request, **fields}))  # type: ignore[arg-type]

    def evidence(self) -> Evidence:
        """The case as it is verified, its exhibits apart."""
        built = self.built()
        notes = {**self.notes, len(self.signed): built.checkpoint}
        return Evidence(built.signed, tuple(notes.values()), (self.public_key,), {}, self.proofs)

    def printed(self, *authorities: Authority, shipped: bool = False) -> tuple[BuiltCase, dict[str, object]]:
        """The case, and what `DossierInput` is told about its times under the roots of these authorities."""
        roots = Roots(tuple(root for one in authorities for root in one.roots.certificates), shipped=shipped)
        built = self.built()
        attestations = judged_again(self.evidence, (roots,))
        attempts = built.file.chronological()
        example = attempts[0].entry.index if attempts else 0
        token = example_token(built.file, example, self.evidence(), attestations, (roots,))
        return built, {"attestations": attestations, "token": token}
