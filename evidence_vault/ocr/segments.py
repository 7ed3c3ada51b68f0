"""Where a picture may hold text: the patches that stand out from what surrounds them. Pixels in, rectangles out.

Text is found by its edges, so its colour and that of its background do not matter: a bar at night, a white button and
a grey address are found alike. Frames, rules and bars are told apart by their long straight edges.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Mask: TypeAlias = NDArray[np.bool_]
Grey: TypeAlias = NDArray[np.uint8]

_MOST_PIXELS = 2_600_000
"""A larger picture is looked at smaller: its text is larger too, and time and memory stay bounded."""
_FAINTEST = 8
"""Levels (of 255) below which a step between two pixels is no edge."""
_ABOVE_NOISE = 3.2
"""An edge is this many times the usual step from pixel to pixel…"""
_NOISY = 5
"""…and where that exceeds this many levels, the picture is smoothed first."""
_ABOVE_RINGING = 0.22
"""Steps below this share of the strongest one nearby are the ripples that JPEG leaves around letters."""
_BLOCK = 12
_LONG_RULE, _TALL_RULE = 0.04, 0.09
"""Straight edges longer than these shares of the picture's longer side belong to frames and bars, not to letters."""
_TALLEST = 0.1
"""No letter is taller than this share of the longer side."""
_LETTER_GAP = 0.0025
"""Gaps up to this share of the longer side do not part the letters of a word."""
_VALLEY = 0.18
"""Rows with less than this share of the ink of full rows part two lines of text."""
_BARE = 0.08
"""The end of a rounded outline fills less of its rectangle than any letter, however large."""
_HOLLOW, _LEAST_FRAME = 0.22, 12
"""An outline fills less of its rectangle than letters do, and is this many pixels high at least."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle in which something stands out: a word, some letters, a mark, a frame."""

    left: int
    top: int
    right: int
    bottom: int
    fill: float = 1.0
    """The share of the rectangle that stands out."""

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands out on a picture, before it is told apart: every edge, and the rectangles of what hangs together."""

    edges: Mask
    boxes: tuple[Patch, ...]
    scale: float
    """How many pixels of these make one of the picture's."""


def marks_of(grey: Image.Image) -> Marks:
    """Everything that stands out on a grey picture, letters held together to words."""
    scale = min(1.0, (_MOST_PIXELS / (grey.width * grey.height)) ** 0.5)
    if scale < 1:
        size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
        grey = grey.resize(size, Image.Resampling.BOX)
    edges = _edges_of_letters(grey)
    closed = close_gaps(edges, max(2, round(_LETTER_GAP * max(grey.size))))
    closed[1:-1] |= closed[:-2] & closed[2:]
    boxes = (box for box in components(closed) if box.height >= 2 and box.width * box.height >= 9)
    return Marks(edges, tuple(box for box in boxes if box.height <= _TALLEST * max(grey.size)), scale)


def patches_of(marks: Marks) -> list[Patch]:
    """The patches that may be text: blocks of lines cut, and outlines left out."""
    words = sorted(box.height for box in marks.boxes if box.width > 2.5 * box.height and box.height >= 5)
    usual = words[len(words) // 2] if words else 12
    found: list[Patch] = []
    for box in marks.boxes:
        tall = box.height > 1.45 * usual
        if tall and box.width > 1.1 * box.height:
            found.extend(_rows(marks.edges, box))
        elif not (tall and (box.width <= 3 or box.fill < _BARE)):  # the side of a button, the end of a rounded field
            found.append(box)
    return _without_frames(found)


def _edges_of_letters(grey: Image.Image) -> Mask:
    steps = _steps(np.asarray(grey))
    noise = float(np.median(steps[::3, ::3])) if steps.size else 0.0
    if noise > _NOISY:
        steps = _steps(np.asarray(grey.filter(ImageFilter.GaussianBlur(1.0))))
        noise = float(np.median(steps[::3, ::3]))
    mask: Mask = (steps > max(_FAINTEST, _ABOVE_NOISE * noise)) & (steps > _ABOVE_RINGING * _strongest_near(steps))
    longest = max(mask.shape)
    mask &= ~_runs(mask, max(24, round(_LONG_RULE * longest)))
    mask &= ~_runs(mask.T, max(24, round(_TALL_RULE * longest))).T
    return mask


def _steps(levels: Grey) -> Grey:
    """How much each pixel differs from its left and upper neighbours."""
    wide = levels.astype(np.int16)
    steps = np.zeros(levels.shape, np.uint8)
    steps[:, 1:] = np.abs(np.diff(wide, axis=1))
    steps[1:] = np.maximum(steps[1:], np.abs(np.diff(wide, axis=0)).astype(np.uint8))
    return steps


def _strongest_near(steps: Grey) -> Grey:
    height, width = steps.shape
    rows, columns = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.zeros((rows * _BLOCK, columns * _BLOCK), np.uint8)
    padded[:height, :width] = steps
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK).max(axis=(1, 3))
    around = np.pad(blocks, 1)
    near = blocks.copy()
    for down in range(3):
        for along in range(3):
            np.maximum(near, around[down : down + rows, along : along + columns], out=near)
    spread: Grey = near.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)[:height, :width]
    return spread


