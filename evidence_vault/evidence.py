"""What verification is given and what it answers: values only.

`Evidence` says nothing about whom to believe; `Trust` says it and comes from the person who verifies, never from
what is verified.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from evidence_vault.entries import SignedEntry
from evidence_vault.messages import Message
from evidence_vault.signing.tokens import Roots
from evidence_vault.timeline import Attestation, Interval

if TYPE_CHECKING:
    from evidence_vault.signing.document import DocumentState

Verdict: TypeAlias = Literal["passed", "failed", "indeterminate"]
Question: TypeAlias = Literal["intact", "dated", "complete", "signer"]


NO_ROOTS = Roots(certificates=(), shipped=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of time as it was received: a TimeStampResp with the request it answers, or an OpenTimestamps proof."""

    response: bytes
    request: bytes | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One case as it was handed over: its entries, checkpoints, keys, proofs of time and exhibits.

    `entries` is read once, in order, so that a large ledger never stands in memory; `exhibits` maps a digest to a
    function that gives the bytes kept under it, piece by piece, for the same reason. `problems` are what the reader of
    the container found amiss (a file that nobody listed, an index that disagrees), filled while the entries are read:
    each fails check 1.
    """

    entries: Iterable[SignedEntry]
    checkpoints: tuple[bytes, ...]
    keys: tuple[bytes, ...]
    exhibits: Mapping[str, Callable[[], Iterable[bytes]]]
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """By the digest of their bytes."""
    exhibits_left_out: bool = False
    """The container says that the originals travel apart (a light dossier)."""
    problems: Sequence[Message] = ()
    document: Callable[[], "DocumentState"] | None = None
    """Looks at the PDF that the evidence came in; None where it came otherwise."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier knows by another way than from the evidence."""

    key: bytes | None = None
    """The raw public key of the signer, or its SHA-256 fingerprint."""
    checkpoints: tuple[bytes, ...] = ()
    """Signed checkpoints of this ledger that were received earlier: the ledger must still contain them."""
    roots: Roots = NO_ROOTS
    """Roots of the time-stamp authorities that are believed; without any, no token counts."""
    trusted_lists: tuple[bytes, ...] = ()
    """EU trusted lists (ETSI TS 119 612): only what stands on one is called listed as qualified."""
    block_headers: Mapping[int, bytes] = field(default_factory=dict)
    """Bitcoin block headers by height, against which OpenTimestamps proofs are checked."""
    received_on: dt.datetime | None = None
    """When the verifier got the evidence: no token can be later."""


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered step of the procedure and how it went."""

    number: int
    name: str
    """Stable name, for scripts."""
    question: Question
    verdict: Verdict
    detail: Message
    """What was found; the first finding where there are several."""
    findings: int = 0
    """How many findings stand behind a verdict that is not `passed`."""


@dataclass(frozen=True, slots=True)
class AttemptInterval:
    """Between which moments an attempt was recorded, according to third parties."""

    index: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of verification over one case."""

    case: str | None
    entries: int
    attempts: int
    exhibits: int
    withheld: int
    """Entries whose body is withheld or erased, and fields withheld in the others, counted together."""
    size: int
    """Size of the newest checkpoint that opens."""
    root: str | None
    public_key: bytes | None
    checks: tuple[Check, ...]
    attestations: tuple[Attestation, ...] = ()
    """The times that third parties attest, believed under the trust given."""
    intervals: tuple["AttemptInterval", ...] = ()
    """Of every attempt, in the order of the ledger, as far as third parties bound it."""
    notes: tuple[Message, ...] = field(default=())
    """What the verdicts do not say; always shown beside them."""

    def answer(self, question: Question) -> Verdict:
        """The verdict on one question: failed if any check failed, else indeterminate if any is, else passed."""
        return combine(check.verdict for check in self.checks if check.question == question)

    @property
    def verdict(self) -> Verdict:
        """The overall verdict, by the table of `docs/format.md`."""
        return combine(check.verdict for check in self.checks)


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """The weakest of `verdicts`; no verdict at all is a failure, never a success."""
    found = set(verdicts)
    if not found or "failed" in found:
        return "failed"
    return "indeterminate" if "indeterminate" in found else "passed"
