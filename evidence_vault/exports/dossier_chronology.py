"""The chronology: every attempt on one line, with the page of its sheet."""

from collections.abc import Iterator, Sequence

from evidence_vault.casefile import AttemptView
from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered, attempt_key
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import MM, VALUE
from evidence_vault.exports.dossier_tables import Cell, Column, PageOf, draw_table

_LONGEST_URL = 44
"""The whole address is on the sheet of the attempt."""


def chronology(pages: Pages, numbered: Numbered) -> None:
    """The attempts by declared time."""
    pages.section("Chronologie", "chronology", 75 * MM)
    pages.text(
        "Les tentatives dans l’ordre des heures déclarées ; à côté, l’intervalle que des tiers attestent, s’il y en a "
        "un, "
        f"dans {dates.zone(numbered.case)} (source et portée de chaque borne sur le relevé). « Pièces » donne les "
        "numéros des captures ; « lisible » est l’appréciation de la dernière lecture automatique, que l’image permet "
        "de contrôler (— : aucune capture propre à cette tentative). Chaque tentative a son relevé, suivi de ses "
        "captures imprimées entières, aussi grandes que la page le permet."
    )
    if not numbered.attempts:
        pages.text("Aucune tentative n’a été relevée dans ce registre.")
        return
    for line in _counts(numbered):
        pages.text(line, VALUE)
    pages.space(4)
    draw_table(pages, _COLUMNS, _rows(numbered))


def _counts(numbered: Numbered) -> Iterator[str]:
    """The counts as declared and as bounded, above the lines that they count."""
    counts, bounded = numbered.counts, numbered.bounded
    yield (
        f"D’après les heures déclarées : {words.count(len(counts.days), 'jour distinct', 'jours distincts')}, "
        f"{words.count(len(counts.weeks), 'semaine distincte', 'semaines distinctes')}"
        f"{_lasting(counts.span_days)}."
    )
    if not bounded.attempts:
        yield "D’après les tiers : aucune borne à ce jour."
        return
    they = "elles ont été inscrites" if bounded.attempts > 1 else "elle a été inscrite"
    supposing = f"et, si {they} sur-le-champ comme l’opérateur le dit, " if attested.supposed(numbered) else ""
    yield (
        f"{attested.according_to(numbered)} : inscription de {words.count(bounded.attempts, 'tentative')} attestée ; "
        f"{supposing}au moins {words.count(bounded.days, 'jour distinct', 'jours distincts')}, "
        f"{words.count(bounded.weeks, 'semaine distincte', 'semaines distinctes')}{_lasting(bounded.span_days)}."
    )


def _lasting(days: int) -> str:
    return f", {words.count(days, 'jour')} entre la première et la dernière" if days else ""


_COLUMNS = (
    Column("N°", 8 * MM),
    Column("Heure déclarée et source", 31 * MM),
    Column("Attesté par des tiers", 33 * MM),
    Column("Plateforme et adresse", 33 * MM),
    Column("Résultat", 32 * MM),
    Column("Pièces", 13 * MM),
    Column("Lisible", 11.5 * MM),
    Column("Page", 8.5 * MM),
)


def _rows(numbered: Numbered) -> Iterator[Sequence[Cell]]:
    for view in numbered.attempts:
        number = numbered.attempt_numbers[view.entry.index]
        yield (
            str(number),
            _when(numbered, view),
            attested.column(numbered, view),
            _where(view),
            f"{words.outcome(view)}\n{words.confirmation(view)}",
            "\n".join(_exhibits(numbered, view)) or "aucune",
            _legible(numbered, view),
            PageOf(attempt_key(number), f"Relevé de la tentative n° {number}"),
        )


def _when(numbered: Numbered, view: AttemptView) -> str:
    time = view.occurred_at
    if time is None:
        return "heure non déclarée"
    source = words.TIME_SOURCES.get(time.source, time.source)
    return f"{dates.declared(numbered.case, time)}\n{source}"


def _where(view: AttemptView) -> str:
    url = (view.attempt.url or "").removeprefix("https://").removeprefix("http://")
    shown = url if len(url) <= _LONGEST_URL else f"{url[:_LONGEST_URL]}…"
    return "\n".join(part for part in (view.attempt.platform, shown) if part) or words.UNKNOWN


def _exhibits(numbered: Numbered, view: AttemptView) -> Iterator[str]:
    for exhibit in view.exhibits:
        number = str(numbered.exhibit_numbers[exhibit.entry.index])
        before = numbered.produced_before(view.entry, exhibit)
        yield number if before is None else f"{number}, déjà produite pour {before}"


def _legible(numbered: Numbered, view: AttemptView) -> str:
    own = numbered.own(view)
    if not own:
        return "—"
    if not any(exhibit.readings for exhibit in own):
        return "non lue"
    return "oui" if any(exhibit.legible for exhibit in own) else "NON"
