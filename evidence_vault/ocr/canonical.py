"""A page as canonical tokens, as the catalogue compares it, and what is found there. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evidence_vault.ocr.catalogue import Phrase
from evidence_vault.ocr.folding import END, UNKNOWN, Vocabulary, fold, tokens
from evidence_vault.ocr.lines import Paragraph, around
from evidence_vault.values import Quote, Word

_REACH = 6
"""How many tokens around a phrase can change what it says."""
SUPPOSING = frozenset({"si", "lorsque", "quand", "cas", "absence", "tant", "foi", "certain", "parfoi", "souvent"})
"""Words after which a sentence supposes a message, or tells of it in general, instead of giving it (in the form of
`folding.stem`)."""
_SUPPOSING_REACH = 10
_DENYING = "pas"
"""Right before an error it denies it: « cela ne résulte pas d'une erreur » (`ne` and articles are dropped)."""
_QUESTIONS = 3
"""A page that asks so many questions answers them: what comes after the first is told about messages."""
_CITING = frozenset({"mention", "phrase", "affiche", "afficher", "indique", "lire", "intitule"})
_QUOTE_MARKS = '«“„"'


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase of the catalogue, where it stands, and whether the page only speaks of it."""

    phrase: Phrase
    quote: Quote
    spoken_of: bool
    """Supposed (« si aucun créneau… »), cited (« le message “Aucun créneau” »), denied, or answering a question."""
    start: int
    end: int
    """The tokens it covers, for comparing findings with one another."""
    probability: float = 1
    """How surely it is a message of its kind: less than 1 where a sentence only resembles one."""


@dataclass(frozen=True)
class Canonical:
    """A page as canonical tokens, and the word of the picture that each came from."""

    words: Sequence[Word]
    tokens: list[str]
    origin: list[int]
    """For each token, the index of its word."""
    text: str
    """The tokens, each after a blank."""
    offsets: list[int]
    """For each token, where it begins in `text`."""

    @classmethod
    def of(cls, page: Sequence[Paragraph], vocabulary: Vocabulary) -> "Canonical":
        """The page, which is in reading order, in the words of `vocabulary`; others are `folding.UNKNOWN`."""
        words = [word for paragraph in page for line in paragraph for word in line.words]
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
            kept.append(token if plain else vocabulary.known(token) or UNKNOWN)
            origin.append(word)
        offsets, at = [], 0
        for token in kept:
            offsets.append(at)
            at += len(token) + 1
        return cls(words, kept, origin, "".join(f" {token}" for token in kept), offsets)

    def matches(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """Where `pattern` is found: the first token and the one after the last."""
        found = []
        for match in pattern.finditer(self.text):
            start, end = bisect_left(self.offsets, match.start()), bisect_left(self.offsets, match.end())
            while start < end and self.tokens[start] in {UNKNOWN, END}:
                start += 1
            if start < end:
                found.append((start, end))
        return found

    def before(self, start: int, reach: int = _REACH) -> list[str]:
        """The tokens of the same sentence that come shortly before, the nearest first."""
        found: list[str] = []
        for token in reversed(self.tokens[max(0, start - reach) : start]):
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

    def asks(self, at: int) -> bool:
        """Whether the sentence with the token `at` is a question."""
        end = next((later for later in range(at, len(self.tokens)) if self.tokens[later] == END), None)
        return end is not None and asks(self.words[self.origin[end]])

    @cached_property
    def answers_from(self) -> int:
        """The token from which the page answers questions; beyond the last where it does not."""
        asked = [at for at, token in enumerate(self.tokens) if token == END and self.asks(at)]
        return asked[0] if len(asked) >= _QUESTIONS else len(self.tokens)


def asks(word: Word) -> bool:
    """Whether `word` ends a question: a question mark inside an address asks nothing."""
    return word.text.rstrip('»”")').endswith("?")


def finding(read: Canonical, phrase: Phrase, start: int, end: int) -> Finding:
    """What stands from the token `start` to before `end`, and whether the page only speaks of it."""
    first, last = read.origin[start], read.origin[end - 1]
    words = read.words[first : last + 1]
    before = read.before(start)
    marked = any(
        mark in word.text for word in (*read.words[max(0, first - 1) : first], words[0]) for mark in _QUOTE_MARKS
    )
    return Finding(
        phrase=phrase,
        quote=Quote(phrase=phrase.id, text=" ".join(word.text for word in words), box=around(words)),
        spoken_of=marked
        or start > read.answers_from
        or bool(SUPPOSING.intersection(read.before(start, _SUPPOSING_REACH)))
        or bool(_CITING.intersection(before))
        or (phrase.outcome == "site_error" and before[:1] == [_DENYING]),
        start=start,
        end=end,
    )
