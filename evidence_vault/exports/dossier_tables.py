"""The tables of the dossier: rows that go over pages, under headings that come again on each of them."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TypeAlias

from evidence_vault.exports.dossier_canvas import COLUMN_HEAD, LEADS
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pages import Pages
from evidence_vault.exports.dossier_styles import BLACK, CELL, MM, Style
from evidence_vault.exports.dossier_text import Line, Rich


@dataclass(frozen=True, slots=True)
class PageOf:
    """A cell that shows the number of the page marked `key`, and leads there; `said` tells where that is."""

    key: str
    said: str = LEADS


Cell: TypeAlias = Rich | PageOf


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its share of the width in points, and how its cells are set."""

    title: str
    width: float
    style: Style = CELL


def draw_table(pages: Pages, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """A table whose headings come again on every page, and never stand without a row."""
    with pages.canvas.element("Table"):
        _table(pages, columns, rows)
    pages.space(6)


def _table(pages: Pages, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    begun = headed = False
    for row in rows:
        laid = [_lay_cell(pages, cell, column) for cell, column in zip(row, columns, strict=True)]
        height = max(len(lines) * column.style.leading for lines, column in zip(laid, columns, strict=True)) + 5
        if begun and pages.room < height:
            pages.new_page(pages.size)
            begun = False
        if not begun:
            _table_head(pages, columns, height, again=headed)
            begun = headed = True
        with pages.canvas.element("TR"):
            _row(pages, columns, row, laid, height)
        pages.rule()
    if not begun:
        _table_head(pages, columns, 0, again=False)


def _row(
    pages: Pages, columns: Sequence[Column], row: Sequence[Cell], laid: Sequence[list[Line]], height: float
) -> None:
    top, x = pages.y, pages.left
    for cell, lines, column in zip(row, laid, columns, strict=True):
        pages.y = top - 2
        if isinstance(cell, PageOf):
            with pages.canvas.element("TD"):
                pages.page_reference(cell.key, x, column.width - 2 * MM, column.style, cell.said)
        else:
            with pages.canvas.leaf("TD"):
                for line in lines:
                    pages.draw(line, x, column.width - 2 * MM, column.style)
                    pages.y -= column.style.leading
        x += column.width
    pages.y = top - height


def _lay_cell(pages: Pages, cell: Cell, column: Column) -> list[Line]:
    if isinstance(cell, PageOf):
        return []
    lines = pages.lines(cell, column.style, column.width - 2 * MM)
    limit = int((pages.height - 60) / column.style.leading)
    return lines[:limit]


def _table_head(pages: Pages, columns: Sequence[Column], row: float, *, again: bool) -> None:
    """The headings, on a page that also has room for the first row, which is `row` points high.

    Where they come `again`, on a later page, they are for the eye alone.
    """
    style = replace(CELL, face=Face.BOLD, size=8)
    laid = [pages.lines(column.title, style, column.width - 2 * MM) for column in columns]
    height = max(map(len, laid)) * style.leading + 5
    pages.need(height + row)
    pages.rule(0.8, BLACK)
    if again:
        _headings(pages, columns, laid, style, height)
    else:
        with pages.canvas.element("TR"):
            _headings(pages, columns, laid, style, height, tagged=True)
    pages.rule(0.8, BLACK)


def _headings(
    pages: Pages,
    columns: Sequence[Column],
    laid: Sequence[list[Line]],
    style: Style,
    height: float,
    *,
    tagged: bool = False,
) -> None:
    top, x = pages.y, pages.left
    for lines, column in zip(laid, columns, strict=True):
        pages.y = top - 2
        with pages.canvas.leaf("TH", A=COLUMN_HEAD) if tagged else nullcontext():
            for line in lines:
                pages.draw(line, x, column.width, replace(style, centred=column.style.centred))
                pages.y -= style.leading
        x += column.width
    pages.y = top - height
