"""Pictures on paper, as `print_plan` lays them: whole, with what is enlarged, and at which size the message prints."""

from collections.abc import Sequence

from evidence_vault.casefile import ExhibitView
from evidence_vault.encoding import sha256
from evidence_vault.errors import ExportError, InputFileError
from evidence_vault.exports.dossier_case import DossierInput, Numbered
from evidence_vault.exports.dossier_exhibits import covered, is_judged, legibility
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_pictures import Encoded, encode
from evidence_vault.exports.dossier_print_words import enlargement, excerpt_title, size_note, view_note
from evidence_vault.exports.dossier_styles import BLACK, DIGEST, GREY, LANDSCAPE, MM, NOTE, PORTRAIT, SMALL, Style
from evidence_vault.exports.dossier_text import Line
from evidence_vault.exports.key_text import Key, Size, Turn, key_texts
from evidence_vault.exports.print_cuts import Area, cut_out
from evidence_vault.exports.print_plan import Piece, Plan, Printed, plan
from evidence_vault.exports.printed import Missing, PrintedPicture, PrintedText, Spot
from evidence_vault.values import Box

_TITLE = Style(Face.BOLD, 11, 14, after=1)
_WARNING = Style(Face.BOLD, 10, 13, after=2)
_CAPTION = Style(size=8.5, leading=11, after=0, ink=GREY)

_SHARP_IN_PORTRAIT = 1285
"""Pixels across beyond which a page's usual 16-pixel text would be under 6 points on an upright sheet."""
_FRAME = 5
"""The blank under the frame of a warning, in points."""
_ABOVE = 3
"""The blank above a picture, in points."""
_LEAST_ROOM = 160
"""What a plan needs either way, in points, and a little."""
_TALLEST_EXCERPT = 45 * MM
_BESIDE_KEY = 0.6
"""What is looked at around a key text on the whole picture, in sizes of its letters."""


def exhibit_pages(
    pages: Pages, dossier: DossierInput, numbered: Numbered, view: ExhibitView, about: str, called: str | None = None
) -> None:
    """The picture of an exhibit on pages of its own; `about` says what it belongs to.

    `called` is the number it is filed under, where that is not its number in the dossier: its sheet then precedes it,
    and it stands on that page where it prints there no smaller.

    What was printed is added to `pages.printed`, so that it can be looked at once the document is made.
    """
    size = _size(view)
    if size is None:
        return
    exhibit, number = view.exhibit, numbered.exhibit_numbers[view.entry.index]
    name = f"Pièce n° {called or number} ({about})"
    if (missing := _missing(pages, dossier, view)) is not None:
        pages.printed.append(
            PrintedPicture(view.entry.index, number, exhibit.name, exhibit.sha256 or "", missing=missing)
        )
        return
    wide = size.width > _SHARP_IN_PORTRAIT and size.width >= 1.2 * size.height
    sheet = LANDSCAPE if wide else PORTRAIT
    keys = _keys(view, size)
    if called is None or wide or not _fits_under_sheet(pages, view, size, keys):
        pages.new_page(sheet)
        _caption(pages, name, view)
    else:
        _warn(pages, view)
    note = _note_height(pages, keys)
    title = f"{name}, suite"
    continued = len(pages.lines(title, _TITLE, pages.width)) * _TITLE.leading + _TITLE.after
    laid = plan(size, keys, Area(pages.width, pages.room - note), Area(pages.width, pages.height - continued))
    if text := size_note(laid):
        pages.text(text, NOTE)
    drawn = _drawn(pages, view, size, laid, sheet, title)
    pages.printed.append(
        PrintedPicture(
            view.entry.index,
            number,
            exhibit.name,
            exhibit.sha256 or "",
            tuple(dict.fromkeys(page for page, _, _ in drawn)),
            laid.choice,
            tuple(_text(found, laid, drawn) for found in laid.printed),
        )
    )
    pages.end_page()


