"""Facts set beside the conditions of art. L. 521-3 CJA, each with the exhibits that show it.

The conditions are those that the article and the decisions of the annex name. Where the case holds nothing, that is
said; whether a condition is met is never said.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from evidence_vault.casefile import AttemptView, ExhibitView, StepView
from evidence_vault.circumstances import Circumstances, circumstances
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_numbers import numbers
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import GROUP, NOTE
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.windows import expiry_of, windows_of
from evidence_vault.words import Condition

CONDITIONS = "Faits en regard des conditions de l’article L. 521-3"
NOTHING = "rien au dossier"

TITLES: dict[Condition, str] = {
    "urgency": "Urgence",
    "utility": "Utilité de la mesure",
    "no_obstacle": "Absence d’obstacle à l’exécution d’une décision administrative",
}
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class BearingFact:
    """A fact beside a condition: what it is about, what the case holds, which exhibits show it (all in French)."""

    about: str
    held: str
    shown_by: str = ""


def conditions(pages: Pages, numbered: Numbered, made_at: dt.datetime) -> None:
    """The facts beside the three conditions, one table each."""
    pages.new_page()
    pages.heading(CONDITIONS, "conditions")
    pages.text(
        "Les faits du dossier sont rangés ici en regard des conditions que pose l’article L. 521-3 du code de justice "
        "administrative, avec les pièces qui les montrent. « (déclaré) » : selon l’usager. « Dates déclarées » : "
        "données par une personne, ou tirées d’un fichier ou de son nom ; la chronologie dit la source de chacune. Le "
        "dossier ne dit pas si une condition est remplie ; il appartient au juge de l’apprécier."
    )
    width = pages.width
    columns = (Column("Fait", width * 0.24), Column("Au dossier", width * 0.5), Column("Pièces", width * 0.26))
    for condition, facts in facts_by_condition(numbered, made_at):
        pages.text(TITLES[condition], GROUP, keep=80)
        draw_table(pages, columns, ((fact.about, fact.held, fact.shown_by or "—") for fact in facts))
    pages.text(
        "Une pièce figure en regard de la condition que la personne qui l’a remise a indiquée, sinon de celle à "
        "laquelle sa nature se rapporte d’ordinaire.",
        NOTE,
    )


def facts_by_condition(numbered: Numbered, made_at: dt.datetime) -> Iterator[tuple[Condition, list[BearingFact]]]:
    """What the case holds beside each condition; `made_at` (aware) is the day from which delays are counted."""
    found = circumstances(numbered.case)
    if numbered.of is not None:
        # Whatever is printed, offers are told: leaving them out is what the other side will look for.
        found = replace(found, with_date=circumstances(numbered.of.case).with_date)
    yield (
        "urgency",
        [*_urgency(numbered, made_at.astimezone(numbered.case.zone).date()), _documents(numbered, found, "urgency")],
    )
    yield "utility", [*_utility(numbered, found), _documents(numbered, found, "utility")]
    yield "no_obstacle", [_decision(numbered), _documents(numbered, found, "no_obstacle")]


def _urgency(numbered: Numbered, today: dt.date) -> Iterator[BearingFact]:
    case = numbered.case.case
    request = words.REQUESTS.get(case.request or "")
    yield BearingFact("Objet de la demande", f"{case.procedure} (déclaré)" if case.procedure else NOTHING)
    yield BearingFact("Nature de la demande", f"{request} (déclaré)" if request else NOTHING)
    yield BearingFact("Titre détenu", f"{case.title_held} (déclaré)" if case.title_held else NOTHING)
    expiry = expiry_of(case)
    if expiry is None:
        yield BearingFact("Échéance du titre", f"{case.title_expiry} (déclaré)" if case.title_expiry else NOTHING)
    else:
        yield BearingFact("Échéance du titre", f"{dates.date(expiry)} (déclaré), {_from(today, expiry)}")
    if (first := numbered.counts.first) is not None:
        yield BearingFact("Première tentative", f"{dates.date(first)} (date déclarée), {_from(today, first)}")
    for window in windows_of(case):
        days = [moment.date() for view in numbered.attempts if (moment := view.local_time(numbered.case.zone))]
        inside = sum(window.place(day) == "inside" for day in days)
        listed = "titre de la liste de l’art. R. 431-2" if window.listed else "titre hors de cette liste"
        yield BearingFact(
            "Période de dépôt (art. R. 431-5)",
            f"du {dates.date(window.opens)} au {dates.date(window.closes)} ({listed}, à vérifier par un avocat) : "
            f"{words.count(inside, 'tentative')} sur {words.thousands(len(days))} dans cette période, d’après les "
            "dates déclarées",
        )


def _from(today: dt.date, expiry: dt.date) -> str:
    days = (expiry - today).days
    if days == 0:
        return "le jour où ce dossier est établi"
    lasted = words.count(abs(days), "jour")
    return f"{lasted} après l’établissement du dossier" if days > 0 else f"{lasted} avant l’établissement du dossier"


def _utility(numbered: Numbered, found: Circumstances) -> Iterator[BearingFact]:
    case, counts = numbered.case.case, numbered.counts
    yield BearingFact("Rendez-vous par le site seul", _declared(case.online_only, "oui", "non, une autre voie existe"))
    spread = [
        words.count(len(counts.days), "jour distinct", "jours distincts"),
        words.count(len(counts.weeks), "semaine distincte", "semaines distinctes"),
    ]
    if counts.span_days:
        spread.append(f"{words.count(counts.span_days, 'jour')} de la première à la dernière")
    yield BearingFact(
        "Tentatives",
        _dated(numbered, " ; ".join(spread)) if counts.attempts else NOTHING,
    )
    yield _attempts(numbered, "Aucun créneau, ou fermeture annoncée", found.nothing_free, NOTHING)
    yield _attempts(numbered, "Parcours interrompu", found.interrupted)
    yield _attempts(numbered, "Avec créneau proposé ou rendez-vous obtenu", found.with_date)
    yield _attempts(numbered, "Résultat qui ne permet pas de le savoir", found.silent)
    yield _steps(numbered, "Démarches sans réponse inscrite", found.unanswered)
    yield _steps(numbered, "Démarches avec réponse", found.answered)
    yield BearingFact("Dossier de demande complet", _declared(case.file_ready, "oui", "non"))


def _decision(numbered: Numbered) -> BearingFact:
    held = _declared(
        numbered.case.case.prior_decision,
        "une décision de l’administration existe ; à examiner avec un avocat",
        "aucune décision défavorable connue",
    )
    return BearingFact("Décision déjà prise", held)


def _declared(value: bool | None, yes: str, no: str) -> str:  # the value is the subject
    return NOTHING if value is None else f"{yes if value else no} (déclaré)"


def _dated(numbered: Numbered, spread: str) -> str:
    """How many attempts, and over what: those without a date are not spread over anything."""
    counts = numbered.counts
    if counts.undated == counts.attempts:
        return f"{words.thousands(counts.attempts)}, sans date déclarée"
    more = f" ; {words.thousands(counts.undated)} sans date déclarée" if counts.undated else ""
    dated = words.thousands(counts.attempts - counts.undated)
    return f"{dated}, sur {spread} (dates déclarées){more}. {words.confirmed_dates(numbered.attempts)}"


def _attempts(numbered: Numbered, about: str, views: Sequence[AttemptView], otherwise: str = "aucune") -> BearingFact:
    if not views:
        return BearingFact(about, otherwise)
    own = [numbered.attempt_numbers[view.entry.index] for view in views]
    named = f"{words.count(len(views), 'tentative')} : {numbers(own)}"
    exhibits = [numbered.exhibit_numbers[one.entry.index] for view in views for one in view.exhibits]
    return BearingFact(about, named, _exhibits(exhibits))


def _steps(numbered: Numbered, about: str, views: Sequence[StepView]) -> BearingFact:
    if not views:
        return BearingFact(about, NOTHING if about.startswith("Démarches sans") else "aucune")
    own = [numbered.step_numbers[view.entry.index] for view in views]
    exhibits = [numbered.exhibit_numbers[one.entry.index] for view in views for one in view.exhibits]
    return BearingFact(about, f"{words.count(len(views), 'démarche')} : {numbers(own)}", _exhibits(exhibits))


def _documents(numbered: Numbered, found: Circumstances, condition: Condition) -> BearingFact:
    views: Sequence[ExhibitView] = found.documents[condition]
    if not views:
        return BearingFact("Autres pièces", NOTHING)
    own = [numbered.exhibit_numbers[view.entry.index] for view in views]
    named = " ; ".join(_named(view) for view in views[:_MOST_NAMED]) + (" ; …" if len(views) > _MOST_NAMED else "")
    return BearingFact("Autres pièces", named, _exhibits(own))


def _named(view: ExhibitView) -> str:
    return view.exhibit.label or words.DOCUMENTS.get(view.exhibit.document or "", "Document").lower()


def _exhibits(found: Iterable[int]) -> str:
    own = sorted(set(found))
    return f"{'pièce' if len(own) == 1 else 'pièces'} {numbers(own)}" if own else ""
