"""The folder of numbered exhibits that is filed with a court: one PDF each, and the inventory that matches them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.casefile import AttemptView, StepView
from evidence_vault.exports import carried_pages
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_attested import upper
from evidence_vault.exports.dossier_canvas import StreamedCanvas
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_exhibits import describe
from evidence_vault.exports.dossier_fonts import register
from evidence_vault.exports.dossier_pages import NOTE, OCR, PORTRAIT, SHEET, VALUE, Furniture, Pages, Style
from evidence_vault.exports.dossier_prints import exhibit_pages
from evidence_vault.exports.exhibit_names import file_name
from evidence_vault.exports.exhibit_plan import Item, PlannedFile, items_of, planned
from evidence_vault.exports.inventory import Listed, write_csv, write_inventory

_QUOTED = Style(size=VALUE.size, leading=VALUE.leading, after=VALUE.after, verbatim=True)
_LONGEST_TEXT = 200_000
"""Octets of a text file beyond which it is not printed."""


@dataclass(frozen=True, slots=True)
class Filing:
    """How exhibits are to be filed."""

    first: int = 1
    prefix: str = ""
    series: bool = False
    most_bytes: int = 32_000_000
    """Of one file; « 32 Mo » is what Télérecours citoyens has stated, on an undated page."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What was made: the exhibits as the inventory lists them, and the names of files larger than was asked for."""

    listed: tuple[Listed, ...]
    too_large: tuple[str, ...]
    csv_sha256: str


@dataclass
class _Writer:
    dossier: DossierInput
    numbered: Numbered
    filing: Filing
    folder: Path
    listed: list[Listed] = field(default_factory=list)
    too_large: list[str] = field(default_factory=list)