def excerpt(pages: Pages, dossier: DossierInput, numbered: Numbered, view: ExhibitView) -> None:
    """The sentence that the proposed outcome rests on, cut out of the picture."""
    size = _size(view)
    message = next((key for key in _keys(view, size) if key.kind == "message"), None) if size else None
    if size is None or message is None or _missing(pages, dossier, view) is not None:
        return
    cut = cut_out(message, size, Area(pages.width, _TALLEST_EXCERPT))
    pages.need(cut.height + 24)
    larger = cut.scale * size.turned(cut.turn).width > pages.width
    title = excerpt_title(numbered.exhibit_numbers[view.entry.index], larger=larger)
    pages.text(title, NOTE)
    _draw(pages, view, size, pages.left, pages.y - cut.height, cut.box, cut.scale, cut.turn, title)
    pages.y -= cut.height + 8


_Drawn = tuple[int, float, float]
"""Page, and where the bottom left of the piece stands on it."""


def _drawn(
    pages: Pages, view: ExhibitView, size: Size, laid: Plan, sheet: tuple[float, float], title: str
) -> list[_Drawn]:
    """Draw the pieces in their order, beginning a page for each sheet after the first."""
    current, drawn = 0, []
    described = f"{title.removesuffix(', suite')} : image de {size.width} × {size.height} pixels"
    for piece in laid.pieces:
        if piece.sheet != current:
            current = piece.sheet
            pages.new_page(sheet)
            pages.text(title, _TITLE)
        x, y = pages.left + piece.left, pages.y - piece.top - piece.height
        caption = ""
        if piece.keys:
            caption = enlargement(laid, piece)
            pages.at(caption, x, y + piece.height + _CAPTION.leading, pages.right - x, _CAPTION)
        elif len(laid.views) > 1:
            caption = view_note(laid.views.index(piece), len(laid.views))
            pages.at(caption, pages.left, pages.y, pages.width, NOTE)
        said = f"{described}. {caption}" if caption else described
        _draw(pages, view, size, x, y, piece.box, piece.scale, piece.turn, said)
        drawn.append((pages.canvas.getPageNumber(), x, y))
    return drawn


def _draw(
    pages: Pages, view: ExhibitView, size: Size, x: float, y: float, box: Box, scale: float, turn: Turn, described: str
) -> None:  # fmt: skip
    """The part `box` of the picture turned by `turn`, with its bottom left at `x` and `y`: one image, clipped."""
    level = size.turned(turn)
    width, height = box.width * scale, box.height * scale
    left, bottom = x - box.left * scale, y - (level.height - box.top - box.height) * scale
    canvas = pages.canvas
    with canvas.figure(described, (x, y, x + width, y + height)):
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(x, y, width, height)
        canvas.clipPath(path, stroke=0, fill=0)
        # The whole picture, turned about a corner so that it covers the rectangle of the level one.
        across, up = level.width * scale, level.height * scale
        canvas.translate(left + (across if turn in {90, 180} else 0), bottom + (up if turn in {180, 270} else 0))
        canvas.rotate(turn)
        canvas.picture(_name(view), 0, 0, size.width * scale, size.height * scale)
        canvas.restoreState()
    canvas.setStrokeGray(GREY)
    canvas.setLineWidth(0.5)
    canvas.rect(x, y, width, height)


def _text(found: Printed, laid: Plan, drawn: Sequence[_Drawn]) -> PrintedText:
    key = found.key
    spots = tuple(_spot(laid.pieces[place], key, drawn[place]) for place in found.on)
    return PrintedText(key.kind, key.phrases, found.points, spots)


def _spot(piece: Piece, key: Key, at: _Drawn) -> Spot:
    """Where to look for a text: all of its enlargement, or the part of the whole picture around it."""
    page, x, y = at
    if piece.keys:
        return Spot(page, x, y, piece.width, piece.height)
    box, part, margin = key.box, piece.box, _BESIDE_KEY * key.body
    left, top = max(box.left - margin, part.left), max(box.top - margin, part.top)
    right = min(box.left + box.width + margin, part.left + part.width)
    bottom = min(box.top + box.height + margin, part.top + part.height)
    return Spot(
        page,
        x + (left - part.left) * piece.scale,
        y + (part.top + part.height - bottom) * piece.scale,
        (right - left) * piece.scale,
        (bottom - top) * piece.scale,
    )


def _keys(view: ExhibitView, size: Size) -> tuple[Key, ...]:
    return key_texts(view.reading.reading, size) if view.reading else ()


