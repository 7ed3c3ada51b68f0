"""Finding the phrases of the catalogue in what was read. Pure: lines in, findings out."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence_vault.ocr.canonical import Canonical, Finding, finding
from evidence_vault.ocr.catalogue import Catalogue, Cue
from evidence_vault.ocr.folding import END, TIME, UNKNOWN, fold, tokens
from evidence_vault.ocr.lines import Paragraph
from evidence_vault.words import Outcome

_CLAIMS: frozenset[Outcome] = frozenset({"no_slot", "appointment_obtained", "cancelled"})
"""What a question does not claim, whereas « Mot de passe oublié ? » shows a log-in page."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the catalogue recognises on a page."""

    read: Canonical
    """The page in the words of the catalogue."""
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
    read = Canonical.of(page, catalogue.vocabulary)
    phrases = tuple(
        finding(read, phrase, start, end)
        for phrase, pattern, unless in catalogue.phrases
        for start, end in read.matches(pattern)
        if not unless.intersection(read.near(start, end)) and not (phrase.outcome in _CLAIMS and read.asks(end - 1))
    )
    cues = tuple(cue for cue, pattern in catalogue.cues if pattern.search(read.text))
    return Findings(
        read=read,
        phrases=phrases,
        cues=cues,
        slots=_slots(page),
        words=sum(any(c.isalpha() for c in word.text) for word in read.words),
        known_words=sum(token not in {UNKNOWN, END} and not token[0].isdigit() for token in read.tokens),
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
