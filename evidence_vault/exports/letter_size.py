"""How large letters are, told from the boxes of the words that they make up.

The size of a text is that of the type whose letters are as tall: the body of Helvetica, in the unit of the boxes. Its
proportions are those that Adobe published in its font metrics (Core 14 AFM, thousandths of the body: XHeight 523,
CapHeight and Ascender 718, Descender -207, figures 703, accented capitals 929, accented small letters 734, and the
widths). Faces of screens come close: Arial has 519 and 716.

On a blurred picture an engine may give all words of a line one height, that of the line and more: the width of a word,
against that of the same letters in Helvetica, then bounds its size.

A box goes around whole pixels, the blurred edge of the letters included, and comes out about one pixel too tall: that
pixel is taken off, so that a size is rather stated too small.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from statistics import median_low

from evidence_vault.values import Box, Word

_X_HEIGHT, _FIGURE, _CAPITAL, _SMALL_ACCENTED, _CAPITAL_ACCENTED = 0.523, 0.703, 0.718, 0.734, 0.929
_DESCENDER = 0.207
_WIDTHS = {
    letter: width / 1000
    for width, letters in (
        (222, "ijl"),
        (278, "ftI"),
        (333, "r"),
        (500, "ckJsvxyz"),
        (722, "w"),
        (833, "mM"),
        (944, "W"),
    )
    for letter in letters
}
_CAPITAL_WIDTH, _FIGURE_WIDTH, _MARK_WIDTH = 0.667, 0.556, 0.278
_NARROWER = 1.2
"""How much narrower than Helvetica a face of screens may be, for its height to be believed."""
_EDGE = 1
_TALL = frozenset("bdfhijklt")
_DEEP = frozenset("gjpqyç")
_FLAT = 0.35
_SETTING = 0.65
"""Squares of the body that a letter takes with its share of the lines' distance: half as wide, 1.3 as tall."""


def body_of(lines: Iterable[Sequence[Word]]) -> float | None:
    """The size of the smallest of `lines`, in pixels; None where no word can be measured.

    Of each line the median counts, which one badly cut word does not move. Marks without letters are left out, and
    boxes too flat to go around letters beside those of the others.
    """
    sizes: list[list[float]] = [
        [_body(word) for word in line if sum(map(str.isalnum, word.text)) >= 2] for line in lines
    ]
    usual = median_low(found) if (found := [size for line in sizes for size in line]) else 0
    kept = [[size for size in line if size >= _FLAT * usual] for line in sizes]
    return min((median_low(line) for line in kept if line), default=None)


def body_around(text: str, box: Box) -> float:
    """A size, rather too small, where only the rectangle around a text is known, not how many lines it holds."""
    one_line = (box.height - _EDGE) / (_CAPITAL + _DESCENDER)
    spread = (box.width * box.height / (_SETTING * max(1, len(text)))) ** 0.5
    return float(max(0.1, min(one_line, spread)))


def _body(word: Word) -> float:
    top, bottom, across = 0.0, 0.0, 0.0
    for letter in word.text:
        top = max(top, _height(letter))
        bottom = max(bottom, _DESCENDER if letter in _DEEP else 0.0)
        across += _width(letter)
    by_height = (word.box.height - _EDGE) / (max(top, _X_HEIGHT) + bottom)
    return max(0.1, min(by_height, _NARROWER * word.box.width / across))


def _width(letter: str) -> float:
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    return _CAPITAL_WIDTH if base.isupper() else _FIGURE_WIDTH if base.isalnum() else _MARK_WIDTH


def _height(letter: str) -> float:
    parted = unicodedata.normalize("NFD", letter)
    base, accented = parted[0], any(mark != "\u0327" for mark in parted[1:])  # the cedilla hangs below
    if base.isupper():
        return _CAPITAL_ACCENTED if accented else _CAPITAL
    if base.isdigit():
        return _FIGURE
    if accented:
        return _SMALL_ACCENTED
    return _CAPITAL if base in _TALL else _X_HEIGHT
