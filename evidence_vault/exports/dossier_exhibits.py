"""Pictures on paper: as large as the page allows, cut into overlapping views where one page is not enough."""

import math
from dataclasses import dataclass

from evidence_vault.casefile import ExhibitView
from evidence_vault.encoding import sha256
from evidence_vault.errors import ExportError, InputFileError
from evidence_vault.exports import dossier_words as words
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import (
    BLACK,
    DIGEST,
    GREY,
    LANDSCAPE,
    MM,
    NOTE,
    OCR,
    PORTRAIT,
    SMALL,
    Pages,
    Style,
)  # fmt: skip
from evidence_vault.exports.dossier_pictures import Encoded, encode, message_part
from evidence_vault.exports.dossier_text import Rich
from evidence_vault.i18n import render
from evidence_vault.kinds import Reason
from evidence_vault.messages import Message
from evidence_vault.reasons import sentence

_TITLE = Style(Face.BOLD, 11, 14, after=1)
_WARNING = Style(Face.BOLD, 10, 13, after=2)

_LARGEST = 1.0
"""Points a pixel: 72 pixels an inch, beyond which a picture only shows its squares."""
_SHARP_IN_PORTRAIT = 1285
"""Pixels across beyond which a page's usual 16-pixel text would be under 6 points on an upright sheet."""
_NARROWEST = 80 * MM
_VIEW_WIDTH = 120 * MM
_OVERLAP = 10 * MM
_CLOSEST = 0.9
"""Points a pixel in an excerpt: a page's usual 16-pixel text comes out larger than the dossier's own."""
_TALLEST = 45 * MM
_LETTERS = 17
"""Height in points of the letters of an excerpt, at most: a phone's pixels are small, and its words would shout."""
_MOST_VIEWS = 30

_ONCE = " ; le même fichier a été remis de nouveau, il n’est imprimé et compté qu’une fois"
_LINE_END = " │ "
_OCR_TITLE = Style(size=9, leading=12, before=5, after=1)
_ENGINE = Style(size=8, leading=10, after=3, ink=GREY)
OCR_TITLE = "Lecture automatique (OCR), non corrigée — l’image prévaut"


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int


def exhibit_pages(pages: Pages, dossier: DossierInput, numbered: Numbered, view: ExhibitView, about: str) -> None:
    """The picture of an exhibit on pages of its own; `about` says what it belongs to."""
    size = _size(view)
    if size is None or not _ready(pages, dossier, view):
        return
    wide = size.width > _SHARP_IN_PORTRAIT and size.width >= 1.2 * size.height
    pages.new_page(LANDSCAPE if wide else PORTRAIT)
    _caption(pages, numbered, view, about)
    width, height, views = _views(size, pages)
    step = pages.room - _OVERLAP
    for number in range(views):
        if number:
            pages.new_page(PORTRAIT)
            pages.text(f"Pièce n° {numbered.exhibit_numbers[view.entry.index]} ({about}), suite", _TITLE)
        if views > 1:
            overlap = f"vue {number + 1} sur {views}, de haut en bas ; chaque vue reprend les 10 derniers millimètres"
            pages.text(f"Image plus haute qu’une page : {overlap} de la précédente.", NOTE)
        shown = min(step + _OVERLAP - _NOTE_ROOM, height) if views > 1 else height
        offset = min(number * (shown - _OVERLAP), height - shown)
        x = pages.left + (pages.width - width) / 2
        _draw(pages, view, x, pages.y - shown, width, shown, (width, height, 0.0, offset))
        pages.y -= shown
    pages.end_page()


_NOTE_ROOM = NOTE.leading + NOTE.after


def _views(size: _Size, pages: Pages) -> tuple[float, float, int]:
    """Printed width and height of the whole picture in points, and over how many pages it goes."""
    scale = min(pages.width / size.width, pages.room / size.height, _LARGEST)
    if size.width * scale >= min(_NARROWEST, size.width * _LARGEST):
        return size.width * scale, size.height * scale, 1
    target = _VIEW_WIDTH if size.width <= _SHARP_IN_PORTRAIT else pages.width
    scale = min(target / size.width, _LARGEST)
    view = pages.room - _NOTE_ROOM
    longest = view + (_MOST_VIEWS - 1) * (view - _OVERLAP)
    scale = min(scale, longest / size.height)
    height = size.height * scale
    views = max(1, math.ceil((height - _OVERLAP) / (view - _OVERLAP)))
    return size.width * scale, height, views


