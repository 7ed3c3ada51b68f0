"""Parts of a finished PDF as a black-and-white print shows them: grey, at 150 dots an inch (PDFium, Pillow).

PDFium knows nothing of how the pages were made; it draws the file that people will print.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from evidence_vault.errors import ExportError
from evidence_vault.exports.printed import Spot

DPI = 150
"""Dots an inch: the poorer half of what offices print, copy and scan with."""
_ENLARGED = 2
"""The engine reads letters of twenty pixels better than those of ten; enlarging afterwards adds no detail."""
_EDGE, _GAP = 12, 40
_DARK = 110


class Rendered:
    """A PDF whose rectangles can be looked at, one after the other, in one thread."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._last: tuple[int, Image.Image] | None = None

    def look(self, spot: Spot) -> Image.Image:
        """The rectangle `spot` in shades of grey, turned so that its text is level."""
        page, scale = self._page(spot.page), DPI / 72
        left, right = spot.left * scale, (spot.left + spot.width) * scale
        top, bottom = page.height - (spot.bottom + spot.height) * scale, page.height - spot.bottom * scale
        box = (max(0, int(left)), max(0, int(top)), min(page.width, ceil(right)), min(page.height, ceil(bottom)))
        image = page.crop(box)
        return image.rotate(spot.turn, expand=True) if spot.turn else image

    def _page(self, number: int) -> Image.Image:
        """A whole page: asked for a small rectangle of it, PDFium decodes a JPEG as coarsely as for a thumbnail."""
        if self._last is None or self._last[0] != number:
            page = self._document[number - 1]
            self._last = (number, page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L"))
            page.close()
        return self._last[1]


@contextmanager
def rendered(pdf: Path) -> Iterator[Rendered]:
    """The file `pdf` opened for looking; raises `ExportError` where it cannot be drawn."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            yield Rendered(document)
    except pypdfium2.PdfiumError as error:
        raise ExportError(
            "The pages of {path} could not be drawn to be read again; the dossier itself is made.", path=str(pdf)
        ) from error


def page_texts(pdf: Path) -> tuple[str, ...] | None:
    """The text of each page of the file `pdf`; None where it does not open."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            return tuple(page.get_textpage().get_text_bounded() for page in document)
    except pypdfium2.PdfiumError:
        return None


def renderer() -> str:
    """Which program draws, with its version."""
    import pypdfium2

    return f"PDFium {pypdfium2.PDFIUM_INFO}, pypdfium2 {pypdfium2.PYPDFIUM_INFO}"


def stacked(images: Sequence[Image.Image]) -> tuple[Image.Image, tuple[tuple[int, int], ...]]:
    """Pictures one under the other on white, each with the rows from and to which it stands there."""
    sheet = Image.new("L", (max(image.width for image in images), sum(image.height + _GAP for image in images)), 255)
    rows, top = [], 0
    for image in images:
        sheet.paste(image, (0, top))
        rows.append((top, top + image.height))
        top += image.height + _GAP
    return sheet, tuple(rows)


def for_engine(image: Image.Image) -> Image.Image:
    """`image` made ready for an OCR engine: dark on light, larger, with a white edge."""
    levels = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    if isinstance(levels, (int, float)) and levels < _DARK:
        image = ImageOps.invert(image)
    size = (max(1, image.width * _ENLARGED), max(1, image.height * _ENLARGED))
    return ImageOps.expand(ImageOps.autocontrast(image.resize(size, Image.Resampling.LANCZOS)), _EDGE, 255)
