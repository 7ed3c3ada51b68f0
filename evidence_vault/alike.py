"""Which pictures of a case are the same, or alike, told pair by pair with the entries that show them.

A pair is a later picture and the earlier one that it repeats, or is most like. A picture repeated for two entries is
what the other side will look for; one that is merely alike is information, since screenshots of one page always are.
None of it says that somebody cheated: a page without a clock gives the same pixels on two days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from evidence_vault.capture.dates import clock_in_text
from evidence_vault.capture.verdicts import Nearest, Relation, Verdict
from evidence_vault.casefile import CaseFile, ExhibitView
from evidence_vault.entries import parse_utc
from evidence_vault.values import DeclaredTime


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture where it was handed in: the exhibit, and the attempt or step that it shows."""

    exhibit: int
    entry: int
    """Index of the attempt or step; of the exhibit itself where it belongs to the case."""
    occurred_at: DeclaredTime | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A later picture, and the earlier one that it repeats or is most like."""

    earlier: Shown
    later: Shown
    verdict: Verdict
    different_dates: bool
    """Whether days are declared for both, and are not the same."""
    clocks: tuple[str, str] | None = None
    """The clocks that the machine read on the two, where they show different times."""

    @property
    def relation(self) -> Relation:
        """How the two are related: never the same picture, once compressed, where the clocks read on them differ.

        Compression can hide a small digit that was read on the original.
        """
        found = self.verdict.relation
        return "alike" if found == "same_picture" and self.clocks is not None else found

    @property
    def repeated(self) -> bool:
        """Whether the same picture was handed in for two entries."""
        return self.relation != "alike" and self.earlier.entry != self.later.entry


@dataclass(frozen=True)
class Alike:
    """What the pictures of a case have in common."""

    pairs: tuple[Pair, ...] = ()
    """In the order of the later picture; those of the same file first."""
    compared: int = 0
    waiting: int = 0
    """Pictures that were not compared yet, or cannot be decoded any more."""

    @property
    def repeated(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.repeated)

    def of_entry(self, index: int) -> tuple[Pair, ...]:
        """The pairs that an attempt, a step or an exhibit is part of."""
        return tuple(self._by_entry.get(index, ()))

    @cached_property
    def _by_entry(self) -> dict[int, list[Pair]]:
        found: dict[int, list[Pair]] = {}
        for pair in self.pairs:
            for index in {pair.earlier.entry, pair.earlier.exhibit, pair.later.entry, pair.later.exhibit}:
                found.setdefault(index, []).append(pair)
        return found


def pictures_of(case: CaseFile) -> tuple[ExhibitView, ...]:
    """The pictures of a case, each file once, in the order of the ledger."""
    found: dict[str, ExhibitView] = {}
    for view in case.exhibits:
        if view.exhibit.width is not None and view.exhibit.sha256 is not None:
            found.setdefault(view.exhibit.sha256, view)
    return tuple(found.values())


def alike(case: CaseFile, compared: Mapping[str, Nearest | None]) -> Alike:
    """The pairs of a case: files handed in twice as its ledger tells, the others as `compared` found by digest."""
    pictures = pictures_of(case)
    shown = _Shown(case)
    by_digest = {view.exhibit.sha256: shown.first(view) for view in pictures}
    pairs = list(shown.again())
    for view in pictures:
        near = compared.get(view.exhibit.sha256 or "")
        if near is not None and near.sha256 in by_digest:
            pairs.append(shown.pair(by_digest[near.sha256], by_digest[view.exhibit.sha256], near.verdict))
    done = sum(view.exhibit.sha256 in compared for view in pictures)
    return Alike(tuple(pairs), done, len(pictures) - done)


class _Shown:
    """Where the pictures of one case were handed in."""

    def __init__(self, case: CaseFile) -> None:
        self._case = case
        self._exhibits = {view.entry.index: view for view in case.exhibits}
        self._times = {view.entry.index: view.occurred_at for view in case.attempts}
        self._times |= {view.entry.index: view.occurred_at for view in case.steps}

    def first(self, view: ExhibitView) -> Shown:
        """Where a file was handed in for the first time."""
        said = view.exhibit
        owner = said.attempt if said.attempt is not None else said.step
        index = view.entry.index
        return Shown(index, index if owner is None else owner, self._times.get(owner) if owner is not None else None)

    def again(self) -> Iterator[Pair]:
        """Pictures whose very file was handed in again for a later entry."""
        reused = [(view.entry.index, view.attempt.reuses) for view in self._case.attempts]
        reused += [(view.entry.index, view.step.reuses) for view in self._case.steps]
        for index, exhibits in sorted(reused, key=lambda found: found[0]):
            for exhibit in exhibits or ():
                view = self._exhibits.get(exhibit)
                if view is not None and view.exhibit.width is not None:
                    later = Shown(exhibit, index, self._times.get(index))
                    yield self.pair(self.first(view), later, Verdict("same_bytes"))

    def pair(self, earlier: Shown, later: Shown, verdict: Verdict) -> Pair:
        days = {
            parse_utc(shown.occurred_at.instant).astimezone(self._case.zone).date()
            for shown in (earlier, later)
            if shown.occurred_at is not None
        }
        return Pair(earlier, later, verdict, len(days) > 1, self._clocks(earlier.exhibit, later.exhibit))

    def _clocks(self, *exhibits: int) -> tuple[str, str] | None:
        read = [self._exhibits[index].reading for index in exhibits]
        one, other = (found.reading.screen_clock or "" if found else "" for found in read)
        times = {clock_in_text(one), clock_in_text(other)}
        return (one, other) if len(times) == 2 and None not in times else None
