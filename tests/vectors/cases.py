"""What a case is: a file, what its verifier trusts, and the verdict of every check; and the list of them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from forgery import Forgery
from test_bundle import Archive
from vectors.packing import archive_of, pack
from vectors.world import CASE, Scene, fixed, ledger_signer

from evidence_vault.evidence import Question, Verdict, combine
from evidence_vault.findings import STEPS

KEY = ledger_signer().public_key.hex()
QUESTIONS: tuple[Question, ...] = ("intact", "complete", "dated", "signer")
DOCUMENT = len(STEPS)
"""The number of the check that only a PDF has."""


@dataclass(frozen=True)
class Trust:
    """What the verifier knows by another way; files are named relative to this folder."""

    key: str | None = KEY
    roots: tuple[str, ...] = ("roots/p256.pem",)
    checkpoints: tuple[str, ...] = ()
    received_on: str | None = None
    block_headers: str | None = None

    def listed(self) -> dict[str, object]:
        """As `cases.json` shows it: what was not given is not named."""
        told = {
            "key": self.key,
            "roots": list(self.roots),
            "checkpoints": list(self.checkpoints),
            "received_on": self.received_on,
            "block_headers": self.block_headers,
        }
        return {name: value for name, value in told.items() if value}


NOBODY = Trust(key=None, roots=())


@dataclass(frozen=True)
class Case:
    """One file and what must come of it."""

    name: str
    note: str
    data: bytes
    trust: Trust
    failed: frozenset[int]
    undecided: frozenset[int]
    refused: bool = False
    document: bool = False
    intervals: tuple[tuple[int, str | None, str | None], ...] | None = None
    """Of each attempt: its index, not before, not after; None where the case is not about that."""

    @property
    def file(self) -> str:
        return f"dossiers/{self.name}.pdf" if self.document else f"bundles/{self.name}.zip"

    def listed(self) -> dict[str, object]:
        """As it stands in `cases.json`."""
        head = {"name": self.name, "file": self.file, "note": self.note, "trust": self.trust.listed()}
        if self.refused:
            return {**head, "refused": True}
        checks = {
            number: self._verdict(number) for number in range(1, DOCUMENT + 1) if number != DOCUMENT or self.document
        }
        expected: dict[str, object] = {"verdict": combine(checks.values())}
        for question in QUESTIONS:
            expected[question] = combine(
                verdict for number, verdict in checks.items() if STEPS[number - 1][1] == question
            )
        expected["checks"] = {str(number): verdict for number, verdict in checks.items()}
        if self.intervals is not None:
            expected["intervals"] = [
                {"index": index, "not_before": before, "not_after": after} for index, before, after in self.intervals
            ]
        return {**head, "expected": expected}

    def _verdict(self, number: int) -> Verdict:
        if number in self.failed:
            return "failed"
        return "indeterminate" if number in self.undecided else "passed"


Made = Scene | Forgery | Archive | bytes
CASES: dict[str, Callable[[], Case]] = {}
"""Every case by its name, in the order in which it was written down; made when it is asked for."""


def add(
    name: str,
    note: str,
    make: Callable[[], Made],
    trust: Trust,
    failed: Iterable[int],
    open_: Iterable[int],
    **more: Any,
) -> None:
    """Enter a case: `make` gives what is packed, under fixed chance of its own."""
    if name in CASES:
        raise ValueError(f"two cases of one name: {name}")

    def made() -> Case:
        with fixed(more.get("chance", name)):
            data = packed(make())
        told = {key: value for key, value in more.items() if key != "chance"}
        return Case(name, " ".join(note.split()), data, trust, frozenset(failed), frozenset(open_), **told)

    CASES[name] = made


def case(
    note: str,
    *,
    failed: Iterable[int] = (),
    undecided: Iterable[int] = (),
    trust: Trust = Trust(),
    **more: Any,
) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """The same as a decorator: the name is that of the function."""

    def enter(make: Callable[[], Made]) -> Callable[[], Made]:
        add(make.__name__.strip("_").replace("_", "-"), note, make, trust, failed, undecided, **more)
        return make

    return enter


def packed(made: Made) -> bytes:
    """The file of whatever a case makes."""
    if isinstance(made, Scene):
        made = made.forgery()
    if isinstance(made, Forgery):
        made = archive_of(made, CASE)
    return pack(made) if isinstance(made, Archive) else made
