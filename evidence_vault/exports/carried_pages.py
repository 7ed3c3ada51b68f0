"""The pages of a PDF exhibit carried into its file, each stamped with its number (pikepdf).

The copy is for reading and filing; the original, which is what the ledger names, stays as it is.
"""

import io
from pathlib import Path

_SIZE = 9
_EDGE = 14
"""Points from the edge of the page to the stamp."""


def append(sheet: Path, original: bytes, stamp: str) -> int | None:
    """Put the pages of `original` after those of the PDF at `sheet`, stamped; None where they cannot be read.

    Nothing but the stamp is added, and forms, scripts and files inside the original are left out of the copy. The same
    input gives the same bytes. Returns how many pages were added.
    """
    import pikepdf

    try:
        with pikepdf.open(sheet, allow_overwriting_input=True) as target, pikepdf.open(io.BytesIO(original)) as source:
            before, added = len(target.pages), len(source.pages)
            if not added:
                return None
            target.pages.extend(source.pages)
            font = target.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                    Encoding=pikepdf.Name.WinAnsiEncoding,
                )
            )
            for place, page in enumerate(list(target.pages)[before:], start=1):
                _stamp(target, page, f"{stamp} - copie, page {place}/{added}", font)
            # Nobody knows what the carried pages are made of: the file no longer says that it is an archive.
            for claim in ("/Metadata", "/OutputIntents"):
                if claim in target.Root:
                    del target.Root[claim]
            target.save(sheet, deterministic_id=True)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError):
        return None
    return added


def _stamp(target: "object", page: "object", text: str, font: "object") -> None:
    import pikepdf

    assert isinstance(target, pikepdf.Pdf)
    assert isinstance(page, pikepdf.Page)
    box = [float(edge) for edge in page.mediabox]
    name = page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.EvidenceVaultStamp)  # type: ignore[arg-type]  # the same
    coded = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    drawn = b"q 0 g BT %s %d Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET Q" % (
        str(name).encode(),
        _SIZE,
        box[0] + _EDGE,
        box[3] - _EDGE - _SIZE,
        coded,
    )
    # The original may leave the graphics state as it likes: it is wrapped, so that the stamp stands where it should.
    page.contents_add(target.make_stream(b"q\n"), prepend=True)
    page.contents_add(target.make_stream(b"\nQ\n" + drawn))
