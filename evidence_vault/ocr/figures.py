"""The times and dates that a system displays at the edges of a screen, read figure by figure by a small network.

Tesseract reads words; figures five pixels high, which stand there without any word, it loses or takes for others, and
a clock that is misread contradicts the recorded time for nothing. The network has one hidden layer. It looks at a
narrow window of one line and tells which sign, if any, stands in its middle; it was learned from drawn lines
(`evaluation/figures.py`, which sees a line as this room does). What it gives is kept only where it has the form of a
time or of a date: where letters or icons stand there, it gives nothing.
"""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from evidence_vault.ocr.segments import Patch
from evidence_vault.ocr.sheet import evened
from evidence_vault.values import Box, Word

SIGNS = "0123456789:/.-"
GAP, OTHER = 0, len(SIGNS) + 1
"""The classes beside the signs, which are numbered from 1: between two signs, and any other mark."""
FIGURE_HEIGHT, ROWS, WINDOW = 14, 20, 17
"""Pixels to which figures are brought, and the rows and columns that the network sees of them."""
Numbers: TypeAlias = npt.NDArray[np.float32]

_LEAST_BROAD, _MOST_BROAD = 1.8, 11
"""Breadth over height of « 9:41 » in a narrow font, and of « 24/09/2026 » in a broad one."""
_FAINT_ROW = 0.12
"""Rows with less than this share of the ink of the fullest one are not of the figures."""
_LEAST_SURE = 0.5
"""Below this mean probability of any one sign nothing is given."""
_WIDE, _THIN = 2, 1
"""Columns on either side of the middle of a figure, and of a mark between figures, that belong to it for certain."""
_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:20)?\d\d|20\d\d-(?:0[1-9]|1[0-2])-[0-3]\d")


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that was found, the columns where it stands, and how probable it is (0 to 1)."""

    text: str
    first: int
    last: int
    probability: float


@dataclass(frozen=True, slots=True)
class FigureReader:
    """The network: for each layer its weights, one row an input, and its bias."""

    layers: tuple[tuple[Numbers, Numbers], ...]
    version: str
    """First digits of the SHA-256 of its file: names it in a reading."""

    @classmethod
    def of(cls, data: bytes) -> "FigureReader":
        """The network that `dump` wrote; raises `ValueError` or `KeyError` where `data` is something else."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            layers = tuple(
                (arrays[f"weights{n}"].astype(np.float32) * arrays[f"scale{n}"], arrays[f"bias{n}"])
                for n in range(int(arrays["layers"]))
            )
        return cls(layers, hashlib.sha256(data).hexdigest()[:12])

    def read(self, grey: Image.Image, strip: Patch) -> Word | None:
        """The time or the date that `strip` of `grey` shows, as one word; None where it shows none surely enough."""
        if not _LEAST_BROAD <= strip.width / strip.height <= _MOST_BROAD:
            return None
        line, scale, left = line_of(grey, strip)
        signs = found_in(self.probabilities(windows_of(line)))
        text = "".join(sign.text for sign in signs)
        if not is_clock(text):
            return None
        least = min(sign.probability for sign in signs)
        if least < _LEAST_SURE:
            return None
        start, end = round(left + signs[0].first / scale), round(left + signs[-1].last / scale)
        box = Box(left=max(0, start), top=strip.top, width=max(1, end - start), height=strip.height)
        return Word(text=text, box=box, confidence=round(100 * least))

    def probabilities(self, windows: Numbers) -> Numbers:
        """One row a window, one column a class; each row sums to one."""
        values = windows
        for weights, bias in self.layers[:-1]:
            values = np.maximum(values @ weights + bias, 0)
        weights, bias = self.layers[-1]
        values = values @ weights + bias
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def is_clock(text: str) -> bool:
    """Whether `text` has the form of a time or of a date that a system displays in figures."""
    return bool(_TIME.fullmatch(text) or _DATE.fullmatch(text))


@cache
def load() -> FigureReader:
    """The network that travels with the package."""
    return FigureReader.of(files("evidence_vault.ocr").joinpath("figures.npz").read_bytes())


