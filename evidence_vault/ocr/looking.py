"""Reading a picture strip by strip: find what may be text, read it, look again where the engine was unsure.

Marks in which no word was read, such as icons and the grain of a photo, are left out; every word that is kept stands
as the engine, or our own reader of figures, gave it.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from PIL import Image

from evidence_vault.ocr import figures
from evidence_vault.ocr.engine import SHEET, Engine
from evidence_vault.ocr.facts import holds_host
from evidence_vault.ocr.folding import fold
from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.order import by_rows, in_order
from evidence_vault.ocr.segments import Marks, Patch, patches_of
from evidence_vault.ocr.sheet import Setting, line_sheets
from evidence_vault.ocr.strips import strips_of
from evidence_vault.values import Word
from evidence_vault.words import ReadingStatus

_ONE_BLOCK = 6
_UNSURE = 85
"""A line read with less mean confidence than this is looked at again, larger and smoother."""
_LEAST_SURE, _LEAST_SURE_OF_SCRAPS, _LONG_WORDS = 20, 35, 4
"""A line read with less mean confidence than this is mostly the edge of something, the sooner the shorter its words."""
_WORTH_A_SECOND = 2.5
"""Narrower lines are mostly icons; a clock is nearly three times as wide as high."""
_TOP_BAR = 0.09
"""In this upper share of a screenshot stand tabs and the address, which are read before the columns of the page."""
_UPPER_EDGE, _LOWER_EDGE = 0.12, 0.94
"""Above and below these shares the address and the clock may stand, of which the engine is seldom sure."""
_LONG, _SCRAPS, _HALF_READ, _FEW_SIGNS = 4, 30, 80, 6
"""Breadth over height, confidences and letters from which a line that was half read is worth another start."""
_MOST_SECOND = 40
_SURE_OF_FIGURES = 70
"""From this confidence on our own reader of figures is believed, whatever the engine read."""


_FIRST, _SECOND, _SECOND_OF_BARS = Setting(34), Setting(48, smooth=1.5), Setting(60, smooth=1.5, darken=0.7)


def read_strips(
    grey: Image.Image, marks: Marks, engine: Engine, folder: Path, deadline: float
) -> tuple[ReadingStatus, list[Line]]:
    """Read a grey picture, of which `marks` stand out: its lines in reading order, or the status why there are none.

    Starting the engine costs a third of reading a page. So the bars, where the address and the clock stand and the
    engine is seldom sure, are set in both ways at once, and it is started again only for words that it half read.
    """
    strips = [_unscaled(strip, marks.scale, grey) for strip in strips_of(patches_of(marks))]
    wide = [strip for strip in strips if strip.width > _WORTH_A_SECOND * strip.height]
    bars = [strip for strip in wide if _in_a_bar(strip, grey.height)]
    read: dict[Patch, Line] = {}
    try:
        both = [*((strip, _FIRST) for strip in strips), *((strip, _SECOND_OF_BARS) for strip in bars[:_MOST_SECOND])]
        _keep_surest(read, _read(grey, both, engine, folder, deadline))
        unsure = [strip for strip in wide if strip not in bars and confidence_of(read.get(strip)) < _UNSURE]
        if any(_is_half_read(strip, read.get(strip)) for strip in unsure):
            again = ((strip, _SECOND) for strip in unsure[:_MOST_SECOND])
            _keep_surest(read, _read(grey, again, engine, folder, deadline))
    except _NotReadError as failure:
        return failure.status, []
    texts = {strip: line for strip, line in read.items() if _is_text(line)}
    read = texts | dict(_clocks(grey, strips, texts))
    kept = _each_once({strip: read[strip] for strip in strips if strip in read})
    top = [strip for strip in kept if _is_above(strip, _TOP_BAR * grey.height)]
    page = [strip for strip in kept if not _is_above(strip, _TOP_BAR * grey.height)]
    return "read", [read[strip] for strip in (*by_rows(top), *in_order(page))]


def stands_in_a_bar(middle: float, height: int) -> bool:
    """Whether what has its `middle` so far down a picture stands where the bars of a browser and a system are."""
    return not _UPPER_EDGE * height <= middle < _LOWER_EDGE * height


def _in_a_bar(strip: Patch, height: int) -> bool:
    return stands_in_a_bar((strip.top + strip.bottom) / 2, height)


def _is_above(strip: Patch, limit: float) -> bool:
    return strip.top + strip.bottom < 2 * limit


def _is_half_read(strip: Patch, line: Line | None) -> bool:
    """Whether a line is longer than the name of an icon and was read neither well nor as mere scraps."""
    return (
        line is not None
        and strip.width > _LONG * strip.height
        and _SCRAPS <= confidence_of(line) < _HALF_READ
        and sum(map(_signs, line.words)) >= _FEW_SIGNS
    )


def _keep_surest(read: dict[Patch, Line], found: Iterable[tuple[Patch, Line]]) -> None:
    """Keep the surer of two lines of a strip, and the first where that was sure.

    One that names a host is kept before one that does not: it lost a dot of the address.
    """
    for strip, line in found:
        before = read.get(strip)
        kept = (before is not None and holds_host(before), confidence_of(before))
        if kept[1] < _UNSURE and (holds_host(line), confidence_of(line)) > kept:
            read[strip] = line


def _clocks(grey: Image.Image, strips: Iterable[Patch], read: Mapping[Patch, Line]) -> Iterator[tuple[Patch, Line]]:
    """The times and dates in the bars, as our own reader of figures gives them, where the engine is not surer."""
    reader = figures.load()
    for strip in (strip for strip in strips if _in_a_bar(strip, grey.height)):
        line = read.get(strip)
        word = reader.read(grey, strip)
        sure = confidence_of(line) if line and figures.is_clock(line.text) else -1
        if word and word.confidence >= min(sure, _SURE_OF_FIGURES):
            yield strip, Line((word,))


class _NotReadError(Exception):
    """The engine did not read a sheet; caught here, so that the status is all that callers see."""

    def __init__(self, status: ReadingStatus) -> None:
        self.status: ReadingStatus = status


def _read(
    grey: Image.Image, strips: Iterable[tuple[Patch, Setting]], engine: Engine, folder: Path, deadline: float
) -> Iterator[tuple[Patch, Line]]:
    file = folder / f"sheet{SHEET}"
    for sheet in line_sheets(grey, strips):
        sheet.image.save(file)
        seen = engine.look(file, _ONE_BLOCK, deadline - time.monotonic(), dark_on_white=True)
        if seen.status != "read":
            raise _NotReadError(seen.status)
        yield from sheet.restore(seen.lines)


def confidence_of(line: Line | None) -> float:
    """The mean confidence of a line's letters and digits, -1 where there are none."""
    counted = [(word.confidence, _signs(word)) for word in (line.words if line else ())]
    total = sum(signs for _, signs in counted)
    return sum(confidence * signs for confidence, signs in counted) / total if total else -1


