"""What every part of the dossier draws on: the case, its counts, its numbering."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from evidence_vault.alike import Alike
from evidence_vault.attested import interval_of, unattested
from evidence_vault.bounded import Bounded, bounded
from evidence_vault.casefile import AttemptView, CaseFile, Entry, ExhibitView
from evidence_vault.exports.checked import ExampleToken, PageSigner
from evidence_vault.exports.dossier_dates import MONTHS
from evidence_vault.kinds import Timestamp
from evidence_vault.selection import Selection
from evidence_vault.tally import Tally, tally
from evidence_vault.timeline import Attestation, Interval, Timeline

NAME = "Dossier de preuve des tentatives de connexion"


@dataclass(frozen=True, slots=True)
class Heading:
    """What whoever files a document puts on it: lines at its head, a lawyer, the number of the exhibit that it is."""

    letterhead: tuple[str, ...] = ()
    counsel: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A dossier made before, and the proof (RFC 9162, 2.1.4) that the ledger still holds all that it covered."""

    index: int
    """Entry that says that it was made."""
    size: int
    root: str
    consistency: tuple[bytes, ...]


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
    attestations: tuple[Attestation, ...] = ()
    """What third parties attest about this ledger, judged when the dossier is made."""
    token: ExampleToken | None = None
    """The token that bounds the first attempt, for the commands of the annex."""
    page_sha256: str | None = None
    """Digest of the verifier page in the archive."""
    page_signer: PageSigner | None = None
    """The certificate that will sign these pages; None where nothing will."""
    alike: Alike = field(default_factory=Alike)
    """The pictures that are the same or alike, as they were compared."""
    heading: Heading = field(default_factory=Heading)
    whole: CaseFile | None = None
    """All of the case, where `case` holds the attempts of `selection` alone."""
    selection: Selection = field(default_factory=Selection)
    example: int | None = None
    """The entry that the printed commands take as their example; None: the first attempt, else the opening."""
    earlier: Earlier | None = None
    """The newest dossier that this one extends."""
    first: int = 1
    """The number of the first exhibit."""
    inclusion: tuple[bytes, ...] | None = None
    """The proof that the one attempt told is under the root; None where the case is told whole."""


@dataclass(frozen=True)
class Numbered:
    """The case with the numbers under which the dossier speaks of its attempts and exhibits."""

    case: CaseFile
    attestations: tuple[Attestation, ...] = ()
    of: "Numbered | None" = None
    """The whole case, where this is a part of it: its numbers are kept, so that one thing has one number."""
    withheld: frozenset[str] = frozenset()
    """The fields of the case that are not told, and `operator` where the attempt does not tell who operated."""
    first: int = 1
    """The number of the first exhibit: others may come before those of this case."""

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self.attestations)

    @cached_property
    def counted(self) -> dict[int, Attestation]:
        """The proofs that count, by the index of the entry that names each."""
        return {found.index: found for found in self.attestations}

    @cached_property
    def chosen(self) -> tuple[Attestation, ...]:
        """The proofs that count only under a root of the keeper's choice, which may be the keeper's own."""
        return tuple(found for found in self.attestations if found.weight == "given_root")

    @cached_property
    def replaced(self) -> set[int]:
        """The entries whose proof a later one has replaced."""
        said = (entry.said for entry in self.case.stamps)
        return {one.replaces for one in said if isinstance(one, Timestamp) and one.replaces is not None}

    @cached_property
    def waiting(self) -> int:
        """How many entries that need it are under no proof of time."""
        return unattested(self.case, self.timeline)

    def interval(self, view: AttemptView) -> Interval:
        """Between which moments third parties place an attempt."""
        return interval_of(self.timeline, view)

    @cached_property
    def bounded(self) -> Bounded:
        """The counts as far as third parties bound them."""
        return bounded(self.case, self.timeline)

    @cached_property
    def counts(self) -> Tally:
        return tally(self.case)

    @cached_property
    def attempts(self) -> tuple[AttemptView, ...]:
        """In the order of the dossier: their place here, from 1, is their number."""
        return self.case.chronological()

    @cached_property
    def exhibit_numbers(self) -> dict[int, int]:
        """Number of an exhibit, in the order of the ledger, by the index of its entry."""
        if self.of is not None:
            return self.of.exhibit_numbers
        return {view.entry.index: number for number, view in enumerate(self.case.exhibits, start=self.first)}

    @cached_property
    def attempt_numbers(self) -> dict[int, int]:
        """Number of an attempt by the index of its entry."""
        if self.of is not None:
            return self.of.attempt_numbers
        return {view.entry.index: number for number, view in enumerate(self.attempts, start=1)}

    @cached_property
    def step_numbers(self) -> dict[int, int]:
        """Number of a step by the index of its entry."""
        if self.of is not None:
            return self.of.step_numbers
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
    def unread(self) -> int:
        """How many different screenshots no machine has read: that they are not legible is not known."""
        return len(
            {
                exhibit.exhibit.sha256 or str(exhibit.entry.index)
                for view in self.attempts
                for exhibit in self.own(view)
                if exhibit.exhibit.width is not None and exhibit.reading is None
            }
        )

    @cached_property
    def covered(self) -> int:
        """How many pictures are printed with parts of them covered."""
        return sum(bool(view.covered) for view in self.case.exhibits)

    @cached_property
    def months(self) -> tuple[tuple[str, tuple[tuple[int, AttemptView], ...]], ...]:
        """The attempts with their numbers, month by month; those without a time at the end."""
        found: dict[str, list[tuple[int, AttemptView]]] = {}
        for view in self.attempts:
            number = self.attempt_numbers[view.entry.index]
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
