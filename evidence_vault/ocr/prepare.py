"""How a picture is made ready for the engine, and how what it finds there is laid back on the original.

Pages are read as difference from their background: whatever the colours, and whether the text is dark on light or
light on dark (a task bar, a button, a phone at night), letters come out dark on white. Small pictures are enlarged.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt

from PIL import Image, ImageChops, ImageFilter

from evidence_vault.ocr.lines import Line
from evidence_vault.values import Box, Word

_SAMPLE = 8
"""The background is sought on every eighth pixel…"""
_WINDOW = 11
"""…as the median over a square of this many samples: wider than any letter, smaller than a panel of the page."""
_TALLEST_SHEET = 4000
_SHEET_PIXELS = 9_000_000
"""No sheet holds more pixels than this after enlarging: it bounds memory and time for any picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of the picture, ready for the engine."""

    image: Image.Image
    scale: float
    """Pixels of the sheet for one pixel of the original."""
    top: int
    """Where the piece begins on the (turned) original."""
    turned: int
    """Degrees that the picture was turned anticlockwise before it was cut: 0, 90, 180 or 270."""
    width: int
    height: int
    """The original picture's size, before turning."""

    def restore(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines with their boxes in pixels of the original picture."""
        for line in lines:
            yield Line(
                tuple(
                    Word(text=word.text, box=self._restore_box(word.box), confidence=word.confidence)
                    for word in line.words
                )
            )

    def _restore_box(self, box: Box) -> Box:
        left, right = box.left / self.scale, (box.left + box.width) / self.scale
        top, bottom = box.top / self.scale + self.top, (box.top + box.height) / self.scale + self.top
        corners = [_unturn(x, y, self) for x, y in ((left, top), (right, bottom))]
        (x0, x1), (y0, y1) = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        x, y = max(0, min(self.width - 1, round(x0))), max(0, min(self.height - 1, round(y0)))
        return Box(
            left=x,
            top=y,
            width=max(1, min(self.width - x, round(x1) - x)),
            height=max(1, min(self.height - y, round(y1) - y)),
        )


def sheets(picture: Image.Image, *, turned: int = 0, enlarge: float = 1.0) -> Iterator[Sheet]:
    """Cut and prepare `picture` (RGB); one sheet for an ordinary screenshot, several for a very tall one.

    `turned` turns it anticlockwise first; `enlarge` multiplies the scale that the picture's size suggests.
    """
    upright = picture.transpose(_TURNS[turned]) if turned else picture
    for top, bottom in _bands(upright):
        piece = upright.crop((0, top, upright.width, bottom)) if (top, bottom) != (0, upright.height) else upright
        scale = scale_for(piece.width, piece.height, enlarge)
        image = stand_out(piece.convert("L"))
        if scale != 1:
            size = (max(1, round(piece.width * scale)), max(1, round(piece.height * scale)))
            image = image.resize(size, Image.Resampling.LANCZOS)
        yield Sheet(image, scale, top, turned, picture.width, picture.height)


def bands(picture: Image.Image, *, turned: int = 0) -> Iterator[Sheet]:
    """Cut `picture` like `sheets` does, grey and otherwise as it is."""
    upright = picture.transpose(_TURNS[turned]) if turned else picture
    for top, bottom in _bands(upright):
        piece = upright.crop((0, top, upright.width, bottom)).convert("L")
        yield Sheet(piece, 1, top, turned, picture.width, picture.height)


def scale_for(width: int, height: int, enlarge: float = 1.0) -> float:
    """How much a picture of this size is enlarged: text of a page is smallest on small and on desktop screens."""
    longest = max(width, height)
    phone = height > 1.4 * width and width >= 900
    wanted = 3.0 if longest <= 1000 else 1.5 if phone else 1.75 if longest <= 2100 else 1.0
    return min(wanted * enlarge, 4.0, sqrt(_SHEET_PIXELS / (width * height)))


def stand_out(grey: Image.Image) -> Image.Image:
    """Dark where a grey picture differs from its background, white elsewhere."""
    small = grey.resize(
        (max(1, grey.width // _SAMPLE), max(1, grey.height // _SAMPLE)), Image.Resampling.NEAREST
    ).filter(ImageFilter.MedianFilter(_WINDOW))
    return ImageChops.invert(ImageChops.difference(grey, small.resize(grey.size, Image.Resampling.NEAREST)))


_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


def _unturn(x: float, y: float, sheet: Sheet) -> tuple[float, float]:
    if sheet.turned == 90:
        return sheet.width - y, x
    if sheet.turned == 180:
        return sheet.width - x, sheet.height - y
    if sheet.turned == 270:
        return y, sheet.height - x
    return x, y


def turned_box(box: Box, turned: int, size: tuple[int, int]) -> Box:
    """Where `box` stands once a picture of `size` is turned anticlockwise by 0, 90, 180 or 270 degrees."""
    width, height = size
    if turned == 90:
        return Box(left=box.top, top=width - box.left - box.width, width=box.height, height=box.width)
    if turned == 180:
        return Box(
            left=width - box.left - box.width, top=height - box.top - box.height, width=box.width, height=box.height
        )
    if turned == 270:
        return Box(left=height - box.top - box.height, top=box.left, width=box.height, height=box.width)
    return box


def _bands(picture: Image.Image) -> Iterator[tuple[int, int]]:
    """Cut a tall picture between lines of text: at the emptiest row of the last fifth of each band."""
    tallest = max(1, min(_TALLEST_SHEET, _SHEET_PIXELS // picture.width))
    top = 0
    while picture.height - top > tallest:
        search = top + tallest * 4 // 5, top + tallest
        strip = stand_out(picture.crop((0, search[0], picture.width, search[1])).convert("L"))
        rows = strip.resize((1, strip.height), Image.Resampling.BOX).tobytes()
        bottom = search[0] + max(range(len(rows)), key=lambda row: (rows[row], row))
        yield top, max(bottom, top + 1)
        top = max(bottom, top + 1)
    yield top, picture.height
