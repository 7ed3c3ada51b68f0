"""How a picture is laid on paper so that its key text prints at 8 points or more, wherever that can be reached.

Three choices. *whole*: the picture alone, over several sheets where it is very tall, because its key text is large
enough there. *enlarged*: the whole picture, and beside or under it the parts that were not. *crop*: those parts first,
and the whole picture on the sheets that follow, because it goes over several.

Sizes of text are those of `letter_size`. A plan says at which size each text prints; enlarging adds no detail, so a
plan also says where the picture's own squares begin to show.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evidence_vault.exports.key_text import Key, Size, Turn
from evidence_vault.exports.print_cuts import Area, Cut, cuts_for, is_large_enough, rows_of, stacked
from evidence_vault.exports.printed import Choice
from evidence_vault.values import Box

LARGEST = 1.0
"""Points a pixel: 72 pixels an inch, beyond which a picture only shows its squares."""
OVERLAP = 28
"""What two views of a tall picture have in common, in points: ten millimetres."""
VIEW_NOTE = 16
"""The room above each view, for the line that numbers it."""
GAP = 8
_NARROWEST = 227
_VIEW_WIDTH = 340
_USUAL_WIDTH = 1285
"""Pixels across up to which a view eighty to a hundred and twenty millimetres wide shows the usual text of a page."""
_MOST_VIEWS = 30
_LEAST = 0.6
"""The share of its size that the whole picture keeps beside enlargements; else they go to sheets of their own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the picture as it is printed; places and lengths in points, from the top left of the sheet's area."""

    sheet: int
    """0 for the first."""
    left: float
    top: float
    width: float
    height: float
    box: Box
    """Which part: pixels of the picture turned by `turn`."""
    scale: float
    """Points a pixel."""
    turn: Turn = 0
    keys: tuple[int, ...] = ()
    """The key texts that it is there for, by their place; empty for the whole picture and its views."""

    @property
    def coarse(self) -> bool:
        """Whether it is enlarged so much that the squares of the picture show."""
        return self.scale > LARGEST


