"""What the machine proposes about an attempt from what it read on its screenshots; pure, and never the last word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence_vault.kinds import Reading
from evidence_vault.words import Outcome


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed outcome and the reading that it rests on; `unclassified`, resting on nothing, where none does."""

    outcome: Outcome
    detail: str | None = None
    reading: int | None = None
    """Index of the reading in the ledger."""


def propose(readings: Sequence[tuple[int, Reading]]) -> Proposal:
    """Propose the outcome of an attempt from its readings (index and reading), oldest screenshot first.

    Only legible screenshots count. The last of them that says something decides, since an attempt ends with its last
    page; where two legible screenshots say that a slot was and was not to be had, nothing is proposed.
    """
    telling = [
        (index, read) for index, read in readings if read.legible and (read.outcome or "unclassified") != "unclassified"
    ]
    if not telling or _contradict(read for _, read in telling):
        return Proposal("unclassified")
    index, last = telling[-1]
    return Proposal(last.outcome or "unclassified", last.outcome_detail, index)


def _contradict(readings: Iterable[Reading]) -> bool:
    said = {read.outcome for read in readings}
    return bool(said & {"no_slot", "closed_until"}) and bool(said & {"slots_offered", "appointment_obtained"})
