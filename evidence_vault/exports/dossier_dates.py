"""Dates and times of day as French prints them, in the zone of the case."""

import datetime as dt

from evidence_vault.casefile import CaseFile
from evidence_vault.entries import parse_utc
from evidence_vault.exports import dossier_words as words
from evidence_vault.values import DeclaredTime

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def date(day: dt.date, *, weekday: bool = False) -> str:
    """« mardi 3 mars 2026 »."""
    text = f"{day_of_month(day)} {MONTHS[day.month - 1]} {day.year}"
    return f"{DAYS[day.weekday()]} {text}" if weekday else text


def day_of_month(day: dt.date) -> str:
    """« 1er », « 2 »."""
    return "1er" if day.day == 1 else str(day.day)


def typed_date(text: str | None) -> str:
    """A date as it was recorded, spelled out where it is an ISO date."""
    if text is None:
        return words.UNKNOWN
    try:
        return date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def clock(moment: dt.datetime, precision: str = "minute") -> str:
    """« 9 h 14 », with seconds where they are known; empty where only the day is."""
    if precision == "day":
        return ""
    seconds = f" min {moment.second:02} s" if precision == "second" else ""
    return f"{moment.hour} h {moment.minute:02}{seconds}{_season(moment)}"


def _season(moment: dt.datetime) -> str:
    """Which of two it is, of the hours that come twice in the night when clocks go back."""
    if moment.utcoffset() == moment.replace(fold=1 - moment.fold).utcoffset():
        return ""
    return ", heure d’été" if moment.dst() else ", heure d’hiver"


def local(moment: dt.datetime, precision: str = "minute", *, weekday: bool = False) -> str:
    """The date and the time of day of an aware moment in its own zone."""
    hour = clock(moment, precision)
    return date(moment, weekday=weekday) + (f" à {hour}" if hour else ", heure inconnue")


def declared(case: CaseFile, time: DeclaredTime | None, *, weekday: bool = False) -> str:
    """A declared time in the zone of the case."""
    if time is None:
        return "heure non déclarée"
    return local(parse_utc(time.instant).astimezone(case.zone), time.precision, weekday=weekday)


def stated(case: CaseFile, time: DeclaredTime | None, *, weekday: bool = False) -> str:
    """The same, saying that it is declared: what every page prints where no other word tells."""
    text = declared(case, time, weekday=weekday)
    if time is None:
        return text
    return f"{text} (date déclarée)" if time.precision == "day" else f"{text} (heure déclarée)"


def floor(moment: dt.datetime) -> dt.datetime:
    """The whole second at or before `moment`: a lower bound stays true."""
    return moment.replace(microsecond=0)


def ceiling(moment: dt.datetime) -> dt.datetime:
    """The whole second at or after `moment`: an upper bound stays true."""
    return moment if not moment.microsecond else floor(moment) + dt.timedelta(seconds=1)


def instant(case: CaseFile, moment: dt.datetime, *, weekday: bool = False) -> str:
    """An attested moment to the second, local and in UTC."""
    utc = moment.astimezone(dt.UTC)
    shown = local(moment.astimezone(case.zone), "second", weekday=weekday)
    return f"{shown} ({case.zone.key}), soit {utc:%Y-%m-%d %H:%M:%S} UTC"


def short(case: CaseFile, moment: dt.datetime) -> str:
    """« 02/03/2026 à 9 h 14 min 05 s », in the zone of the case, for tables."""
    here = moment.astimezone(case.zone)
    return f"{here:%d/%m/%Y} à {clock(here, 'second')}"


def zone(case: CaseFile) -> str:
    """The zone in which days and hours are printed, by its name."""
    return f"le fuseau horaire du dossier ({case.zone.key})"


def recorded(case: CaseFile, moment: dt.datetime) -> str:
    """A time of recording, local and in UTC."""
    utc = moment.astimezone(dt.UTC)
    milliseconds = utc.microsecond // 1000
    return (
        f"{local(moment.astimezone(case.zone), 'second')} ({case.zone.key}), "
        f"soit {utc:%Y-%m-%d %H:%M:%S}.{milliseconds:03} UTC"
    )


def delay(case: CaseFile, time: DeclaredTime, recorded_at: dt.datetime) -> str:
    """How long after the declared time an entry was recorded."""
    moment = parse_utc(time.instant)
    days = (recorded_at.astimezone(case.zone).date() - moment.astimezone(case.zone).date()).days
    if days > 0:
        return f"inscrite {words.count(days, 'jour')} après la date déclarée"
    minutes = int((recorded_at - moment).total_seconds()) // 60
    if days < 0 or time.precision == "day" or minutes < 0:
        return "inscrite le jour déclaré" if days == 0 else "inscrite avant la date déclarée"
    if minutes < 1:
        return "inscrite moins d’une minute après l’heure déclarée"
    hours, minutes = divmod(minutes, 60)
    lasted = f"{hours} h {minutes:02}" if hours else f"{minutes} min"
    return f"inscrite {lasted} après l’heure déclarée"
