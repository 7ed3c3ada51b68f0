"""The order in which a person reads rectangles on a page: blocks from top to bottom, columns from left to right, tables
row by row. Pure geometry.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

COLUMN_GAP = 1.6
"""Rectangles further apart than this many usual heights stand in different columns."""
_ACROSS = 0.5
"""A white space right across, of so much of that between two columns, ends them: what stands below is a footer, and not
the end of the left column."""
_BELOW = 2
"""A white space of so many usual heights ends them as well where what stands below is not aligned with the column above
it, or has none above it."""
_LAST = 5
"""So many rectangles at the end of a column tell where its lines begin."""
_SAME_ROW = 0.35
_DEEPEST = 200


class _Rectangle(Protocol):
    @property
    def left(self) -> int: ...
    @property
    def top(self) -> int: ...
    @property
    def right(self) -> int: ...
    @property
    def bottom(self) -> int: ...


_R = TypeVar("_R", bound=_Rectangle)


def in_order(items: Sequence[_R], depth: int = 0) -> list[_R]:
    """The same rectangles in reading order (recursive cuts along the white space, after Nagy's XY-cut)."""
    if len(items) <= 1 or depth > _DEEPEST:
        return sorted(items, key=lambda item: (item.top, item.left))
    height = _usual_height(items)
    gaps, groups = _parted(items, lambda item: item.left, lambda item: item.right)
    cuts = [at for at in range(1, len(groups)) if gaps[at] >= COLUMN_GAP * height]
    spaces, bands = _parted(items, lambda item: item.top, lambda item: item.bottom)
    widest = max(range(1, len(bands)), key=lambda at: spaces[at], default=0)
    columns = [at for at in cuts if not _are_columns_of_a_table(_joined(groups[:at]), _joined(groups[at:]))]
    if columns:
        edge = min(item.left for item in _joined(groups[columns[0] :]))
        across = spaces[widest] >= _ACROSS * min(gaps[at] for at in columns)
        below = spaces[widest] >= _BELOW * height and _is_a_footer(
            _joined(bands[:widest]), _joined(bands[widest:]), edge
        )
        if not across and not below:
            return _one_after_the_other(groups, columns[0], depth)
    if cuts and not columns:
        return by_rows(items)
    if widest:
        return _one_after_the_other(bands, widest, depth)
    rows = _rows(items)
    if len(rows) > 1:
        return [item for row in rows for item in in_order(row, depth + 1)]
    return sorted(items, key=lambda item: (item.left, item.top))


def _usual_height(items: Sequence[_R]) -> int:
    heights = sorted(item.bottom - item.top for item in items)
    return heights[len(heights) // 2]


def _is_a_footer(above: Sequence[_R], below: Sequence[_R], edge: float) -> bool:
    """Whether what stands `below` two columns, the second of which begins at `edge`, goes on with neither."""
    left = min(item.left for item in below)
    column = [item for item in above if (item.left < edge) == (left < edge)]
    last = sorted(column, key=lambda item: item.bottom)[-_LAST:]
    return len(column) < len(above) and all(abs(item.left - left) > _usual_height(above) for item in last)


def _one_after_the_other(groups: Sequence[Sequence[_R]], at: int, depth: int) -> list[_R]:
    return in_order(_joined(groups[:at]), depth + 1) + in_order(_joined(groups[at:]), depth + 1)


def by_rows(items: Sequence[_R]) -> list[_R]:
    """The same rectangles row by row, each from left to right."""
    return [item for row in _rows(items) for item in sorted(row, key=lambda item: item.left)] if items else []


def _parted(
    items: Sequence[_R], begin: Callable[[_R], float], end: Callable[[_R], float]
) -> tuple[list[float], list[list[_R]]]:
    """Groups between which nothing stands along one axis, and the white space before each."""
    along = sorted(items, key=begin)
    groups, gaps, reached = [[along[0]]], [0.0], end(along[0])
    for item in along[1:]:
        if begin(item) >= reached:
            groups.append([])
            gaps.append(begin(item) - reached)
        groups[-1].append(item)
        reached = max(reached, end(item))
    return gaps, groups


def _rows(items: Sequence[_R]) -> list[list[_R]]:
    """Items that stand side by side, judged by the middle of their heights."""
    return _parted(
        items,
        lambda item: item.top + 0.3 * (item.bottom - item.top),
        lambda item: item.bottom - 0.3 * (item.bottom - item.top),
    )[1]


def _are_columns_of_a_table(one: Sequence[_R], other: Sequence[_R]) -> bool:
    few, many = sorted((_spans(one), _spans(other)), key=len)
    if len(few) < 2 or len(many) > 1.3 * len(few) + 0.5:
        return False
    matched = sum(
        any(abs((t + b) - (top + bottom)) < 2 * _SAME_ROW * min(b - t, bottom - top) for top, bottom in many)
        for t, b in few
    )
    return matched >= 0.8 * len(few)


def _spans(items: Sequence[_R]) -> list[tuple[int, int]]:
    return [(min(item.top for item in row), max(item.bottom for item in row)) for row in _rows(items)]


def _joined(groups: Sequence[Sequence[_R]]) -> list[_R]:
    return [item for group in groups for item in group]
