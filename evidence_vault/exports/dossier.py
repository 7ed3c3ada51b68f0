"""The dossier: one case as a PDF that a court can read on paper, with the archive that proves it inside.

Written from the first page to the last in one pass, each picture taken from its original when its page comes: memory
does not grow with the pages. The same input gives the same bytes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.casefile import ExhibitView
from evidence_vault.exports import dossier_annexes as annexes
from evidence_vault.exports.checked import ARCHIVE
from evidence_vault.exports.dossier_alike import ALIKE, alike
from evidence_vault.exports.dossier_attested import PROOFS, proofs
from evidence_vault.exports.dossier_calendar import calendar
from evidence_vault.exports.dossier_canvas import StreamedCanvas
from evidence_vault.exports.dossier_case import NAME, DossierInput, Numbered, month_key
from evidence_vault.exports.dossier_chronology import chronology
from evidence_vault.exports.dossier_conditions import CONDITIONS, conditions
from evidence_vault.exports.dossier_document import Attachment
from evidence_vault.exports.dossier_fonts import register
from evidence_vault.exports.dossier_front import Section, contents, cover
from evidence_vault.exports.dossier_heat import heat
from evidence_vault.exports.dossier_limits import LIMITS, limits
from evidence_vault.exports.dossier_listing import LISTING, listing
from evidence_vault.exports.dossier_origin import ORIGINS, origins
from evidence_vault.exports.dossier_pages import Furniture, Pages
from evidence_vault.exports.dossier_papers import documents, steps
from evidence_vault.exports.dossier_sheets import attempt_sheet, readings
from evidence_vault.exports.dossier_styles import PORTRAIT
from evidence_vault.exports.dossier_summary import SUMMARY, summary
from evidence_vault.exports.dossier_synthesis import synthesis
from evidence_vault.exports.dossier_technical import TECHNICAL, technical
from evidence_vault.exports.printed import PrintedPicture

__all__ = ["DossierInput", "write_dossier"]


def write_dossier(
    dossier: DossierInput, out: Path, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> tuple[PrintedPicture, ...]:
    """Write the dossier to `out`, whole; `progress` is called with the attempts printed and how many there are.

    Returns what stands on its pages of the pictures, in the order of the pages.

    Raises `ExportError` where an original is not the one that was recorded. A failure leaves an unfinished file at
    `out`: the caller gives a temporary path, and renames it.
    """
    register()
    whole = Numbered(dossier.whole, dossier.attestations, first=dossier.first) if dossier.whole is not None else None
    numbered = Numbered(dossier.case, dossier.attestations, whole, first=dossier.first)
    with out.open("wb") as file:
        canvas = StreamedCanvas(file, PORTRAIT, dossier.made_at, _identity(dossier))
        _describe(canvas, dossier)
        pages = Pages(canvas, _furniture(dossier))
        cover(pages, dossier, numbered)
        summary(pages, dossier, numbered)
        contents(pages, list(_sections(numbered)))
        conditions(pages, numbered, dossier.made_at)
        synthesis(pages, numbered)
        calendar(pages, numbered)
        heat(pages, numbered)
        chronology(pages, numbered)
        listing(pages, numbered)
        _sheets(pages, dossier, numbered, progress)
        steps(pages, dossier, numbered)
        documents(pages, dossier, numbered)
        origins(pages, dossier, numbered)
        alike(pages, dossier, numbered)
        annexes.law(pages, numbered)
        limits(pages, dossier, numbered)
        proofs(pages, numbered)
        technical(pages, numbered)
        annexes.verification(pages, dossier, numbered)
        annexes.consistency(pages, dossier)
        annexes.glossary(pages)
        annexes.signatures(pages, numbered)
        pages.close()
        if dossier.bundle is not None:
            description = "Archive de preuve : registre, signatures, points de contrôle, contremarques, pièces"
            canvas.attach(Attachment(dossier.bundle, ARCHIVE, "application/zip", description))
        canvas.finish()
    return tuple(pages.printed)


def _sections(numbered: Numbered) -> Iterator[Section]:
    yield Section(SUMMARY, "summary")
    yield Section(CONDITIONS, "conditions")
    yield Section("Synthèse", "synthesis")
    yield Section("Calendrier des tentatives", "calendar")
    yield Section("Chronologie", "chronology")
    yield Section(LISTING, "listing")
    if numbered.attempts:
        yield Section("Relevés des tentatives, par mois déclaré", "sheets")
    for title, views in numbered.months:
        first, last = views[0][0], views[-1][0]
        named = f"tentative n° {first}" if first == last else f"tentatives n° {first} à {last}"
        yield Section(f"{title} : {named}", month_key(first), 1)
    yield Section("Autres démarches", "steps")
    yield Section("Autres pièces", "documents")
    yield Section(ORIGINS, "origins")
    yield Section(ALIKE, "alike")
    yield Section("Textes et décisions cités", "law")
    yield Section(LIMITS, "limits")
    yield Section(PROOFS, "proofs")
    yield Section(TECHNICAL, "technical")
    yield Section(annexes.VERIFICATION, "verification")
    yield Section("Glossaire", "glossary")
    yield Section("Déclaration et signatures", "signatures")


def _sheets(pages: Pages, dossier: DossierInput, numbered: Numbered, progress: Callable[[int, int], None]) -> None:
    total, done = len(numbered.attempts), 0
    left: list[ExhibitView] = []
    for title, views in numbered.months:
        for place, (number, view) in enumerate(views):
            pages.new_page()
            done += 1
            if done == 1:
                pages.canvas.mark("sheets", "Relevés des tentatives")
            if place == 0:
                pages.canvas.mark(month_key(number), title, 1)
            with pages.canvas.element("Sect"):  # what it holds is written with its last page, and leaves memory
                left.extend(attempt_sheet(pages, dossier, numbered, number, view))
            progress(done, total)
    readings(pages, numbered, left)


def _furniture(dossier: DossierInput) -> Furniture:
    case = dossier.case
    return Furniture(
        head_left=f"Pièce n° {dossier.heading.number} — {NAME}" if dossier.heading.number else NAME,
        head_right=case.case.applicant or "",
        foot_left=f"dossier {case.id[:8]}",
        foot_right=f"registre de {dossier.size} inscriptions" if dossier.size > 1 else "registre d’une inscription",
    )


def _describe(canvas: StreamedCanvas, dossier: DossierInput) -> None:
    case = dossier.case.case
    canvas.setTitle(f"{NAME} — {case.applicant}" if case.applicant else NAME)
    canvas.setAuthor(case.operator or case.applicant or "")
    canvas.setSubject(" — ".join(part for part in (case.procedure, case.prefecture) if part))
    canvas.setCreator(f"evidence-vault {__version__}")


def _identity(dossier: DossierInput) -> bytes:
    parts = (dossier.case.id, dossier.size, dossier.root, dossier.made_at.isoformat(), dossier.bundle_sha256)
    return repr(parts).encode()
