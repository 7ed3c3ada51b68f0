"""Facts that a picture shows besides the message: the clock, the address bar, dates of the platform. As read."""

import re
from collections.abc import Sequence

from evidence_vault.kinds import Word
from evidence_vault.ocr.folding import HOST_ENDING, fold
from evidence_vault.ocr.lines import Line, Paragraph

_HOST = re.compile(rf"^\W*(?:https?[:;]/+)?(?:[a-z0-9-]+\.)+{HOST_ENDING}(?::\d+)?(?:[/?#…]|\.\.\.|$)")
_TIME = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]) ?[:h] ?[0-5]\d(?![\d:])")
_DAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim)\.? )?"
_MONTH = (
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|janv|fevr|avr|juil|sept|oct|nov|dec)"
)
_AT = r"(?: (?:a|vers|a partir de) \d{1,2} ?[h:](?: ?[0-5]\d)?)?"
_IN_WORDS = rf"{_DAY}(?<!\w)(?:1er|[0-3]?\d) {_MONTH}\.?(?: \d{{4}})?{_AT}"
_IN_FIGURES = rf"(?<!\d)[0-3]?\d[/.-][01]?\d[/.-](?:\d{{4}}|\d{{2}})(?!\d){_AT}"
_DATE = re.compile(f"{_IN_WORDS}|{_IN_FIGURES}")
_EDGE_TOP, _EDGE_BOTTOM = 0.07, 0.9
"""Above and below these shares of its height, a screenshot shows the system's bars and not the page."""


def address(page: Sequence[Paragraph], height: int) -> str | None:
    """The address bar as read, looked for in the upper third, then at the foot where some phones keep it."""
    lines = [line for paragraph in page for line in paragraph]
    for line in sorted(lines, key=lambda line: line.box.top):
        top = line.box.top / height
        if top > 1 / 3 and top < _EDGE_BOTTOM:
            continue
        for at, word in enumerate(line.words):
            if "@" not in word.text and "." in word.text and _HOST.match(fold(word.text)):
                return _whole_address(line, at)
    return None


def _whole_address(line: Line, at: int) -> str:
    """The word with the host and those that visibly continue it, with the blanks that the machine read."""
    found = [line.words[at].text]
    for word in line.words[at + 1 :]:
        if not (word.text[0] in "/?&=#" or found[-1][-1] in "/?&=-_"):
            break
        found.append(word.text)
    return " ".join(found)


def screen_clock(page: Sequence[Paragraph], height: int) -> str | None:
    """Date and time that the system displays at an edge of the screen, as read; None where no time is seen there."""
    edge = [
        word
        for paragraph in page
        for line in paragraph
        for word in line.words
        if word.box.top + word.box.height <= _EDGE_TOP * height or word.box.top >= _EDGE_BOTTOM * height
    ]
    for zone in (
        [word for word in edge if word.box.top >= _EDGE_BOTTOM * height],
        [word for word in edge if word.box.top < _EDGE_BOTTOM * height],
    ):
        text = _joined(zone)
        if time := _TIME.search(text):
            date = _DATE.search(text)
            return " ".join(found.group() for found in (time, date) if found)
    return None


def platform_dates(page: Sequence[Paragraph], height: int) -> tuple[str, ...]:
    """Dates that stand on the page itself, with their time of day where one follows, each once and as read."""
    found: list[str] = []
    for paragraph in page:
        words = [
            word
            for line in paragraph
            for word in line.words
            if _EDGE_TOP * height < word.box.top + word.box.height and word.box.top < _EDGE_BOTTOM * height
        ]
        text = _joined(words)
        for match in _DATE.finditer(_folded_alike(text)):
            if (as_read := text[match.start() : match.end()]) not in found:
                found.append(as_read)
    return tuple(found)


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _folded_alike(text: str) -> str:
    """Folded letter by letter, so that places in it are places in `text`."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)
