"""Whether a screenshot can be read, judged by what a person can mend: size, sharpness, contrast, and the message.

A first version, fitted on one half of a small corpus and measured on the other. A sharp picture whose message is
missing is not legible: it proves nothing. A picture that was turned and read all the same is legible, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from msgspec.structs import replace
from PIL import Image, ImageChops

from evidence_vault.ocr.lines import Line
from evidence_vault.values import Box, Reason

LEGIBLE_FROM = 500
"""The score, in thousandths, from which a picture is called legible."""
_SMALL_TEXT = 8
_BLURRED = 0.45
_FAINT, _UNSEEN = 45, 20
"""Levels between ink and paper, of 255: what is paler than the second a machine can read, but no eye on paper."""
_UNSURE = 70
_TINY_PICTURE = 400
_MOST_WITHOUT_MESSAGE = 400
_MOST_WITH_UNKNOWN_MESSAGE = 700
_EDGE, _STROKES = 3, 10
"""Rows at an edge, and changes between paper and ink along one of them, which borders do not make and words do."""
_NEXT_LINE = 1.6
"""Line heights within which the next line of a message begins."""
_BESIDE = 3
"""Lines this many line heights above or below the message still belong to it."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured on the words that matter: the message where one was recognised, else everything read."""

    text_height: float
    """Median height of the words, in pixels of the original."""
    edge: float
    """How many pixels it takes from ink to paper."""
    contrast: int
    """Levels between ink and paper, of 255."""
    confidence: int
    """Mean confidence of these words, as the engine states it."""
    words: int
    """How many words the engine is fairly sure of, on the whole picture."""
    cut: bool
    """Whether lines of the message run into the edge of the picture."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a picture, its score in thousandths, and reasons that a person can act on."""

    legible: bool
    score: int
    reasons: tuple[Reason, ...]


