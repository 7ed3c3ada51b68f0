"""The parts of a picture that are enlarged for its key text: how large, parted where they must be, set in rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from evidence_vault.exports.key_text import Key, Size, Turn
from evidence_vault.exports.message_part import union
from evidence_vault.values import Box

NEEDED = 8.0
"""Points: the size that key text must reach on paper."""
CAPTION = 13
"""The room above each enlargement for what it is called, in points."""
_COMFORTABLE = 11.0
"""Points that an enlargement aims at, where the picture has the detail for it."""
_FINE, _COARSEST = 1.0, 2.0
"""Points a pixel: up to the first for comfort, up to the second to reach the size that is needed."""
_MARGIN = 0.7
"""What is left around key text, in sizes of its letters."""
_NEAR = 2.0
"""Parts nearer than this many sizes of letters are shown as one."""
_CELL = 175
"""The room that a caption needs across, in points."""
_BETWEEN = 14
_MOST = 12
"""Enlargements of one text; beyond that its lines are not parted, and it prints smaller."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a picture may be printed, in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of the picture and its scale, in points a pixel."""

    box: Box
    """Pixels of the picture turned by `turn`."""
    scale: float
    turn: Turn
    keys: tuple[int, ...]
    body: float
    """The size of the largest letters that it is made for, in pixels."""

    @property
    def width(self) -> float:
        return self.box.width * self.scale

    @property
    def height(self) -> float:
        return self.box.height * self.scale


@dataclass(frozen=True, slots=True)
class Block:
    """Cuts set beside or under each other: each with its left and its top, under its caption."""

    width: float
    height: float
    places: tuple[tuple[Cut, float, float], ...]


def is_large_enough(points: float) -> bool:
    """Whether a printed size is the one needed; a billionth less is a matter of arithmetic."""
    return points >= NEEDED - 1e-9


def cuts_for(keys: Sequence[Key], lacking: Sequence[int], picture: Size, room: Area) -> tuple[Cut, ...]:
    """Enlargements that show the texts at the places `lacking`, each of which fits into `room` with its caption.

    One that would not fit at the size needed is parted between lines, then between words. Those near each other are
    merged where they fit together.
    """
    space = Area(room.width, room.height - CAPTION)
    cuts = [cut for number in lacking for cut in _cuts_of(number, keys[number], picture, space)]
    return _merged(cuts, space)


def cut_out(key: Key, picture: Size, space: Area) -> Cut:
    """One part of the picture with all of `key`, as large as is comfortable, or as `space` allows."""
    box = _around(key.box, key.body, picture.turned(key.turn))
    return Cut(box, min(_wanted(key.body), _fit(box, space)), key.turn, (), key.body)


def _cuts_of(number: int, key: Key, picture: Size, space: Area) -> list[Cut]:
    level = picture.turned(key.turn)
    whole = _around(key.box, key.body, level)
    boxes = [whole]
    if _fit(whole, space) < _least(key.body):
        parts = list(_parts(key, level, space))
        boxes = parts if len(parts) <= _MOST else boxes
    return [Cut(box, min(_wanted(key.body), _fit(box, space)), key.turn, (number,), key.body) for box in boxes]


def _least(body: float) -> float:
    """The scale at which letters reach the size needed, or the largest scale allowed."""
    return min(NEEDED / body, _COARSEST)


def _wanted(body: float) -> float:
    return max(min(_COMFORTABLE / body, _FINE), _least(body))


def _fit(box: Box, space: Area) -> float:
    return min(space.width / box.width, space.height / box.height)


def _around(box: Box, body: float, picture: Size) -> Box:
    margin = max(2, round(_MARGIN * body))
    left, top = max(0, box.left - margin), max(0, box.top - margin)
    right, bottom = (
        min(picture.width, box.left + box.width + margin),
        min(picture.height, box.top + box.height + margin),
    )
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def _parts(key: Key, picture: Size, space: Area) -> Iterator[Box]:
    """Groups of lines, or of words of one line, each of which fits at the size needed if anything does."""
    least = _least(key.body)
    group: Box | None = None
    for line in key.lines:
        for piece in _line_parts(line, key.body, picture, space):
            joined = union([group, piece]) if group else piece
            if group and _fit(_around(joined, key.body, picture), space) < least:
                yield _around(group, key.body, picture)
                joined = piece
            group = joined
    if group:
        yield _around(group, key.body, picture)


def _line_parts(line: Sequence[Box], body: float, picture: Size, space: Area) -> Iterator[Box]:
    """A line whole, or from left to right in runs of words."""
    run: Box | None = None
    for word in line:
        joined = union([run, word]) if run else word
        if run and _fit(_around(joined, body, picture), space) < _least(body):
            yield run
            joined = word
        run = joined
    if run:
        yield run


def _merged(cuts: list[Cut], space: Area) -> tuple[Cut, ...]:
    """Cuts, two of which became one as long as any two were near each other and fitted together."""
    found = list(cuts)
    while True:
        pair = next(
            (
                (one, other, both)
                for one, other in combinations(found, 2)
                if (both := _together(one, other)) is not None and _fit(both.box, space) >= both.scale
            ),
            None,
        )
        if pair is None:
            return tuple(found)
        one, other, both = pair
        found[found.index(one)] = both
        found.remove(other)


def _together(one: Cut, other: Cut) -> Cut | None:
    if one.turn != other.turn:
        return None
    body = max(one.body, other.body)
    across = max(one.box.left, other.box.left) - min(one.box.left + one.box.width, other.box.left + other.box.width)
    down = max(one.box.top, other.box.top) - min(one.box.top + one.box.height, other.box.top + other.box.height)
    if max(across, down) > (_NEAR - 2 * _MARGIN) * body:
        return None
    keys = tuple(sorted({*one.keys, *other.keys}))
    return replace(one, box=union([one.box, other.box]), scale=max(one.scale, other.scale), keys=keys, body=body)


def rows_of(cuts: Sequence[Cut], width: float) -> tuple[Block, ...]:
    """Cuts in their order, in rows no wider than `width`."""
    rows: list[list[tuple[Cut, float, float]]] = []
    left = 0.0
    for cut in cuts:
        cell = max(cut.width, _CELL)
        if not rows or left + cut.width > width or (left and left + cell > width):
            rows.append([])
            left = 0.0
        rows[-1].append((cut, left, CAPTION))
        left += cell + _BETWEEN
    return tuple(Block(width, CAPTION + max(cut.height for cut, _, _ in row), tuple(row)) for row in rows)


def stacked(cuts: Sequence[Cut]) -> Block:
    """Cuts in their order, one under the other."""
    places, top = [], 0.0
    for cut in cuts:
        places.append((cut, 0.0, top + CAPTION))
        top += CAPTION + cut.height + _BETWEEN
    return Block(max(max(cut.width, _CELL) for cut in cuts), top - _BETWEEN, tuple(places))
