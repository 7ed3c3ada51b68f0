"""The counts of a case as far as third parties bound them, wherever in its interval each attempt took place."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from evidence_vault.attested import interval_of
from evidence_vault.casefile import CaseFile
from evidence_vault.timeline import UNBOUNDED, Interval, Timeline


@dataclass(frozen=True, slots=True)
class Bounded:
    """What holds of the attempts whatever moment of its attested interval each took place at."""

    attempts: int
    """Attempts with an upper bound."""
    both: int
    """Attempts with both bounds."""
    days: int
    weeks: int
    """The fewest distinct days and ISO weeks on which all the attempts can have taken place."""
    span_days: int
    """Days from the earliest upper bound to the latest lower bound."""


def bounded(case: CaseFile, timeline: Timeline) -> Bounded:
    """Count the attempts of `case` under the attestations of `timeline`, in the zone of the case."""
    found = [interval for view in case.attempts if (interval := interval_of(timeline, view)) != UNBOUNDED]
    days = [_days(interval, case.zone) for interval in found]
    earliest_end = min((end for _, end in days), default=dt.date.max)
    latest_start = max((start for start, _ in days), default=dt.date.min)
    is_bounded = dt.date.min < latest_start and earliest_end < dt.date.max
    return Bounded(
        attempts=sum(interval.not_after is not None for interval in found),
        both=sum(interval.not_after is not None and interval.not_before is not None for interval in found),
        days=fewest(days),
        weeks=fewest([(_monday(start), _monday(end)) for start, end in days]),
        span_days=max(0, (latest_start - earliest_end).days) if is_bounded else 0,
    )


def fewest(spans: Sequence[tuple[dt.date, dt.date]]) -> int:
    """The smallest number of days of which every span contains one."""
    number, chosen = 0, None
    for start, end in sorted(spans, key=lambda span: span[1]):
        if chosen is None or start > chosen:
            number, chosen = number + 1, end
    return number


def _days(interval: Interval, zone: ZoneInfo) -> tuple[dt.date, dt.date]:
    """The first and the last day on which it can have been; the ends of the calendar where nothing bounds it."""
    before, after = interval.not_before, interval.not_after
    return (
        before.earliest.astimezone(zone).date() if before else dt.date.min,
        after.latest.astimezone(zone).date() if after else dt.date.max,
    )


def _monday(day: dt.date) -> dt.date:
    return day if day in {dt.date.min, dt.date.max} else day - dt.timedelta(days=day.weekday())