def measure(picture: Image.Image, lines: Sequence[Line], places: Sequence[Box], *, along: bool = True) -> Measures:
    """Measure `picture` where the message stands (`places`), or wherever words were read if there is no message.

    Where the words do not lie `along` the picture, rows and columns change places first.
    """
    if not along:
        flipped = [Line(tuple(replace(word, box=_flip(word.box)) for word in line.words)) for line in lines]
        return measure(picture.transpose(Image.Transpose.TRANSPOSE), flipped, [_flip(place) for place in places])
    words = [word for line in lines for word in line.words]
    chosen = [word for word in words if any(_inside(word.box, place) for place in places)] or list(words)
    sure = sum(word.confidence >= _UNSURE and sum(c.isalnum() for c in word.text) >= 3 for word in words)
    if not chosen:
        return Measures(0, 0, 0, 0, 0, cut=False)
    letters = [(word, max(1, sum(c.isalnum() for c in word.text))) for word in chosen]
    heights = sorted(word.box.height for word, _ in letters)
    confidence = round(sum(w.confidence * n for w, n in letters) / sum(n for _, n in letters))
    edge, contrast = _edge_and_contrast(picture, [word.box for word in chosen])
    cut = _runs_off(lines, places, picture.size) or any(
        _goes_on(picture, place, _NEXT_LINE * heights[len(heights) // 2]) for place in places
    )
    return Measures(heights[len(heights) // 2], edge, contrast, confidence, sure, cut)


def judge(
    measures: Measures,
    *,
    recognised: bool,
    turned: bool,
    size: tuple[int, int],
    told: bool = False,
    quoted: bool = False,
    blurred: bool = False,
    covered: bool = False,
) -> Judgement:
    """Judge a picture of `size` pixels; `recognised` says whether the page's message, or its nature, was.

    `told` says that, where it was not, whole sentences were read all the same, `quoted` that some of them may be a
    message, from which no outcome follows; `blurred` that lines of text are too
    soft to be read while others are sharp, `covered` that bars were laid over the page: what was read may not be the
    message. The score only orders pictures; it is no probability.
    """
    if measures.words == 0 and measures.confidence < _UNSURE:
        return Judgement(False, min(100, measures.confidence), (Reason(code="no_text"), *_faults(measures, size)))
    score = _score(measures)
    faults = _faults(measures, size) if score < LEGIBLE_FROM + 200 else ()
    if not recognised and (told or quoted):
        score = min(score, _MOST_WITH_UNKNOWN_MESSAGE)
        faults = (Reason(code="message_undecided" if quoted else "message_unknown"), *faults)
    elif not recognised:
        score = min(score * 2 // 5, _MOST_WITHOUT_MESSAGE)
        faults = (Reason(code="no_message"), *_faults(measures, size))
    if measures.contrast < _UNSEEN:
        score = min(score * 2 // 5, _MOST_WITHOUT_MESSAGE)
        faults = faults or _faults(measures, size)
    if measures.cut:
        score = min(score * 2 // 5, _MOST_WITHOUT_MESSAGE)
        faults = (*faults, Reason(code="cut"))
    if blurred:
        score = min(score * 2 // 5, _MOST_WITHOUT_MESSAGE)
        faults = (*faults, Reason(code="part_blurred"))
    if covered:
        score = min(score * 2 // 5, _MOST_WITHOUT_MESSAGE)
        faults = (*faults, Reason(code="part_covered"))
    legible = score >= LEGIBLE_FROM
    if not legible and not faults:
        faults = (Reason(code="low_confidence"),)
    if turned:
        faults = (*faults, Reason(code="rotated"))
    read = (Reason(code="message_read"),) if legible and recognised else ()
    return Judgement(legible, score, read + faults)


def _score(measures: Measures) -> int:
    blur = measures.edge / max(1.0, measures.text_height)
    evidence = (
        (measures.confidence - 70) / 10
        + min(2.0, (measures.text_height - _SMALL_TEXT) / 2)
        + min(1.5, (_BLURRED - blur) * 8)
        + min(1.0, (measures.contrast - _FAINT) / 30)
    )
    return round(1000 / (1 + exp(-evidence)))


def _faults(measures: Measures, size: tuple[int, int]) -> tuple[Reason, ...]:
    """What is wrong with the picture itself, worst first."""
    width, height = size
    found = []
    if max(size) < _TINY_PICTURE:
        found.append(Reason(code="picture_too_small", params={"width": width, "height": height}))
    if 0 < measures.text_height < _SMALL_TEXT:
        found.append(Reason(code="text_too_small", params={"pixels": round(measures.text_height)}))
    if measures.text_height and measures.edge / measures.text_height > _BLURRED:
        found.append(Reason(code="blurred"))
    if measures.text_height and measures.contrast < _FAINT:
        found.append(Reason(code="low_contrast"))
    return tuple(found)


def _runs_off(lines: Sequence[Line], places: Sequence[Box], size: tuple[int, int]) -> bool:
    """Whether lines read surely touch a side: one at or beside the message, or several where there is none."""
    touching = [
        box
        for line in lines
        if sum(c.isalnum() for c in line.text) >= 4
        and sum(word.confidence for word in line.words) >= _UNSURE * len(line.words)
        and ((box := line.box).left <= 1 or box.left + box.width >= size[0] - max(2, box.height // 4))
    ]
    if not places:
        return len(touching) >= 3
    return any(_gap(box, place) <= _BESIDE * min(box.height, place.height) for box in touching for place in places)


def _goes_on(picture: Image.Image, place: Box, reach: float) -> bool:
    """Whether an edge of the picture within `reach` above or below the message cuts through letters."""
    left, right = max(0, place.left), min(picture.width, place.left + place.width)
    rows = [*range(_EDGE)] if place.top <= reach else []
    if place.top + place.height + reach >= picture.height:
        rows += range(picture.height - _EDGE, picture.height)
    return any(_crosses_letters(picture.crop((left, row, right, row + 1)).convert("L")) for row in rows)


def _crosses_letters(row: Image.Image) -> bool:
    levels = row.tobytes()
    spread = sorted(levels)
    paper, low, high = (spread[round(share * (len(levels) - 1))] for share in (0.5, 0.05, 0.95))
    if min(paper - low, high - paper) > _FAINT // 2:
        return False  # ink is on one side of the paper, grain on both
    ink = [abs(level - paper) > _FAINT for level in levels]
    return sum(one != other for one, other in pairwise(ink)) >= _STROKES


def _gap(one: Box, other: Box) -> int:
    """The height between two boxes; negative where they stand side by side."""
    return max(one.top, other.top) - min(one.top + one.height, other.top + other.height)


def _flip(box: Box) -> Box:
    return Box(left=box.top, top=box.left, width=box.height, height=box.width)


def _inside(word: Box, place: Box) -> bool:
    middle_x, middle_y = word.left + word.width / 2, word.top + word.height / 2
    return place.left <= middle_x <= place.left + place.width and place.top <= middle_y <= place.top + place.height


def _edge_and_contrast(picture: Image.Image, boxes: Sequence[Box]) -> tuple[float, int]:
    """Median over the words: levels from paper to ink, and pixels that the steepest edges take for it."""
    edges, contrasts = [], []
    for box in sorted(boxes, key=lambda b: -b.width)[:12]:
        crop = picture.crop((box.left - 2, box.top - 2, box.left + box.width + 2, box.top + box.height + 2))
        grey = crop.convert("L")
        low, high = _percentile(grey, 0.02), _percentile(grey, 0.98)
        steps = ImageChops.difference(grey, ImageChops.offset(grey, 1, 0)).crop((1, 0, grey.width, grey.height))
        contrasts.append(high - low)
        edges.append((high - low) / max(1, _percentile(steps, 0.97)))
    return sorted(edges)[len(edges) // 2], sorted(contrasts)[len(contrasts) // 2]


def _percentile(grey: Image.Image, share: float) -> int:
    left = share * grey.width * grey.height
    for level, count in enumerate(grey.histogram()):
        left -= count
        if left <= 0:
            return level
    return 255
