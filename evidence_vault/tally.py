"""The facts that a judge counts: attempts, days, ISO weeks, hours, span, gaps, legible pictures.

Counted from declared times, in the zone of the case; `bounded` counts as far as third parties bound them. No threshold
and no verdict: the decisions give none (CE, 10 juin 2020, n° 435594, aux Tables, speaks of « plusieurs tentatives
n'ayant pas été effectuées la même semaine » and fixes no number).
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from evidence_vault.casefile import AttemptView, CaseFile


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the attempts of a case; dates are local dates in the zone of the case."""

    attempts: int
    undated: int
    """Attempts whose time nobody declared and no file states."""
    days: tuple[dt.date, ...]
    weeks: tuple[tuple[int, int], ...]
    """ISO years and weeks with at least one attempt, in order."""
    hours: dict[int, int]
    """Attempts by hour of the day, 0 to 23; only those whose time is known to the minute."""
    span_days: int
    """Days from the first dated attempt to the last; 0 for a single day or none."""
    longest_gap_days: int
    outcomes: dict[str, int]
    screenshots: int
    legible: int
    attempts_with_legible: int
    by_week: dict[tuple[int, int], tuple[AttemptView, ...]]
    steps: int

    @property
    def first(self) -> dt.date | None:
        return self.days[0] if self.days else None

    @property
    def last(self) -> dt.date | None:
        return self.days[-1] if self.days else None


def tally(case: CaseFile) -> Tally:
    """Count `case`."""
    zone = case.zone
    dated = [(moment, view) for view in case.chronological() if (moment := view.local_time(zone)) is not None]
    days = sorted({moment.date() for moment, _ in dated})
    by_week: dict[tuple[int, int], tuple[AttemptView, ...]] = {}
    hours: Counter[int] = Counter()
    for moment, view in dated:
        year, week, _ = moment.isocalendar()
        by_week[year, week] = (*by_week.get((year, week), ()), view)
        if view.occurred_at is not None and view.occurred_at.precision != "day":
            hours[moment.hour] += 1
    # A picture handed in for two attempts is one picture, and shows one attempt.
    pictures = {
        exhibit.entry.index: exhibit.legible
        for view in case.attempts
        for exhibit in view.exhibits
        if exhibit.exhibit.width is not None
    }
    return Tally(
        attempts=len(case.attempts),
        undated=len(case.attempts) - len(dated),
        days=tuple(days),
        weeks=tuple(sorted(by_week)),
        hours=dict(sorted(hours.items())),
        span_days=(days[-1] - days[0]).days if days else 0,
        longest_gap_days=max(((after - before).days for before, after in pairwise(days)), default=0),
        outcomes=dict(Counter(view.outcome for view in case.attempts)),
        screenshots=len(pictures),
        legible=sum(pictures.values()),
        attempts_with_legible=_with_legible(case),
        by_week=by_week,
        steps=len(case.steps),
    )


def _with_legible(case: CaseFile) -> int:
    """Attempts that a legible picture shows which was not already handed in for an earlier one."""
    shown: set[int] = set()
    count = 0
    for view in case.attempts:
        fresh = {exhibit.entry.index for exhibit in view.exhibits if exhibit.legible} - shown
        count += bool(fresh)
        shown |= fresh
    return count
