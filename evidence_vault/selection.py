"""Which attempts of a case are printed: all of them, or those of a period or of some outcomes."""

import datetime as dt
from dataclasses import dataclass, replace

from evidence_vault.casefile import AttemptView, CaseFile
from evidence_vault.words import Outcome


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen; local dates in the zone of the case, both included."""

    since: dt.date | None = None
    until: dt.date | None = None
    outcomes: frozenset[Outcome] = frozenset()
    """Empty: any."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out by it."""
        return self == Selection()

    def holds(self, view: AttemptView, case: CaseFile) -> bool:
        """Whether an attempt is chosen; one without a date lies in no period."""
        if self.outcomes and view.outcome not in self.outcomes:
            return False
        if self.since is None and self.until is None:
            return True
        moment = view.local_time(case.zone)
        return moment is not None and (self.since or dt.date.min) <= moment.date() <= (self.until or dt.date.max)


def selected(case: CaseFile, selection: Selection) -> CaseFile:
    """`case` with the attempts of `selection` alone; its steps, documents and entries stay."""
    return replace(case, attempts=tuple(view for view in case.attempts if selection.holds(view, case)))
