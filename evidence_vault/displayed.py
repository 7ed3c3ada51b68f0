"""What a clock, a date or an address that a screen displays can mean. Text in, every meaning that it allows out.

A clock may show a time alone, or a date beside it, with or without its year; it may count twelve hours and not say
which half of the day. `9:14` is then two times, `09:14`, which no clock of twelve hours shows, is one. `07/09/2026` is
the seventh of September; beside AM or PM it may be the ninth of July as well. Nothing is chosen here.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from evidence_vault.ocr.folding import HOST_ENDING, fold

_TIME = re.compile(
    r"(?<![\d:/.-])(?P<hour>\d{1,2}) ?(?:(?::|h) ?(?P<minute>[0-5]\d)(?::[0-5]\d)?|h(?!\w))(?![\d:])"
    r"(?: ?(?P<half>[ap])\.?m\b)?"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_MONTHS = ("jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec")
_IN_WORDS = re.compile(rf"(?<!\w)(\d{{1,2}})(?:er)? ({'|'.join(_MONTHS)})[a-z]*\.?(?: (\d{{4}}))?(?!\d)")
_HOST = re.compile(rf"(?:[a-z0-9-]+\.)+{HOST_ENDING}(?![a-z0-9.-])")


@dataclass(frozen=True, slots=True)
class Day:
    """A date as it is displayed."""

    day: int
    month: int
    year: int | None = None

    def nearest(self, anchor: dt.date) -> dt.date | None:
        """The date itself; without a year, the one nearest to `anchor`; None where no year has it (29 February)."""
        years = (self.year,) if self.year is not None else (anchor.year - 1, anchor.year, anchor.year + 1)
        found = [date for year in years if (date := _date(year, self.month, self.day)) is not None]
        return min(found, key=lambda date: abs(date - anchor), default=None)


@dataclass(frozen=True, slots=True)
class Display:
    """What a text displays: each time of day and each date that it can mean; empty where it shows none."""

    times: tuple[dt.time, ...] = ()
    days: tuple[Day, ...] = ()

    def moments(self, anchor: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, ...]:
        """Every moment that it can mean in `zone`, what it leaves open taken as near to `anchor` as may be.

        Empty where it shows no time of day. A time that occurs twice is given twice.
        """
        local = anchor.astimezone(zone)
        found = []
        for time in self.times:
            if self.days:
                dates = [date for day in self.days if (date := day.nearest(local.date())) is not None]
            else:
                around = (local.date() + dt.timedelta(days=step) for step in (-1, 0, 1))
                dates = [min(around, key=lambda date: abs(dt.datetime.combine(date, time, zone) - local))]
            found += [dt.datetime.combine(date, time, zone).replace(fold=fold) for date in dates for fold in (0, 1)]
        return tuple(dict.fromkeys(moment.astimezone(dt.UTC) for moment in found))

    def dates(self, anchor: dt.date) -> tuple[dt.date, ...]:
        """Every date that it can mean, a missing year taken as near to `anchor` as may be."""
        return tuple(date for day in self.days if (date := day.nearest(anchor)) is not None)


def display_of(text: str) -> Display:
    """The time of day and the date that `text` displays; of several, the first."""
    folded = fold(text)
    time = _TIME.search(folded)
    return Display(tuple(_times(time)) if time else (), tuple(_days(folded, american=bool(time and time["half"]))))


def host_of(address: str) -> str | None:
    """The host of an address as it was read or typed, without `www.`; None where it shows none."""
    folded = fold(address.strip())
    try:
        stated = urlsplit(folded if "://" in folded else f"//{folded}").hostname or ""
    except ValueError:
        stated = ""
    found = _HOST.search(folded) if not _HOST.fullmatch(stated) else _HOST.fullmatch(stated)
    return found[0].removeprefix("www.") if found else None


def _times(found: re.Match[str]) -> Iterator[dt.time]:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if 1 <= hour <= 12:
            yield dt.time(hour % 12 + (12 if found["half"] == "p" else 0), minute)
    elif hour < 24:
        yield dt.time(hour, minute)
        if 1 <= hour <= 12 and not found["hour"].startswith("0"):
            yield dt.time((hour + 12) % 24, minute)


def _days(folded: str, *, american: bool) -> Iterator[Day]:
    if iso := _ISO.search(folded):
        year, month, day = map(int, iso.groups())
        yield from _day(day, month, year)
    elif figures := _FIGURES.search(folded):
        first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
        year += 2000 if year < 100 else 0
        yield from _day(first, second, year)
        if american and first != second:
            yield from _day(second, first, year)
    elif words := _IN_WORDS.search(folded):
        month = next(number for number, name in enumerate(_MONTHS, 1) if re.match(name, words[2]))
        yield from _day(int(words[1]), month, int(words[3]) if words[3] else None)


def _day(day: int, month: int, year: int | None) -> Iterator[Day]:
    # 2000 was a leap year: without a year, 29 February is a date.
    if _date(year if year is not None else 2000, month, day) is not None:
        yield Day(day, month, year)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
