"""A short document about a case, made of the same pages as the dossier, without an archive inside."""

from collections.abc import Callable
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.exports.dossier_canvas import StreamedCanvas
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import register
from evidence_vault.exports.dossier_pages import Furniture, Pages
from evidence_vault.exports.dossier_styles import PORTRAIT

Draw = Callable[[Pages, DossierInput, Numbered], None]


def write_short(title: str, dossier: DossierInput, out: Path, draw: Draw) -> None:
    """Write to `out` the pages that `draw` draws, headed `title`; the same input gives the same bytes.

    A failure leaves an unfinished file at `out`: the caller gives a temporary path, and renames it.
    """
    register()
    case = dossier.case
    numbered = Numbered(case, dossier.attestations, first=dossier.first)
    identity = repr((title, case.id, dossier.size, dossier.root, dossier.made_at.isoformat())).encode()
    with out.open("wb") as file:
        canvas = StreamedCanvas(file, PORTRAIT, dossier.made_at, identity)
        canvas.setTitle(f"{title} — {case.case.applicant}" if case.case.applicant else title)
        canvas.setAuthor(case.case.operator or case.case.applicant or "")
        canvas.setSubject(" — ".join(part for part in (case.case.procedure, case.case.prefecture) if part))
        canvas.setCreator(f"evidence-vault {__version__}")
        furniture = Furniture(
            head_left=title,
            head_right=case.case.applicant or "",
            foot_left=f"dossier {case.id[:8]}",
            foot_right=f"registre : {dossier.root[:16]}…",
        )
        pages = Pages(canvas, furniture)
        draw(pages, dossier, numbered)
        pages.close()
        canvas.finish()
