"""The folder of numbered exhibits that is filed with a court: one PDF each, and the inventory that matches them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.casefile import AttemptView, StepView
from evidence_vault.encoding import sha256
from evidence_vault.errors import ExportError, InputFileError
from evidence_vault.exports import carried_pages
from evidence_vault.exports import dossier_dates as dates
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_attested import upper
from evidence_vault.exports.dossier_canvas import StreamedCanvas
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_exhibits import describe
from evidence_vault.exports.dossier_fonts import register
from evidence_vault.exports.dossier_pages import Furniture, Pages
from evidence_vault.exports.dossier_pictures import encode
from evidence_vault.exports.dossier_prints import exhibit_pages
from evidence_vault.exports.dossier_styles import NOTE, OCR, PORTRAIT, SHEET, VALUE, Style
from evidence_vault.exports.exhibit_names import file_name
from evidence_vault.exports.exhibit_plan import Item, PlannedFile, by_month, items_of, one_each
from evidence_vault.exports.inventory import Listed, write_csv, write_inventory

_QUOTED = Style(size=VALUE.size, leading=VALUE.leading, after=VALUE.after, verbatim=True)
_LONGEST_TEXT = 200_000
"""Octets of a text file beyond which it is not printed."""
_ENCLOSED = "L’original figure dans l’archive de preuve complète, sous l’empreinte indiquée."
_PAGE = 40_000
"""Octets that the pages of an exhibit take beside its picture, at most, as far as fonts and text go."""


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
    items = items_of(numbered)
    files = (
        by_month(items, first=filing.first, most_bytes=filing.most_bytes, weigh=lambda item: _weight(dossier, item))
        if filing.series
        else one_each(items, first=filing.first)
    )
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
    firsts: list[int] = []
    copy: carried_pages.Copy | None = None
    with path.open("wb") as file:
        canvas = StreamedCanvas(file, PORTRAIT, writer.dossier.made_at, identity)
        canvas.setTitle(f"Pièce n° {planned_file.number} — {planned_file.label}")
        canvas.setAuthor(case.operator or case.applicant or "")
        canvas.setSubject(" — ".join(part for part in (case.procedure, case.prefecture) if part))
        canvas.setCreator(f"evidence-vault {__version__}")
        pages = Pages(canvas, _furniture(writer, planned_file.called(1)))
        for place, item in enumerate(planned_file.items, start=1):
            pages.furnish(_furniture(writer, planned_file.called(place)))
            pages.new_page()
            firsts.append(canvas.getPageNumber())
            copy = _item(writer, pages, item, planned_file.called(place))
        pages.close()
        after = [*firsts[1:], canvas.getPageNumber()]
        canvas.finish()
    if copy is not None:  # of a file with one item: what is no picture is in no series
        carried_pages.append(path, copy)
        after[-1] += copy.pages
    size, digest = path.stat().st_size, _digest(path)
    if size > writer.filing.most_bytes:
        writer.too_large.append(name)
    for place, (item, first, end) in enumerate(zip(planned_file.items, firsts, after, strict=True), start=1):
        writer.listed.append(
            Listed(
                planned_file.called(place), item.label, name, first, end - first, size, digest,
                item.view.entry.index, item.view.exhibit.sha256 or "",
            )
        )  # fmt: skip


def _weight(dossier: DossierInput, item: Item) -> int:
    """Octets that an exhibit takes in its file: its picture as a PDF holds it, and its pages."""
    data = _original(dossier, item)
    try:
        return _PAGE + (len(encode(data, item.view.covered).data) if data else 0)
    except InputFileError:
        return _PAGE


def _original(dossier: DossierInput, item: Item) -> bytes | None:
    """The bytes of an exhibit, which are those that were recorded; None where they are no longer kept."""
    digest = item.view.exhibit.sha256 or ""
    data = dossier.original(digest) if digest else None
    if data is not None and sha256(data) != digest:
        raise ExportError(
            "Exhibit {digest} is no longer the one that was recorded, so the exhibits were not made. "
            "Run `evidence-vault verify`, and restore the file from a backup.",
            digest=digest,
        )
    return data


def _furniture(writer: _Writer, called: str) -> Furniture:
    case = writer.dossier.case
    return Furniture(
        head_left=f"Pièce n° {called}",
        head_right=case.case.applicant or "",
        foot_left=f"dossier {case.id[:8]}",
        foot_right=f"registre : {writer.dossier.root[:16]}…",
    )


def _item(writer: _Writer, pages: Pages, item: Item, called: str) -> carried_pages.Copy | None:
    """One exhibit: its sheet, then its picture or its text; returns the pages that are to follow, of a PDF."""
    numbered, view = writer.numbered, item.view
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
    if item.also:
        pages.fact("Même fichier", f"remis aussi pour : {', '.join(item.also)}")
    pages.fact("Attesté : pas après", upper(numbered, view.entry))
    describe(pages, numbered, view, title="Fichier")
    pages.fact("Inscription au registre", f"n° {view.entry.index}")
    from_one = "" if writer.filing.first == 1 else ", si ses pièces y sont numérotées à partir de 1"
    pages.fact("Dossier de preuve", f"pièce n° {numbered.exhibit_numbers[view.entry.index]} de ce dossier{from_one}")
    pages.text(
        "La présente feuille est établie par la partie ; l’original est conservé sans modification sous l’empreinte "
        "indiquée.",
        NOTE,
    )
    if view.exhibit.width is not None:
        exhibit_pages(pages, writer.dossier, numbered, view, item.label, called)
        return None
    return _shown(writer, pages, item, called)


def _attempt(pages: Pages, numbered: Numbered, view: AttemptView) -> None:
    case = numbered.case.case
    pages.fact("Demandeur", case.applicant or words.UNKNOWN)
    pages.fact("Préfecture et objet", " — ".join(x for x in (case.prefecture, case.procedure) if x) or words.UNKNOWN)
    pages.fact("Opérateur", words.operator(view.attempt.operator, view.attempt.capacity))
    pages.fact("Heure déclarée", dates.declared(numbered.case, view.occurred_at, weekday=True))
    if view.occurred_at is not None:
        pages.fact("Source de cette heure", words.TIME_SOURCES.get(view.occurred_at.source, view.occurred_at.source))
    pages.fact("Adresse (URL)", view.attempt.url or words.UNKNOWN, _QUOTED)
    pages.fact("Résultat retenu", f"{words.outcome(view)} ({words.confirmation(view)})")


def _step(pages: Pages, numbered: Numbered, view: StepView) -> None:
    step = view.step
    time = view.occurred_at
    unsaid = time is None or time.source == "now"
    pages.fact("Date de la démarche", "non indiquée" if unsaid else dates.stated(numbered.case, time, weekday=True))
    for label, value in (("Destinataire", step.recipient), ("Référence", step.reference), ("Objet", step.summary)):
        if value:
            pages.fact(label, value)
    pages.fact("Réponse", step.answer or "aucune réponse inscrite à ce jour")


def _shown(writer: _Writer, pages: Pages, item: Item, called: str) -> carried_pages.Copy | None:
    """What can be shown of an exhibit that is no picture: the pages of a PDF, a plain text, else where it is."""
    exhibit = item.view.exhibit
    data = _original(writer.dossier, item)
    if data is None:
        pages.text("L’original n’est plus conservé.", NOTE)
    elif exhibit.media_type == "application/pdf":
        copy = carried_pages.stamped(data, f"Pièce n° {called}")
        pages.text(_of_copy(copy), NOTE)
        return copy
    elif (exhibit.media_type or "").startswith("text/") and len(data) <= _LONGEST_TEXT:
        text, note = _decoded(data)
        pages.text(note, NOTE)
        for line in text.splitlines():
            pages.text(line or " ", OCR)
    else:
        pages.text(f"Ce format ne s’imprime pas ici. {_ENCLOSED}", NOTE)
    return None


def _of_copy(copy: carried_pages.Copy | None) -> str:
    if copy is None:
        return f"Les pages de l’original n’ont pas pu être copiées : il est chiffré ou endommagé. {_ENCLOSED}"
    mended = " L’original est endommagé : seules ses pages lisibles figurent ici." if copy.mended else ""
    return (
        f"À la suite, en copie : {words.count(copy.pages, 'page')} de l’original. Le numéro de pièce y a été ajouté ; "
        f"les liens, scripts et fichiers joints qu’il contiendrait n’y sont pas repris.{mended}"
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """A plain text, and what is said before it."""
    try:
        return data.decode("utf-8-sig"), "Texte de l’original :"
    except UnicodeDecodeError:
        coding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252"
        note = f"Texte de l’original, lu selon le codage {coding}, qu’il n’indique pas avec certitude :"
        return data.decode(coding, "replace"), note


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
