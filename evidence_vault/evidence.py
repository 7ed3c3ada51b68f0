"""What verification is given and what it answers: values only.

`Evidence` says nothing about whom to believe; `Trust` says it and comes from the person who verifies, never from
what is verified.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from evidence_vault.entries import SignedEntry
from evidence_vault.messages import Message

Verdict: TypeAlias = Literal["passed", "failed", "indeterminate"]
Question: TypeAlias = Literal["intact", "dated", "complete", "signer"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One case as it was handed over: its entries, checkpoints, keys and exhibits.

    `entries` is read once, in order, so that a large ledger never stands in memory; `exhibits` maps a digest to a
    function that gives the bytes kept under it. `problems` are what the reader of the container found amiss
    (a file that nobody listed, an index that disagrees), filled while the entries are read: each fails check 1.
    """

    entries: Iterable[SignedEntry]
    checkpoints: tuple[bytes, ...]
    keys: tuple[bytes, ...]
    exhibits: Mapping[str, Callable[[], bytes]]
    exhibits_left_out: bool = False
    """The container says that the originals travel apart (a light dossier)."""
    problems: Sequence[Message] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier knows by another way than from the evidence."""

    key: bytes | None = None
    """The raw public key of the signer, or its SHA-256 fingerprint."""
    checkpoints: tuple[bytes, ...] = ()
    """Signed checkpoints of this ledger that were received earlier: the ledger must still contain them."""


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
