"""A sheet of lines for the engine: each strip of the picture cut out, evened, enlarged, and set under the one before.

The engine then has nothing to find: no columns, no dark bars, no pictures, and letters of one height. What it reads
is laid back on the original. Only the picture is prepared; what was read is never edited.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageFilter

from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.segments import Patch
from evidence_vault.values import Box, Word

_LINE_GAP, _MARGIN = 24, 30
_MOST_ENLARGED = 6.0
_PANEL = 96
"""The background is taken anew for every so many pixels of a line: a photo is not lit evenly."""
_LEAST_INK = 8
MOST_PIXELS = 24_000_000
"""No sheet holds more pixels than this; lines that do not fit are left for the next sheet."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One way in which a strip is set before the engine."""

    height: float
    """Of the enlarged strip, in pixels."""
    smooth: float = 0
    """Radius of the blur that takes off the edges of enlarged pixels."""
    darken: float = 1
    """Exponent of the ink (0 to 1): below 1, faint dots and thin strokes stand out more."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One strip on the sheet: from where it was cut from the picture, at which scale, and at which height it stands."""

    strip: Patch
    left: int
    top: int
    scale: float
    at: int


@dataclass(frozen=True, slots=True)
class LineSheet:
    """Lines under one another, dark on white, and where each comes from."""

    image: Image.Image
    placed: tuple[Placed, ...]

    def restore(self, lines: Iterable[Line]) -> Iterator[tuple[Patch, Line]]:
        """What the engine read, strip by strip, with boxes in pixels of the picture that the strips were cut from."""
        tops = [found.at for found in self.placed]
        words: dict[int, list[Word]] = {}
        for word in (word for line in lines for word in line.words):
            place = max(0, bisect_right(tops, word.box.top + word.box.height / 2) - 1)
            words.setdefault(place, []).append(word)
        for place, found in sorted(words.items()):
            origin = self.placed[place]
            found.sort(key=lambda word: word.box.left)
            yield origin.strip, Line(tuple(_laid_back(word, origin) for word in found))


def line_sheets(grey: Image.Image, strips: Iterable[tuple[Patch, Setting]]) -> Iterator[LineSheet]:
    """Set the `strips` of `grey` on sheets, each as it is to be set; one may stand there in several settings."""
    cut: list[tuple[Placed, Image.Image]] = []
    at, widest = _LINE_GAP, 1
    for strip, setting in strips:
        pad = max(2, round(0.15 * strip.height))
        box = (
            max(0, strip.left - pad * 3 // 2),
            max(0, strip.top - pad),
            min(grey.width, strip.right + pad * 3 // 2),
            min(grey.height, strip.bottom + pad),
        )
        scale = min(_MOST_ENLARGED, setting.height / strip.height)
        line = evened(grey.crop(box))
        line = line.resize(
            (max(1, round(line.width * scale)), max(1, round(line.height * scale))), Image.Resampling.LANCZOS
        )
        if setting.smooth:
            line = line.filter(ImageFilter.GaussianBlur(setting.smooth))
        if setting.darken != 1:
            line = line.point([round(255 - 255 * ((255 - level) / 255) ** setting.darken) for level in range(256)])
        if cut and (at + line.height + _LINE_GAP) * max(widest, line.width) > MOST_PIXELS:
            yield _set(cut, at, widest)
            cut, at, widest = [], _LINE_GAP, 1
        cut.append((Placed(strip, box[0], box[1], scale, at), line))
        widest = max(widest, line.width)
        at += line.height + _LINE_GAP
    if cut:
        yield _set(cut, at, widest)


def _set(cut: Sequence[tuple[Placed, Image.Image]], height: int, width: int) -> LineSheet:
    image = Image.new("L", (width + 2 * _MARGIN, height), 255)
    for placed, line in cut:
        image.paste(line, (_MARGIN, placed.at))
    return LineSheet(image, tuple(placed for placed, _ in cut))


def evened(crop: Image.Image) -> Image.Image:
    """A grey piece of a picture with its ink dark on white, whichever of the two was lighter."""
    levels = np.asarray(crop).astype(np.float32)
    width = levels.shape[1]
    edges = np.linspace(0, width, max(1, width // _PANEL) + 1).astype(int)
    papers = [float(np.median(levels[:, a:b])) for a, b in pairwise(edges)]
    paper = np.interp(np.arange(width), (edges[:-1] + edges[1:]) / 2, papers)
    apart = levels - paper[None, :]
    darker, lighter = np.maximum(-apart, 0), np.maximum(apart, 0)
    ink = darker if float(np.square(darker).sum()) >= float(np.square(lighter).sum()) else lighter
    strongest = max(_LEAST_INK, float(np.percentile(ink, 98)))
    return Image.fromarray((255 - np.clip(ink * (255 / strongest), 0, 255)).astype(np.uint8))


def _laid_back(word: Word, origin: Placed) -> Word:
    box = word.box
    left = origin.left + (box.left - _MARGIN) / origin.scale
    top = origin.top + (box.top - origin.at) / origin.scale
    return Word(
        text=word.text,
        box=Box(
            left=max(0, round(left)),
            top=max(0, round(top)),
            width=max(1, round(box.width / origin.scale)),
            height=max(1, round(box.height / origin.scale)),
        ),
        confidence=word.confidence,
    )
