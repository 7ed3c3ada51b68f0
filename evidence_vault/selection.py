"""Which attempts of a case are printed: all, or those of a period, of some outcomes, with some of their exhibits."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from evidence_vault.casefile import AttemptView, CaseFile, ExhibitView
from evidence_vault.words import Outcome


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen; local dates in the zone of the case, both included."""

    since: dt.date | None = None
    until: dt.date | None = None
    outcomes: frozenset[Outcome] = frozenset()
    """Empty: any."""
    exhibits: frozenset[int] = frozenset()
    """Indices of exhibits of attempts: these are printed, and the attempts that have them. Empty: any."""

    def among(self, exhibits: Iterable[ExhibitView]) -> Iterator[ExhibitView]:
        """Those of `exhibits` that were chosen by themselves."""
        return (view for view in exhibits if view.entry.index in self.exhibits)

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out by it."""
        return self == Selection()

    def holds(self, view: AttemptView, case: CaseFile) -> bool:
        """Whether an attempt is chosen; one without a date lies in no period."""
        if self.outcomes and view.outcome not in self.outcomes:
            return False
        if self.exhibits and not any(self.among(view.exhibits)):
            return False
        if self.since is None and self.until is None:
            return True
        moment = view.local_time(case.zone)
        return moment is not None and (self.since or dt.date.min) <= moment.date() <= (self.until or dt.date.max)


def selected(case: CaseFile, selection: Selection) -> CaseFile:
    """`case` with the attempts of `selection` alone, and their exhibits; its steps, documents and entries stay."""
    attempts = tuple(view for view in case.attempts if selection.holds(view, case))
    if selection.exhibits:
        attempts = tuple(replace(view, exhibits=tuple(selection.among(view.exhibits))) for view in attempts)
    return replace(case, attempts=attempts)
