"""Folded text: the form in which what was read is compared with what platforms say. Never shown, never stored."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

DATE, TIME, END, UNKNOWN = "#d", "#t", ".", "_"
"""Tokens that are not words: a numeric date, a time of day, the end of a sentence, a word we do not know."""

HOST_ENDING = r"(?:fr|com|org|net|eu|io|info|app|be|ch|re|gp|mq|yt|pf|nc|local|dev|co|me|tv|example)"
"""How the names of hosts end that are met on these pictures: without a list, « créneau.Veuillez » would be a host.
Invented pages stand under `example` (RFC 2606), and are to be seen standing elsewhere like any other."""
_TOKEN = re.compile(
    r"(?P<url>(?:https?[:;]/+\S+)|(?:[a-z0-9-]+\.)+" + HOST_ENDING + r"(?![a-z0-9])\S*)"
    r"|(?P<date>(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?!\d))"
    r"|(?P<time>(?<![\w.])\d{1,2} ?[h:] ?[0-5]\d(?!\w)|(?<![\w.])\d{1,2} ?h(?!\w))"
    r"|(?P<word>[a-z0-9]+)"
    r"|(?P<end>[.!?;])"
)
_DROPPED = frozenset({"le", "la", "les", "de", "du", "des", "un", "une", "au", "aux", "ne"})
_LOOK_ALIKE = str.maketrans({"q": "g", "0": "o", "1": "i", "l": "i", "j": "i", "5": "s", "8": "b"})
_ELISION = re.compile(r"^(?:qu|[cdjlmnst])(?=[a-z]{4})")


def fold(text: str) -> str:
    """Lower case without accents, one form of apostrophe and quotation marks, `œ` as `oe`."""
    plain = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'").replace("‘", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def tokens(folded: str) -> Iterator[tuple[str, int]]:
    """Cut folded text into tokens, each with its place in the text.

    Articles and lone letters are left out, because elision and OCR lose or invent them; plural and feminine
    endings too, so that « disponibles » and « disponible » are one token.
    """
    for found in _TOKEN.finditer(folded):
        kind, text = found.lastgroup, found.group()
        if kind == "word":
            if text == "s" and folded[found.end() : found.end() + 3] == "'il":
                text = "si"  # « s'il n'existe plus » is a supposition, not a refusal
            if text not in _DROPPED and (len(text) > 1 or text.isdigit()):
                yield stem(text), found.start()
        else:
            yield {"url": UNKNOWN, "date": DATE, "time": TIME, "end": END}[str(kind)], found.start()


def stem(word: str) -> str:
    """Without the marks of plural and feminine participle, which OCR and wordings vary."""
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    if len(word) > 4 and word.endswith("ee"):
        word = word[:-1]
    return word


class Vocabulary:
    """The words that matter, and which of them a badly read word stands for.

    A word of five letters or more may be one edit away, of nine or more two; any word of three or more may differ
    by shapes that OCR confuses (g and q, o and 0, i, j, l and 1). A word as close to two known words stands for
    neither. Words shorter than `exact_below` must be read without any such fault.
    """

    def __init__(self, words: Iterable[str], exact_below: int = 3) -> None:
        self._words = frozenset(words)
        self._exact_below = max(exact_below, 3)
        self._shapes: dict[str, set[str]] = defaultdict(set)
        self._near: dict[str, set[str]] = defaultdict(set)
        self._seen: dict[str, str | None] = {}
        for word in self._words:
            if len(word) >= self._exact_below:
                self._shapes[word.translate(_LOOK_ALIKE)].add(word)
                for key in _deletions(word, _allowance(word)):
                    self._near[key].add(word)

    def known(self, token: str) -> str | None:
        """The word of the vocabulary that `token` stands for, or None."""
        if token in self._words:
            return token
        if token not in self._seen:
            self._seen[token] = self._closest(token) or self._closest(_ELISION.sub("", token))
        return self._seen[token]

    def _closest(self, token: str) -> str | None:
        if token in self._words:
            return token
        if len(token) >= 3 and len(alike := self._shapes.get(token.translate(_LOOK_ALIKE), set())) == 1:
            return next(iter(alike))
        candidates = set[str]().union(*(self._near.get(key, ()) for key in _deletions(token, _allowance(token))))
        ranked = sorted((distance, word) for word in candidates if (distance := edits(token, word)) <= _allowance(word))
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]


def edits(left: str, right: str) -> int:
    """The number of letters to insert, drop or replace between two words."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def _allowance(word: str) -> int:
    return 0 if len(word) < 5 or word.isdigit() else 1 if len(word) < 9 else 2


def _deletions(word: str, depth: int) -> set[str]:
    found = {word}
    for _ in range(depth):
        found |= {shorter[:i] + shorter[i + 1 :] for shorter in found for i in range(len(shorter))}
    return found