def _draw(
    pages: Pages, view: ExhibitView, x: float, y: float, width: float, height: float,
    whole: tuple[float, float, float, float],
) -> None:  # fmt: skip
    """The part of a picture that falls in a rectangle; `whole` is its full size, and what is cut at left and top."""
    full_width, full_height, left, top = whole
    canvas = pages.canvas
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(x, y, width, height)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.picture(_name(view), x - left, y + height + top - full_height, full_width, full_height)
    canvas.restoreState()
    canvas.setStrokeGray(GREY)
    canvas.setLineWidth(0.5)
    canvas.rect(x, y, width, height)


def excerpt(pages: Pages, dossier: DossierInput, numbered: Numbered, view: ExhibitView) -> None:
    """The sentence that the proposed outcome rests on, cut out of the picture."""
    size = _size(view)
    reading = view.reading.reading if view.reading else None
    if size is None or reading is None:
        return
    part = message_part(reading, size.width, size.height)
    if part is None or not _ready(pages, dossier, view):
        return
    left, top, width, height = part.left, part.top, part.width, part.height
    letters = max(quote.box.height for quote in reading.quotes or () if quote.box is not None)
    scale = min(_CLOSEST, _LETTERS / letters, pages.width / width, _TALLEST / height)
    enlarged = ", agrandi" if scale * size.width > pages.width else ""
    number = numbered.exhibit_numbers[view.entry.index]
    shown = height * scale
    pages.need(shown + 24)
    pages.text(f"Extrait de la pièce n° {number}{enlarged} : les mots sur lesquels repose la proposition", NOTE)
    whole = (size.width * scale, size.height * scale, left * scale, top * scale)
    _draw(pages, view, pages.left, pages.y - shown, width * scale, shown, whole)
    pages.y -= shown + 8


def describe(
    pages: Pages, numbered: Numbered, view: ExhibitView, before: str | None = None, *, times: bool = True
) -> None:
    """An exhibit in words: number, name, size, digest, legibility; `before` says for what it was produced already.

    Without `times`, those that the file claims for itself are left to the caller.
    """
    exhibit = view.exhibit
    number = numbered.exhibit_numbers[view.entry.index]
    facts = [words.size(exhibit.size)]
    if exhibit.width is not None and exhibit.height is not None:
        facts.insert(0, f"{exhibit.width} × {exhibit.height} pixels")
    if (exhibit.frames or 1) > 1:
        facts.append(f"image animée ou à plusieurs pages : la première des {exhibit.frames} vues est imprimée")
    nature = words.DOCUMENTS.get(exhibit.document or "", "Document")
    label = f" — {exhibit.label}" if exhibit.label else ""
    pages.fact(f"Pièce n° {number}", f"{nature}{label} : {exhibit.name or 'sans nom'} ({' ; '.join(facts)})")
    pages.fact("Empreinte SHA-256", exhibit.sha256 or words.UNKNOWN, DIGEST)
    if before is not None:
        again = f"capture déjà produite pour {before}" if exhibit.width is not None else f"déjà produite pour {before}"
        pages.fact("Même fichier", ((Face.BOLD, again), (Face.REGULAR, _ONCE)))
        return
    for indication in (exhibit.indications or ()) if times else ():
        source = words.TIME_SOURCES.get(indication.source, indication.source)
        pages.fact("Heure que le fichier indique", f"« {indication.text} » ({source} ; indication, non attestée)")
    if _judged(view):
        pages.fact("Lisibilité", legibility(view))


def _judged(view: ExhibitView) -> bool:
    """Whether legibility is a question: a permit or a letter is not read by the machine."""
    return view.exhibit.width is not None and (view.reading is not None or view.exhibit.document == "screenshot")


def legibility(view: ExhibitView) -> tuple[tuple[Face, str], ...]:
    """« Lisible » or « NON LISIBLE », and why."""
    reading = view.reading.reading if view.reading else None
    reasons = " ; ".join(map(_finding, reading.reasons or ())) if reading else ""
    if reading is None:
        return ((Face.BOLD, "NON LUE"), (Face.REGULAR, " : aucune lecture automatique n’a été enregistrée."))
    return (
        (Face.BOLD, "Lisible" if view.legible else "NON LISIBLE"),
        (Face.REGULAR, f" (appréciation de la machine) : {reasons}" if reasons else " (appréciation de la machine)"),
    )


