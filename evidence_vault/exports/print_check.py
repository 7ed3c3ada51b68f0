"""Whether what should be read on paper was read there: the comparison, and the report that it makes.

A picture passes where all of its key text prints at 8 points or more and was read again on the page, in grey at 150
dots an inch. The comparison is between two readings of a machine, of the original and of the page: it says that the
page shows what the picture shows, not that either was read rightly.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from evidence_vault.exports.print_cuts import NEEDED, is_large_enough
from evidence_vault.exports.printed import PrintedPicture, PrintedText
from evidence_vault.ocr.folding import fold

Result: TypeAlias = Literal["passed", "failed", "not_checked"]
Reason: TypeAlias = Literal[
    "too_small", "not_read", "no_key_text", "withheld", "undecodable", "no_engine", "no_renderer", "engine_failed",
    "not_asked",
]  # fmt: skip
"""Why a picture failed (the first two) or was not checked (the others)."""

FORMAT = "evidence-vault render report 1"
ALIKE = 0.9
"""Nine letters of ten: what is short must be read without a fault."""


@dataclass(frozen=True, slots=True)
class CheckedText:
    """One key text and what was read where it is printed."""

    text: PrintedText
    result: Result
    read: str | None = None
    likeness: float | None = None
    """The share of the letters of its phrases found in their order, 0 to 1."""


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """One picture of a dossier, checked or not."""

    picture: PrintedPicture
    result: Result
    reason: Reason | None
    texts: tuple[CheckedText, ...]


def likeness(expected: str, read: str) -> float:
    """How much of `expected` stands somewhere in `read`, in folded letters and digits: 1 where all of it does.

    The share of its letters that need no edit, in the passage of `read` that resembles it most.
    """
    wanted, found = _letters(expected), _letters(read)
    if not wanted:
        return 0.0
    # Edits against the best passage: a first row of noughts lets it begin anywhere, the least of the last end anywhere.
    row = list(range(len(wanted) + 1))
    best = row[-1]
    for letter in found:
        diagonal, row[0] = row[0], 0
        for place, other in enumerate(wanted, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (letter != other))
        best = min(best, row[-1])
    return max(0.0, 1 - best / len(wanted))


def compared(text: PrintedText, read: str) -> CheckedText:
    """`text` beside what was `read` where it is printed; the phrase that is read worst counts."""
    found = min(likeness(phrase, read) for phrase in text.phrases)
    return CheckedText(text, "passed" if found >= ALIKE else "failed", read, found)


def judged(picture: PrintedPicture, texts: tuple[CheckedText, ...]) -> CheckedPicture:
    """A picture whose every key text was looked at."""
    if any(found.result == "failed" for found in texts):
        return CheckedPicture(picture, "failed", "not_read", texts)
    if not all(is_large_enough(found.text.points) for found in texts):
        return CheckedPicture(picture, "failed", "too_small", texts)
    return CheckedPicture(picture, "passed", None, texts)


def unchecked(picture: PrintedPicture, reason: Reason) -> CheckedPicture:
    """A picture that was not looked at, and why."""
    texts = tuple(CheckedText(text, "not_checked") for text in picture.texts)
    return CheckedPicture(picture, "not_checked", reason, texts)


def why_not(picture: PrintedPicture) -> Reason | None:
    """Why a picture cannot be checked, whatever is installed: it has no page, or no message to look for."""
    if picture.missing is not None:
        return picture.missing
    return None if any(text.kind == "message" for text in picture.texts) else "no_key_text"


def counts(checked: Iterable[CheckedPicture]) -> dict[Result, int]:
    """How many passed, failed, and were not checked."""
    found = Counter(each.result for each in checked)
    return {"passed": found["passed"], "failed": found["failed"], "not_checked": found["not_checked"]}


def document(checked: Iterable[CheckedPicture], about: dict[str, Any]) -> dict[str, Any]:
    """The report as JSON; `about` says of which PDF, made with what (`docs/schemas/render.json`)."""
    found = list(checked)
    return {
        "format": FORMAT,
        **about,
        "needed": {"points": NEEDED, "likeness": ALIKE},
        "counts": counts(found),
        "exhibits": [_picture(each) for each in found],
    }


def _picture(checked: CheckedPicture) -> dict[str, Any]:
    picture = checked.picture
    return {
        "exhibit": picture.exhibit,
        "number": picture.number,
        "name": picture.name,
        "sha256": picture.sha256,
        "pages": list(picture.pages),
        "layout": picture.choice,
        "result": checked.result,
        "reason": checked.reason,
        "texts": [_text(each) for each in checked.texts],
    }


def _text(checked: CheckedText) -> dict[str, Any]:
    text = checked.text
    return {
        "kind": text.kind,
        "expected": list(text.phrases),
        "points": int(text.points * 10 + 1e-6) / 10,
        "large_enough": is_large_enough(text.points),
        "pages": list(dict.fromkeys(spot.page for spot in text.spots)),
        "result": checked.result,
        "read": checked.read,
        "likeness": None if checked.likeness is None else int(checked.likeness * 1000) / 1000,
    }


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
