"""One page for an employer or an identity check: that steps were taken, and what this page is not."""

from collections.abc import Iterator
from pathlib import Path

from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import DIGEST, GROUP, MM, NOTE, Style
from evidence_vault.exports.dossier_synthesis import figures
from evidence_vault.exports.dossier_text import shortened
from evidence_vault.exports.justification import warning
from evidence_vault.exports.short_document import write_short
from evidence_vault.windows import expiry_of

CARD = "Relevé de démarches à présenter"
_HEAD = Style(Face.BOLD, 20, 26, after=3)
_SHORT = 120


def write_card(dossier: DossierInput, out: Path) -> None:
    """Write the card to `out`: one page, without address, e-mail, telephone or any attempt told by itself."""
    write_short(CARD, dossier, out, _draw)


def _draw(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    pages.new_page(bare=True)
    pages.heading(CARD, "card", _HEAD)
    pages.text("Relevé établi par la personne concernée, ou pour elle, et non par l’administration.", NOTE)
    pages.space(3 * MM)
    warning(pages)
    pages.space(3 * MM)
    for label, value in _who(numbered):
        pages.fact(label, value)
    pages.text("Démarches relevées, d’après les heures déclarées", GROUP)
    figures(pages, numbered)
    for label, value in _what(numbered):
        pages.fact(label, value)
    pages.text("Comment vérifier", GROUP)
    pages.text(
        "Ce relevé est tiré d’un registre signé et chaîné. La personne qui le présente peut remettre le dossier de "
        "preuve qui porte la même racine, ou un dossier plus récent qui l’étend ; il se vérifie sans elle."
    )
    for label, rich in attested.summary(numbered):
        pages.fact(label, rich)
    made = dates.local(dossier.made_at.astimezone(numbered.case.zone))
    pages.fact("Établi le", f"{made}, horloge de l’appareil, à {words.count(dossier.size, 'inscription')}")
    pages.fact("Racine du registre", dossier.root, DIGEST)


def _who(numbered: Numbered) -> Iterator[tuple[str, str]]:
    case = numbered.case.case
    born = f", naissance le {dates.typed_date(case.born)}" if case.born else ""
    yield "Personne concernée", f"{_cut(case.applicant) or words.UNKNOWN}{born}"
    yield "Nationalité", _cut(case.nationality) or words.UNKNOWN
    yield "Préfecture", _cut(case.prefecture) or words.UNKNOWN
    yield "Objet de la demande", _cut(case.procedure) or words.UNKNOWN
    if case.title_held:
        expiry = expiry_of(case)
        ends = f", échéance le {dates.date(expiry)}" if expiry else ""
        yield "Titre détenu, selon elle", f"{_cut(case.title_held)}{ends}"


def _what(numbered: Numbered) -> Iterator[tuple[str, str]]:
    counts = numbered.counts
    if counts.first and counts.last:
        one = counts.first == counts.last
        whole = f"du {dates.date(counts.first)} au {dates.date(counts.last)}"
        yield "Période", f"le {dates.date(counts.first)}" if one else whole
    yield "Autres démarches", words.thousands(counts.steps)
    rows = sorted(counts.outcomes.items(), key=lambda item: (-item[1], item[0]))
    found = " ; ".join(f"{words.OUTCOMES.get(code, code)} : {words.thousands(number)}" for code, number in rows)
    yield "Résultats retenus", found or "aucun"
    if numbered.attempts:
        yield "Confirmation", f"{words.confirmed_results(numbered.attempts)} {words.confirmed_dates(numbered.attempts)}"


def _cut(text: str | None) -> str:
    return shortened(text, _SHORT)
