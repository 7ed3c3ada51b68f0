"""Weeks by hours: when in the day the attempts of each week were made, as numbers, on a ground that darkens."""

import datetime as dt
from collections import Counter
from dataclasses import replace

from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_calendar import weeks_of
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import BLACK, GROUP, HAIR, MM, NOTE, Style

HEAT = "Semaines et heures de la journée"

_WEEK = 26 * MM
_ROW = 5 * MM
_HEAD = 6 * MM
_LIGHT, _DARK = 0.93, 0.62
"""Grounds of the fewest and of the most attempts: black figures stay legible on both, also once copied."""
_LABEL = Style(Face.BOLD, 8, 10)
_NUMBER = Style(size=8, leading=10, centred=True)


def heat(pages: Pages, numbered: Numbered) -> None:
    """A row for each week from the first attempt to the last, a column for each hour; nothing if no hour is known."""
    found = _found(numbered)
    if not found:
        return
    most = max(number for hours in found.values() for number in hours.values())
    pages.text(HEAT, replace(GROUP, before=14), keep=_HEAD + 4 * _ROW)
    _head(pages)
    for monday, weeks in weeks_of(numbered):
        if pages.room < _ROW + 12:
            pages.new_page()
            _head(pages)
        if weeks > 1:
            _gap(pages, weeks)
        else:
            _week(pages, monday, found.get(monday, Counter()), most)
    pages.space(5)
    pages.text(
        "Nombre de tentatives par semaine (ISO 8601) et par heure, d’après les heures déclarées, connues à la minute ; "
        "le fond est plus sombre où elles sont plus nombreuses.",
        NOTE,
    )


def _found(numbered: Numbered) -> dict[dt.date, Counter[int]]:
    """How many attempts were made in each hour of the day, by the Monday of their week."""
    found: dict[dt.date, Counter[int]] = {}
    for (year, week), views in numbered.counts.by_week.items():
        for view in views:
            moment = view.local_time(numbered.case.zone)
            if moment is not None and view.occurred_at is not None and view.occurred_at.precision != "day":
                found.setdefault(dt.date.fromisocalendar(year, week, 1), Counter())[moment.hour] += 1
    return found


def _slot(pages: Pages) -> float:
    return (pages.width - _WEEK) / 24


def _head(pages: Pages) -> None:
    slot = _slot(pages)
    pages.rule(0.8, BLACK)
    with pages.canvas.artifact():  # each week is described with its hours
        pages.at("Semaine", pages.left, pages.y - 1.4 * MM, _WEEK, _LABEL)
        for hour in range(24):
            x = pages.left + _WEEK + hour * slot
            pages.at(str(hour), x, pages.y - 1.4 * MM, slot, replace(_LABEL, centred=True))
    pages.y -= _HEAD
    pages.rule(0.8, BLACK)


def _week(pages: Pages, monday: dt.date, hours: Counter[int], most: int) -> None:
    year, week, _ = monday.isocalendar()
    told = " ; ".join(f"{hour} h, {words.count(hours[hour], 'tentative')}" for hour in sorted(hours))
    described = f"Heures de la semaine {week} de {year} : {told or 'aucune tentative à une heure connue'}."
    with pages.canvas.figure(described, (pages.left, pages.y - _ROW, pages.right, pages.y)):
        pages.at(f"S{week:02} · {year}", pages.left + 1, pages.y - 0.9 * MM, _WEEK, _LABEL)
        slot = _slot(pages)
        for hour, number in sorted(hours.items()):
            x = pages.left + _WEEK + hour * slot
            pages.canvas.setFillGray(_LIGHT - (_LIGHT - _DARK) * (number - 1) / max(most - 1, 1))
            pages.canvas.rect(x, pages.y - _ROW, slot, _ROW, stroke=0, fill=1)
            pages.at(str(number), x, pages.y - 0.9 * MM, slot, _NUMBER)
    pages.y -= _ROW
    pages.rule(ink=HAIR)


def _gap(pages: Pages, weeks: int) -> None:
    pages.at(f"{weeks} semaines sans tentative relevée", pages.left + 1, pages.y - 0.9 * MM, pages.width, _NUMBER)
    pages.y -= _ROW
    pages.rule(ink=HAIR)
