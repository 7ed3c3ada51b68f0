"""What the pictures of an attempt show, set beside what is recorded: both values, and what was found of them."""

from collections.abc import Iterator

from evidence_vault.casefile import AttemptView
from evidence_vault.contradiction_words import sentences
from evidence_vault.contradictions import Comparison, Recorded, compare
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import GROUP, MM
from evidence_vault.exports.dossier_tables import Cell, Column, draw_table
from evidence_vault.i18n import render
from evidence_vault.labels import FACTS, RECORDED

TITLE = "Ce que montrent les captures, en regard de ce qui est inscrit"
_COLUMNS = (
    Column("Montré par la capture, lu par la machine", 55 * MM),
    Column("Inscrit au registre", 50 * MM),
    Column("Comparaison", 65 * MM),
)


def shown_beside(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    """The table of an attempt; nothing where its pictures show nothing that the ledger has a word on."""
    found = compare(view, numbered.timeline, numbered.case.zone)
    if found:
        pages.text(TITLE, GROUP, keep=40)
        draw_table(pages, _COLUMNS, _rows(numbered, found))


def _rows(numbered: Numbered, found: tuple[Comparison, ...]) -> Iterator[tuple[Cell, Cell, Cell]]:
    """One row for each difference, then one for all that agrees with a fact."""
    for first in dict.fromkeys((one.exhibit, one.fact) for one in found):
        of_fact = [one for one in found if (one.exhibit, one.fact) == first]
        agreeing = [one for one in of_fact if one.verdict == "agrees"]
        differing = [[one] for one in of_fact if one.verdict != "agrees"]
        for group in differing + ([agreeing] if agreeing else []):
            recorded = " ; ".join(_recorded(numbered, one.recorded) for one in group)
            yield _shown(numbered, group[0]), recorded, _said(group[0])


def _shown(numbered: Numbered, found: Comparison) -> Cell:
    fact = found.fact
    label = render(FACTS[fact.fact], "fr").capitalize()
    sure = f", confiance annoncée : {fact.confidence} %" if fact.confidence is not None else ""
    return f"{label} : « {fact.text} » (pièce n° {numbered.exhibit_numbers[found.exhibit]}{sure})"


def _recorded(numbered: Numbered, recorded: Recorded) -> str:
    value = recorded.address or ""
    if recorded.moment is not None:
        moment = dates.ceiling(recorded.moment) if recorded.against == "attested" else recorded.moment
        local = moment.astimezone(numbered.case.zone)
        value = dates.date(local) if recorded.precision == "day" else dates.local(local, recorded.precision)
    return f"{render(RECORDED[recorded.against], 'fr')} : {value} (inscription n° {recorded.entry})"


def _said(found: Comparison) -> Cell:
    first, *others = (render(sentence, "fr") for sentence in sentences(found))
    if found.verdict == "agrees":
        return first
    return ((Face.BOLD, first), (Face.REGULAR, "".join(f" {other}" for other in others)))
