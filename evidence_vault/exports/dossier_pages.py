"""The pages of the dossier: a cursor that goes down, and begins a new page where there is no room left.

One pass, from the first page to the last; numbers of pages yet to come are filled in by the canvas at the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evidence_vault.exports.dossier_canvas import LEADS, StreamedCanvas
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_styles import (
    BLACK,
    BODY,
    BOTTOM,
    CODE,
    GROUP,
    HAIR,
    LABEL,
    LABEL_WIDTH,
    MARGIN,
    MM,
    NARROW_MARGIN,
    NOTE,
    PALE,
    PORTRAIT,
    SECTION,
    TITLE,
    TOP,
    VALUE,
    Style,
)
from evidence_vault.exports.dossier_text import Line, Rich, french, lay, pieces_of
from evidence_vault.exports.printed import PrintedPicture

_EDGE = replace(NOTE, size=8)


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands at the edge of every page."""

    head_left: str
    head_right: str
    foot_left: str
    foot_right: str


class Pages:
    """Draws downwards; `y` is where the next thing goes."""

    def __init__(self, canvas: StreamedCanvas, furniture: Furniture) -> None:
        self.canvas = canvas
        self._furniture = furniture
        self.size = PORTRAIT
        self._open = False
        self._full = False
        self._levels: list[int] = []
        self.printed: list[PrintedPicture] = []
        """The pictures that have pages of their own, in the order of the pages."""
        self.left = MARGIN
        self.y = 0.0

    @property
    def width(self) -> float:
        """The room between the margins."""
        return self.size[0] - 2 * self.left

    @property
    def right(self) -> float:
        return self.size[0] - self.left

    @property
    def height(self) -> float:
        """The room of a whole page between header and footer."""
        return self.size[1] - TOP - BOTTOM

    @property
    def room(self) -> float:
        """The room left on this page."""
        return self.y - BOTTOM

    def new_page(self, size: tuple[float, float] = PORTRAIT, *, bare: bool = False) -> None:
        """Begin a page; `bare` leaves its header out."""
        with self.canvas.between_pages():
            if self._open:
                self.canvas.showPage()
            self._open, self._full = True, False
            self.size = size
            self.left = MARGIN if size == PORTRAIT else NARROW_MARGIN
            self.canvas.setPageSize(size)
            self.y = size[1] - TOP
            self._furnish(bare)

    def furnish(self, furniture: Furniture) -> None:
        """What stands at the edge of the pages from the next one on."""
        self._furniture = furniture

    def end_page(self) -> None:
        """Leave the rest of this page blank: what `section` begins next goes to a page of its own."""
        self._full = True

    def section(self, title: str, key: str, keep: float) -> None:
        """Begin a section under the one before it where `keep` is left for it, else on a new page."""
        if self._full or self.size != PORTRAIT or self.room < keep + 12 * MM:
            self.new_page()
        else:
            self.space(12 * MM)
        self.heading(title, key)

    def close(self) -> None:
        """End the last page."""
        self.canvas.showPage()

    def need(self, height: float) -> None:
        """Begin a new page, unless `height` still fits on this one."""
        if self.room < height:
            self.new_page(self.size)

    def space(self, height: float) -> None:
        """Leave a blank, which is lost at the end of a page."""
        self.y -= height

    def text(self, text: Rich, style: Style = BODY, keep: float = 0) -> None:
        """Draw a paragraph, going over pages where it must; `keep` is the room that what follows it needs."""
        tag = self._headed(0) if style is TITLE else f"H{len(self._levels) + 1}" if style is GROUP else "P"
        self._paragraph(text, style, keep, tag)

    def _headed(self, level: int) -> str:
        """The tag of a heading: no rank is ever skipped, whatever levels the bookmarks have (ISO 14289-1, 7.4.2)."""
        self._levels = [*(above for above in self._levels if above < level), level]
        return f"H{len(self._levels)}"

    def _paragraph(self, text: Rich, style: Style, keep: float, tag: str) -> None:
        lines = self.lines(text, style, self.width - style.indent)
        self.space(style.before)
        self.need(min(len(lines), 2) * style.leading + keep)
        with self.canvas.leaf(tag):
            for line in lines:
                self.need(style.leading)
                self.draw(line, self.left + style.indent, self.width - style.indent, style)
                self.y -= style.leading
        self.space(style.after)

    def heading(self, title: str, key: str, style: Style = SECTION, level: int = 0, keep: float = 60) -> None:
        """A heading, its bookmark and the destination `key`."""
        self.space(style.before)
        self.need(style.leading + keep)
        self.canvas.mark(key, french(title), level)
        self._paragraph(title, replace(style, before=0), 0, self._headed(level))

    def fact(self, label: str, value: Rich, style: Style = VALUE) -> None:
        """A label in the margin and what it names beside it."""
        lines = self.lines(value, style, self.width - LABEL_WIDTH)
        labels = self.lines(label, LABEL, LABEL_WIDTH - 3 * MM)
        self.need(max(min(len(lines), 6) * style.leading, len(labels) * LABEL.leading))
        top, page = self.y, self.canvas.getPageNumber()
        drop = max(style.size, VALUE.size)  # label and value stand on the same baseline
        with self.canvas.leaf("P"):
            for line in labels:
                self.draw(line, self.left, LABEL_WIDTH, LABEL, drop)
                self.y -= LABEL.leading
            after_label, self.y = self.y, top
            for line in lines:
                self.need(style.leading)
                self.draw(line, self.left + LABEL_WIDTH, self.width - LABEL_WIDTH, style, drop)
                self.y -= style.leading
        if page == self.canvas.getPageNumber():
            self.y = min(self.y, after_label)
        self.space(style.after)

    def fact_page(self, label: str, value: str, key: str) -> None:
        """A fact in one line that ends in the number of the page marked `key`, as a link."""
        self.need(2 * VALUE.leading)
        top = self.y
        self.fact(label, value)
        after, self.y = self.y, top
        (line,) = self.lines(f"{value}\u00a0", VALUE, self.width - LABEL_WIDTH)
        x, baseline = self.left + LABEL_WIDTH, self.y - VALUE.size
        with self.canvas.leaf("Link"):
            self.canvas.page_number(key, x + line.width, baseline, VALUE.size, "left")
            self.canvas.lead(key, (x, baseline - 3, self.right, self.y + 1), f"{label} : {value}")
        self.y = after

    def code(self, commands: Sequence[str], style: Style = CODE) -> None:
        """Commands on a pale ground, character by character as they must be typed."""
        self.need(len(commands) * style.leading + 8)
        height = len(commands) * style.leading + 6
        self.canvas.setFillGray(PALE)
        self.canvas.rect(self.left, self.y - height, self.width, height, stroke=0, fill=1)
        self.canvas.setFillGray(BLACK)
        self.y -= 3
        with self.canvas.element("P"), self.canvas.leaf("Code"):
            for command in commands:
                self.canvas.setFont(style.face.value, style.size)
                self.canvas.drawString(self.left + 2 * MM, self.y - style.size - 0.5, command)
                self.y -= style.leading
        self.space(3 + style.after)

    def page_reference(self, key: str, x: float, width: float, style: Style, said: str = LEADS) -> None:
        """The number of the page marked `key`, at the right end of `width`, as a link; `said` tells where it leads."""
        baseline = self.y - style.size
        with self.canvas.leaf("Link"):
            self.canvas.page_number(key, x + width, baseline, style.size)
            self.canvas.lead(key, (x, baseline - 3, x + width, self.y + 1), said)

    def rule(self, thickness: float = 0.4, ink: float = HAIR) -> None:
        """A line across the page."""
        self.canvas.setStrokeGray(ink)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(self.left, self.y, self.right, self.y)

    def boxed(self, draw: Callable[[], None], height: float) -> None:
        """What `draw` draws, inside a frame `height` high."""
        self.need(height)
        self.canvas.setStrokeGray(BLACK)
        self.canvas.setLineWidth(0.8)
        self.canvas.rect(self.left, self.y - height, self.width, height)
        bottom = self.y - height
        self.space(3 * MM)
        self.left += 4 * MM
        draw()
        self.left -= 4 * MM
        self.y = bottom - 8

    def at(self, text: Rich, x: float, y: float, width: float, style: Style) -> None:
        """The first line of `text` with its top at `y`, without moving the cursor."""
        with self.canvas.leaf("P"):
            self._at(text, x, y, width, style)

    def _at(self, text: Rich, x: float, y: float, width: float, style: Style) -> None:
        kept, self.y = self.y, y
        for line in self.lines(text, style, width)[:1]:
            self.draw(line, x, width, style)
        self.y = kept

    @staticmethod
    def lines(text: Rich, style: Style, width: float) -> list[Line]:
        """`text` broken to `width`."""
        pieces = pieces_of(text, style.face)
        if not style.verbatim:
            pieces = [(face, french(part)) for face, part in pieces]
        return lay(pieces, style.size, width)

    def draw(self, line: Line, x: float, width: float, style: Style, drop: float | None = None) -> None:
        """One line; its baseline is `drop` under the cursor, or as much as its letters are high."""
        if not line.runs:
            return
        x += (width - line.width) / 2 if style.centred else 0
        drawn = self.canvas.beginText(x, self.y - (style.size if drop is None else drop))
        drawn.setFillGray(style.ink)
        for run in line.runs:
            drawn.setFont(run.font, style.size)
            drawn.textOut(run.text)
        if not style.verbatim and style.face is not Face.MONO:
            drawn.textOut(" ")  # or the last word of a line and the first of the next are read as one
        self.canvas.drawText(drawn)

    def _furnish(self, bare: bool) -> None:
        if not bare:
            with self.canvas.artifact("Header"):
                self._head()
        with self.canvas.artifact("Footer"):
            self._foot()

    def _head(self) -> None:
        top = self.size[1] - 10 * MM
        self._at(self._furniture.head_left, self.left, top, self.width * 0.62, _EDGE)
        self._at_right(self._furniture.head_right, top, _EDGE)

    def _foot(self) -> None:
        foot = 13 * MM
        self.canvas.setStrokeGray(HAIR)
        self.canvas.setLineWidth(0.4)
        self.canvas.line(self.left, foot + 4, self.right, foot + 4)
        self._at(self._furniture.foot_left, self.left, foot, self.width / 3, _EDGE)
        self._at_right(self._furniture.foot_right, foot, _EDGE)
        label = f"page {self.canvas.getPageNumber()} / ".replace(" ", "\u00a0")
        (line,) = self.lines(label, _EDGE, self.width)
        start = self.size[0] / 2 - line.width / 2 - _EDGE.size / 2
        self._at(label, start, foot, line.width + 1, _EDGE)
        self.canvas.page_total(start + line.width, foot - _EDGE.size, _EDGE.size)

    def _at_right(self, text: str, y: float, style: Style) -> None:
        line, *_ = self.lines(text, style, self.width * 0.36)
        self._at(text, self.right - line.width - 0.01, y, self.width * 0.36, style)
