"""Lines of text: pieces in several faces broken to a width, words too long for a line included.

Text is never markup here, so nothing that a person or a page wrote can be taken for a command.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from evidence_vault.exports.dossier_fonts import NO_BREAK, Face, Run, runs, width

Piece: TypeAlias = tuple[Face, str]
Rich: TypeAlias = str | Sequence[Piece]
"""Text in the face of its style, or pieces that each name their face."""

_BREAK_AFTER = "/?&=-_.,;:"
_MONTH = r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_FRENCH = (
    (re.compile(r" ([:;!?»%€])"), NO_BREAK + r"\1"),
    (re.compile(r"« "), "«" + NO_BREAK),
    (re.compile(r"\b(n°|art\.|p\.|L\.|R\.) "), r"\1" + NO_BREAK),
    (re.compile(r"(?<=\d) (?=\d{3}\b|h\b|min\b|s\b|mm\b|octets?\b|ko\b|Mo\b|pixels\b|×)|(?<=×) "), NO_BREAK),
    (re.compile(r"(?<=[ \u00a0]h) (?=\d)|(?<=[ \u00a0]min) (?=\d)"), NO_BREAK),
    (re.compile(rf"((?:\b\d\d?|\b1er)) (?={_MONTH})"), r"\1" + NO_BREAK),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line ready to be drawn: runs from left to right, and how wide they are together at the size asked for."""

    runs: tuple[Run, ...]
    width: float


@dataclass(slots=True)
class _Word:
    runs: tuple[Run, ...]
    width: float
    space: float
    """Width of the blank before it; 0 at the start of a line or inside a word."""


def french(text: str) -> str:
    """`text` with the blanks that French typography forbids to break made unbreakable."""
    for pattern, replacement in _FRENCH:
        text = pattern.sub(replacement, text)
    return text


def pieces_of(text: Rich, face: Face) -> Sequence[Piece]:
    """`text` as pieces."""
    return ((face, text),) if isinstance(text, str) else text


def lay(pieces: Iterable[Piece], size: float, room: float, first: float | None = None) -> list[Line]:
    """Break `pieces` into lines at most `room` wide (the first one `first`), at `size`; line feeds are kept."""
    return list(_laid(tuple(pieces), size, room, first))


# What is measured to see whether it fits is drawn next, and labels come again on every sheet.
@lru_cache(maxsize=256)
def _laid(pieces: tuple[Piece, ...], size: float, room: float, first: float | None) -> tuple[Line, ...]:
    lines: list[Line] = []
    for paragraph in _paragraphs(pieces):
        lines.extend(_fill(_words(paragraph), size, room, room if first is None or lines else first))
    return tuple(lines)


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    current: list[Piece] = []
    for face, text in pieces:
        head, *rest = text.split("\n")
        current.append((face, head))
        for line in rest:
            yield current
            current = [(face, line)]
    yield current


def _words(pieces: Iterable[Piece]) -> Iterator[_Word]:
    """Words in order; a word may go on from one piece to the next where no blank stands between them."""
    pending: _Word | None = None
    space = 0.0
    for face, text in pieces:
        shown = runs(text, face)
        for run in shown:
            for part in re.split("( +)", run.text):
                if not part:
                    continue
                if part[0] == " ":
                    if pending:
                        yield pending
                        pending = None
                    space = width(" ", run.font)  # one blank, however many were written
                elif pending:
                    pending.runs = (*pending.runs, Run(run.font, part))
                    pending.width += width(part, run.font)
                else:
                    pending = _Word((Run(run.font, part),), width(part, run.font), space)
                    space = 0.0
    if pending:
        yield pending


def _fill(words: Iterable[_Word], size: float, room: float, first: float) -> Iterator[Line]:
    limit, following = first / size, room / size
    current: list[_Word] = []
    used = 0.0
    for word in words:
        if current and used + word.space + word.width <= limit:
            current.append(word)
            used += word.space + word.width
            continue
        if current:
            yield _line(current, used * size)
            limit = following
        elif word.width > limit < following:
            yield Line((), 0.0)  # nothing fits beside what stands at the start of the first line
            limit = following
        word.space = 0.0
        while word.width > limit:
            head, rest = _chop(word, limit)
            yield _line([head], head.width * size)
            word, limit = rest, following  # noqa: PLW2901  # what is left of the word is the word
        current, used = [word], word.width
    yield _line(current, used * size)


def _line(words: Sequence[_Word], total: float) -> Line:
    """The words of a line as few runs as can be: what the page description holds is what it costs."""
    merged: list[Run] = []
    for word in words:
        blank = " " if word.space else ""
        for run in word.runs:
            if merged and merged[-1].font == run.font:
                merged[-1] = Run(run.font, merged[-1].text + blank + run.text)
            elif blank and merged:
                merged[-1] = Run(merged[-1].font, merged[-1].text + blank)
                merged.append(run)
            else:
                merged.append(run)
            blank = ""
    return Line(tuple(merged), total)


def _chop(word: _Word, limit: float) -> tuple[_Word, _Word]:
    """The longest beginning of `word` that fits, and the rest; after a separator where one is near the end."""
    used = 0.0
    for at, run in enumerate(word.runs):
        for position, character in enumerate(run.text):
            advance = width(character, run.font)
            if used + advance > limit and (at or position):
                cut = _break_near(run.text, position) if position else 0
                head = (*word.runs[:at], Run(run.font, run.text[:cut])) if cut else word.runs[:at]
                return _measured(head), _measured((Run(run.font, run.text[cut:]), *word.runs[at + 1 :]))
            used += advance
    return word, _measured(())


def _break_near(text: str, position: int) -> int:
    start = max(position - 16, 1)
    return next((cut for cut in range(position, start, -1) if text[cut - 1] in _BREAK_AFTER), position)


def _measured(parts: tuple[Run, ...]) -> _Word:
    return _Word(parts, sum(width(run.text, run.font) for run in parts), 0.0)


def shortened(text: str | None, most: int) -> str:
    """One line of what somebody typed or a machine read, cut after `most` signs, and saying so."""
    line = " ".join((text or "").split())
    return line if len(line) <= most else f"{line[:most].rstrip()} […]"
