"""Lines that run up or down made level: a screen is photographed from one side, and a line that is not level is cut.

How lines run is measured on those that are long. The upper and the lower part of a picture have each their own slope,
since a screen seen from one side is no rectangle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.segments import Marks, Mask, Patch, close_gaps, components, marks_of
from evidence_vault.values import Box, Word

_LONG = 8
"""Marks so many times as wide as high are lines of several words…"""
_FEWEST = 5
"""…and fewer of them do not tell how lines run."""
_LEAST_FILL = 0.45
"""Text fills so much of the rectangle around a line; the ripples of a photographed screen fill less."""
_LEAST_SLOPE = 0.002
"""A line of a thousand pixels that falls by less than two is level."""
_PLAIN_SLOPE = 0.02
"""Steep lines fall apart into words, which tell only a slope that is plain."""
_LEAST_HIGH = 5
_AGREEING = 0.75
_PASSES = 2
"""The slope of lines that were cut apart is found better once they are nearly level."""


@dataclass(frozen=True, slots=True)
class Straightened:
    """A picture with level lines and its marks, and how its places are found again on the picture it came from."""

    image: Image.Image
    marks: Marks
    upper: float = 0.0
    """How many pixels lines at the upper edge fell for each pixel to the right; negative where they rose."""
    lower: float = 0.0

    def restore(self, line: Line) -> Line:
        """The same line with its boxes in pixels of the picture that was straightened."""
        if not self.upper and not self.lower:
            return line
        return Line(tuple(Word(text=w.text, box=self._restored(w.box), confidence=w.confidence) for w in line.words))

    def _restored(self, box: Box) -> Box:
        right, bottom = box.left + box.width, box.top + box.height
        heights = [self._height(x, y) for x in (box.left, right) for y in (box.top, bottom)]
        top = max(0, min(self.image.height - 1, round(min(heights))))
        low = max(top + 1, min(self.image.height, round(max(heights))))
        return Box(left=box.left, top=top, width=box.width, height=low - top)

    def _height(self, x: float, y: float) -> float:
        share = y / self.image.height
        return y + (self.upper * (1 - share) + self.lower * share) * (x - self.image.width / 2)


def straightened(grey: Image.Image) -> Straightened:
    """`grey` with its lines level; the very picture where they are level already, or too few to tell."""
    level = Straightened(grey, marks_of(grey))
    for _ in range(_PASSES):
        upper, lower = _slopes(level.marks)
        if not upper and not lower:
            break
        upper, lower = level.upper + upper, level.lower + lower
        image = _sheared(grey, upper, lower)
        level = Straightened(image, marks_of(image), upper, lower)
    return level


def _sheared(grey: Image.Image, upper: float, lower: float) -> Image.Image:
    width, height = grey.size
    rise, fall = upper * width / 2, lower * width / 2
    corners = (0, -rise, 0, height - fall, width, height + fall, width, rise)
    paper = int(np.median(np.asarray(grey)))
    return grey.transform(grey.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=paper)


def _slopes(marks: Marks) -> tuple[float, float]:
    """How lines run at the upper and at the lower edge; 0 for both where they are level."""
    ink = _halved(marks.edges)
    words = [box for box in components(close_gaps(ink, 2)) if box.width > 2 * box.height and box.height >= _LEAST_HIGH]
    if not words:
        return 0.0, 0.0
    gap = sorted(box.height for box in words)[len(words) // 2]
    lines = [box for box in components(close_gaps(ink, gap)) if box.width >= _LONG * box.height]
    return _agreed(ink, lines, _LEAST_SLOPE) or _agreed(ink, words, _PLAIN_SLOPE) or (0.0, 0.0)


def _agreed(ink: Mask, boxes: Sequence[Patch], least: float) -> tuple[float, float] | None:
    """The slopes that most of `boxes` share, which are lines or words; None where they share none."""
    text = [box for box in boxes if box.height >= _LEAST_HIGH and box.width >= 30 and box.fill >= _LEAST_FILL]
    measured = [(_slope(ink, box), box) for box in text]
    slope = _median(measured)
    agreeing = sum(box.width for found, box in measured if found * slope > 0)
    if len(measured) < _FEWEST or abs(slope) < least or agreeing < _AGREEING * sum(box.width for box in text):
        return None
    above = [(found, box) for found, box in measured if box.top < ink.shape[0] / 2]
    below = [(found, box) for found, box in measured if box.top >= ink.shape[0] / 2]
    if min(len(above), len(below)) < _FEWEST:
        return slope, slope
    return _at_the_edges(ink.shape[0], above, below)


def _at_the_edges(
    height: int, above: Sequence[tuple[float, Patch]], below: Sequence[tuple[float, Patch]]
) -> tuple[float, float]:
    """What the slopes of the upper and of the lower lines, each at its own height, come to at the two edges."""
    first, second = _median(above), _median(below)
    upper, lower = (sum(box.top for _, box in part) / len(part) for part in (above, below))
    steeper = (second - first) / max(lower - upper, height / 4)
    return first - steeper * upper, second + steeper * (height - lower)


def _halved(edges: Mask) -> Mask:
    """Half as wide and high: whatever stands out in one of four pixels."""
    height, width = edges.shape[0] // 2 * 2, edges.shape[1] // 2 * 2
    whole = edges[:height, :width]
    return whole[::2, ::2] | whole[1::2, ::2] | whole[::2, 1::2] | whole[1::2, 1::2]


def _slope(ink: Mask, line: Patch) -> float:
    """The slope of the straight line through the middle of the ink, column by column."""
    inside = ink[line.top : line.bottom, line.left : line.right]
    count = inside.sum(axis=0)
    columns = np.flatnonzero(count)
    middles = (inside * np.arange(inside.shape[0])[:, None]).sum(axis=0)[columns] / count[columns]
    return float(np.polyfit(columns, middles, 1, w=np.sqrt(np.minimum(count[columns], 8)))[0])


def _median(measured: Sequence[tuple[float, Patch]]) -> float:
    """The median slope, long lines counting for more."""
    ranked = sorted((slope, box.width**2) for slope, box in measured)
    half, passed = sum(weight for _, weight in ranked) / 2, 0
    for slope, weight in ranked:
        passed += weight
        if passed >= half:
            return slope
    return 0.0
