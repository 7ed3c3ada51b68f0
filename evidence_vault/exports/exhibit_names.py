"""Names of exhibit files as the administrative courts take them (art. R. 414-5 CJA, guides of Télérecours).

A name begins with the number of the exhibit in the inventory, has at most 80 signs, and holds unaccented letters,
digits, `-` and `_` alone before its extension.
"""

import re
import unicodedata

LONGEST = 80
"""Signs of a whole name, extension included (e-signum and the guide of Télérecours)."""
NUMBER = re.compile(r"(?P<number>[0-9]{1,5})[_-]")
"""How a name begins."""
_LONGEST_PREFIX = 40
"""So that a name keeps room for its label."""
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)


def plain(text: str) -> str:
    """`text` in the signs that a name may hold, words joined by `-`; what has no such letters is left out."""
    unaccented = "".join(
        sign for sign in unicodedata.normalize("NFD", text.translate(_LIGATURES)) if not unicodedata.combining(sign)
    )
    return re.sub(r"[^A-Za-z0-9]+", "-", unaccented).strip("-")


def file_name(number: int, label: str, *, prefix: str = "", digits: int = 2) -> str:
    """The name of an exhibit's PDF: its number in `digits` digits, the prefix, then the label, cut after a word."""
    before = plain(prefix)[:_LONGEST_PREFIX].rstrip("-")
    head = f"{number:0{digits}}_" + (f"{before}_" if before else "")
    room = LONGEST - len(head) - len(".pdf")
    text = plain(label)
    if len(text) > room:
        text = text[: room + 1].rpartition("-")[0] or text[:room]
    return f"{head}{text or 'Piece'}.pdf"


def faults(name: str) -> tuple[str, ...]:
    """Which rules `name` breaks: `number`, `length`, `signs`; none for a good one."""
    stem, _, extension = name.rpartition(".")
    broken = []
    if not NUMBER.match(name):
        broken.append("number")
    if len(name) > LONGEST:
        broken.append("length")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", stem) or not re.fullmatch(r"[A-Za-z0-9]{1,5}", extension):
        broken.append("signs")
    return tuple(broken)
