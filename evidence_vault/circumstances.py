"""What a case holds beside each condition of art. L. 521-3 CJA: the facts a judge weighs, and where they are shown.

Facts are set beside the conditions and never weighed: the decisions fix no number, and no condition is said to be met
or not met.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence_vault.casefile import AttemptView, CaseFile, ExhibitView, StepView
from evidence_vault.words import Condition, DocumentKind, Outcome

NOTHING_FREE: frozenset[Outcome] = frozenset({"no_slot", "closed_until"})
"""Outcomes that say that nothing can be booked now."""
INTERRUPTED: frozenset[Outcome] = frozenset(
    {"captcha_failure", "session_expired", "site_error", "maintenance", "waiting_room"}
)
"""Outcomes that broke the visit off, at whatever step: they say nothing about whether there was a slot."""
WITHOUT_DATE = NOTHING_FREE | INTERRUPTED
"""Outcomes that say the platform gave no date; those neither here nor below say nothing about it."""
WITH_DATE: frozenset[Outcome] = frozenset({"slots_offered", "appointment_obtained"})

_BY_KIND: Mapping[DocumentKind, Condition] = {
    "title": "urgency",
    "contract": "urgency",
    "letter": "utility",
    "email": "utility",
    "reply": "utility",
    "receipt": "utility",
    "decision": "no_obstacle",
}
"""Where a document is set when nobody said where; other kinds are set nowhere."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The attempts, steps and documents of a case, by what they can show."""

    without_date: tuple[AttemptView, ...]
    """Attempts to which the platform gave no date, by declared time."""
    nothing_free: tuple[AttemptView, ...]
    """Those of them that say so…"""
    interrupted: tuple[AttemptView, ...]
    """…and those that were broken off."""
    with_date: tuple[AttemptView, ...]
    """Attempts to which it offered or gave one; the other side will ask."""
    silent: tuple[AttemptView, ...]
    """Attempts whose outcome says nothing about it, or is not known."""
    unanswered: tuple[StepView, ...]
    answered: tuple[StepView, ...]
    documents: Mapping[Condition, tuple[ExhibitView, ...]]
    """Documents of the case, by the condition that whoever handed them in named, else by their kind."""


def circumstances(case: CaseFile) -> Circumstances:
    """Sort what `case` holds."""
    attempts = case.chronological()
    found: dict[Condition, list[ExhibitView]] = {"urgency": [], "utility": [], "no_obstacle": []}
    for view in case.documents:
        for condition in conditions_of(view):
            found[condition].append(view)
    return Circumstances(
        without_date=tuple(view for view in attempts if view.outcome in WITHOUT_DATE),
        nothing_free=tuple(view for view in attempts if view.outcome in NOTHING_FREE),
        interrupted=tuple(view for view in attempts if view.outcome in INTERRUPTED),
        with_date=tuple(view for view in attempts if view.outcome in WITH_DATE),
        silent=tuple(view for view in attempts if view.outcome not in WITHOUT_DATE | WITH_DATE),
        unanswered=tuple(view for view in case.steps if not view.step.answer),
        answered=tuple(view for view in case.steps if view.step.answer),
        documents={condition: tuple(views) for condition, views in found.items()},
    )


def conditions_of(view: ExhibitView) -> tuple[Condition, ...]:
    """The conditions beside which a document is set."""
    if view.exhibit.shows is not None:
        return view.exhibit.shows
    condition = _BY_KIND.get(view.exhibit.document or "other")
    return (condition,) if condition else ()
