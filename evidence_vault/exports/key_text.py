"""The text of a picture that must be legible on paper: the message, the address, the clock of the screen.

Rectangles are given on the picture as it is turned to read that text: `turn` says by how much. Everything comes from
the reading that was recorded; what it does not place cannot be asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from msgspec.structs import replace as changed

from evidence_vault.exports.letter_size import body_around, body_of
from evidence_vault.exports.message_part import message_part, union, within
from evidence_vault.kinds import Reading
from evidence_vault.ocr.lines import EDGE_BOTTOM, EDGE_TOP
from evidence_vault.values import Box, Word
from evidence_vault.words import FactKind

KeyKind: TypeAlias = Literal["message", "address", "clock"]
Turn: TypeAlias = Literal[0, 90, 180, 270]
"""Degrees, anticlockwise."""


@dataclass(frozen=True, slots=True)
class Key:
    """One text that must be legible on paper."""

    kind: KeyKind
    phrases: tuple[str, ...]
    """As the machine read them, each without a gap."""
    box: Box
    """Where it stands, in pixels of the picture turned by `turn`."""
    lines: tuple[tuple[Box, ...], ...]
    """Its words, line by line, each from left to right; never empty."""
    body: float
    """The size of its letters in pixels, the smallest where there are several (`letter_size`)."""
    turn: Turn = 0
    """By how much the picture must be turned for this text to be level."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a picture, in pixels."""

    width: int
    height: int

    def turned(self, turn: Turn) -> "Size":
        """The size of the picture once it is turned."""
        return Size(self.height, self.width) if turn in {90, 270} else self


def key_texts(reading: Reading, picture: Size) -> tuple[Key, ...]:
    """The key text of a picture, the message first; empty where the reading places none."""
    turn = _turn(reading.words or ())
    level = picture.turned(turn)
    words = [changed(word, box=turned(word.box, picture, turn)) for word in reading.words or ()]
    quotes = [(quote.text, turned(quote.box, picture, turn)) for quote in reading.quotes or () if quote.box]
    found = []
    if (part := message_part(quotes, words)) is not None:
        phrases = tuple(dict.fromkeys(text for text, _ in part.quoted))
        quoted = [word for word in part.words if any(within(word.box, box) for _, box in part.quoted)]
        found.append(_key("message", phrases, part.box, part.words, quoted))
    placed = {fact.fact: turned(fact.box, picture, turn) for fact in reading.facts or () if fact.box}
    for kind, spot in _facts(reading, words, level, placed):
        phrases = tuple(word.text for word in spot)
        found.append(_key(kind, phrases, union(word.box for word in spot), spot, spot))
    frame = Box(left=0, top=0, width=level.width, height=level.height)
    return tuple(replace(key, turn=turn) for key in found if _inside(key.box, frame))


def turned(box: Box, picture: Size, turn: Turn) -> Box:
    """A rectangle of `picture` where it comes to stand once the picture is turned."""
    if turn == 90:
        return Box(left=box.top, top=picture.width - box.left - box.width, width=box.height, height=box.width)
    if turn == 180:
        return changed(box, left=picture.width - box.left - box.width, top=picture.height - box.top - box.height)
    if turn == 270:
        return Box(left=picture.height - box.top - box.height, top=box.left, width=box.height, height=box.width)
    return box


def _key(kind: KeyKind, phrases: tuple[str, ...], box: Box, words: Sequence[Word], measured: Sequence[Word]) -> Key:
    lines = list(_lines(words))
    body = body_of(_lines(measured)) or body_of(lines) or body_around(" ".join(phrases), box)
    boxes = tuple(tuple(word.box for word in line) for line in lines) or ((box,),)
    return Key(kind, phrases, union([box, *(one for line in boxes for one in line)]), boxes, body)


def _lines(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Words that stand at one height, from left to right; lines from top to bottom."""
    line: list[Word] = []
    for word in sorted(words, key=lambda word: word.box.top + word.box.height / 2):
        if line and word.box.top + word.box.height / 2 > line[-1].box.top + 0.85 * line[-1].box.height:
            yield sorted(line, key=lambda one: one.box.left)
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda one: one.box.left)


def _facts(
    reading: Reading, words: Sequence[Word], picture: Size, placed: Mapping[FactKind, Box]
) -> Iterator[tuple[KeyKind, list[Word]]]:
    """The words of the address and of the clock: those at their places, or, where an older reading gives no places,
    those that say the same where such things stand.
    """
    upper = [word for word in words if word.box.top < picture.height / 3]
    lower = [word for word in words if word.box.top >= EDGE_BOTTOM * picture.height]
    bar = [word for word in words if word.box.top + word.box.height <= EDGE_TOP * picture.height]
    found: tuple[tuple[KeyKind, FactKind, str | None, tuple[list[Word], ...]], ...] = (
        ("address", "address", reading.address, (upper, lower)),
        ("clock", "screen_clock", reading.screen_clock, (lower, bar)),
    )
    for kind, fact, text, usual in found:
        zones = ([word for word in words if within(word.box, placed[fact])],) if fact in placed else usual
        spot = next((run for zone in zones if (run := _run(zone, text))), None) if text else None
        if spot:
            yield kind, spot


def _run(words: Sequence[Word], text: str | None) -> list[Word]:
    """The words that say `text`: side by side, or each of its pieces once, close together."""
    pieces = (text or "").split()
    for start in range(len(words) - len(pieces) + 1):
        run = list(words[start : start + len(pieces)])
        if [word.text for word in run] == pieces:
            return run
    found = [next((word for word in words if piece in word.text), None) for piece in pieces]
    kept = list({id(word): word for word in found if word is not None}.values())
    tall = max((word.box.height for word in kept), default=0)
    return kept if None not in found and kept and union(word.box for word in kept).height <= 4 * tall else []


def _turn(words: Sequence[Word]) -> Turn:
    """By how much a picture is to be turned so that most of its words are level and run to the right."""
    long = [word.box for word in words if len(word.text) >= 4]
    upright = 2 * sum(box.height > box.width for box in long) <= len(long)
    way = 0
    for one, other in pairwise(words):
        if _side_by_side(one.box, other.box, upright=upright):
            step = other.box.left - one.box.left if upright else other.box.top - one.box.top
            way += 1 if step > 0 else -1
    if upright:
        return 0 if way >= 0 else 180
    return 90 if way >= 0 else 270


def _side_by_side(one: Box, other: Box, *, upright: bool) -> bool:
    if not upright:
        return _side_by_side(_flipped(one), _flipped(other), upright=True)
    shared = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return 2 * shared > min(one.height, other.height)


def _flipped(box: Box) -> Box:
    return Box(left=box.top, top=box.left, width=box.height, height=box.width)


def _inside(box: Box, frame: Box) -> bool:
    return (
        box.left >= 0
        and box.top >= 0
        and box.width > 0
        and box.height > 0
        and box.left + box.width <= frame.width
        and box.top + box.height <= frame.height
    )
