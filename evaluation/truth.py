"""What a picture truly says: the words of the screen, carried through what was done to the picture."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from evaluation.render import Word

Matrix = NDArray[np.float64]
"""3 by 3, from the pixels of the screen to those of the picture."""
Box = tuple[float, float, float, float]

_MONTH = "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_DATE = re.compile(
    rf"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )?\d{{1,2}}(?:er)? {_MONTH}(?: \d{{4}})?"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} ?(?:h|:) ?\d{2}\b|\b\d{1,2} ?h(?:eures?)?\b"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")


@dataclass(frozen=True)
class Placed:
    """A word where it stands in the picture."""

    text: str
    corners: tuple[tuple[float, float], ...]
    """From the top left, clockwise as the word is read; in pixels of the picture."""
    seen: float
    height: float
    """Of a lower-case x, in pixels of the picture."""
    key: str
    block: int

    @property
    def box(self) -> Box:
        """The upright box around the word."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return min(across), min(down), max(across), max(down)


def placed(words: Iterable[Word], matrix: Matrix, size: tuple[int, int], hidden: Sequence[Box]) -> list[Placed]:
    """The words in a picture of that size, less what is outside it or under a `hidden` box of the screen."""
    return [_place(word, matrix, size, hidden) for word in words]


def _place(word: Word, matrix: Matrix, size: tuple[int, int], hidden: Sequence[Box]) -> Placed:
    left, top, right, bottom = word.box
    corners = matrix @ np.array(
        [[left, right, right, left], [top, top, bottom, bottom], [1, 1, 1, 1]], dtype=np.float64
    )
    points = [(float(x), float(y)) for x, y in (corners[:2] / corners[2]).T]
    (x0, y0), _, _, (x3, y3) = points
    grown = float(np.hypot(x3 - x0, y3 - y0)) / max(bottom - top, 0.01)
    across, down = [x for x, _ in points], [y for _, y in points]
    inside = _share(min(across), max(across), 0, size[0]) * _share(min(down), max(down), 0, size[1])
    for box in hidden:
        inside *= 1 - _share(left, right, box[0], box[2]) * _share(top, bottom, box[1], box[3])
    return Placed(word.text, tuple(points), word.seen * inside, word.height * grown, word.key, word.block)


def _share(low: float, high: float, first: float, last: float) -> float:
    return max(0.0, min(high, last) - max(low, first)) / max(high - low, 0.01)


def visible(words: Iterable[Placed], key: str = "") -> list[Placed]:
    """The words of which more than half can be seen, of one key or of all."""
    return [word for word in words if word.seen > 0.5 and (not key or word.key == key)]


def lines(words: Iterable[Placed]) -> str:
    """The visible text, one line for each line of the picture."""
    rows: list[list[str]] = []
    before: Placed | None = None
    for word in visible(words):
        if before is None or word.block != before.block or _new_line(before, word):
            rows.append([])
        rows[-1].append(word.text)
        before = word
    return "".join(" ".join(row) + "\n" for row in rows)


def _new_line(before: Placed, word: Placed) -> bool:
    """Whether the word stands beside the line of the one before it, measured across the direction of reading."""
    (x0, y0), (x1, y1), *_, (x3, y3) = before.corners
    middle = np.mean(word.corners, axis=0)
    down = np.array([x3 - x0, y3 - y0])
    away = float(np.dot(middle - np.array([x0, y0]), down) / max(float(np.dot(down, down)), 0.01))
    long = float(np.hypot(x1 - x0, y1 - y0))
    return not -0.3 < away < 1.3 or long <= 0


def share(words: Sequence[Placed], key: str = "msg") -> float:
    """The share of a key's letters that can be seen."""
    whole = sum(len(word.text) for word in words if word.key == key)
    return sum(len(word.text) for word in visible(words, key)) / whole if whole else 0.0


def low_height(words: Iterable[Placed | Word]) -> float | None:
    """The height of x in the smaller words, a fifth from below: where a message is large and small, small counts."""
    heights = sorted(word.height for word in words)
    return heights[(len(heights) - 1) // 5] if heights else None


def dates(text: str) -> str:
    """The dates and times that a text states."""
    return " ".join(match[0] for match in _DATE.finditer(text))


def contrast(picture: Image.Image, words: Iterable[Word]) -> float:
    """Levels of grey between ink and paper in the fainter words, a fifth from below; 0 without words."""
    grey = np.asarray(picture.convert("L"))
    ranges = []
    for word in words:
        left, top, right, bottom = (round(side) for side in word.box)
        patch = grey[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        if patch.size > 8:
            low, high = np.percentile(patch, (2, 98))
            ranges.append(float(high - low))
    return sorted(ranges)[(len(ranges) - 1) // 5] if ranges else 0.0


def as_json(words: Iterable[Placed], size: tuple[int, int]) -> dict[str, Any]:
    """The boxes file of a picture: every word of which anything can be seen."""
    return {
        "size": list(size),
        "words": [
            {
                "t": word.text,
                "box": [round(side, 1) for side in word.box],
                "poly": [[round(x, 1), round(y, 1)] for x, y in word.corners],
                "vis": round(word.seen, 3),
                "xh": round(word.height, 2),
                "key": [word.key] if word.key else [],
                "block": word.block,
                "rtl": bool(_RIGHT_TO_LEFT.search(word.text)),
            }
            for word in words
            if word.seen > 0.05
        ],
    }
