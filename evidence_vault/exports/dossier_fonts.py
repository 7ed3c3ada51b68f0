"""The faces that the dossier is set in, and which of them has a glyph for each character.

Charis SIL for text: sturdy on paper, and whole for the Latin names of every country. Liberation Mono for digests and
commands, DejaVu Sans for the scripts that Charis lacks. What no face can draw is printed as its code, `[U+1F600]`:
never an empty box.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from evidence_vault.exports.dossier_rtl import visual

FONTS = Path(__file__).parent / "fonts"
NO_BREAK = "\u00a0"

_FALLBACK = "DejaVuSans"
# Marks of direction and joining that show nothing; the overrides are not here, because they can make text lie.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f"))
_BLANKS = dict.fromkeys(map(ord, "\t\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a"), " ")
_PLAIN = {**_INVISIBLE, **_BLANKS, ord("\r"): None, ord("\u2007"): NO_BREAK, ord("\u202f"): NO_BREAK}


class Face(Enum):
    """What a piece of text is set in; the value is the name of the font."""

    REGULAR = "CharisSIL-Regular"
    BOLD = "CharisSIL-Bold"
    MONO = "LiberationMono-Regular"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font can draw."""

    font: str
    text: str


@cache
def _coverage(font: str) -> frozenset[str]:
    """The characters that `font` has a glyph for; the font is registered on the way."""
    # Codes for the letters in use only: PDF/A wants no width for a letter whose outline is left out.
    loaded = TTFont(font, str(FONTS / f"{font}.ttf"), asciiReadable=0)
    pdfmetrics.registerFont(loaded)
    # Beyond U+FFFF reportlab writes a wrong text layer: copied or searched, the page would say something else.
    return frozenset(chr(code) for code in loaded.face.charToGlyph if code <= 0xFFFF)


def register() -> None:
    """Make every font known to reportlab."""
    for font in (*(face.value for face in Face), _FALLBACK):
        _coverage(font)


@lru_cache(maxsize=4096)
def runs(text: str, face: Face) -> tuple[Run, ...]:
    """`text`, without line feeds, cut where the font must change; what no font can draw is spelled as its code."""
    if text.isascii() and text.isprintable():
        return (Run(face.value, text),)
    shown = visual(unicodedata.normalize("NFC", text).translate(_PLAIN))
    if _coverage(face.value).issuperset(shown) and shown.isprintable():
        return (Run(face.value, shown),)
    found: list[Run] = []
    for character in shown:
        font, drawn = _font_for(character, face)
        if found and found[-1].font == font:
            found[-1] = Run(font, found[-1].text + drawn)
        else:
            found.append(Run(font, drawn))
    return tuple(found)


def _font_for(character: str, face: Face) -> tuple[str, str]:
    # Controls and overrides of direction are shown, not obeyed; a private-use glyph means nothing to the reader.
    if character == NO_BREAK or unicodedata.category(character)[0] != "C":
        for font in (face.value, _FALLBACK):
            if character in _coverage(font):
                return font, character
    return face.value, f"[U+{ord(character):04X}]"


@lru_cache(maxsize=32768)
def width(text: str, font: str) -> float:
    """How wide `text` is in `font` at one point."""
    return float(pdfmetrics.stringWidth(text, font, 1))
