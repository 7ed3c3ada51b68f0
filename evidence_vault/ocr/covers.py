"""Bars of one colour that were laid over lines of text, whoever did it: nobody can tell what stood there.

A bar is flat, as long as some words, as high as a line or some, and the page goes on around it on all four sides. What
a page itself draws is not: buttons and bands hold words, fields are as light as paper, rules are lower, and beside what
is filled of a gauge stands the rest of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from evidence_vault.ocr.lines import EDGE_BOTTOM, EDGE_TOP, Line
from evidence_vault.values import Box

_TEXT = 3
"""Height of a line of text, in pixels, on the reduced picture."""
_LEAST_LENGTH, _LEAST_HEIGHT, _MOST_HEIGHT = 12 * _TEXT, round(1.4 * _TEXT), 10 * _TEXT
_MOST_WIDTH, _MOST_AREA = 0.9, 0.15
"""Shares of the picture: what is wider or larger is a band or the page itself."""
_SHADES = 4
"""Bits of each colour that count: a compressed picture has no area of one colour."""
_DARKER, _COLOURED = 60, 110
"""Levels by which a bar is darker than what stands above and below it, or between its strongest colour and its weakest:
fields of forms are light."""
_PLAIN = 24
"""Levels within which pixels have one colour, and from which on colours are two."""
_SAME = 0.1
"""Share of the neighbouring pixels that may have the colour of the bar: around the words of a button more do."""

_REST = 2 * _TEXT
"""So many pixels beside a bar, of one colour that is not the page's, are the rest of a gauge."""

_Bar = tuple[int, int, int, int]
"""Left, top, right, bottom; the last two lie outside."""


def covering_bars(picture: Image.Image, lines: Sequence[Line]) -> list[Box]:
    """Where `picture` holds bars that may cover text of the size of `lines`; empty where none was read."""
    heights = sorted(word.box.height for line in lines for word in line.words if len(word.text) >= 3)
    if not heights:
        return []
    scale = _TEXT / max(_TEXT, heights[len(heights) // 2])
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    levels = np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX))
    red, green, blue = (levels[..., channel].astype(np.uint16) >> (8 - _SHADES) for channel in range(3))
    colours = (red << 2 * _SHADES) | (green << _SHADES) | blue
    counts = np.bincount(colours.ravel())
    found = np.flatnonzero((counts >= _LEAST_LENGTH * _LEAST_HEIGHT) & (counts <= _MOST_AREA * colours.size))
    bars = [
        bar
        for colour in found.tolist()
        for bar in _flat(colours == colour)
        if _stands_out(levels, bar) and _stands_alone(colours == colour, bar) and not _fills_a_gauge(levels, bar)
    ]
    return [_unscaled(bar, scale) for bar in bars]


def _unscaled(bar: _Bar, scale: float) -> Box:
    left, top, right, bottom = (round(value / scale) for value in bar)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def _flat(mask: NDArray[np.bool_]) -> list[_Bar]:
    """Rectangles of `mask` that are as long and as high as words laid over, away from the edges of the picture."""
    height, width = mask.shape
    found: list[list[int]] = []
    for row in np.flatnonzero(mask.sum(axis=1) >= _LEAST_LENGTH).tolist():
        for left, right in np.flatnonzero(np.diff(np.pad(mask[row], 1).astype(np.int8))).reshape(-1, 2).tolist():
            if right - left < _LEAST_LENGTH:
                continue
            above = (bar for bar in found if bar[3] == row and abs(bar[0] - left) <= 1 and abs(bar[2] - right) <= 1)
            if bar := next(above, None):
                bar[3] = row + 1
            else:
                found.append([left, row, right, row + 1])
    return [
        (left, top, right, bottom)
        for left, top, right, bottom in found
        if _LEAST_HEIGHT <= bottom - top <= _MOST_HEIGHT
        and left > 1
        and right < width - 1
        and right - left <= _MOST_WIDTH * width
        and EDGE_TOP * height <= top
        and bottom <= EDGE_BOTTOM * height
    ]


def _stands_out(levels: NDArray[np.uint8], bar: _Bar) -> bool:
    left, top, right, bottom = bar
    inside = np.median(levels[top:bottom, left:right].reshape(-1, 3), axis=0)
    darker = float(_page_at(levels, bar).mean() - inside.mean())
    return darker >= _DARKER or float(inside.max() - inside.min()) >= _COLOURED


def _page_at(levels: NDArray[np.uint8], bar: _Bar) -> NDArray[np.float64]:
    """The usual colour above and below `bar`, which stands away from the edges."""
    left, top, right, bottom = bar
    around = (levels[max(0, top - 3) : top - 1, left:right], levels[bottom + 1 : bottom + 3, left:right])
    return np.asarray(np.median(np.concatenate(around).reshape(-1, 3), axis=0))


def _fills_a_gauge(levels: NDArray[np.uint8], bar: _Bar) -> bool:
    left, top, right, bottom = bar
    middle = levels[(top + bottom) // 2]
    for side in (middle[max(0, left - 1 - _REST) : left - 1], middle[right + 1 : right + 1 + _REST]):
        if len(side) == _REST:
            colour = np.median(side, axis=0)
            plain = float(np.abs(side - colour).max()) < _PLAIN
            if plain and float(np.abs(colour - _page_at(levels, bar)).max()) >= _PLAIN:
                return True
    return False


def _stands_alone(mask: NDArray[np.bool_], bar: _Bar) -> bool:
    """Whether hardly a pixel right around `bar` has its colour."""
    left, top, right, bottom = bar
    rows = [mask[row, left:right] for row in (top - 2, top - 1, bottom, bottom + 1) if 0 <= row < mask.shape[0]]
    columns = [mask[top:bottom, at] for at in (left - 2, left - 1, right, right + 1) if 0 <= at < mask.shape[1]]
    return all(float(side.mean()) <= _SAME for side in (*rows, *columns))
