"""Messages in wordings that no phrase of the catalogue knows: sentences that resemble messages of their kind. Pure.

What would hurt most if it were wrong (a refusal, an offer, an appointment, a cancellation) must resemble its kind more
surely than the rest, and must not be supposed. What asks tells nothing, and what stands between quotation marks is not
said but cited.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evidence_vault.ocr.canonical import SUPPOSING, Canonical, Finding, asks, finding
from evidence_vault.ocr.catalogue import DAYS, MONTHS, Phrase
from evidence_vault.ocr.classifier import NOTHING, Classifier
from evidence_vault.ocr.concepts import concepts_in
from evidence_vault.ocr.folding import fold
from evidence_vault.ocr.lines import Paragraph, around
from evidence_vault.ocr.sentences import Span, blocks
from evidence_vault.values import Quote, Word
from evidence_vault.words import OUTCOMES, RESEMBLES, Outcome

_SURE = 0.5
_SURE_IF_GRAVE: dict[Outcome, float] = {
    "no_slot": 0.6,
    "appointment_obtained": 0.6,
    "cancelled": 0.6,
    "slots_offered": 0.75,
}
"""Probabilities below which nothing is proposed, set on 1,339 pages, each by a classifier that had seen nothing of its
writer. What would hurt most if it were wrong must be surer, and offers surest: half of them stand beside refusals."""
GRAVE: frozenset[Outcome] = frozenset(_SURE_IF_GRAVE)
_SURELY_NOTHING = 0.8
_SURELY_REFUSED = 0.8
"""« Les cases barrées sont déjà prises » resembles a refusal as well, and stands in offers."""
_WAY_TO_CANCEL = re.compile(r"(?i)\b(?:code|lien|num[ée]ro) (?:d\W? ?)?annulation\b|\bpour (?:l\W ?)?annuler\b")
"""A confirmation says how to cancel, and cancels nothing."""
_CITED = re.compile(r"«[^»]*»|“[^”]*”|„[^”“]*[”“]|\"[^\"]*\"")
_LONGEST = 60
"""Words of a paragraph that is judged whole; a longer one is judged sentence by sentence only."""
_FEWEST = 2
"""Words below which a button would resemble something."""
_READ_WELL = 60
"""Mean confidence of the engine below which words are the debris of others."""
_ABBREVIATED = "lun|mar|mer|jeu|ven|sam|dim|janv|fevr|avr|juil|sept|oct|nov|dec"
_DAY_OR_MONTH = re.compile(rf"^\W*(?:{'|'.join((*DAYS, *MONTHS))}|{_ABBREVIATED})\W*$")
_ADDRESS = re.compile(r"\w/\w.{8}")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_WORD = re.compile("[a-z]+")
_REFUSING, _OFFERING = frozenset({"none", "full"}), frozenset({"free", "choose"})
_PHRASES: dict[str, Phrase] = {
    outcome: Phrase(
        id=RESEMBLES + outcome.replace("_", "-"),
        text="…",
        outcome=outcome,
        source="own",
        confidence="low",
        detail="error" if outcome == "site_error" else None,
    )
    for outcome in OUTCOMES
}


def resembling(page: Sequence[Paragraph], read: Canonical, classifier: Classifier) -> list[Finding]:
    """The paragraphs of `page` that resemble messages surely enough, or the sentences in them that do.

    `read` is the same page in the words of the catalogue.
    """
    found: list[Finding] = []
    for whole, sentences in _blocks(page):
        likely = _likely(read, [whole], classifier) if whole[1] - whole[0] <= _LONGEST else []
        parts = _likely(read, sentences, classifier) if len(sentences) > 1 else []
        found += _told(likely, parts)
    return found


def _told(whole: list[Finding], parts: list[Finding]) -> list[Finding]:
    """What a paragraph tells: the whole of it, unless a sentence in it is graver and surer than that.

    A title, a message and an instruction that stand close are one paragraph to who reads a picture. Beside an offer the
    sure refusals in it count too: the two contradict each other.
    """
    if not whole:
        return parts
    (one,) = whole
    surest = max(parts, key=lambda part: part.probability, default=one)
    if surest.probability > one.probability and surest.phrase.outcome in GRAVE - {one.phrase.outcome}:
        return parts
    refusals = [part for part in parts if part.phrase.outcome == "no_slot" and part.probability >= _SURELY_REFUSED]
    return whole + (refusals if one.phrase.outcome == "slots_offered" else [])


def tells_something(words: Sequence[Word], classifier: Classifier) -> bool:
    """Whether a sentence may be a message all the same, and is none of those that any page prints."""
    (likely,) = classifier.probabilities([" ".join(word.text for word in words)])
    return float(likely[classifier.classes.index(NOTHING)]) < _SURELY_NOTHING


def _blocks(page: Sequence[Paragraph]) -> Iterator[tuple[Span, list[Span]]]:
    """The blocks of every paragraph, in the words of the page."""
    at = 0
    for paragraph in page:
        for (first, last), sentences in blocks(paragraph):
            yield (at + first, at + last), [(at + start, at + end) for start, end in sentences]
        at += sum(len(line.words) for line in paragraph)


def _likely(read: Canonical, spans: Sequence[Span], classifier: Classifier) -> list[Finding]:
    """Each of `spans` that is surely enough of some kind."""
    telling = [(first, last) for first, last in spans if _tells(read.words[first:last])]
    texts = [_said(read.words[first:last]) for first, last in telling]
    found: list[Finding] = []
    for (first, last), probabilities in zip(telling, classifier.probabilities(texts), strict=True):
        best = int(probabilities.argmax())
        name, probability = classifier.classes[best], float(probabilities[best])
        start, end = bisect_left(read.origin, first), bisect_right(read.origin, last - 1)
        if name == NOTHING or start == end:
            continue
        phrase = _PHRASES[name]
        grave = phrase.outcome in GRAVE
        one = finding(read, phrase, start, end)
        supposed = one.spoken_of or (grave and not SUPPOSING.isdisjoint(read.tokens[start:end]))
        refuses = phrase.outcome == "slots_offered" and _refuses_first(one.quote.text)
        if not supposed and not refuses and probability >= _SURE_IF_GRAVE.get(phrase.outcome, _SURE):
            words = read.words[first:last]
            quote = Quote(phrase=phrase.id, text=" ".join(word.text for word in words), box=around(words))
            found.append(replace(one, quote=quote, probability=probability))
    return found


def _refuses_first(text: str) -> bool:
    """Whether words of refusal stand before those of an offer: « complet sur les huit semaines ouvertes »."""
    concepts = concepts_in(_WORD.findall(fold(text)))
    return next((concept in _REFUSING for concept in concepts if concept in _REFUSING | _OFFERING), False)


def _said(words: Sequence[Word]) -> str:
    """The text of `words` without ways to cancel, and without what they cite unless that is all of it."""
    text = _WAY_TO_CANCEL.sub(" ", " ".join(word.text for word in words))
    return text if _CITED.fullmatch(text.rstrip(" .!")) else _CITED.sub(" ", text)


def _tells(words: Sequence[Word]) -> bool:
    """Whether `words` are enough, were read well enough, hold no address (a tab stands above it) and do not ask."""
    lettered = [word for word in words if _LETTERS.search(word.text)]
    return (
        not asks(words[-1])
        and len(lettered) >= _FEWEST
        and not any(_ADDRESS.search(word.text) for word in words)
        and not all(_DAY_OR_MONTH.search(fold(word.text)) for word in lettered)
        and sum(word.confidence for word in words) >= _READ_WELL * len(words)
    )