def _finding(reason: Reason) -> str:
    known = words.FINDINGS.get(reason.code)
    return render(Message(known, reason.params), "fr") if known else render(sentence(reason), "fr")


def ocr_text(pages: Pages, numbered: Numbered, view: ExhibitView, *, whole: bool = False) -> bool:
    """What the machine read, as it read it; over pages where it is to be `whole`.

    False where it was not to go over pages and would not fit here: nothing was printed then.
    """
    reading = view.reading.reading if view.reading else None
    if reading is None:
        return True
    number = numbered.exhibit_numbers[view.entry.index]
    confidence = "" if reading.confidence is None else f" ; confiance annoncée : {reading.confidence} %"
    engine = f"Moteur : {reading.engine or words.UNKNOWN}{confidence} ; │ : fin de ligne"
    text = _LINE_END.join(line.strip() for line in (reading.text or "").splitlines() if line.strip())
    block: tuple[tuple[Rich, Style], ...] = (
        (((Face.BOLD, f"{OCR_TITLE} — pièce n° {number}"),), _OCR_TITLE),
        (engine, _ENGINE),
        (text or "(aucun texte lu)", OCR),
    )
    height = sum(
        style.before + style.after + style.leading * len(pages.lines(part, style, pages.width - style.indent))
        for part, style in block
    )
    if not whole and pages.room < height - OCR.after:
        return False
    for place, (part, style) in enumerate(block):
        pages.text(part, style, keep=30 if place == 0 else 0)
    return True


def _caption(pages: Pages, numbered: Numbered, view: ExhibitView, about: str) -> None:
    exhibit = view.exhibit
    pages.text(f"Pièce n° {numbered.exhibit_numbers[view.entry.index]} ({about})", _TITLE)
    frames = f" ; première des {exhibit.frames} vues" if (exhibit.frames or 1) > 1 else ""
    pages.text(f"{exhibit.name or 'sans nom'} — {exhibit.width} × {exhibit.height} pixels{frames}", SMALL)
    pages.text(f"SHA-256 {exhibit.sha256}", DIGEST)
    if _judged(view) and not view.legible:
        pages.canvas.setStrokeGray(BLACK)
        lines = pages.lines(legibility(view), _WARNING, pages.width - 4 * MM)
        height = len(lines) * _WARNING.leading + 5
        pages.canvas.setLineWidth(1.2)
        pages.canvas.rect(pages.left, pages.y - height, pages.width, height)
        for line_number, line in enumerate(lines):
            text = tuple((Face.BOLD if run.font == Face.BOLD.value else Face.REGULAR, run.text) for run in line.runs)
            pages.at(text, pages.left + 2 * MM, pages.y - 2 - line_number * _WARNING.leading, pages.width, _WARNING)
        pages.y -= height
        pages.space(5)
    pages.space(3)


def _size(view: ExhibitView) -> _Size | None:
    exhibit = view.exhibit
    return _Size(exhibit.width, exhibit.height) if exhibit.width and exhibit.height and exhibit.sha256 else None


def _name(view: ExhibitView) -> str:
    return f"exhibit-{view.exhibit.sha256}"


def _ready(pages: Pages, dossier: DossierInput, view: ExhibitView) -> bool:
    """Put the picture into the PDF, once; say on the page why where that cannot be."""
    digest = view.exhibit.sha256 or ""
    if pages.canvas.holds(_name(view)):
        return True
    data = dossier.original(digest)
    if data is None:
        pages.text("L’image d’origine n’est plus conservée : elle ne peut pas être imprimée ici.", NOTE)
        return False
    if sha256(data) != digest:
        raise ExportError(
            "Exhibit {digest} is no longer the one that was recorded, so the dossier was not made. "
            "Run `evidence-vault verify`, and restore the file from a backup.",
            digest=digest,
        )
    encoded = _encoded(data)
    if encoded is None:
        pages.text("L’image d’origine n’a pas pu être décodée : elle ne peut pas être imprimée ici.", NOTE)
        return False
    pages.canvas.hold(_name(view), encoded)
    return True


def _encoded(data: bytes) -> Encoded | None:
    try:
        return encode(data)
    except InputFileError:
        return None