def write_exhibits(
    dossier: DossierInput, folder: Path, filing: Filing, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Filed:
    """Write the exhibits of a case and their inventory into `folder`, which is there and empty.

    The same input gives the same bytes. Raises `ExportError` where an original is not the one that was recorded; the
    caller then takes the folder away.
    """
    register()
    numbered = Numbered(dossier.case, dossier.attestations)
    writer = _Writer(dossier, numbered, filing, folder)
    files = planned(items_of(numbered), first=filing.first, series=filing.series, most_bytes=filing.most_bytes)
    digits = max(2, len(str(filing.first + len(files) - 1)))
    for done, planned_file in enumerate(files, start=1):
        name = file_name(planned_file.number, planned_file.name, prefix=filing.prefix, digits=digits)
        _write_file(writer, planned_file, name)
        progress(done, len(files))
    csv = write_csv(folder, writer.listed)
    write_inventory(dossier, folder, writer.listed)
    return Filed(tuple(writer.listed), tuple(writer.too_large), csv)


def _write_file(writer: _Writer, planned_file: PlannedFile, name: str) -> None:
    path, case = writer.folder / name, writer.dossier.case.case
    identity = repr((writer.dossier.case.id, writer.dossier.root, name, writer.dossier.made_at.isoformat())).encode()
    with path.open("wb") as file:
        canvas = StreamedCanvas(file, PORTRAIT, writer.dossier.made_at, identity)
        canvas.setTitle(f"Pièce n° {planned_file.number} — {planned_file.label}")
        canvas.setAuthor(case.operator or case.applicant or "")
        canvas.setSubject(" — ".join(part for part in (case.procedure, case.prefecture) if part))
        canvas.setCreator(f"evidence-vault {__version__}")
        pages = Pages(canvas, _furniture(writer, planned_file.called(1)))
        firsts = [
            _item(writer, pages, item, planned_file.called(place))
            for place, item in enumerate(planned_file.items, start=1)
        ]
        pages.close()
        total = canvas.getPageNumber() - 1
        canvas.finish()
    carried = _carry(writer, path, planned_file)
    size, digest = path.stat().st_size, _digest(path)
    if size > writer.filing.most_bytes:
        writer.too_large.append(name)
    for place, (item, first) in enumerate(zip(planned_file.items, firsts, strict=True), start=1):
        after = firsts[place] if place < len(firsts) else total + 1
        count = after - first + (carried if place == len(firsts) else 0)
        writer.listed.append(
            Listed(
                planned_file.called(place), item.label, name, first, count, size, digest,
                item.view.entry.index, item.view.exhibit.sha256 or "",
            )
        )  # fmt: skip


def _furniture(writer: _Writer, called: str) -> Furniture:
    case = writer.dossier.case
    return Furniture(
        head_left=f"Pièce n° {called}",
        head_right=case.case.applicant or "",
        foot_left=f"dossier {case.id[:8]}",
        foot_right=f"registre : {writer.dossier.root[:16]}…",
    )


def _item(writer: _Writer, pages: Pages, item: Item, called: str) -> int:
    """One exhibit: its sheet, then its picture; returns the page on which it begins."""
    numbered, view = writer.numbered, item.view
    pages.furnish(_furniture(writer, called))
    pages.new_page()
    first: int = pages.canvas.getPageNumber()
    pages.heading(f"Pièce n° {called}", f"exhibit-{called}", SHEET)
    pages.text(item.label)
    pages.rule(0.8, 0)
    pages.space(4)
    match item.owner:
        case AttemptView() as attempt:
            _attempt(pages, numbered, attempt)
        case StepView() as step:
            _step(pages, numbered, step)
        case None:
            pass
    pages.fact("Attesté : pas après", upper(numbered, view.entry))
    describe(pages, numbered, view)
    pages.fact("Inscription au registre", f"n° {view.entry.index}")
    pages.text(
        "Le numéro de pièce ci-dessus, quand il diffère, est celui du dossier de preuve. La présente feuille est "
        "établie par la partie ; l’original est conservé sans modification sous l’empreinte indiquée.",
        NOTE,
    )
    if view.exhibit.width is not None:
        exhibit_pages(pages, writer.dossier, numbered, view, item.label, called)
    else:
        _text(writer, pages, item)
    return first


def _attempt(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    case = numbered.case.case
    pages.fact("Demandeur", case.applicant or words.UNKNOWN)
    pages.fact("Préfecture et objet", " — ".join(x for x in (case.prefecture, case.procedure) if x) or words.UNKNOWN)
    pages.fact("Opérateur", words.operator(view.attempt.operator, view.attempt.capacity))
    pages.fact("Heure déclarée", words.declared(numbered.case, view.occurred_at, weekday=True))
    if view.occurred_at is not None:
        pages.fact("Source de cette heure", words.TIME_SOURCES.get(view.occurred_at.source, view.occurred_at.source))
    pages.fact("Adresse (URL)", view.attempt.url or words.UNKNOWN, _QUOTED)
    pages.fact("Résultat retenu", f"{words.outcome(view)} ({words.confirmation(view)})")


def _step(pages: Pages, numbered: Numbered, view: StepView) -> None:
    step = view.step
    time = step.occurred_at
    unsaid = time is None or time.source == "now"
    pages.fact("Date de la démarche", "non indiquée" if unsaid else words.stated(numbered.case, time, weekday=True))
    for label, value in (("Destinataire", step.recipient), ("Référence", step.reference), ("Objet", step.summary)):
        if value:
            pages.fact(label, value)
    pages.fact("Réponse", step.answer or "aucune réponse inscrite à ce jour")


def _text(writer: _Writer, pages: Pages, item: Item) -> None:
    """What can be shown of an exhibit that is no picture: a plain text whole, else where the original is."""
    exhibit = item.view.exhibit
    data = writer.dossier.original(exhibit.sha256) if exhibit.sha256 else None
    if data is None:
        pages.text("L’original n’est plus conservé.", NOTE)
    elif exhibit.media_type == "application/pdf":
        pages.text("Les pages de l’original suivent, en copie ; seul leur numéro de pièce y a été ajouté.", NOTE)
    elif (exhibit.media_type or "").startswith("text/") and len(data) <= _LONGEST_TEXT:
        pages.text("Texte de l’original :", NOTE)
        for line in data.decode("utf-8", "replace").splitlines():
            pages.text(line or " ", OCR)
    else:
        pages.text(
            "Ce format ne s’imprime pas ici. L’original est dans l’archive de preuve, sous l’empreinte indiquée.", NOTE
        )


def _carry(writer: _Writer, path: Path, planned_file: PlannedFile) -> int:
    """The pages of a PDF exhibit, put after its sheet; how many there are."""
    (item, *others) = planned_file.items
    exhibit = item.view.exhibit
    if others or exhibit.media_type != "application/pdf" or exhibit.sha256 is None:
        return 0
    data = writer.dossier.original(exhibit.sha256)
    return (carried_pages.append(path, data, f"Pièce n° {planned_file.number}") or 0) if data else 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