def _signs(word: Word) -> int:
    return sum(letter.isalnum() for letter in word.text)


def _is_text(line: Line) -> bool:
    """Whether a line holds a word, and not what an engine makes of an icon, a frame or the grain of a photo."""
    counted = [(_signs(word), word) for word in line.words if _signs(word)]
    if any(signs >= 12 and ("." in word.text or "/" in word.text) for signs, word in counted):
        return True  # an address, of which the engine is never sure
    long = sum(signs for signs, _ in counted) >= _LONG_WORDS * len(counted)
    if confidence_of(line) < (_LEAST_SURE if long else _LEAST_SURE_OF_SCRAPS):
        return False
    return sum(signs for signs, _ in counted) >= 2 and (
        confidence_of(line) >= 70
        or any(
            (signs >= 3 and word.confidence >= 60)
            or (signs >= 5 and word.confidence >= 25 and signs >= 0.7 * len(word.text))
            or signs >= 12
            for signs, word in counted
        )
    )


def _each_once(read: Mapping[Patch, Line]) -> list[Patch]:
    """The strips without those that lie on another one and say no more than it: a frame is cut into lines as well."""
    said = {strip: fold("".join(c for c in line.text if c.isalnum())) for strip, line in read.items()}
    ranked = sorted(read, key=lambda strip: (-len(said[strip]), -confidence_of(read[strip])))
    kept: list[Patch] = []
    for strip in ranked:
        if not any(said[strip] in said[other] and _lies_on(strip, other) for other in kept):
            kept.append(strip)
    return kept


def _lies_on(one: Patch, other: Patch) -> bool:
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    return wide > 0.6 * min(one.width, other.width) and high > 0.5 * min(one.height, other.height)


def _unscaled(strip: Patch, scale: float, grey: Image.Image) -> Patch:
    """The strip in pixels of the picture itself."""
    return Patch(
        int(strip.left / scale),
        int(strip.top / scale),
        min(grey.width, max(int(strip.left / scale) + 1, round(strip.right / scale))),
        min(grey.height, max(int(strip.top / scale) + 1, round(strip.bottom / scale))),
    )
