"""The catalogue of platform messages: data in `catalogue/*.json`, loaded strictly and compiled once.

A phrase is written as platforms print it, or with a few signs where wordings vary:
`(a|b|)` one of these or nothing · `…` up to five words of the same sentence · `{n}` a number · `{date}` a date ·
`{time}` a time of day. Upper case, accents, articles, plural endings and OCR faults of a letter or two do not
matter (`folding`); one unknown word may stand between two words of a phrase.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from evidence_vault.ocr.classifier import Classifier
from evidence_vault.ocr.folding import DATE, END, TIME, UNKNOWN, Vocabulary, fold, stem, tokens
from evidence_vault.words import Outcome

Setting = Literal[
    "official", "mail", "chat", "press", "search", "document", "gallery", "other_appointment", "elsewhere"
]
"""Where a page stands: the administration's own, or one that may quote it or speak of something else."""


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message, what it means, and where we know it from."""

    id: str
    text: str
    outcome: Outcome
    source: str
    confidence: Literal["high", "medium-high", "medium", "low"]
    detail: str | None = None
    weight: Literal["strong", "weak"] = "strong"
    """A weak phrase proves nothing alone: it stands on pages of several kinds."""
    unless: tuple[str, ...] = ()
    """Words which, in the same sentence and near, take its meaning away."""


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that tell where a page stands, whatever its message."""

    id: str
    text: str
    setting: Setting
    weight: Literal["strong", "weak"] = "weak"


class _PlatformFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    platform: str
    name: str
    phrases: tuple[Phrase, ...]


class _SettingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    official_hosts: tuple[str, ...]
    """Host names, or endings of host names, of the administration and of those who queue for it."""
    words: tuple[str, ...]
    """Words that must never be taken for a badly read neighbour."""
    booking_words: tuple[str, ...]
    """Words of booking sites, as folding leaves them: a page with few of them may be about something else."""
    information_paths: tuple[str, ...]
    """Words in the paths of pages that inform, on the administration's sites…"""
    booking_paths: tuple[str, ...]
    """…and in those of the steps of a booking, which may stand below them."""
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every phrase and cue, ready to be looked for."""

    version: str
    """First digits of the SHA-256 over the data files: names the catalogue in a reading."""
    phrases: tuple[tuple[Phrase, re.Pattern[str], frozenset[str]], ...]
    """Each with its pattern over canonical tokens and its `unless` words in the same form."""
    cues: tuple[tuple[Cue, re.Pattern[str]], ...]
    official_hosts: tuple[str, ...]
    information_paths: frozenset[str]
    booking_paths: frozenset[str]
    vocabulary: Vocabulary
    classifier: Classifier
    """For sentences that hold none of the phrases."""


MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_JOIN = f"(?: [{UNKNOWN}{END}])?"
_ANY_DAY, _ANY_MONTH = "|".join(map(stem, DAYS)), "|".join(map(stem, MONTHS))
DATE_PATTERN = rf"(?:(?: (?:{_ANY_DAY}))?(?: (?:1er|\d{{1,2}}) (?:{_ANY_MONTH})(?: \d{{4}})?| {re.escape(DATE)}))"
TIME_PATTERN = rf"(?: {re.escape(TIME)})"
_SIGNS = {
    "…": rf"(?: [^ {END}]+){{0,5}}?",
    "{n}": r" \d{1,6}",
    "{date}": DATE_PATTERN,
    "{time}": TIME_PATTERN,
}
_CHOICE = re.compile(r"\(([^()]*)\)")
_SIGN = re.compile(r"…|\{\w+\}|\d")
_PIECE = re.compile(r"[()|…]|\{\w+\}|[^()|…{}]+")


def compile_phrase(text: str) -> re.Pattern[str]:
    """The pattern that finds `text` among canonical tokens, each of which is preceded by a blank.

    Raises `ValueError` where the whole or a choice would match nothing at all without saying so: `(dès|à compter)`
    folds to `(|compter)`, because folding leaves out small words.
    """
    if not _SIGN.search(text) and not list(_words(text)):
        raise ValueError(f"this phrase folds to nothing: {text}")
    for choice in _CHOICE.findall(text):
        blank = [not list(_words(one)) and not _SIGN.search(one) for one in choice.split("|")]
        if any(blank) and "" not in map(str.strip, choice.split("|")):
            raise ValueError(f"a choice of this phrase folds to nothing: {text}")
    parts: list[str] = []
    for piece in _PIECE.findall(text):
        if piece in _SIGNS:
            parts.append(_SIGNS[piece])
        elif piece == "(":
            parts.append("(?:")
        elif piece in "|)":
            parts.append(piece)
        else:
            parts.extend(f"{_JOIN} {re.escape(token)}" for token, _ in tokens(fold(piece)) if token != END)
    return re.compile("".join(parts) + r"(?= |$)")


def _words(text: str) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if piece not in _SIGNS and piece not in "()|":
            yield from (token for token, _ in tokens(fold(piece)) if token[0].isalpha())


@cache
def load() -> Catalogue:
    """Read and compile the catalogue that travels with the package.

    Raises `ValueError` (msgspec's, or ours for an identifier used twice) where a file is not as it should be: the
    files are part of the program, so this is a defect and not something that a person can mend.
    """
    folder = files("evidence_vault.ocr").joinpath("catalogue")
    return read({file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".json", ".npz"))})


def read(data_files: Mapping[str, bytes]) -> Catalogue:
    """Compile a catalogue from its files, by name; raises as `load` does."""
    digest = hashlib.sha256()
    phrases: list[Phrase] = []
    setting: _SettingFile | None = None
    classifier: Classifier | None = None
    for name, data in sorted(data_files.items()):
        digest.update(data)
        if name == "setting.json":
            setting = msgspec.json.decode(data, type=_SettingFile)
        elif name == "classifier.npz":
            classifier = Classifier.of(data)
        else:
            phrases.extend(msgspec.json.decode(data, type=_PlatformFile).phrases)
    if setting is None or classifier is None:
        raise ValueError("the catalogue has no setting.json or no classifier.npz")
    cues = setting.cues
    identifiers = [phrase.id for phrase in phrases] + [cue.id for cue in cues]
    if len(set(identifiers)) < len(identifiers):
        raise ValueError("an identifier is used twice in the catalogue")
    ordinary = {
        *map(stem, MONTHS),
        *map(stem, DAYS),
        *(stem(fold(word)) for word in setting.words),
        *setting.booking_words,
    }
    known = set(ordinary)
    for text in (*(phrase.text for phrase in phrases), *(cue.text for cue in cues)):
        known.update(_words(text))
    forbidding = [frozenset(stem(fold(word)) for word in phrase.unless) for phrase in phrases]
    return Catalogue(
        version=digest.hexdigest()[:12],
        phrases=tuple((p, compile_phrase(p.text), u) for p, u in zip(phrases, forbidding, strict=True)),
        cues=tuple((cue, compile_phrase(cue.text)) for cue in cues),
        official_hosts=setting.official_hosts,
        information_paths=frozenset(setting.information_paths),
        booking_paths=frozenset(setting.booking_paths),
        vocabulary=Vocabulary(known.union(*forbidding)),
        classifier=classifier,
    )
