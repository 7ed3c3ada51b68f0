"""What the proofs of time of a case are worth when something leaves the vault: judged again, not as once recorded."""

from collections.abc import Callable, Sequence

from evidence_vault.casefile import CaseFile
from evidence_vault.encoding import sha256
from evidence_vault.evidence import Evidence, Trust
from evidence_vault.exports.checked import ExampleToken
from evidence_vault.kinds import Timestamp
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.tokens import Roots, judge
from evidence_vault.timeline import Attestation, Timeline
from evidence_vault.verify import verify


def judged_again(evidence: Callable[[], Evidence], trusted: Sequence[Roots]) -> tuple[Attestation, ...]:
    """What third parties attest about this evidence under each of the roots; what stands under the first counts first.

    `evidence` gives it again each time. Only times are asked for: the exhibits may be left out.
    """
    found: dict[int, Attestation] = {}
    for roots in trusted:
        for attested in verify(evidence(), Trust(roots=roots)).attestations:
            found.setdefault(attested.index, attested)
    return tuple(found[index] for index in sorted(found))


def example_token(
    told: CaseFile, index: int, evidence: Evidence, attestations: Sequence[Attestation], trusted: Sequence[Roots]
) -> ExampleToken | None:
    """The token that bounds entry `index` from above, with the one root that it needs; None where there is none.

    A token that leads to no root without more certificates than it encloses is passed over: no short command shows it.
    """
    tokens = [found for found in attestations if found.protocol == "rfc3161"]
    while (bound := Timeline(tokens).of_entry(index).not_after) is not None:
        if (found := _example(told, bound, evidence, trusted)) is not None:
            return found
        tokens.remove(bound)
    return None


def _example(told: CaseFile, bound: Attestation, evidence: Evidence, trusted: Sequence[Roots]) -> ExampleToken | None:
    said = told.entries[bound.index].said
    proof = evidence.proofs.get(said.sha256 or "") if isinstance(said, Timestamp) else None
    notes = (note for note in map(parse_note, evidence.checkpoints) if note.checkpoint.size == bound.size)
    data = next((note.stamped_bytes(evidence.keys[0]) for note in notes), None)
    if proof is None or data is None:
        return None
    for roots in trusted:
        for root in roots.certificates:
            token = judge(proof.response, data, proof.request, Roots((root,)))
            if token.state == "valid" and token.gen_time is not None:
                return ExampleToken(
                    digest=sha256(proof.response),
                    size=bound.size,
                    index=bound.index,
                    gen_time=token.gen_time,
                    authority=bound.source,
                    root=token.root or "",
                    root_sha256=sha256(root),
                    shipped=roots.shipped,
                )
    return None