def _fits_under_sheet(pages: Pages, view: ExhibitView, size: Size, keys: Sequence[Key]) -> bool:
    """Whether the picture prints whole, and no smaller than on a page of its own, in the room left on this page."""
    room = pages.room - _warning_height(pages, view) - _ABOVE - _note_height(pages, keys)
    if room < _LEAST_ROOM:
        return False
    page = Area(pages.width, pages.height)
    here, alone = plan(size, keys, Area(pages.width, room), page), plan(size, keys, page, page)
    return here.sheets == 1 and here.choice == alone.choice and here.scale >= alone.scale - 1e-9


def _note_height(pages: Pages, keys: Sequence[Key]) -> float:
    """The room for the line on the size of the message, whatever it will say."""
    if not any(key.kind == "message" for key in keys):
        return 0
    return len(pages.lines(size_note(None), NOTE, pages.width)) * NOTE.leading + NOTE.after


def _caption(pages: Pages, name: str, view: ExhibitView) -> None:
    exhibit = view.exhibit
    pages.text(name, _TITLE)
    frames = f" ; première des {exhibit.frames} vues" if (exhibit.frames or 1) > 1 else ""
    pages.text(f"{exhibit.name or 'sans nom'} — {exhibit.width} × {exhibit.height} pixels{frames}", SMALL)
    pages.text(f"SHA-256 {exhibit.sha256}", DIGEST)
    if view.covered:
        pages.text(f"Image occultée : {covered(view)}.", NOTE)
    _warn(pages, view)


def _warn(pages: Pages, view: ExhibitView) -> None:
    """That the picture cannot be read, in a frame; and the blank above the picture."""
    if height := _warning_height(pages, view):
        height -= _FRAME
        pages.canvas.setStrokeGray(BLACK)
        pages.canvas.setLineWidth(1.2)
        pages.canvas.rect(pages.left, pages.y - height, pages.width, height)
        with pages.canvas.leaf("P"):
            for place, line in enumerate(_warning(pages, view)):
                text = tuple(
                    (Face.BOLD if run.font == Face.BOLD.value else Face.REGULAR, run.text) for run in line.runs
                )
                pages.at(text, pages.left + 2 * MM, pages.y - 2 - place * _WARNING.leading, pages.width, _WARNING)
        pages.y -= height
        pages.space(_FRAME)
    pages.space(_ABOVE)


def _warning(pages: Pages, view: ExhibitView) -> list[Line]:
    illegible = is_judged(view) and not view.legible
    return pages.lines(legibility(view), _WARNING, pages.width - 4 * MM) if illegible else []


def _warning_height(pages: Pages, view: ExhibitView) -> float:
    lines = _warning(pages, view)
    return len(lines) * _WARNING.leading + 5 + _FRAME if lines else 0


def _size(view: ExhibitView) -> Size | None:
    exhibit = view.exhibit
    return Size(exhibit.width, exhibit.height) if exhibit.width and exhibit.height and exhibit.sha256 else None


def _name(view: ExhibitView) -> str:
    return f"exhibit-{view.exhibit.sha256}"


def _missing(pages: Pages, dossier: DossierInput, view: ExhibitView) -> Missing | None:
    """Put the picture into the PDF, once; where that cannot be, say on the page why, and tell the caller."""
    digest = view.exhibit.sha256 or ""
    if pages.canvas.holds(_name(view)):
        return None
    data = dossier.original(digest)
    if data is None:
        pages.text("L’image d’origine n’est plus conservée : elle ne peut pas être imprimée ici.", NOTE)
        return "withheld"
    if sha256(data) != digest:
        raise ExportError(
            "Exhibit {digest} is no longer the one that was recorded, so the dossier was not made. "
            "Run `evidence-vault verify`, and restore the file from a backup.",
            digest=digest,
        )
    encoded = _encoded(data, view.covered)
    if encoded is None:
        pages.text("L’image d’origine n’a pas pu être décodée : elle ne peut pas être imprimée ici.", NOTE)
        return "undecodable"
    pages.canvas.hold(_name(view), encoded)
    return None


def _encoded(data: bytes, hidden: Sequence[Box]) -> Encoded | None:
    try:
        return encode(data, hidden)
    except InputFileError:
        return None
