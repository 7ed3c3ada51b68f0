"""How the pages of the dossier are set: sizes, margins, shades and kinds of paragraph."""

from dataclasses import dataclass

from evidence_vault.exports.dossier_fonts import Face

MM = 72 / 25.4
PORTRAIT = (210 * MM, 297 * MM)
LANDSCAPE = (297 * MM, 210 * MM)
MARGIN = 20 * MM
NARROW_MARGIN = 14 * MM
TOP, BOTTOM = 20 * MM, 18 * MM

BLACK, GREY, PALE, HAIR = 0.0, 0.38, 0.93, 0.72
"""Shades of ink; nothing is told by colour alone, and nothing by a shade that a copier loses."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set: face, size and leading in points, space before and after, ink, indent."""

    face: Face = Face.REGULAR
    size: float = 10
    leading: float = 14
    before: float = 0
    after: float = 5
    ink: float = BLACK
    indent: float = 0
    centred: bool = False
    verbatim: bool = False
    """Blanks as they are: for what a machine or another person wrote."""


BODY = Style()
SMALL = Style(size=8.5, leading=11.5, after=3)
NOTE = Style(size=8.5, leading=11.5, after=4, ink=GREY)
TITLE = Style(Face.BOLD, 26, 33, after=8)
SECTION = Style(Face.BOLD, 17, 22, after=9)
SHEET = Style(Face.BOLD, 13.5, 18, after=1)
GROUP = Style(Face.BOLD, 9.5, 13, before=7, after=3)
LABEL = Style(size=8.5, leading=12.5, ink=GREY)
VALUE = Style(size=9.5, leading=12.5, after=1.5)
CELL = Style(size=8.5, leading=11)
QUOTE = Style(size=9.5, leading=13, indent=8 * MM, verbatim=True)
OCR = Style(size=8, leading=10, indent=4 * MM, after=4, verbatim=True)
CODE = Style(Face.MONO, 8, 10.8, after=6)
DIGEST = Style(Face.MONO, 8, 12.5, after=1.5)

LABEL_WIDTH = 45 * MM
