"""What every part of the dossier draws on: the case, its counts, its numbering."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence_vault.casefile import AttemptView, CaseFile, Entry, ExhibitView
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
    def attempt_numbers(self) -> dict[int, int]:
        """Number of an attempt by the index of its entry."""
        return {view.entry.index: number for number, view in enumerate(self.attempts, start=1)}

    @cached_property
    def step_numbers(self) -> dict[int, int]:
        """Number of a step by the index of its entry."""
        return {view.entry.index: number for number, view in enumerate(self.case.steps, start=1)}

    @cached_property
    def _first_shown(self) -> dict[str, ExhibitView]:
        """The exhibit that brought each file into the case, by the digest of the file."""
        found: dict[str, ExhibitView] = {}
        for view in self.case.exhibits:
            if view.exhibit.sha256:
                found.setdefault(view.exhibit.sha256, view)
        return found

    def own(self, view: AttemptView) -> tuple[ExhibitView, ...]:
        """The exhibits of an attempt that were not produced before."""
        return tuple(exhibit for exhibit in view.exhibits if self.produced_before(view.entry, exhibit) is None)

    def produced_before(self, owner: Entry, exhibit: ExhibitView) -> str | None:
        """For what the same file was produced already, in words; None where the attempt or step `owner` produced it."""
        first = self._first_shown[exhibit.exhibit.sha256] if exhibit.exhibit.sha256 else exhibit
        attempt, step = first.exhibit.attempt, first.exhibit.step
        if owner.index in {attempt, step}:
            return None
        if attempt in self.attempt_numbers:
            return f"la tentative n° {self.attempt_numbers[attempt]}"
        if step in self.step_numbers:
            return f"la démarche n° {self.step_numbers[step]}"
        return "le dossier lui-même"

    @cached_property
    def pictures(self) -> tuple[int, int]:
        """How many different screenshots the attempts have, and how many of them are legible."""
        found = {
            exhibit.exhibit.sha256 or str(exhibit.entry.index): exhibit.legible
            for view in self.attempts
            for exhibit in self.own(view)
            if exhibit.exhibit.width is not None
        }
        return len(found), sum(found.values())

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
