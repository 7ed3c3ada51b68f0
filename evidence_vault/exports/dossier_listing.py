"""Every exhibit by its number, with what it is and to what it belongs: what a court looks for first."""

from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import Numbered
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import MM, Style
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.exports.exhibit_plan import items_of

LISTING = "Liste des pièces"
_ROW = Style(size=8.5, leading=11)
_COLUMNS = (Column("N°", 12 * MM, _ROW), Column("Pièce", 108 * MM, _ROW), Column("Fichier d’origine", 50 * MM, _ROW))


def listing(pages: Pages, numbered: Numbered) -> None:
    """The list of exhibits, in the order of their numbers, which is that in which they were recorded."""
    pages.section(LISTING, "listing", 60 * MM)
    items = items_of(numbered)
    if not items:
        pages.text("Aucune pièce n’est inscrite au registre.")
        return
    pages.text(
        "Les pièces sont numérotées dans l’ordre du registre : un numéro reste le même dans tout dossier établi plus "
        "tard. Leur date est celle de la tentative ou de la démarche, telle qu’elle est déclarée."
    )
    rows = (
        (str(numbered.exhibit_numbers[item.view.entry.index]), item.label, item.view.exhibit.name or words.UNKNOWN)
        for item in items
    )
    draw_table(pages, _COLUMNS, rows)
