"""Finding the phrases of the catalogue in what was read. Pure: lines in, findings out."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_vault.kinds import Quote, Word
from evidence_vault.ocr.catalogue import Catalogue, Cue, Phrase
from evidence_vault.ocr.folding import END, TIME, UNKNOWN, fold, tokens
from evidence_vault.ocr.lines import Paragraph, around

_SUPPOSING = frozenset({"si", "lorsque", "quand", "cas", "absence", "tant", "foi"})
"""Words after which a sentence supposes a message instead of giving it (in the form of `folding.stem`)."""
_CITING = frozenset({"mention", "phrase", "affiche", "afficher", "indique", "lire", "intitule"})
_REACH = 6
"""How many tokens around a phrase can change what it says."""
_QUOTE_MARKS = '«“„"'


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase of the catalogue, where it stands, and whether the page only speaks of it."""

    phrase: Phrase
    quote: Quote
    spoken_of: bool
    """Supposed (« si aucun créneau… ») or cited (« le message “Aucun créneau” »), not said to the reader."""
    start: int
    end: int
    """The tokens it covers, for comparing findings with one another."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the catalogue recognises on a page."""

    phrases: tuple[Finding, ...]
    cues: tuple[Cue, ...]
    slots: int
    """How many times of day stand in rows of their own, as a grid of slots shows them."""
    words: int
    """How many words were read with letters in them."""
    known_words: int
    """How many of these a booking site might use."""


def find(page: Sequence[Paragraph], catalogue: Catalogue) -> Findings:
    """Look for every phrase and cue of `catalogue` in `page`, which is in reading order."""
    words = [word for paragraph in page for line in paragraph for word in line.words]
    read = _Read.of(page, words, catalogue)
    phrases = tuple(
        _finding(read, phrase, start, end)
        for phrase, pattern, unless in catalogue.phrases
        for start, end in read.matches(pattern)
        if not unless.intersection(read.near(start, end))
    )
    cues = tuple(cue for cue, pattern in catalogue.cues if pattern.search(read.canonical))
    return Findings(
        phrases=phrases,
        cues=cues,
        slots=_slots(page),
        words=sum(any(c.isalpha() for c in word.text) for word in words),
        known_words=sum(token not in {UNKNOWN, END} and not token[0].isdigit() for token in read.tokens),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A page as canonical tokens, and the word of the picture that each came from."""

    words: Sequence[Word]
    tokens: list[str]
    origin: list[int]
    canonical: str
    offsets: list[int]

    @classmethod
    def of(cls, page: Sequence[Paragraph], words: Sequence[Word], catalogue: Catalogue) -> "_Read":
        folded = [fold(word.text) for word in words]
        starts, at = [], 0
        for text in folded:
            starts.append(at)
            at += len(text) + 1
        last_words, count = set(), 0
        for paragraph in page:
            count += sum(len(line.words) for line in paragraph)
            last_words.add(count - 1)
        kept: list[str] = []
        origin: list[int] = []
        for token, place in tokens(" ".join(folded)):
            word = bisect_right(starts, place) - 1
            if origin and last_words.intersection(range(origin[-1], word)) and kept[-1] != END:
                kept.append(END)  # a paragraph ends a sentence, whether or not it ends with a full stop
                origin.append(origin[-1])
            plain = token[0].isdigit() or not token[0].isalpha()
            kept.append(token if plain else catalogue.vocabulary.known(token) or UNKNOWN)
            origin.append(word)
        offsets, at = [], 0
        for token in kept:
            offsets.append(at)
            at += len(token) + 1
        return cls(words, kept, origin, "".join(f" {token}" for token in kept), offsets)

    def matches(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        found = []
        for match in pattern.finditer(self.canonical):
            start, end = bisect_left(self.offsets, match.start()), bisect_left(self.offsets, match.end())
            while start < end and self.tokens[start] in {UNKNOWN, END}:
                start += 1
            if start < end:
                found.append((start, end))
        return found

    def before(self, start: int) -> list[str]:
        """The tokens of the same sentence that come shortly before."""
        found: list[str] = []
        for token in reversed(self.tokens[max(0, start - _REACH) : start]):
            if token == END:
                break
            found.append(token)
        return found

    def near(self, start: int, end: int) -> set[str]:
        """The tokens of the same sentence around and inside a phrase."""
        after: list[str] = []
        for token in self.tokens[end : end + _REACH]:
            if token == END:
                break
            after.append(token)
        return {*self.before(start), *self.tokens[start:end], *after}


def _finding(read: _Read, phrase: Phrase, start: int, end: int) -> Finding:
    first, last = read.origin[start], read.origin[end - 1]
    words = read.words[first : last + 1]
    before = read.before(start)
    marked = any(
        mark in word.text for word in (*read.words[max(0, first - 1) : first], words[0]) for mark in _QUOTE_MARKS
    )
    return Finding(
        phrase=phrase,
        quote=Quote(phrase=phrase.id, text=" ".join(word.text for word in words), box=around(words)),
        spoken_of=marked or bool(_SUPPOSING.intersection(before)) or bool(_CITING.intersection(before)),
        start=start,
        end=end,
    )


def _slots(page: Sequence[Paragraph]) -> int:
    """Count times of day on lines that hold nothing else, leaving out a lone one (the clock of the screen)."""
    bare = []
    for paragraph in page:
        for line in paragraph:
            kinds = [token for token, _ in tokens(fold(line.text))]
            if kinds and all(token == TIME for token in kinds):
                bare.append(len(kinds))
    return sum(bare) - 1 if bare and max(bare) == 1 else sum(bare)
