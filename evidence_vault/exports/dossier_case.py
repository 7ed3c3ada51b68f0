"""What every part of the dossier draws on: the case, its counts, its numbering."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence_vault.casefile import AttemptView, CaseFile
from evidence_vault.exports.dossier_words import MONTHS
from evidence_vault.tally import Tally, tally

NAME = "Dossier de preuve des tentatives de connexion"


@dataclass(frozen=True, slots=True)
class DossierInput:
    """One case at one checkpoint, ready to be printed."""

    case: CaseFile
    checkpoint: bytes
    """The signed note (C2SP) of the ledger at `size`."""
    size: int
    root: str
    """Root of the tree, in hexadecimal."""
    public_key: bytes
    """Raw Ed25519, 32 bytes."""
    original: Callable[[str], bytes | None]
    """Gives the bytes kept under a digest, or None where they are absent."""
    bundle: Path | None
    """The archive to embed; it is not compressed again."""
    bundle_sha256: str | None
    light: bool
    """The originals are left out of the embedded archive."""
    made_at: dt.datetime
    """Aware; the same input gives the same bytes."""


@dataclass(frozen=True)
class Numbered:
    """The case with the numbers under which the dossier speaks of its attempts and exhibits."""

    case: CaseFile

    @cached_property
    def counts(self) -> Tally:
        return tally(self.case)

    @cached_property
    def attempts(self) -> tuple[AttemptView, ...]:
        """In the order of the dossier: their place here, from 1, is their number."""
        return self.case.chronological()

    @cached_property
    def exhibit_numbers(self) -> dict[int, int]:
        """Number of an exhibit, from 1 in the order of the ledger, by the index of its entry."""
        return {view.entry.index: number for number, view in enumerate(self.case.exhibits, start=1)}

    @cached_property
    def months(self) -> tuple[tuple[str, tuple[tuple[int, AttemptView], ...]], ...]:
        """The attempts with their numbers, month by month; those without a time at the end."""
        found: dict[str, list[tuple[int, AttemptView]]] = {}
        for number, view in enumerate(self.attempts, start=1):
            moment = view.local_time(self.case.zone)
            title = f"{MONTHS[moment.month - 1].capitalize()} {moment.year}" if moment else "Heure non déclarée"
            found.setdefault(title, []).append((number, view))
        return tuple((title, tuple(views)) for title, views in found.items())


def attempt_key(number: int) -> str:
    """The destination of the sheet of an attempt."""
    return f"attempt-{number}"


def month_key(number: int) -> str:
    """The destination of the first sheet of a month, by the number of that attempt."""
    return f"month-{number}"
