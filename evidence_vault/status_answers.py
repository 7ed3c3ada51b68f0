"""The answer of `status`: where a case stands, in the units that the decisions use."""

import datetime as dt
from typing import Any

from evidence_vault.alike import Alike
from evidence_vault.attested import timeline_of, unattested
from evidence_vault.bounded import bounded
from evidence_vault.casefile import CaseFile
from evidence_vault.circumstances import circumstances
from evidence_vault.contradictions import count
from evidence_vault.i18n import render
from evidence_vault.picture_answers import pair_answer
from evidence_vault.suggestions import suggestions
from evidence_vault.tally import Tally
from evidence_vault.windows import Window, windows_of

_NOT_COMPARED = Alike()


def status_answer(case: CaseFile, counted: Tally, today: dt.date, found: Alike = _NOT_COMPARED) -> dict[str, Any]:
    """The answer of `status`: counts in the units that the decisions use, declared and as far as they are attested.

    `today` is a date in the zone of the case.
    """
    timeline = timeline_of(case)
    certain, differing = bounded(case, timeline), count(case, timeline)
    held = circumstances(case)
    return {
        "case": case.id,
        "applicant": case.case.applicant,
        "prefecture": case.case.prefecture,
        "procedure": case.case.procedure,
        "attempts": counted.attempts,
        "undated": counted.undated,
        "counted_from": "declared",
        "time_zone": str(case.zone),
        "first": counted.first.isoformat() if counted.first else None,
        "last": counted.last.isoformat() if counted.last else None,
        "span_days": counted.span_days,
        "distinct_days": len(counted.days),
        "distinct_weeks": [f"{year}-W{week:02d}" for year, week in counted.weeks],
        "longest_gap_days": counted.longest_gap_days,
        "hours": {f"{hour:02d}": number for hour, number in counted.hours.items()},
        "outcomes": counted.outcomes,
        "screenshots": counted.screenshots,
        "legible": counted.legible,
        "unread": len(case.unread),
        "attempts_with_legible": counted.attempts_with_legible,
        "attempts_with_date": len(held.with_date),
        "steps": counted.steps,
        "steps_answered": len(held.answered),
        "documents": {condition: len(views) for condition, views in held.documents.items()},
        "attested": {
            "attempts": certain.attempts,
            "with_both_bounds": certain.both,
            "distinct_days": certain.days,
            "distinct_weeks": certain.weeks,
            "span_days": certain.span_days,
        },
        "contradictions": {
            "contradictions": differing.contradictions,
            "unsure": differing.unsure,
            "attempts": differing.attempts,
        },
        "unattested": unattested(case, timeline),
        "untold": [entry.index for entry in case.untold],
        "alike": {
            "compared": found.compared,
            "waiting": found.waiting,
            "pairs": [pair_answer(pair) for pair in found.pairs],
        },
        "request": case.case.request,
        "title_held": case.case.title_held,
        "title_expiry": case.case.title_expiry,
        "windows": [_window_answer(case, window, today) for window in windows_of(case.case)],
        "next": [render(message) for message in suggestions(case, counted, today)],
    }


def _window_answer(case: CaseFile, window: Window, today: dt.date) -> dict[str, Any]:
    days = [moment.date() for view in case.attempts if (moment := view.local_time(case.zone))]
    return {
        "opens": window.opens.isoformat(),
        "closes": window.closes.isoformat(),
        "r431_2_list": window.listed,
        "today": window.place(today),
        "attempts_inside": sum(window.place(day) == "inside" for day in days),
    }
