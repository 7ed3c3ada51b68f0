"""When the renewal of a residence permit can be asked for: the periods of art. R. 431-5 CESEDA.

As the article has stood since 1 May 2021: between the 120th and the 60th day before the permit expires where it is on
the list of art. R. 431-2, in the two months before it expires where it is not. Its other periods, by age or date of
entry, are not computed here, and whether the article applies to a permit is not judged.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias

from evidence_vault.kinds import CaseOpened

Place: TypeAlias = Literal["before", "inside", "after"]

_OPENS, _CLOSES = dt.timedelta(days=120), dt.timedelta(days=60)
_MONTHS = 2


@dataclass(frozen=True, slots=True)
class Window:
    """A period for asking, its first and its last day included."""

    opens: dt.date
    closes: dt.date
    listed: bool
    """Whether it is that of the permits on the list of art. R. 431-2."""

    def place(self, day: dt.date) -> Place:
        """Where a day lies."""
        return "before" if day < self.opens else "after" if day > self.closes else "inside"


def expiry_of(case: CaseOpened) -> dt.date | None:
    """When the permit held expires; None where it is not recorded as a date."""
    try:
        return dt.date.fromisoformat(case.title_expiry or "")
    except ValueError:
        return None


def windows_of(case: CaseOpened) -> tuple[Window, ...]:
    """The period for renewing the permit held; both where it is not said whether the list names it.

    None where the request is not a renewal, or the permit's expiry is not recorded.
    """
    expiry = expiry_of(case)
    if expiry is None or case.request != "renewal":
        return ()
    found = (
        Window(expiry - _OPENS, expiry - _CLOSES, listed=True),
        Window(_months_before(expiry), expiry, listed=False),
    )
    return tuple(window for window in found if case.on_r431_2_list in {None, window.listed})


def _months_before(day: dt.date) -> dt.date:
    """The day of the same number two months before, or the last of its month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - _MONTHS, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