def dump(layers: Sequence[tuple[Numbers, Numbers]]) -> bytes:
    """The file of a network: weights in steps of a 127th of the largest of their column."""
    arrays: dict[str, Any] = {"layers": np.array(len(layers))}
    for number, (weights, bias) in enumerate(layers):
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        arrays[f"weights{number}"] = np.rint(weights / scale).astype(np.int8)
        arrays[f"scale{number}"] = scale.astype(np.float32)
        arrays[f"bias{number}"] = bias.astype(np.float32)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def line_of(grey: Image.Image, strip: Patch) -> tuple[Numbers, float, int]:
    """The ink of a strip (0 paper, 1 ink) as the network sees it, its enlargement, and where it begins in `grey`.

    Its figures are `FIGURE_HEIGHT` rows high and stand in the middle of `ROWS`; half a window of paper is set on
    either side.
    """
    down, along = max(2, round(0.3 * strip.height)), strip.height
    left, top = max(0, strip.left - along), max(0, strip.top - down)
    cut = evened(grey.crop((left, top, min(grey.width, strip.right + along), min(grey.height, strip.bottom + down))))
    ink = 1 - np.asarray(cut, dtype=np.float32) / 255
    rows = np.square(ink[strip.top - top : strip.bottom - top, strip.left - left : strip.right - left]).sum(axis=1)
    inked = np.nonzero(rows > _FAINT_ROW * rows.max())[0] if rows.max() > 0 else np.arange(len(rows))
    first, last = strip.top - top + int(inked[0]), strip.top - top + int(inked[-1]) + 1
    scale = FIGURE_HEIGHT / max(3, last - first)
    size = max(1, round(cut.width * scale)), max(1, round(cut.height * scale))
    enlarged = 1 - np.asarray(cut.resize(size, Image.Resampling.BICUBIC), dtype=np.float32) / 255
    line = np.zeros((ROWS, size[0] + WINDOW - 1), dtype=np.float32)
    at = (ROWS - FIGURE_HEIGHT) // 2 - round(first * scale)
    skipped, begin = max(0, -at), max(0, at)
    seen = enlarged[skipped : skipped + ROWS - begin]
    line[begin : begin + len(seen), WINDOW // 2 : WINDOW // 2 + size[0]] = seen
    return line, scale, left


def windows_of(line: Numbers) -> Numbers:
    """One row for each column of the picture: all that the window around it holds."""
    views = np.lib.stride_tricks.sliding_window_view(line, WINDOW, axis=1)
    return np.ascontiguousarray(views.transpose(1, 0, 2)).reshape(views.shape[1], -1)


def found_in(probabilities: Numbers) -> list[Sign]:
    """The most probable row of signs, each of which takes as many columns as it must, with gaps for the rest.

    A figure is as wide as seven columns and a mark as five; at its edges either the sign or a gap may be seen.
    """
    sure = np.log(probabilities + 1e-4)
    count = len(sure)
    wide, thin = [*range(1, 11), OTHER], [SIGNS.index(mark) + 1 for mark in ":/.-"]
    candidates = [_candidates(sure, wide, _WIDE), _candidates(sure, thin, _THIN)]
    best = np.full(count + 1, -np.inf)
    best[0] = 0
    came: list[tuple[int, int]] = [(0, GAP)] * (count + 1)
    """For each place the place before, and the class that lies between the two."""
    for place in range(count):
        steps = [(place + 1, float(sure[place, GAP]), GAP)]
        steps += [
            (place + width, float(scores[place]), int(classes[place]))
            for scores, classes, width in candidates
            if place < len(scores)
        ]
        for after, score, name in steps:
            if best[place] + score > best[after]:
                best[after], came[after] = best[place] + score, (place, name)
    signs: list[Sign] = []
    place = count
    while place:
        before, name = came[place]
        if name != GAP:
            probability = float(probabilities[before + 1 : place - 1, name].mean())
            signs.append(Sign("?" if name == OTHER else SIGNS[name - 1], before, place, probability))
        place = before
    return signs[::-1]


def _candidates(sure: Numbers, classes: Sequence[int], reach: int) -> tuple[Numbers, npt.NDArray[np.intp], int]:
    """For each column the score of the best of `classes` that would begin there, which it is, and how wide."""
    width = 2 * (reach + 1) + 1
    names = np.array(classes)
    if len(sure) < width:
        return np.zeros(0, dtype=np.float32), names[:0], width
    sums = np.lib.stride_tricks.sliding_window_view(sure[1:-1, names], 2 * reach + 1, axis=0).sum(axis=-1)
    rows, best = np.arange(len(sums)), sums.argmax(axis=1)
    edges = sum(
        np.maximum(sure[side : side + len(sums), GAP], sure[side : side + len(sums)][rows, names[best]])
        for side in (0, width - 1)
    )
    return np.asarray(sums[rows, best] + edges, dtype=np.float32), names[best], width
