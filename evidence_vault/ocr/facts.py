"""Facts that a picture shows besides the message: the clock, the address bar, dates of the platform. As read."""

import re
from collections.abc import Iterable, Iterator, Sequence

from evidence_vault.ocr.folding import HOST_ENDING, fold
from evidence_vault.ocr.lines import EDGE_BOTTOM, EDGE_TOP, Line, Paragraph, around
from evidence_vault.values import Fact, Word
from evidence_vault.words import FactKind

_HOST = re.compile(rf"^\W*(?:[a-z]{{3,6}}\W{{0,2}}/+)?(?:[a-z0-9-]+\.)+{HOST_ENDING}(?::\d+)?(?:[/?#…]|\.\.\.|$)")
_TIME = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]) ?[:h] ?[0-5]\d(?![\d:])(?: ?[ap]\.?m\b)?")
_DAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim)\.? )?"
_MONTH = (
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|janv|fevr|avr|juil|sept|oct|nov|dec)"
)
_AT = r"(?: (?:a|vers|a partir de) \d{1,2} ?[h:](?: ?[0-5]\d)?)?"
_IN_WORDS = rf"{_DAY}(?<!\w)(?:1er|[0-3]?\d) {_MONTH}\.?(?: \d{{4}})?{_AT}"
_IN_FIGURES = rf"(?<!\d)[0-3]?\d[/.-][01]?\d[/.-](?:\d{{4}}|\d{{2}})(?!\d){_AT}"
_DATE = re.compile(f"{_IN_WORDS}|{_IN_FIGURES}")
_BARS = 0.12
"""Tabs and address stand in this upper share of a screenshot."""
_FOOT, _PHONE = 0.82, 1.5
"""Phones, which are so much higher than wide, keep the address from this share on, above buttons of their own."""
_REACH = 70
"""How many letters before a date say what it is the date of; a full stop or another date ends them."""
_ANNOUNCED: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    ("last_release", re.compile(r"\bderniere?s? (?:mise en ligne|ouverture|mise a disposition)\b")),
    ("reopening", re.compile(r"\b(?:rouvr|reouv|ouvrir(?:a|ont)\b|(?:prochaine? )(?:mise en ligne|ouverture)\b)")),
)


def address(page: Sequence[Paragraph], height: int) -> Fact | None:
    """The address bar as read, looked for in the upper third, then at the foot where some phones keep it.

    A tab may show a host too (« Service-public.fr »): where several stand among the bars, one with a path is the bar.
    """
    lines = sorted((line for paragraph in page for line in paragraph), key=lambda line: line.box.top)
    upright = height > _PHONE * max((line.box.left + line.box.width for line in lines), default=height)
    found = [
        (line.box.top, _whole_address(line, at))
        for line in lines
        if not 1 / 3 < line.box.top / height < (_FOOT if upright else EDGE_BOTTOM)
        for at, word in enumerate(line.words)
        if _is_host(word)
        if not 1 / 3 < line.box.top / height < EDGE_BOTTOM or _stands_alone(word, line)
    ]
    if not found:
        return None
    bars = [words for top, words in found if top < _BARS * height and "/" in _joined(words).split("//")[-1]]
    words = bars[0] if bars else found[0][1]
    return _fact("address", _joined(words), words)


def holds_host(line: Line) -> bool:
    """Whether a word of `line` begins with the name of a host."""
    return any(map(_is_host, line.words))


def _is_host(word: Word) -> bool:
    return "@" not in word.text and "." in word.text and bool(_HOST.match(fold(word.text)))


def _stands_alone(host: Word, line: Line) -> bool:
    """Whether nothing but marks stands beside `host`, as in the bar of a phone; a footer names several sites."""
    return all(word is host or len(word.text) <= 2 for word in line.words)


def _whole_address(line: Line, at: int) -> list[Word]:
    """The word with the host and those that visibly continue it."""
    found = [line.words[at]]
    for word in line.words[at + 1 :]:
        if not (word.text[0] in "/?&=#" or found[-1].text[-1] in "/?&=-_"):
            break
        found.append(word)
    return found


def screen_clock(page: Sequence[Paragraph], height: int) -> Fact | None:
    """Date and time that the system displays at an edge of the screen, as read; None where no time is seen there."""
    edge = [
        word
        for paragraph in page
        for line in paragraph
        for word in line.words
        if word.box.top + word.box.height <= EDGE_TOP * height or word.box.top >= EDGE_BOTTOM * height
    ]
    for zone in (
        [word for word in edge if word.box.top >= EDGE_BOTTOM * height],
        [word for word in edge if word.box.top < EDGE_BOTTOM * height],
    ):
        text = _joined(zone)
        folded = _folded_alike(text)
        if time := _TIME.search(folded):
            found = [match.span() for match in (time, _DATE.search(folded)) if match]
            words = [word for span in found for word in _words_at(zone, *span)]
            return _fact("screen_clock", " ".join(text[start:end] for start, end in found), words)
    return None


def platform_dates(page: Sequence[Paragraph], height: int) -> tuple[Fact, ...]:
    """Dates that stand on the page itself, with their time of day where one follows, each once and as read.

    What is said before a date tells whether it is that of the last release of appointments, that of a reopening, or
    some other (`platform_date`).
    """
    found: dict[str, Fact] = {}
    for paragraph in page:
        words = [
            word
            for line in paragraph
            for word in line.words
            if EDGE_TOP * height < word.box.top + word.box.height and word.box.top < EDGE_BOTTOM * height
        ]
        text = _joined(words)
        folded = _folded_alike(text)
        after = 0
        for match in _DATE.finditer(folded):
            as_read = text[match.start() : match.end()]
            announced = _announced(folded[max(after, match.start() - _REACH) : match.start()])
            after = match.end()
            if as_read not in found or found[as_read].fact == "platform_date":
                found[as_read] = _fact(announced, as_read, _words_at(words, *match.span()))
    return tuple(found.values())


def _announced(before: str) -> FactKind:
    """What a date is the date of, from the words of the same sentence that come before it."""
    said = re.split(r"[.!?] ", before)[-1]
    return next((fact for fact, pattern in _ANNOUNCED if pattern.search(said)), "platform_date")


def _fact(fact: FactKind, text: str, words: Iterable[Word]) -> Fact:
    words = tuple(words)
    return Fact(fact=fact, text=text, box=around(words), confidence=min(word.confidence for word in words))


def _words_at(words: Sequence[Word], start: int, end: int) -> Iterator[Word]:
    """The words that the letters from `start` to before `end` of their `_joined` text belong to."""
    at = 0
    for word in words:
        if at < end and start < at + len(word.text):
            yield word
        at += len(word.text) + 1


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _folded_alike(text: str) -> str:
    """Folded letter by letter, so that places in it are places in `text`."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)
