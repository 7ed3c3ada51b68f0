"""The case on one page: who, what permit, which prefecture, how often, when, and with what result.

It stays on one page whatever the case holds: what is too long is cut, with the chapter that has it whole.
"""

from collections.abc import Iterator, Sequence

from evidence_vault.casefile import StepView
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_numbers import hours
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_selection import redactions_told, selection_told
from evidence_vault.exports.dossier_styles import GROUP, LABEL_WIDTH, NOTE, VALUE
from evidence_vault.exports.dossier_synthesis import contradictions, figures
from evidence_vault.exports.dossier_text import Rich, shortened
from evidence_vault.values import Fact

SUMMARY = "Résumé"
_MOST_STEPS = 3
_MOST_DATES = 2
_LONGEST = 170
"""Signs of what somebody typed or a machine read, before it is cut."""


def summary(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """The whole case on one page."""
    pages.new_page()
    pages.heading(SUMMARY, "summary")
    for label, value in _who(numbered):
        _short_fact(pages, label, value, 3)
    pages.space(4)
    figures(pages, numbered)
    if told := selection_told(dossier):
        _short_fact(pages, "Sélection", told, 6)
    if redacted := redactions_told(numbered):
        _short_fact(pages, "Occultations", f"{redacted}.", 3)
    pages.text("Tentatives, d’après les heures déclarées", GROUP)
    for label, value in _attempts(numbered):
        _short_fact(pages, label, value, 6)
    pages.text("Démarches hors de la plateforme", GROUP)
    for label, value in _steps(numbered.case.steps, numbered):
        _short_fact(pages, label, value, 2)
    pages.text("Dates que la plateforme affiche", GROUP)
    for label, value in _platform_dates(numbered):
        _short_fact(pages, label, value, 2)
    pages.text("Heures attestées", GROUP)
    for label, value in attested.summary(numbered):
        _short_fact(pages, label, value, 2)
    made = dates.local(dossier.made_at.astimezone(numbered.case.zone))
    pages.text(f"Faits tirés du registre le {made} ; aucun seuil n’est appliqué, aucune condition n’est jugée.", NOTE)


def _short_fact(pages: Pages, label: str, value: Rich, most: int) -> None:
    """A fact in no more than so many lines, cut where it is longer."""
    width = pages.width - LABEL_WIDTH
    if not isinstance(value, str) or len(pages.lines(value, VALUE, width)) <= most:
        pages.fact(label, value)
        return
    kept = value
    while len(pages.lines(f"{kept} […]", VALUE, width)) > most:
        kept = kept[:-1].rstrip()
    pages.fact(label, f"{kept} […]")


def _who(numbered: Numbered) -> Iterator[tuple[str, Rich]]:
    case = numbered.case.case
    born = f", naissance le {dates.typed_date(case.born)}" if case.born else ""
    nationality = f", nationalité : {_cut(case.nationality)}" if case.nationality else ""
    yield "Demandeur", f"{_cut(case.applicant) or words.UNKNOWN}{born}{nationality}"
    yield "Préfecture", _cut(case.prefecture) or words.UNKNOWN
    request = words.REQUESTS.get(case.request or "")
    procedure = _cut(case.procedure) or words.UNKNOWN
    yield "Objet de la demande", f"{procedure} ({request})" if request else procedure
    if case.title_held or case.title_expiry:
        expiry = f", échéance le {dates.typed_date(_cut(case.title_expiry))}" if case.title_expiry else ""
        yield "Titre détenu, selon l’usager", f"{_cut(case.title_held) or words.UNKNOWN}{expiry}"


def _attempts(numbered: Numbered) -> Iterator[tuple[str, Rich]]:
    counts = numbered.counts
    if not counts.attempts:
        yield "Tentatives", "aucune"
        return
    if counts.first and counts.last:
        same = counts.first == counts.last
        period = dates.date(counts.first) if same else f"du {dates.date(counts.first)} au {dates.date(counts.last)}"
        yield "Période", period
    if counts.longest_gap_days:
        yield "Plus long intervalle", words.count(counts.longest_gap_days, "jour")
    if counts.hours:
        yield "Heures entamées", f"{hours(counts.hours)} (heures où au moins une tentative est déclarée)"
    rows = sorted(counts.outcomes.items(), key=lambda item: (-item[1], item[0]))
    yield (
        "Résultats retenus",
        " ; ".join(f"{words.OUTCOMES.get(code, code)} : {words.thousands(n)}" for code, n in rows),
    )
    if counts.undated:
        yield "Sans heure déclarée", words.count(counts.undated, "tentative")
    yield "Contradictions", contradictions(numbered)


def _steps(steps: Sequence[StepView], numbered: Numbered) -> Iterator[tuple[str, Rich]]:
    if not steps:
        yield "Démarches", "aucune inscrite"
        return
    answered = sum(bool(view.step.answer) for view in steps)
    told = f"dont {words.thousands(answered)} avec réponse inscrite" if answered else "sans réponse inscrite"
    yield "Démarches", f"{words.thousands(len(steps))}, {told}"
    for view in steps[-_MOST_STEPS:]:
        yield f"Démarche n° {numbered.step_numbers[view.entry.index]}", _step(numbered, view)


def _step(numbered: Numbered, view: StepView) -> str:
    step, time = view.step, view.occurred_at
    kind = words.STEPS.get(step.step or "", "Démarche")
    day = "" if time is None or time.source == "now" else f", {dates.stated(numbered.case, time)}"
    to = f", à {_cut(step.recipient)}" if step.recipient else ""
    answer = f"réponse : {_cut(step.answer)}" if step.answer else "aucune réponse inscrite"
    return f"{kind}{day}{to} ; {answer}"


def _platform_dates(numbered: Numbered) -> Iterator[tuple[str, Rich]]:
    """The newest dates that the platform itself announced, with the exhibit that shows each."""
    found = [(number, fact) for number, fact in _facts(numbered) if fact.fact in _ANNOUNCED]
    if not found:
        yield "Lues sur les captures", "aucune"
        return
    for number, fact in found[-_MOST_DATES:]:
        yield _ANNOUNCED[fact.fact], f"« {_cut(fact.text)} » (pièce n° {number}, lecture automatique)"
    if len(found) > _MOST_DATES:
        yield "Autres", f"{words.thousands(len(found) - _MOST_DATES)}, dans les relevés des tentatives"


_ANNOUNCED = {
    "last_release": "Dernière mise en ligne",
    "reopening": "Réouverture annoncée",
    "platform_date": "Autre date affichée",
}


def _facts(numbered: Numbered) -> Iterator[tuple[int, Fact]]:
    for view in numbered.attempts:
        for exhibit in numbered.own(view):
            if exhibit.reading is not None:
                number = numbered.exhibit_numbers[exhibit.entry.index]
                yield from ((number, fact) for fact in exhibit.reading.reading.facts or ())


def _cut(text: str | None) -> str:
    return shortened(text, _LONGEST)
