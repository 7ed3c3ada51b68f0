"""Lines of words as they stand on a picture, and the order in which a person would read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence_vault.values import Box, Word

COLUMN_GAP = 2.5
"""Words further apart than this many line heights belong to two columns."""
PARAGRAPH_GAP = 2.2
"""Lines further apart than this many line heights belong to two paragraphs."""
EDGE_TOP, EDGE_BOTTOM = 0.07, 0.9
"""Above and below these shares of its height, a screenshot shows the bars of the system and of the browser."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand side by side, from left to right; never empty."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words as read, one blank between two."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """The rectangle around all the words."""
        return around(self.words)


Paragraph = tuple[Line, ...]


def around(words: Iterable[Word]) -> Box:
    """The smallest rectangle that holds every one of `words`, of which there is at least one."""
    boxes = [word.box for word in words]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def paragraphs(lines: Iterable[Line]) -> tuple[Paragraph, ...]:
    """Arrange lines in reading order: columns apart, wrapped lines together.

    A line that spans a wide gap is cut there; each piece then follows the piece it continues downwards. Paragraphs
    come in the order of their first line. No word is added, dropped or changed.
    """
    open_ones: list[list[Line]] = []
    for line in lines:
        for piece in _cut(line):
            home = next((found for found in reversed(open_ones) if _continues(found[-1].box, piece.box)), None)
            if home is None:
                open_ones.append([piece])
            else:
                home.append(piece)
    return tuple(tuple(found) for found in open_ones)


def wrapped(lines: Iterable[Line]) -> tuple[Paragraph, ...]:
    """Lines that are in reading order already, each put with the one before it that it continues downwards."""
    found: list[list[Line]] = []
    for line in lines:
        if found and _continues(found[-1][-1].box, line.box):
            found[-1].append(line)
        else:
            found.append([line])
    return tuple(tuple(paragraph) for paragraph in found)


def text_of(arranged: Iterable[Paragraph]) -> str:
    """The whole text, one line of the picture on each line."""
    return "\n".join(line.text for paragraph in arranged for line in paragraph)


def _cut(line: Line) -> Iterable[Line]:
    limit = COLUMN_GAP * sorted(word.box.height for word in line.words)[len(line.words) // 2]
    piece: list[Word] = []
    for word in line.words:
        if piece and word.box.left - (piece[-1].box.left + piece[-1].box.width) > limit:
            yield Line(tuple(piece))
            piece = []
        piece.append(word)
    yield Line(tuple(piece))


def _continues(above: Box, below: Box) -> bool:
    height = min(above.height, below.height)
    descent = below.top - (above.top + above.height)
    overlap = min(above.left + above.width, below.left + below.width) - max(above.left, below.left)
    return -height / 2 < descent < PARAGRAPH_GAP * height and overlap > 0 and abs(above.left - below.left) < 12 * height