def _runs(mask: Mask, length: int) -> Mask:
    """The pixels that belong to a horizontal run of at least `length` pixels."""
    if mask.shape[1] < length:
        return np.zeros_like(mask)
    begins = np.pad(_in_windows(np.logical_and, mask, length), ((0, 0), (length - 1, length - 1)))
    return _in_windows(np.logical_or, begins, length)


def close_gaps(mask: Mask, gap: int) -> Mask:
    """The mask with horizontal gaps of up to `gap` pixels filled, so that the letters of a word hold together."""
    spread = _in_windows(np.logical_or, np.pad(mask, ((0, 0), (gap, gap))), gap + 1)
    return _in_windows(np.logical_and, spread, gap + 1)


def _in_windows(join: np.ufunc, mask: Mask, length: int) -> Mask:
    """The pixels of each horizontal window of `length` pixels joined, in windows that double until they are as long."""
    joined, reach = mask, 1
    while reach < length:
        step = min(reach, length - reach)
        joined = join(joined[:, :-step], joined[:, step:])
        reach += step
    return joined


def components(mask: Mask) -> list[Patch]:
    """The rectangles around what hangs together, corners included; runs of pixels are linked, not single pixels."""
    height, width = mask.shape
    changes = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(changes == 1)
    ends = np.nonzero(changes == -1)[1]
    if not len(rows):
        return []
    stride = width + 4
    below = (rows + 1) * stride
    first = np.searchsorted(rows * stride + ends, below + starts, side="left")
    last = np.searchsorted(rows * stride + starts, below + ends, side="right")
    count = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(rows)), count)
    lower = np.repeat(first, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    labels = _linked(len(rows), upper, lower)
    names, member = np.unique(labels, return_inverse=True)
    left, top = np.full(len(names), width), np.full(len(names), height)
    right, bottom, area = (np.zeros(len(names), np.int64) for _ in range(3))
    np.minimum.at(left, member, starts)
    np.minimum.at(top, member, rows)
    np.maximum.at(right, member, ends)
    np.maximum.at(bottom, member, rows + 1)
    np.add.at(area, member, ends - starts)
    share = area / ((right - left) * (bottom - top))
    boxes = zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), share.tolist(), strict=True)
    return [Patch(*box) for box in boxes]


def _linked(count: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """A label for each of `count` runs, the same for runs that pairs link, directly or through others."""
    labels = np.arange(count)
    while True:
        least = np.minimum(labels[one], labels[other])
        lower = labels.copy()
        for members in (labels[one], labels[other], one, other):
            np.minimum.at(lower, members, least)
        lower = lower[lower]
        lower = lower[lower]
        if np.array_equal(lower, labels):
            return labels
        labels = lower


def _rows(mask: Mask, box: Patch) -> list[Patch]:
    """A block of lines cut at the valleys of its ink; the block itself where it has none."""
    ink = mask[box.top : box.bottom, box.left : box.right].mean(axis=1)
    full = ink >= _VALLEY * float(np.percentile(ink, 70))
    edges = np.flatnonzero(np.diff(np.pad(full, 1).astype(np.int8)))
    spans = [(int(top), int(bottom)) for top, bottom in edges.reshape(-1, 2) if bottom - top >= 3]
    tallest = max((bottom - top for top, bottom in spans), default=0)
    if sum(bottom - top >= 5 for top, bottom in spans) < 2:
        return [box]
    rows: list[Patch] = []
    accent: int | None = None
    for top, bottom in spans:
        if bottom - top < min(5, 0.4 * tallest):
            accent = top if accent is None else accent
            continue
        begin = accent if accent is not None and top - accent < 0.6 * (bottom - top) else top
        rows.append(Patch(box.left, box.top + begin, box.right, box.top + bottom))
        accent = None
    return rows


def _without_frames(patches: list[Patch]) -> list[Patch]:
    """Leave out the outlines of tabs, fields and buttons, which hold a word and would make one line with it."""
    along = sorted(patches, key=lambda patch: patch.left)
    lefts = [patch.left for patch in along]

    def holds_a_word(frame: Patch) -> bool:
        return any(
            inner.right < frame.right
            and frame.top < inner.top
            and inner.bottom < frame.bottom
            and 4 <= inner.height <= 0.75 * frame.height
            and inner.width >= 1.2 * inner.height
            for inner in along[bisect_right(lefts, frame.left) : bisect_left(lefts, frame.right)]
        )

    return [
        patch for patch in patches if patch.fill >= _HOLLOW or patch.height < _LEAST_FRAME or not holds_a_word(patch)
    ]
