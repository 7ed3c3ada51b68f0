"""Dates and times as people, files and screens write them in French and English, with no judgement on them.

`07/09/2026` is the seventh of September, as everywhere in France; beside AM or PM, where it might be American, it
says nothing. Nothing is completed: neither does a date without a year, an hour without minutes, a year of two digits.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years of births and expiries; what lies outside is no date here."""

_MONTHS = (
    "jan(?:v(?:ier)?|uary)?",
    "fe[bv](?:r(?:ier|uary)?)?",
    "mar(?:s|ch)?",
    "a[vp]r(?:il)?",
    "ma[iy]",
    "juin|june?",
    "juil(?:let)?|july?",
    "aou?t?|aug(?:ust)?",
    "sept?(?:emb(?:re|er))?",
    "oct(?:ob(?:re|er))?",
    "nov(?:emb(?:re|er))?",
    "dec(?:emb(?:re|er))?",
)
_MONTH = f"(?P<word>{'|'.join(_MONTHS)})"
_DAY_FIRST = re.compile(r"(?<!\d)(?P<day>\d{1,2})([-/.])(?P<month>\d{1,2})\2(?P<year>\d{4})(?!\d)")
_HALF = re.compile(r"\d ?[ap]m\b")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})([-/.:])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?:t(?=\d)|(?!\d))"),
    _DAY_FIRST,
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)? {_MONTH}\.?,? (?P<year>\d{{4}})(?!\d)"),
    # The C library puts the time before the year: `Mon Sep 7 08:12:33 2026`.
    re.compile(rf"\b{_MONTH}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?(?P<kept> {_CLOCK})? (?P<year>\d{{4}})(?!\d)"),
)
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})(?::| ?h ?)(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?![\d:])"
    r"(?: ?(?P<half>[ap]m)\b)?"
    r"(?: ?(?:(?P<utc>z|utc|gmt)\b(?![+-])|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})\b))?"
)
_CONNECTIVES = re.compile(
    r"\b(?:le|du|a|at|on|the|(?:lun|mar|mercre|jeu|vendre|same)(?:di)?|mer|ven|sam|dim(?:anche)?|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b\.?|,"
)

# How programs name screenshots: a word or none, a date, a time or none. Anything else in a name is no time: the
# camera of a Pixel, for one, writes UTC (PXL_…) without saying so.
_FILE_NAME = re.compile(
    r"(?:(?P<message>whatsapp image|photo|signal|img(?=-\d{8}-wa))"
    r"|screen[ _-]?shot|capture(?:[ _-]d.?[ _-]?ecran)?|img|screencapture-.*?(?=-\d{4}-\d\d-\d\d-))?"
    r"(?:(?<=\w)[ _-](?:from[ _]|du[ _]|le[ _])?|^)"
    r"(?P<year>20\d\d)(?P<dash>-?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
    r"(?:(?:[ _t-]|[ _](?:at|a)[ _])(?P<clock>\d{6}(?:\d{3})?|(?:\d{2}[-_]|\d{1,2}[.:h])\d{2}(?:[-_.:]\d{2})?)"
    r"(?: (?P<half>[ap]m))?)?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A full date, with a time where one is written beside it."""

    date: dt.date
    time: dt.time | None = None
    """Without a zone."""
    offset: dt.timezone | None = None
    """The difference to UTC, where it is written."""
    precision: Literal["second", "minute", "day"] = "day"


def typed(text: str) -> Stamp | None:
    """The date, and time if any, that is all of `text`: `2026-09-07T08:12`, `07/09/2026 à 8h12`, `7 sept. 2026`."""
    found, rest = _scan(text)
    return None if _CONNECTIVES.sub(" ", rest).strip() else _only(found)


def in_text(text: str) -> Stamp | None:
    """The only date in `text` with the only time in it; None where either is absent, or there are several."""
    only = _only(_scan(text)[0])
    return only if only is not None and only.time is not None else None


def clock_in_text(text: str) -> dt.time | None:
    """The only time of day in `text`, with or without a date."""
    times = {time.time for time in _scan(text)[0].times}
    return times.pop() if len(times) == 1 else None


def in_file_name(name: str) -> Stamp | None:
    """The date, and time if any, in the name that a program gave to a screenshot.

    Messaging apps name pictures after the moment they were sent or received: of those, only the date is taken.
    """
    match = _FILE_NAME.match(_fold(name))
    if match is None or (date := _date(match["year"], match["month"], match["day"])) is None:
        return None
    if match["clock"] is None or match["message"]:
        return Stamp(date)
    digits = re.findall(r"\d+", match["clock"])
    if len(digits) == 1:
        digits = [digits[0][at : at + 2] for at in (0, 2, 4)]
    time = _time(digits[0], digits[1], digits[2] if len(digits) > 2 else None, match["half"])
    return Stamp(date) if time is None else Stamp(date, time, None, "second" if len(digits) > 2 else "minute")


@dataclass(frozen=True, slots=True)
class _Time:
    time: dt.time
    offset: dt.timezone | None
    precision: Literal["second", "minute"]


@dataclass(frozen=True, slots=True)
class _Found:
    dates: set[dt.date]
    times: set[_Time]


def _only(found: _Found) -> Stamp | None:
    if len(found.dates) != 1 or len(found.times) > 1:
        return None
    (date,) = found.dates
    for time in found.times:
        return Stamp(date, time.time, time.offset, time.precision)
    return Stamp(date)


def _scan(text: str) -> tuple[_Found, str]:
    """Every possible date and time in `text`, and what is left of it; impossible ones are left in it."""
    dates: set[dt.date] = set()
    times: set[_Time] = set()

    def take_date(match: re.Match[str]) -> str:
        groups = match.groupdict()
        date = _date(groups["year"], groups.get("month") or _month(groups["word"]), groups["day"])
        if date is None:
            return match[0]
        dates.add(date)
        return f" {groups.get('kept') or ''} "

    def take_time(match: re.Match[str]) -> str:
        time = _time(match["hour"], match["minute"], match["second"], match["half"])
        offset = _offset(match)
        if time is None or isinstance(offset, str):
            return match[0]
        times.add(_Time(time, offset, "second" if match["second"] else "minute"))
        return " "

    rest = folded = _fold(text)
    for pattern in _DATES:
        rest = pattern.sub(take_date, rest)
    rest = _TIME.sub(take_time, rest)
    # Beside AM or PM, 09/07/2026 may well be the seventh of September.
    american = _HALF.search(folded) and _DAY_FIRST.search(folded)
    return _Found(set() if american else dates, times), rest


def _fold(text: str) -> str:
    """Small letters without accents, each run of blanks (no-break ones included) as one space."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _month(word: str) -> str:
    return str(next(number for number, names in enumerate(_MONTHS, 1) if re.fullmatch(names, word)))


def _date(year: str, month: str, day: str) -> dt.date | None:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _time(hour: str, minute: str, second: str | None, half: str | None) -> dt.time | None:
    hours = int(hour)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    try:
        return dt.time(hours, int(minute), int(second or 0))
    except ValueError:
        return None


def _offset(match: re.Match[str]) -> dt.timezone | Literal["impossible"] | None:
    if match["utc"]:
        return dt.UTC
    if not match["sign"]:
        return None
    hours, minutes = int(match["hours"]), int(match["minutes"])
    if hours > 14 or minutes > 59:
        return "impossible"
    difference = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-difference if match["sign"] == "-" else difference)
