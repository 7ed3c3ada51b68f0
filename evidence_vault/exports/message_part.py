"""Which part of a picture shows the message that its reading rests on: the quotes, and the sentence around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence_vault.values import Box, Word

Quoted = tuple[str, Box]
"""Words of the platform as they were read, and where."""

_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class MessagePart:
    """The message as it stands on a picture."""

    box: Box
    words: tuple[Word, ...]
    """What was read in it; empty where the reading has no words."""
    quoted: tuple[Quoted, ...]
    """The quotes in it, from top to bottom."""


def message_part(quotes: Iterable[Quoted], words: Sequence[Word]) -> MessagePart | None:
    """The part of a picture that shows the message quoted, its whole sentence where words say more.

    Words lie along the picture. The tab of a browser often repeats the title of the page: the longest quote is the
    message, then the largest, then the lowest. None where there is no quote.
    """
    found = list(quotes)
    if not found:
        return None
    _, main = max(found, key=lambda quote: (len(quote[0]), quote[1].height, quote[1].top))
    near = [quote for quote in found if abs(quote[1].top - main.top) <= 4 * main.height and _beside(quote[1], main)]
    box, held = _sentence(union(box for _, box in near), main.height, words)
    near.sort(key=lambda quote: (quote[1].top, quote[1].left))
    return MessagePart(box, tuple(held), tuple(near))


def _sentence(part: Box, letters: int, words: Sequence[Word]) -> tuple[Box, list[Word]]:
    """`part` with the rest of its lines, and the lines on which its sentence begins and ends."""
    part, held = _whole_lines(part, words)
    for _ in range(_MOST_LINES):
        last = max(held, key=lambda word: (word.box.top // letters, word.box.left), default=None)
        if last is None or last.text.endswith((".", "!", "?")):
            break
        below = part.top + part.height
        part, held = _whole_lines(union([part, *_line_at(below, below + 1.4 * letters, part, letters, words)]), words)
    for _ in range(_MOST_LINES):
        first = min(held, key=lambda word: (word.box.top // letters, word.box.left), default=None)
        if first is None or not first.text[:1].islower():
            break
        above = part.top - 1.9 * letters
        part, held = _whole_lines(
            union([part, *_line_at(above, part.top - 0.5 * letters, part, letters, words)]), words
        )
    return part, held


def _line_at(start: float, end: float, part: Box, letters: int, words: Iterable[Word]) -> list[Box]:
    """Words of the same size that begin between two heights, above or under `part`."""
    return [
        word.box
        for word in words
        if start - 0.3 * letters <= word.box.top <= end
        and _beside(word.box, part)
        and word.box.height <= 1.6 * letters
        and not within(word.box, part)
    ]


def _whole_lines(part: Box, words: Iterable[Word]) -> tuple[Box, list[Word]]:
    """`part` grown over the words that go on on its lines, and the words that it holds."""
    everything = list(words)
    while True:
        grown = union([part, *(word.box for word in everything if _goes_on(word.box, part))])
        if grown == part:
            return part, [word for word in everything if within(word.box, part)]
        part = grown


def _goes_on(box: Box, part: Box) -> bool:
    shared = min(box.top + box.height, part.top + part.height) - max(box.top, part.top)
    gap = max(part.left - box.left - box.width, box.left - part.left - part.width)
    return shared * 2 > box.height and gap <= 1.2 * box.height and box.height <= 1.3 * part.height


def _beside(box: Box, other: Box) -> bool:
    """Whether one stands above or under the other, at least in part."""
    return box.left < other.left + other.width and other.left < box.left + box.width


def within(box: Box, part: Box) -> bool:
    """Whether a word's middle height falls into `part`, at least a piece of it."""
    middle = box.top + box.height / 2
    return _beside(box, part) and part.top <= middle <= part.top + part.height


def union(boxes: Iterable[Box]) -> Box:
    """The smallest rectangle that holds every one of `boxes`, of which there is at least one."""
    found = list(boxes)
    left, top = min(box.left for box in found), min(box.top for box in found)
    return Box(
        left=left,
        top=top,
        width=max(box.left + box.width for box in found) - left,
        height=max(box.top + box.height for box in found) - top,
    )
