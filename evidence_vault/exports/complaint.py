"""A complaint to the Défenseur des droits: who, which body, what happened, what was already tried, what is enclosed.

Two to four pages without the pictures, small enough for any form. No condition is said to be met, and no limit of the
form is stated, for none is known.
"""

from pathlib import Path

from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import DIGEST, GROUP, NOTE, Style
from evidence_vault.exports.dossier_tables import Column, draw_table
from evidence_vault.exports.exhibit_plan import items_of
from evidence_vault.exports.short_document import write_short
from evidence_vault.exports.told_facts import attempts_told, steps_told

COMPLAINT = "Saisine du Défenseur des droits"
_HEAD = Style(Face.BOLD, 18, 23, after=3)
_ROW = Style(size=8, leading=10)
_DOTS = "…………………………………………………………………………………………"


def write_complaint(dossier: DossierInput, out: Path) -> None:
    """Write the complaint to `out`."""
    write_short(COMPLAINT, dossier, out, _draw)


def _draw(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    pages.new_page(bare=True)
    pages.heading(COMPLAINT, "complaint", _HEAD)
    pages.text(
        "Projet établi par une partie à partir de son registre, à relire avant l’envoi. La saisine est gratuite ; elle "
        "se fait en ligne, par courrier ou auprès d’un délégué.",
        NOTE,
    )
    _parties(pages, numbered)
    pages.text("Faits", GROUP, keep=30)
    for sentence in attempts_told(numbered):
        pages.text(sentence)
    pages.text("Démarches déjà faites, et réponses", GROUP, keep=30)
    told = list(steps_told(numbered))
    for number, sentence in told:
        pages.text(f"{number}. {sentence}")
    if not told:
        pages.text("Aucune démarche hors de la plateforme n’est inscrite au registre.")
    pages.text("Conséquences pour la personne, et demande (à compléter)", GROUP, keep=60)
    for _ in range(4):
        pages.text(_DOTS)
    _enclosures(pages, dossier, numbered)
    pages.text("Des délais pour saisir un tribunal peuvent courir pendant ce temps : à vérifier avec un avocat.", NOTE)
    _signature(pages, numbered)


def _parties(pages: Pages, numbered: Numbered) -> None:
    case = numbered.case.case
    pages.text("Personne qui saisit", GROUP)
    born = f", naissance le {dates.typed_date(case.born)}" if case.born else ""
    pages.fact("Nom", f"{case.applicant or words.UNKNOWN}{born}")
    pages.fact("Nationalité", case.nationality or words.UNKNOWN)
    reached = " ; ".join(part for part in (case.address, case.email, case.phone) if part)
    pages.fact("Adresse de retour", reached or words.UNKNOWN)
    pages.fact("Registre tenu par", words.operator(case.operator, case.capacity))
    pages.text("Organisme mis en cause", GROUP)
    pages.fact("Préfecture", case.prefecture or words.UNKNOWN)
    request = words.REQUESTS.get(case.request or "")
    procedure = case.procedure or words.UNKNOWN
    pages.fact("Objet de la demande", f"{procedure} ({request})" if request else procedure)
    platforms = sorted({view.attempt.platform for view in numbered.attempts if view.attempt.platform})
    pages.fact("Plateforme", " ; ".join(platforms) or words.UNKNOWN)


def _enclosures(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    pages.text("Pièces à joindre", GROUP, keep=60)
    items = items_of(numbered)
    if not items:
        pages.text("Aucune pièce n’est inscrite au registre.")
    else:
        width = pages.width
        columns = (
            Column("N°", width * 0.07, _ROW),
            Column("Pièce", width * 0.73, _ROW),
            Column("Taille de l’original", width * 0.2, _ROW),
        )
        rows = (
            (str(numbered.exhibit_numbers[item.view.entry.index]), item.label, words.size(item.view.exhibit.size))
            for item in items
        )
        draw_table(pages, columns, rows)
    pages.text(
        "Les originaux ne sont pas joints à ce fichier : ils sont dans l’archive de preuve, et en PDF numérotés dans "
        "le dossier de pièces, sous les mêmes numéros.",
        NOTE,
    )
    pages.fact("Racine du registre", dossier.root, DIGEST)


def _signature(pages: Pages, numbered: Numbered) -> None:
    pages.need(60)
    pages.text("Signature", GROUP)
    pages.fact("Nom", numbered.case.case.applicant or _DOTS[:30])
    for label in ("Fait à, le", "Signature"):
        pages.fact(label, _DOTS[:40])
