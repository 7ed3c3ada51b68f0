"""The sentences of a page, and those in which something is told, as opposed to menus, headings and links.

A page that tells nothing shows no message, however sharp it is: a screenshot that ends above the message looks so.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from evidence_vault.ocr.folding import fold
from evidence_vault.ocr.lines import EDGE_BOTTOM, EDGE_TOP, Paragraph, around
from evidence_vault.values import Box, Word

_STOPS = ".!?"
_FEWEST_WORDS = 5
_SURE = 75
_COOKIES = re.compile(r"cookie|mesure d'audience|traceur")
"""A notice about these is left out whole: « En poursuivant, vous les acceptez. » tells no more than the rest of it."""
_FOOTER = re.compile(r"mentions legales|donnees personnelles|accessibilite")
_LETTERS = re.compile(r"[^\W\d_]{2,}")

Span: TypeAlias = tuple[int, int]
"""The first word of some and the one after the last."""


def prose(page: Sequence[Paragraph]) -> list[list[Word]]:
    """Whole sentences that were read surely, cookie notices and footers left out."""
    return [words for words in _sentences(page) if _is_whole(words)]


def told(page: Sequence[Paragraph], height: int) -> list[list[Word]]:
    """Those that stand on the page itself, and not in the bars of a picture of this `height`."""
    return [words for words in prose(page) if _is_inside(around(words), height)]


def _is_whole(words: Sequence[Word]) -> bool:
    letters = [word for word in words if _LETTERS.search(word.text)]
    sure = sum(word.confidence >= _SURE for word in letters)
    return (
        len(letters) >= _FEWEST_WORDS
        and sure >= 0.8 * len(letters)
        and words[-1].text[-1] in _STOPS
        and not _FOOTER.search(_folded(words))
    )


def _is_inside(box: Box, height: int) -> bool:
    return EDGE_TOP * height <= box.top and box.top + box.height <= EDGE_BOTTOM * height


def blocks(paragraph: Paragraph) -> Iterator[tuple[Span, list[Span]]]:
    """The whole of `paragraph`, a title that stands right above it apart, and the sentences of each."""
    words = [word for line in paragraph for word in line.words]
    ends, place = {0, len(words)}, 0
    for line, following in pairwise(paragraph):
        place += len(line.words)
        if line.words[-1].text[-1].isalnum() and following.words[0].text[0].isupper():
            ends.add(place)
    for first, last in pairwise(sorted(ends)):
        stops = [end for end in range(first + 1, last) if words[end - 1].text[-1] in _STOPS]
        yield (first, last), list(pairwise([first, *stops, last]))


def _sentences(page: Sequence[Paragraph]) -> Iterator[list[Word]]:
    for paragraph in page:
        words = [word for line in paragraph for word in line.words]
        if not _COOKIES.search(_folded(words)):
            yield from (words[first:last] for _, sentences in blocks(paragraph) for first, last in sentences)


def _folded(words: Sequence[Word]) -> str:
    return fold(" ".join(word.text for word in words))
