"""Arabic and Hebrew words made ready for a printer that only knows left to right.

Enough for names and short notes inside French text: letters joined, right-to-left runs laid out in the order in which
they are seen. It is not the whole of Unicode's bidirectional algorithm: a long right-to-left paragraph that wraps
over several lines reads from its last line up.
"""

import unicodedata
from functools import cache
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["isolated", "initial", "medial", "final"]

_TATWEEL = "\u0640"
_LAM = "\u0644"
_RTL = ("R", "AL")
_NEUTRAL = ("WS", "CS", "ES", "ET", "ON", "NSM", "BN")


def visual(text: str) -> str:
    """`text` in the order in which its glyphs stand on a line; unchanged where nothing runs from right to left."""
    if text.isascii() or not any(unicodedata.bidirectional(character) in _RTL for character in text):
        return text
    return "\n".join(_visual_line(line) for line in text.split("\n"))


def _visual_line(line: str) -> str:
    parts: list[str] = []
    position = 0
    while position < len(line):
        if unicodedata.bidirectional(line[position]) not in _RTL:
            parts.append(line[position])
            position += 1
            continue
        end = _run_end(line, position)
        parts.append(_reverse(_join(line[position:end])))
        position = end
    return "".join(parts)


def _run_end(line: str, start: int) -> int:
    """Where the right-to-left run ends: after its last right-to-left letter or mark before a left-to-right one."""
    end = position = start
    while position < len(line):
        direction = unicodedata.bidirectional(line[position])
        position += 1
        if direction in _RTL or (direction == "NSM" and position == end + 1):
            end = position
        elif direction not in _NEUTRAL and direction not in {"EN", "AN"}:
            break
    inside = line[start:end]
    # A bracket that opens in the run closes in it.
    if end < len(line) and (opening := _OPENS.get(line[end])) and inside.count(opening) > inside.count(line[end]):
        end += 1
    return end


def _reverse(run: str) -> str:
    """Clusters from last to first; numbers keep their own direction, brackets face the other way."""
    clusters: list[str] = []
    number = False
    for character in run:
        direction = unicodedata.bidirectional(character)
        if clusters and (direction == "NSM" or (number and direction in {"EN", "AN"})):
            clusters[-1] += character
        else:
            clusters.append(_MIRRORED.get(character, character))
            number = direction in {"EN", "AN"}
    return "".join(reversed(clusters))


_OPENS = {")": "(", "]": "[", "}": "{", "»": "«"}
_MIRRORED = dict(zip("()[]{}<>«»", ")(][}{><»«", strict=True))


def _join(run: str) -> str:
    """Arabic letters replaced by the shape that they take beside their neighbours."""
    shapes = _shapes()
    letters = [character for character in run if unicodedata.bidirectional(character) != "NSM"]
    joined: list[str] = []
    position = -1
    skip = False
    for character in run:
        if unicodedata.bidirectional(character) == "NSM":
            joined.append(character)
            continue
        position += 1
        if skip:
            skip = False
            continue
        before = letters[position - 1] if position else ""
        after = letters[position + 1] if position + 1 < len(letters) else ""
        backward = _joins_forward(before)
        ligature = shapes.get(character + after)
        if character == _LAM and ligature:
            joined.append(ligature["final" if backward else "isolated"])
            skip = True
            continue
        own = shapes.get(character, {})
        forward = "initial" in own and ("final" in shapes.get(after, {}) or after == _TATWEEL)
        form: Form = "isolated"
        if backward and "final" in own:
            form = "medial" if forward and "medial" in own else "final"
        elif forward:
            form = "initial"
        joined.append(own.get(form, character))
    return "".join(joined)


def _joins_forward(character: str) -> bool:
    return character == _TATWEEL or "initial" in _shapes().get(character, {})


@cache
def _shapes() -> dict[str, dict[Form, str]]:
    """The presentation forms that Unicode itself lists, by the letter or the pair of letters that they stand for."""
    found: dict[str, dict[Form, str]] = {}
    for code in (*range(0xFB50, 0xFDFC), *range(0xFE80, 0xFEFD)):
        kind, *points = unicodedata.decomposition(chr(code)).split() or [""]
        base = "".join(chr(int(point, 16)) for point in points)
        form = kind.strip("<>")
        # Of the ligatures only lām with alif is obligatory (U+FEF5 to U+FEFC).
        if form in {"isolated", "initial", "medial", "final"} and (len(base) == 1 or code >= 0xFEF5):
            found.setdefault(base, {}).setdefault(form, chr(code))  # type: ignore[arg-type]  # checked above
    return found
