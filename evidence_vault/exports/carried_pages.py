"""The pages of a PDF exhibit carried into its file, each stamped with its number (pikepdf).

The copy is for reading and filing; the original, which is what the ledger names, stays as it is.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_SIZE = 9
_EDGE = 14
"""Points from the edge of the page to the stamp."""
_HALO = 2
"""Points of white around the letters of the stamp, which a scan may leave on black."""
_KEPT = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources", "/Group"}
"""What makes the looks of a page (ISO 32000-1, 7.7.3.3). The rest acts, or speaks to other programs."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A stamped copy of a PDF, ready to be put after a sheet."""

    data: bytes
    pages: int
    mended: bool
    """Whether the original is damaged, and this is what could be made of it."""


def stamped(original: bytes, stamp: str) -> Copy | None:
    """The pages of `original`, each with `stamp` at its visible top left; None where they cannot be read.

    Forms and notes stay as they look; what acts is left out: links, scripts, attached files. The same input gives the
    same bytes.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(original)) as source, pikepdf.new() as made:
            source.flatten_annotations("all")
            _take(made, source)
            font = made.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                    Encoding=pikepdf.Name.WinAnsiEncoding,
                )
            )
            count = len(made.pages)
            for place, page in enumerate(made.pages, start=1):
                for name in set(page.obj.keys()) - _KEPT:
                    del page.obj[name]
                _stamp(made, page, f"{stamp} - copie, page {place}/{count}", font)
            data = io.BytesIO()
            made.save(data, deterministic_id=True)
            return Copy(data.getvalue(), count, bool(source.get_warnings())) if count else None
    # A file that somebody handed in may be wrong in any way: what the library then raises is not one class.
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, AttributeError, LookupError, RuntimeError):
        return None


def append(sheet: Path, copy: Copy) -> None:
    """Put the pages of `copy` after those of the PDF at `sheet`."""
    import pikepdf

    with pikepdf.open(sheet, allow_overwriting_input=True) as target, pikepdf.open(io.BytesIO(copy.data)) as source:
        _take(target, source)
        # Nobody knows what the carried pages are made of: the file no longer says that it is an archive.
        for claim in ("/Metadata", "/OutputIntents"):
            if claim in target.Root:
                del target.Root[claim]
        target.save(sheet, deterministic_id=True)


def _take(target: "pikepdf.Pdf", source: "pikepdf.Pdf") -> None:
    """The pages of `source`, and which of their layers show."""
    target.pages.extend(source.pages)
    if "/OCProperties" in source.Root:
        target.Root.OCProperties = target.copy_foreign(source.make_indirect(source.Root.OCProperties))


def _stamp(made: "pikepdf.Pdf", page: "pikepdf.Page", text: str, font: "pikepdf.Object") -> None:
    import pikepdf

    name = page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.EvidenceVaultStamp)
    coded = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    shown = b"BT %s %d Tf %s Tm (%s) Tj ET" % (str(name).encode(), _SIZE, _place(page).encode(), coded)
    # The original may leave the graphics state as it likes: it is wrapped, so that the stamp stands where it should.
    page.contents_add(made.make_stream(b"q\n"), prepend=True)
    page.contents_add(made.make_stream(b"\nQ\nq 1 G %d w 1 j 1 Tr %s Q q 0 g 0 Tr %s Q" % (_HALO, shown, shown)))


def _place(page: "pikepdf.Page") -> str:
    """The text matrix by which a line stands level at the top left of the page as it is looked at."""
    media, crop = ([float(edge) for edge in box] for box in (page.mediabox, page.cropbox))
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    down = _EDGE + _SIZE
    match int(page.obj.get("/Rotate", 0)) % 360:
        case 90:
            return f"0 1 -1 0 {left + down:.1f} {bottom + _EDGE:.1f}"
        case 180:
            return f"-1 0 0 -1 {right - _EDGE:.1f} {bottom + down:.1f}"
        case 270:
            return f"0 -1 1 0 {right - down:.1f} {top - _EDGE:.1f}"
        case _:
            return f"1 0 0 1 {left + _EDGE:.1f} {top - down:.1f}"