@dataclass(frozen=True, slots=True)
class Printed:
    """At which size one key text prints, where it prints largest."""

    key: Key
    points: float
    on: tuple[int, ...]
    """The pieces that show it there, by their place: several where its lines had to be parted."""

    @property
    def large_enough(self) -> bool:
        return is_large_enough(self.points)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one picture is printed."""

    choice: Choice
    scale: float
    """Points a pixel of the whole picture."""
    pieces: tuple[Piece, ...]
    """In the order of the sheets; the whole picture, or its views, among them."""
    printed: tuple[Printed, ...]
    """One for each key text, in their order."""

    @property
    def views(self) -> tuple[Piece, ...]:
        """The whole picture: one piece, or several that overlap."""
        return tuple(piece for piece in self.pieces if not piece.keys)

    @property
    def sheets(self) -> int:
        return 1 + max(piece.sheet for piece in self.pieces)


def plan(picture: Size, keys: Sequence[Key], first: Area, rest: Area) -> Plan:
    """Lay `picture` on a sheet with the area `first` and, where one is not enough, on others with the area `rest`.

    Areas are in points, as wide as each other, and at least 150 points either way. Nothing is wider or taller than
    its area; a text that cannot be made large enough prints as large as it can, and the plan says how large.
    """
    views = _views(picture, first, rest)
    lacking = _lacking(keys, views)
    if not lacking:
        return _told("whole", views, keys)
    if len(views) > 1:
        later = _views(picture, rest, rest)
        lacking = sorted({*lacking, *_lacking(keys, later)})
        cuts, used = _on_sheets(cuts_for(keys, lacking, picture, _room(first, rest)), 0, first, rest)
        return _told("crop", (*cuts, *(replace(view, sheet=view.sheet + used) for view in later)), keys)
    return _told("enlarged", _enlarged(picture, keys, lacking, views, first, rest), keys)


def _room(first: Area, rest: Area) -> Area:
    """What is on every sheet."""
    return Area(min(first.width, rest.width), min(first.height, rest.height))


def _views(picture: Size, first: Area, rest: Area) -> tuple[Piece, ...]:
    """The whole picture on one sheet, or from top to bottom over several where one would leave it a thread."""
    scale = min(first.width / picture.width, first.height / picture.height, LARGEST)
    if picture.width * scale >= min(_NARROWEST, picture.width * LARGEST):
        return (_view(0, 0, picture, picture.height, scale, first, 0),)
    room = _room(first, rest)
    target = min(_VIEW_WIDTH, room.width) if picture.width <= _USUAL_WIDTH else room.width
    view = room.height - VIEW_NOTE
    longest = view + (_MOST_VIEWS - 1) * (view - OVERLAP)
    scale = min(target / picture.width, LARGEST, longest / picture.height)
    rows = min(picture.height, max(1, int(view / scale)))
    step = max(1, int((view - OVERLAP) / scale))
    count = 1 + math.ceil((picture.height - rows) / step)
    tops = (min(number * step, picture.height - rows) for number in range(count))
    return tuple(_view(number, top, picture, rows, scale, room, VIEW_NOTE) for number, top in enumerate(tops))


def _view(number: int, top: int, picture: Size, rows: int, scale: float, area: Area, below: float) -> Piece:
    width = picture.width * scale
    box = Box(left=0, top=top, width=picture.width, height=rows)
    return Piece(number, (area.width - width) / 2, below, width, rows * scale, box, scale)


def _enlarged(
    picture: Size, keys: Sequence[Key], lacking: list[int], views: tuple[Piece, ...], first: Area, rest: Area
) -> tuple[Piece, ...]:
    """The whole picture with the texts that lack size under it or beside it; on sheets of their own if it must be."""
    room = _room(first, rest)
    while True:
        cuts = cuts_for(keys, lacking, picture, room)
        found = max((_below(picture, cuts, first), _beside(picture, cuts, first)), key=lambda pieces: pieces[0].scale)
        if found[0].scale < _LEAST * views[0].scale:
            return (*views, *_on_sheets(cuts, 1, first, rest)[0])
        more = _lacking(keys, found[:1])
        if set(more) <= set(lacking):
            return found
        lacking = sorted({*lacking, *more})  # the whole picture had to make room, and another text became too small


def _below(picture: Size, cuts: Sequence[Cut], area: Area) -> tuple[Piece, ...]:
    rows = rows_of(cuts, area.width)
    height = sum(row.height for row in rows) + GAP * len(rows)
    scale = min(area.width / picture.width, max(0.0, area.height - height) / picture.height, LARGEST)
    whole = _view(0, 0, picture, picture.height, max(scale, 1e-9), area, 0)
    pieces, top = [whole], whole.height + GAP
    for row in rows:
        pieces += [_placed(0, cut, left, top + down) for cut, left, down in row.places]
        top += row.height + GAP
    return tuple(pieces)


def _beside(picture: Size, cuts: Sequence[Cut], area: Area) -> tuple[Piece, ...]:
    column = stacked(cuts)
    room = area.width - column.width - 2 * GAP if column.height <= area.height else 0.0
    scale = min(max(0.0, room) / picture.width, area.height / picture.height, LARGEST)
    whole = replace(_view(0, 0, picture, picture.height, max(scale, 1e-9), area, 0), left=0)
    left = whole.width + 2 * GAP
    return (whole, *(_placed(0, cut, left, down) for cut, _, down in column.places))


def _on_sheets(cuts: Sequence[Cut], sheet: int, first: Area, rest: Area) -> tuple[tuple[Piece, ...], int]:
    """The cuts row by row, over as many sheets from `sheet` on as they need; also how many sheets are used then."""
    pieces: list[Piece] = []
    top = 0.0
    for row in rows_of(cuts, _room(first, rest).width):
        if top and top + row.height > (first if sheet == 0 else rest).height:
            sheet, top = sheet + 1, 0.0
        pieces += [_placed(sheet, cut, left, top + down) for cut, left, down in row.places]
        top += row.height + GAP
    return tuple(pieces), sheet + 1


def _placed(sheet: int, cut: Cut, left: float, top: float) -> Piece:
    return Piece(sheet, left, top, cut.width, cut.height, cut.box, cut.scale, cut.turn, cut.keys)


def _lacking(keys: Sequence[Key], views: Sequence[Piece]) -> list[int]:
    """The texts that no view shows whole, level and large enough."""
    return [
        number
        for number, key in enumerate(keys)
        if key.turn or not any(_shows(view, key.box) and is_large_enough(key.body * view.scale) for view in views)
    ]


def _told(choice: Choice, pieces: tuple[Piece, ...], keys: Sequence[Key]) -> Plan:
    scale = next(piece.scale for piece in pieces if not piece.keys)
    return Plan(choice, scale, pieces, tuple(_printed(number, key, pieces) for number, key in enumerate(keys)))


def _printed(number: int, key: Key, pieces: Sequence[Piece]) -> Printed:
    """Where a text prints largest: in the enlargements made for it, or in a view that shows all of it."""
    ways: list[tuple[int, ...]] = [
        (place,) for place, piece in enumerate(pieces) if not piece.keys and _shows(piece, key.box)
    ]
    if made := tuple(place for place, piece in enumerate(pieces) if number in piece.keys):
        ways = [made] if key.turn else [made, *ways]
    points, best = max(
        ((key.body * min(pieces[place].scale for place in way), way) for way in ways), key=lambda w: w[0]
    )
    return Printed(key, points, best)


def _shows(piece: Piece, box: Box) -> bool:
    part = piece.box
    return (
        part.left <= box.left
        and part.top <= box.top
        and box.left + box.width <= part.left + part.width
        and box.top + box.height <= part.top + part.height
    )
