"""The first pages: cover and table of contents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_vault.exports import dossier_attested as attested
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import NAME, DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_limits import LIMITS
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_selection import redactions_told, selection_told
from evidence_vault.exports.dossier_styles import DIGEST, GREY, MM, TITLE, Style
from evidence_vault.signing.public import fingerprint
from evidence_vault.words import Capacity

_SUBTITLE = Style(size=13, leading=18, after=4, ink=GREY)
_LETTERHEAD = Style(size=9, leading=12, after=0, ink=GREY)
_NAME = Style(Face.BOLD, 19, 25, after=6)
_ENTRY = Style(size=11, leading=19)
_SUB_ENTRY = Style(size=9.5, leading=14.5)
_BOXED = Style(size=9, leading=12)


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents."""

    title: str
    key: str
    level: int = 0


def cover(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Who, what, when, by whom recorded, and what the ledger is."""
    case = dossier.case.case
    pages.new_page(bare=True)
    pages.canvas.mark("cover", "Page de garde")
    _filed(pages, dossier)
    pages.text(NAME.replace(" des ", "\ndes "), TITLE)
    kept_by = _KEPT_BY[case.capacity] if case.capacity else "par une partie"
    pages.text(f"Relevé d’une partie, tiré d’un registre signé et chaîné tenu {kept_by}", _SUBTITLE)
    pages.space(7 * MM)
    pages.rule(1.2, 0)
    pages.space(7 * MM)
    pages.text(case.applicant or f"Demandeur : {words.UNKNOWN}", _NAME)
    born = f"le {dates.typed_date(case.born)}" if case.born else words.UNKNOWN
    pages.fact("Naissance", f"{born} — {case.birthplace}" if case.birthplace else born)
    pages.fact("Nationalité", case.nationality or words.UNKNOWN)
    if case.agdref:
        pages.fact("Numéro étranger (AGDREF)", case.agdref)
    reached = " ; ".join(part for part in (case.address, case.email, case.phone) if part)
    if reached:
        pages.fact("Adresse, courriel, téléphone", reached)
    pages.fact("Préfecture", case.prefecture or words.UNKNOWN)
    request = words.REQUESTS.get(case.request or "")
    procedure = case.procedure or words.UNKNOWN
    pages.fact("Objet de la demande", f"{procedure} ({request})" if request else procedure)
    if case.title_held:
        expiry = f", échéance le {dates.typed_date(case.title_expiry)}" if case.title_expiry else ""
        pages.fact("Titre détenu, selon l’usager", f"{case.title_held}{expiry}")
    if case.on_r431_2_list is not None:
        listed = "le titre y figure" if case.on_r431_2_list else "le titre n’y figure pas"
        pages.fact("Liste de l’art. R. 431-2", f"{listed}, selon l’usager (CESEDA, demandes par téléservice)")
    pages.space(5 * MM)
    _left_out(pages, dossier, numbered)
    pages.fact("Tentatives relevées", _span(numbered))
    pages.fact("Résultats retenus", _signs(numbered))
    shown, legible = numbered.pictures
    pages.fact(
        "Captures lisibles",
        f"{legible} sur {shown}, selon la lecture automatique{_unread(numbered)}" if shown else "aucune capture",
    )
    if dossier.heading.counsel:
        pages.fact("Avocat", dossier.heading.counsel)
    pages.fact("Registre tenu par", words.operator(case.operator, case.capacity))
    made = dates.local(dossier.made_at.astimezone(dossier.case.zone))
    pages.fact("Dossier établi le", f"{made}, horloge de l’appareil")
    pages.fact("Fuseau horaire", f"{dossier.case.zone.key}, sauf mention contraire")
    if dossier.earlier is not None:
        covered = words.count(dossier.earlier.size, "inscription")
        entry = dossier.earlier.index
        pages.fact("Dossier antérieur", f"établi à {covered} (inscription n° {entry} du registre), que celui-ci étend")
    _ledger(pages, dossier, numbered)
    pages.space(6 * MM)
    pages.boxed(lambda: pages.text(_READING, _BOXED), 24 * MM)


def _left_out(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """What is not printed, or not shown, before any figure."""
    if told := selection_told(dossier):
        pages.fact("Sélection", ((Face.BOLD, told),))
    if redacted := redactions_told(numbered):
        pages.fact("Occultations", ((Face.BOLD, f"{redacted} ; voir le chapitre « {LIMITS} »."),))


def _filed(pages: Pages, dossier: DossierInput) -> None:
    """What whoever files it puts at its head."""
    for line in dossier.heading.letterhead:
        pages.text(line, _LETTERHEAD)
    pages.space(8 * MM - min(len(dossier.heading.letterhead), 2) * 4 * MM)
    if dossier.heading.number:
        pages.text(f"Pièce n° {dossier.heading.number}", _NAME)


def _ledger(pages: Pages, dossier: DossierInput, numbered: Numbered) -> None:
    """Which ledger it is drawn from, and how its times are attested."""
    pages.space(5 * MM)
    pages.fact("Registre", f"{words.count(dossier.size, 'inscription')}, identifiant {dossier.case.id}")
    pages.fact("Racine du registre", dossier.root, DIGEST)
    pages.fact("Empreinte de la clé", fingerprint(dossier.public_key), DIGEST)
    for label, value in attested.summary(numbered):
        pages.fact(label, value)


_KEPT_BY: dict[Capacity, str] = {
    "applicant": "par l’usager",
    "helper": "pour elle par un aidant",
    "delegate": "pour elle par un délégué",
    "lawyer": "pour elle par un avocat",
}

_READING = (
    "Ce dossier est le relevé d’une partie : l’usager ou la personne qui l’aide l’a établi, et aucun tiers n’a "
    "vérifié les faits qu’il rapporte. Le registre dont il est tiré permet de vérifier que rien n’y a été modifié "
    "depuis la signature ; il ne prouve par lui-même ni l’exactitude des heures déclarées, ni l’identité de leur "
    "auteur. Ses limites sont exposées au chapitre « Ce que ce dossier ne prouve pas »."
)


def _signs(numbered: Numbered) -> str:
    """How many attempts each sign of the calendar stands for."""
    found = Counter(words.sign_of(view.outcome) for view in numbered.attempts)
    shown = (f"{meaning} : {words.thousands(found[sign])}" for sign, (meaning, _) in words.SIGNS.items() if found[sign])
    return " ; ".join(shown) or "aucun"


def _unread(numbered: Numbered) -> str:
    return f" ({words.count(numbered.unread, 'non lue', 'non lues')})" if numbered.unread else ""


def _span(numbered: Numbered) -> str:
    counts = numbered.counts
    text = words.count(counts.attempts, "tentative")
    if counts.first is None or counts.last is None:
        return f"{text}, sans date déclarée" if counts.attempts else text
    others = "" if not counts.undated else f" dont {words.thousands(counts.undated)} sans date déclarée ; les autres"
    if counts.first == counts.last:
        return f"{text},{others} le {dates.date(counts.first)} (date déclarée)"
    return f"{text},{others} du {dates.date(counts.first)} au {dates.date(counts.last)} (dates déclarées)"


def contents(pages: Pages, sections: Sequence[Section]) -> None:
    """The table of contents; every line leads to its page."""
    pages.new_page()
    pages.heading("Table des matières", "contents")
    with pages.canvas.element("TOC"):
        for section in sections:
            with pages.canvas.element("TOCI"), pages.canvas.element("Reference"):
                _entry(pages, section)


def _entry(pages: Pages, section: Section) -> None:
    style = _SUB_ENTRY if section.level else _ENTRY
    pages.need(style.leading)
    indent = 7 * MM * section.level
    (title,) = pages.lines(section.title, style, pages.width)[:1]
    start = pages.left + indent + title.width + 4
    end = pages.right - 10 * MM
    pages.canvas.setStrokeGray(GREY)
    pages.canvas.setLineWidth(0.6)
    pages.canvas.setDash([0.6, 3.2])
    if end > start:
        pages.canvas.line(start, pages.y - style.size, end, pages.y - style.size)
    pages.canvas.setDash([])
    with pages.canvas.leaf("Link"):
        pages.at(section.title, pages.left + indent, pages.y, pages.width - indent - 14 * MM, style)
        pages.page_reference(section.key, pages.left + indent, pages.width - indent, style, section.title)
    pages.y -= style.leading
