"""What a sentence most resembles, of the messages that platforms print: a linear classifier over its words.

It is multinomial logistic regression over words, pairs of words, pieces of words and what words are about
(`concepts`), learned by `make learn` from sentences that people wrote for it (`evaluation/learning`). It knows words in
their order of two or three, and nothing of what a sentence means: what it proposes is vetted by `resembling`, and asked
for only where no phrase of the catalogue decides.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evidence_vault.ocr.concepts import concepts_in
from evidence_vault.ocr.folding import fold

NOTHING = "nothing"
"""The class of sentences that tell no outcome, which any page may print."""
Numbers: TypeAlias = npt.NDArray[np.float32]

_SHORTEST_PIECE, _LONGEST_PIECE = 3, 5
_MOST_CONCEPTS = 3
_NUMBERS = (
    (re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"), " #date "),
    (re.compile(r"\b\d{1,2} ?(?:h|:) ?[0-5]\d\b|\b\d{1,2} ?h\b"), " #time "),
    (re.compile(r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b"), " #day "),
    (
        re.compile(r"\b(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b"),
        " #month ",
    ),
    (re.compile(r"\b0+\b"), " #zero "),
    (re.compile(r"\d+"), " #number "),
)
_WORD = re.compile(r"#?[a-z]+")


@dataclass(frozen=True, slots=True)
class Classifier:
    """Classes, features and weights, as they were learned."""

    classes: tuple[str, ...]
    places: dict[str, int]
    """The row of `weights` for each feature."""
    weights: Numbers
    """One row a feature, one column a class."""
    bias: Numbers
    learned_from: str
    """SHA-256 of the examples: tells whether they were changed since."""

    @classmethod
    def of(cls, data: bytes) -> "Classifier":
        """The classifier that `dump` wrote; raises `ValueError` or `KeyError` where `data` is something else."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            features = bytes(arrays["features"]).decode().split("\n")
            weights = arrays["weights"].astype(np.float32) * arrays["scale"]
            return cls(
                tuple(map(str, arrays["classes"])),
                {feature: row for row, feature in enumerate(features)},
                weights,
                arrays["bias"].astype(np.float32),
                str(arrays["learned_from"]),
            )

    def probabilities(self, texts: Sequence[str]) -> Numbers:
        """One row a text, one column a class; each row sums to one."""
        rows = np.empty((len(texts), len(self.classes)), dtype=np.float32)
        for number, text in enumerate(texts):
            known = [self.places[feature] for feature in features_of(text) if feature in self.places]
            total = self.weights[known].sum(axis=0) / np.sqrt(len(known)) if known else 0
            rows[number] = total + self.bias
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def dump(classes: Sequence[str], features: Sequence[str], weights: Numbers, bias: Numbers, learned_from: str) -> bytes:
    """The file of a classifier: weights in steps of a 127th of the largest of their class, features as one text."""
    scale = np.abs(weights).max(axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        classes=np.array(classes),
        features=np.frombuffer("\n".join(features).encode(), dtype=np.uint8),
        weights=np.rint(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
        learned_from=np.array(learned_from),
    )
    return file.getvalue()


def features_of(text: str) -> set[str]:
    """The words of `text`, its pairs of words, pieces of words and concepts, folded; dates and numbers are alike."""
    plain = fold(text)
    for pattern, sign in _NUMBERS:
        plain = pattern.sub(sign, plain)
    words = _WORD.findall(plain)
    return {*words, *(f"{one} {two}" for one, two in pairwise(words)), *_pieces(set(words)), *_concepts(words)}


def _concepts(words: Sequence[str]) -> Iterator[str]:
    """What the words are about, alone and in their order of two and of three."""
    found = concepts_in(words)
    for length in range(1, _MOST_CONCEPTS + 1):
        yield from ("@" + " ".join(found[at : at + length]) for at in range(len(found) - length + 1))


def _pieces(words: set[str]) -> Iterator[str]:
    """Parts of words, their ends marked: what a misread or an unknown form still shares with a known one."""
    for word in words:
        if word[0] != "#":
            marked = f"<{word}>"
            for length in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1):
                yield from (f"~{marked[at : at + length]}" for at in range(len(marked) - length + 1))
