"""Lines of text that were made illegible on a picture that is sharp elsewhere: blurred out, whoever did it.

A picture of which the message is blurred proves nothing, and nothing in what was read tells: the line is just not
there. Text that is too soft to be found by its edges is found by its shade: a long bar, darker or lighter than what
stands above and below it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from evidence_vault.ocr.lines import EDGE_BOTTOM, EDGE_TOP, Line
from evidence_vault.values import Box

_BAR = 5
"""Height of a line of text, in pixels, on the reduced picture."""
_REACHES = (4, 7, 12)
"""How far above and below a bar its surroundings are looked at: half the pitch of lines, which varies."""
_LEAST_SHADE = 10
"""Levels (of 255) between a bar and what stands above and below it."""
_LONG = 9
"""A bar is at least as many times as long as high: a word or two may be anything."""
_SOFTER = 2.5
"""How many times as soft as the lines that were read."""
_FEWEST_LINES = 4
"""With fewer lines to compare with, nothing is said."""
_LEAST_EDGE = 5.0
"""Pixels that the steps of a bar take at least, however sharp the rest is."""
_LEAST_VARIATION, _MOST_VARIATION = 1.2, 80
"""Levels: how much the shade of blurred words varies along their line."""


def blurred_lines(grey: Image.Image, lines: Sequence[Line]) -> list[Box]:
    """Where `grey` holds bars as long as lines of text, and much softer than the `lines` that were read on it."""
    heights = sorted(word.box.height for line in lines for word in line.words if len(word.text) >= 3)
    if len(lines) < _FEWEST_LINES or not heights:
        return []
    scale = _BAR / max(_BAR, heights[len(heights) // 2])
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    levels = np.asarray(grey.resize(size, Image.Resampling.BOX)).astype(np.int16)
    shade = _shade(levels)
    for line in lines:
        box = line.box
        pad = box.height // 2
        left, right = int((box.left - pad) * scale), int((box.left + box.width + pad) * scale) + 1
        top, bottom = int((box.top - pad) * scale), int((box.top + box.height + pad) * scale) + 1
        shade[max(0, top) : bottom, max(0, left) : right] = 0
    usual = _softness(grey, [line.box for line in lines])
    shade[: int(EDGE_TOP * size[1])] = 0  # the bars of the system and of the browser are shaded softly
    shade[int(EDGE_BOTTOM * size[1]) :] = 0
    bars = [_unscaled(bar, scale) for bar in _bars(shade >= _LEAST_SHADE)]
    return [bar for bar in bars if _is_uneven(grey, bar) and _softness(grey, [bar]) > max(_LEAST_EDGE, _SOFTER * usual)]


def _shade(levels: NDArray[np.int16]) -> NDArray[np.int16]:
    """By how many levels each pixel is darker, or lighter, than both what stands above and what stands below it."""
    apart = np.zeros_like(levels)
    for reach in _REACHES:
        if levels.shape[0] > 2 * reach:
            middle, above, below = levels[reach:-reach], levels[: -2 * reach], levels[2 * reach :]
            darker, lighter = np.minimum(above - middle, below - middle), np.minimum(middle - above, middle - below)
            part = apart[reach:-reach]
            np.maximum(part, np.maximum(darker, lighter), out=part)
    return apart


def _bars(mask: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of runs that are as long as a line of text, those of neighbouring rows joined."""
    bars: list[list[int]] = []
    for row in np.flatnonzero(mask.sum(axis=1) >= _LONG * _BAR // 2):
        edges = np.flatnonzero(np.diff(np.pad(mask[row], 1).astype(np.int8)))
        spans: list[list[int]] = []
        for start, end in edges.reshape(-1, 2).tolist():
            if spans and start - spans[-1][1] <= _BAR:
                spans[-1][1] = end
                spans[-1][2] += end - start
            else:
                spans.append([start, end, end - start])
        for start, end, filled in spans:
            if end - start < _LONG * _BAR or filled < 0.6 * (end - start):
                continue
            home = next((bar for bar in bars if bar[3] >= row - 1 and bar[0] < end and start < bar[2]), None)
            if home is None:
                bars.append([start, int(row), end, int(row)])
            else:
                home[0], home[2], home[3] = min(home[0], start), max(home[2], end), int(row)
    return [(left, top, right, bottom + 1) for left, top, right, bottom in bars if 3 <= bottom + 1 - top <= 4 * _BAR]


def _unscaled(bar: tuple[int, int, int, int], scale: float) -> Box:
    left, top, right, bottom = (round(value / scale) for value in bar)
    return Box(left=left, top=top, width=max(1, right - left), height=max(1, bottom - top))


def _softness(grey: Image.Image, boxes: Sequence[Box]) -> float:
    """Median over `boxes`: how many pixels the steepest steps take from the darkest to the lightest."""
    found = []
    for box in boxes:
        crop = grey.crop(
            (box.left, box.top - box.height // 5, box.left + box.width, box.top + box.height + box.height // 5)
        )
        levels = np.asarray(crop).astype(np.int16)
        low, high = np.percentile(levels, (2, 98))
        steepest = max(
            (
                float(np.percentile(np.abs(np.diff(levels, axis=axis)), 99.5))
                for axis in (0, 1)
                if levels.shape[axis] > 1
            ),
            default=1.0,
        )
        found.append(float(high - low) / max(1.0, steepest))
    return sorted(found)[len(found) // 2]


def _is_uneven(grey: Image.Image, bar: Box) -> bool:
    """Whether the shade varies softly along the bar, as blurred words do, and rules, frames and shadows do not."""
    middle = bar.top + bar.height // 2
    row = np.asarray(grey.crop((bar.left, middle, bar.left + bar.width, middle + 1))).astype(np.int16)
    least, most = np.percentile(row, (10, 90))
    inner = row[:, row.shape[1] // 10 : -(row.shape[1] // 10) or None]
    return float(inner.std()) >= _LEAST_VARIATION and most - least <= _MOST_VARIATION
