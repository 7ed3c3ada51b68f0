"""The calendar: one row a week, Monday to Sunday, a sign and a number for each outcome of the day."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import BLACK, CELL, GREY, HAIR, MM, NOTE, PALE, Style

_WEEK = 38 * MM
_TOTAL = 13 * MM
_ROW = 9.2 * MM
_HEAD = 6 * MM
_GAP = 4
"""Weeks without any attempt beyond which they are summed up in one row."""

_DAY = Style(size=8, leading=9.5, ink=GREY)
_SIGNS = Style(size=9, leading=11, centred=True)
_SMALL_SIGNS = Style(size=8, leading=8.5, centred=True)
_LEGEND = Style(size=9, leading=12, after=1, indent=3 * MM)
_BOLD = Style(Face.BOLD, 8.5, 11)


def calendar(pages: Pages, numbered: Numbered) -> None:
    """Every week from the first attempt to the last, those without attempts included."""
    rows = sum(1 for _ in weeks_of(numbered)) if numbered.counts.weeks else 0
    pages.section("Calendrier des tentatives", "calendar", 60 * MM + min(rows, 12) * _ROW)
    pages.text(
        "Une ligne par semaine (ISO 8601, du lundi au dimanche), d’après les heures déclarées, dans "
        f"{dates.zone(numbered.case)}. Le nombre qui suit un signe est celui des tentatives de ce jour. Les semaines "
        "sans tentative sont sur fond gris."
    )
    for sign, (meaning, _) in words.SIGNS.items():
        pages.text(((Face.BOLD, f"{sign}  "), (Face.REGULAR, meaning)), _LEGEND)
    pages.space(6)
    counts = numbered.counts
    if counts.first is None or counts.last is None:
        pages.text("Aucune tentative datée.")
        return
    _head(pages)
    for monday, weeks in weeks_of(numbered):
        if pages.room < _ROW:
            pages.new_page()
            _head(pages)
        if weeks > 1:
            _gap(pages, monday, weeks)
        else:
            _week(pages, monday, _found(numbered, monday))
    pages.space(8)
    if counts.undated:
        absent = "ne figure pas ici" if counts.undated == 1 else "ne figurent pas ici"
        pages.text(f"{words.count(counts.undated, 'tentative')} sans heure déclarée {absent}.", NOTE)


def weeks_of(numbered: Numbered) -> Iterator[tuple[dt.date, int]]:
    """The Monday of each row and how many weeks it stands for."""
    mondays = [dt.date.fromisocalendar(year, week, 1) for year, week in numbered.counts.weeks]
    following = mondays[0]
    for monday in mondays:
        empty = (monday - following).days // 7
        if empty >= _GAP:
            yield following, empty
        else:
            yield from ((following + dt.timedelta(weeks=week), 1) for week in range(empty))
        yield monday, 1
        following = monday + dt.timedelta(weeks=1)


def _day_width(pages: Pages) -> float:
    return (pages.width - _WEEK - _TOTAL) / 7


def _head(pages: Pages) -> None:
    width = _day_width(pages)
    pages.rule(0.8, BLACK)
    y = pages.y - 1.2 * MM
    with pages.canvas.artifact():  # each week is described with the names of its days
        pages.at("Semaine", pages.left, y, _WEEK, _BOLD)
        for place, day in enumerate(dates.DAYS):
            pages.at(day.capitalize(), pages.left + _WEEK + place * width + 1.5, y, width, _BOLD)
        pages.at("Total", pages.right - _TOTAL + 3, y, _TOTAL, _BOLD)
    pages.y -= _HEAD
    pages.rule(0.8, BLACK)


_Found = dict[dt.date, Counter[str]]
"""The signs of each day that has any, and how many attempts each stands for."""


def _found(numbered: Numbered, monday: dt.date) -> _Found:
    year, week, _ = monday.isocalendar()
    found: _Found = {}
    for view in numbered.counts.by_week.get((year, week), ()):
        moment = view.local_time(numbered.case.zone)
        assert moment is not None  # only dated attempts are counted in a week
        found.setdefault(moment.date(), Counter())[words.sign_of(view.outcome)] += 1
    return found


def _described(monday: dt.date, found: _Found) -> str:
    """A week in words: read as it is drawn, the numbers of its days would pass for numbers of attempts."""
    year, week, _ = monday.isocalendar()
    total = sum(signs.total() for signs in found.values())
    days = _days(monday, monday + dt.timedelta(days=6)).replace(" – ", " au ")
    said = [f"Semaine {week} de {year}, du {days} : {words.count(total, 'tentative') if total else 'aucune tentative'}"]
    for day in sorted(found):
        signs = (f"{found[day][sign]} ({_meaning(sign)})" for sign in words.SIGNS if found[day][sign])
        said.append(f"{dates.DAYS[day.weekday()].capitalize()} {dates.day_of_month(day)} : {' ; '.join(signs)}")
    return f"{'. '.join(said)}."


def _meaning(sign: str) -> str:
    """What a sign stands for, without the examples that the legend gives."""
    return words.SIGNS[sign][0].split(" (")[0]


def _week(pages: Pages, monday: dt.date, found: _Found) -> None:
    with pages.canvas.figure(_described(monday, found), (pages.left, pages.y - _ROW, pages.right, pages.y)):
        _draw_week(pages, monday, found)
    pages.y -= _ROW
    pages.rule()


def _draw_week(pages: Pages, monday: dt.date, found: _Found) -> None:
    year, week, _ = monday.isocalendar()
    width = _day_width(pages)
    top = pages.y
    if not found:
        pages.canvas.setFillGray(PALE)
        pages.canvas.rect(pages.left, top - _ROW, pages.width, _ROW, stroke=0, fill=1)
    sunday = monday + dt.timedelta(days=6)
    pages.at(f"S{week:02} · {year}", pages.left + 1, top - 0.9 * MM, _WEEK, _BOLD)
    pages.at(_days(monday, sunday), pages.left + 1, top - 4.7 * MM, _WEEK, _DAY)
    for place in range(7):
        day = monday + dt.timedelta(days=place)
        x = pages.left + _WEEK + place * width
        pages.canvas.setStrokeGray(HAIR)
        pages.canvas.setLineWidth(0.4)
        pages.canvas.line(x, top, x, top - _ROW)
        pages.at(str(day.day), x + 1.5, top - 0.6 * MM, width, _DAY)
        if counted := found.get(day):
            signs = "  ".join(f"{sign} {counted[sign]}" for sign in words.SIGNS if counted[sign])
            style = _SIGNS if len(counted) == 1 else _SMALL_SIGNS
            for place_of_line, line in enumerate(pages.lines(signs.replace("\u00a0", " "), style, width - 8)):
                text = "".join(run.text for run in line.runs)
                pages.at(text, x + 3, top - 3 * MM - place_of_line * style.leading, width - 3, style)
    if found:
        total = sum(signs.total() for signs in found.values())
        pages.at(str(total), pages.right - _TOTAL + 3, top - 2.4 * MM, _TOTAL, _BOLD)


def _gap(pages: Pages, monday: dt.date, weeks: int) -> None:
    last = monday + dt.timedelta(weeks=weeks, days=-1)
    pages.canvas.setFillGray(PALE)
    pages.canvas.rect(pages.left, pages.y - _ROW, pages.width, _ROW, stroke=0, fill=1)
    text = f"{weeks} semaines sans tentative relevée, du {dates.date(monday)} au {dates.date(last)}"
    pages.at(text, pages.left + 1, pages.y - 2.4 * MM, pages.width, CELL)
    pages.y -= _ROW
    pages.rule()


def _days(monday: dt.date, sunday: dt.date) -> str:
    """« 7 – 13 septembre », « 26 octobre – 1er novembre »."""
    first = dates.day_of_month(monday)
    if monday.month != sunday.month:
        first += f" {dates.MONTHS[monday.month - 1]}"
    return f"{first} – {dates.day_of_month(sunday)} {dates.MONTHS[sunday.month - 1]}"
