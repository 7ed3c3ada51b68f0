"""What the steps of verification find: the first finding of each and how many there are.

Hostile evidence could make millions; only the first is kept.
"""

from dataclasses import dataclass

from evidence_vault.evidence import Check, Question
from evidence_vault.messages import Message

STEPS: tuple[tuple[str, Question], ...] = (
    ("format", "intact"),
    ("case", "intact"),
    ("key", "intact"),
    ("signatures", "intact"),
    ("bodies", "intact"),
    ("links", "intact"),
    ("exhibits", "intact"),
    ("chain", "complete"),
    ("checkpoints", "complete"),
    ("coverage", "complete"),
    ("clock", "dated"),
    ("attestation", "dated"),
    ("trusted_key", "signer"),
    ("tokens", "dated"),
    ("anchors", "dated"),
    ("order", "dated"),
    ("document", "intact"),
)
"""Name and question of each step; its number is its place, from 1."""


@dataclass
class _Tally:
    first: Message | None = None
    count: int = 0

    def add(self, detail: Message) -> None:
        self.first = self.first or detail
        self.count += 1


class Findings:
    """Failures and doubts by step; a step without either passed."""

    def __init__(self) -> None:
        self._failures = {name: _Tally() for name, _ in STEPS}
        self._doubts = {name: _Tally() for name, _ in STEPS}
        self._passed: dict[str, Message] = {}

    def fail(self, step: str, detail: Message) -> None:
        """The step failed, because of this."""
        self._failures[step].add(detail)

    def doubt(self, step: str, detail: Message) -> None:
        """The step cannot be decided, because of this; a failure outweighs it."""
        self._doubts[step].add(detail)

    def passed(self, step: str, detail: Message) -> None:
        """What to say of the step if nothing was found."""
        self._passed[step] = detail

    def failures(self, step: str) -> int:
        """How many failures of a step were found so far."""
        return self._failures[step].count

    def checks(self) -> tuple[Check, ...]:
        """Every step that was taken, with its number and verdict; each was told what to say if it passed."""
        return tuple(
            self._check(number, name, question)
            for number, (name, question) in enumerate(STEPS, start=1)
            if name in self._passed
        )

    def _check(self, number: int, name: str, question: Question) -> Check:
        failures, doubts = self._failures[name], self._doubts[name]
        if failures.first is not None:
            return Check(number, name, question, "failed", failures.first, failures.count)
        if doubts.first is not None:
            return Check(number, name, question, "indeterminate", doubts.first, doubts.count)
        return Check(number, name, question, "passed", self._passed[name])
