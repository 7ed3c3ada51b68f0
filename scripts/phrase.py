"""Add a phrase of a booking platform to the catalogue, and the sentence that proves it to the tests, in one command.

    python scripts/phrase.py anef "Demande (invalide|refusée)" --outcome site_error --detail blocked_procedure \\
        --source "https://…, seen on 2026-11-26" --confidence high \\
        --example "Demande invalide." --not "Une demande valide est nécessaire."

`make phrase` does the same and then runs the test. `ocr.catalogue` says which signs a phrase may hold.
Nothing is written where the phrase is in the catalogue already, where an example is not recognised by it or not taken
for its outcome, or where a sentence that must not match does. Other phrases that match the example are told.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from evidence_vault.ocr import catalogue
from evidence_vault.ocr.catalogue import Catalogue, Phrase
from evidence_vault.ocr.folding import END, fold, tokens
from evidence_vault.ocr.lines import Line, Paragraph
from evidence_vault.ocr.matching import find
from evidence_vault.ocr.outcome import DETAILS, propose
from evidence_vault.values import Box, Word
from evidence_vault.words import OUTCOMES

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "evidence_vault" / "ocr" / "catalogue"
EXAMPLES = ROOT / "tests" / "data" / "phrases"
NOT_PLATFORMS = {"setting"}
OFFICIAL = "www.val-de-brume.gouv.fr/booking/create/1"
_HEADER = ("RÉPUBLIQUE FRANÇAISE", "Préfecture du Val-de-Brume", "Prendre un rendez-vous")
_END = "\n  ]\n}\n"


class RefusedError(Exception):
    """Why nothing was written, in one sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A phrase to be added, with what must match it and what must not."""

    platform: str
    phrase: Phrase
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """The files to write, by path, and what the person should know."""

    files: dict[Path, bytes]
    told: tuple[str, ...]


def add(wanted: Wanted, folder: Path = CATALOGUE, examples: Path = EXAMPLES) -> Added:
    """The catalogue and the examples with the phrase in them; raise `RefusedError` where it cannot be added."""
    path = folder / f"{wanted.platform}.json"
    if wanted.platform in NOT_PLATFORMS or not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.json") if file.stem not in NOT_PLATFORMS)
        raise RefusedError(f"There is no platform {wanted.platform}. Known: {', '.join(known)}.")
    if wanted.phrase.source.strip() == "":
        raise RefusedError("A phrase needs a source: a page, a decision, a report that others can find.")
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in {".json", ".npz"}}
    known_before = catalogue.read(before)
    same = [one.id for one, _, _ in known_before.phrases if _canonical(one.text) == _canonical(wanted.phrase.text)]
    if same:
        raise RefusedError(f"The catalogue has this phrase already: {', '.join(same)}.")
    after = {**before, path.name: _with_line(before[path.name], wanted.phrase)}
    try:
        extended = catalogue.read(after)
    except ValueError as error:
        raise RefusedError(f"This is no phrase of the catalogue: {error}.") from error
    _check(wanted, extended)
    data = examples / path.name
    stated: dict[str, Any] = json.loads(data.read_text("utf-8")) if data.is_file() else {}
    stated[wanted.phrase.id] = {"match": list(wanted.examples), "no_match": list(wanted.counterexamples)}
    return Added(
        {path: after[path.name], data: (json.dumps(stated, ensure_ascii=False, indent=2) + "\n").encode()},
        tuple(_overlaps(wanted, known_before)),
    )


def identifier(platform: str, text: str, known: Catalogue) -> str:
    """An identifier that nothing in the catalogue has: the platform and the first words of the phrase."""
    plain = re.sub(r"\([^()]*\)|\{\w+\}|…", " ", text)
    words = [word for word in re.findall(r"[a-z0-9]+", fold(plain)) if len(word) > 2][:4]
    stem = "-".join([platform, *words])
    taken = {phrase.id for phrase, _, _ in known.phrases} | {cue.id for cue, _ in known.cues}
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def page(sentence: str) -> tuple[Paragraph, ...]:
    """A page of the administration on which `sentence` stands as a paragraph of its own."""
    return tuple((_line(text, 60 * row),) for row, text in enumerate((*_HEADER, sentence)))


def recognised(sentence: str, known: Catalogue) -> list[Phrase]:
    """The phrases that say what `sentence` says; a phrase that it only speaks of is not said."""
    return [finding.phrase for finding in find(page(sentence), known).phrases if not finding.spoken_of]


def _line(text: str, top: int) -> Line:
    words, left = [], 0
    for word in text.split():
        words.append(Word(text=word, box=Box(left=left, top=top, width=10 * len(word), height=20), confidence=95))
        left += 10 * len(word) + 8
    return Line(tuple(words))


def _canonical(text: str) -> tuple[str, ...]:
    """What stays of a phrase when case, accents, articles and plural endings do not count; signs stay."""
    pieces = re.split(r"([()|…]|\{\w+\})", text)
    return tuple(
        token
        for number, piece in enumerate(pieces)
        for token in ([piece] if number % 2 else [found for found, _ in tokens(fold(piece)) if found != END])
    )


def _with_line(data: bytes, phrase: Phrase) -> bytes:
    """The file with one line more, the others byte for byte as they were."""
    text = data.decode()
    if not text.endswith(f"}}{_END}"):
        raise RefusedError("The file of this platform does not end as the others do; mend it first.")
    stated = {"id": phrase.id, "text": phrase.text, "outcome": phrase.outcome}
    optional = {"detail": phrase.detail, "weight": phrase.weight if phrase.weight != "strong" else None}
    stated |= {name: value for name, value in optional.items() if value is not None}
    line = {**stated, **({"unless": list(phrase.unless)} if phrase.unless else {})}
    line |= {"source": phrase.source, "confidence": phrase.confidence}
    return f"{text.removesuffix(_END)},\n    {json.dumps(line, ensure_ascii=False)}{_END}".encode()


def _check(wanted: Wanted, known: Catalogue) -> None:
    """Raise `RefusedError` where a sentence is not taken as it must be."""
    phrase = wanted.phrase
    if not any(example.strip() for example in wanted.examples):
        raise RefusedError("A phrase needs an example: a sentence that must match it.")
    for example in wanted.examples:
        if phrase.id not in {found.id for found in recognised(example, known)}:
            raise RefusedError(f"The example is not recognised by the phrase: {example}")
        proposed = propose(page(example), known, OFFICIAL, 95)
        if phrase.weight == "strong" and proposed.outcome != phrase.outcome:
            others = {found.id for found in recognised(example, known)} - {phrase.id}
            beside = f"; {', '.join(sorted(others))} match too" if others else ""
            raise RefusedError(f"The example is taken for {proposed.outcome}, not {phrase.outcome}{beside}: {example}")
    for sentence in wanted.counterexamples:
        if phrase.id in {found.id for found in recognised(sentence, known)}:
            raise RefusedError(f"This sentence must not match, and does: {sentence}")


def _overlaps(wanted: Wanted, known: Catalogue) -> list[str]:
    """What other phrases match the examples already: such a phrase may not be needed, or may contradict."""
    found = {phrase.id: phrase for example in wanted.examples for phrase in recognised(example, known)}
    return [
        f"{one.id} matches the example already ({one.outcome}"
        + ("" if one.outcome == wanted.phrase.outcome else f", where this phrase says {wanted.phrase.outcome}")
        + f"): {one.text}"
        for one in found.values()
    ]


def wanted_from(arguments: Sequence[str], known: Catalogue) -> Wanted:
    """The phrase that the command line describes; raise `RefusedError` for a value that none can have."""
    parser = argparse.ArgumentParser(description="Add a phrase of a booking platform, and the sentence that proves it.")
    parser.add_argument("platform", help="the file of the catalogue, without .json")
    parser.add_argument("text", help="the words as the platform displays them")
    parser.add_argument("--outcome", required=True, choices=OUTCOMES)
    parser.add_argument("--source", required=True, help="where it was read: a page with its date, a decision, a report")
    parser.add_argument("--confidence", required=True, choices=get_args(Phrase.__annotations__["confidence"]))
    parser.add_argument("--example", required=True, action="append", help="a sentence that must match")
    parser.add_argument("--not", dest="counterexample", action="append", default=[], help="one that must not match")
    parser.add_argument("--detail", choices=DETAILS)
    parser.add_argument("--weight", choices=("strong", "weak"), default="strong")
    parser.add_argument("--unless", action="append", default=[], help="a word which, near by, takes the meaning away")
    parser.add_argument("--id", help="made from the words where it is not given")
    given = parser.parse_args(arguments)
    stated = {
        "id": given.id or identifier(given.platform, given.text, known),
        "text": given.text,
        "outcome": given.outcome,
        "source": given.source,
        "confidence": given.confidence,
        "detail": given.detail,
        "weight": given.weight,
        "unless": given.unless,
    }
    phrase = msgspec.convert(stated, Phrase)
    return Wanted(given.platform, phrase, tuple(given.example), tuple(given.counterexample))


def main(arguments: Sequence[str]) -> int:
    """Add the phrase that is asked for; exit code 1 where nothing was written."""
    try:
        wanted = wanted_from(arguments, catalogue.load())
        added = add(wanted)
    except RefusedError as refused:
        sys.stderr.write(f"Nothing was written. {refused}\n")
        return 1
    for path, data in added.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {wanted.phrase.id}\n")
    for line in added.told:
        sys.stderr.write(f"Note: {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
