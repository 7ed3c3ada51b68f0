"""What of the pictures stands on the pages of a dossier: where, how large, and which words should be read there."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from evidence_vault.exports.key_text import KeyKind, Turn

Choice: TypeAlias = Literal["whole", "enlarged", "crop"]
"""How a picture is laid on paper; `print_plan` chooses."""
Missing: TypeAlias = Literal["withheld", "undecodable"]
"""Why a picture is not on the pages: its original is no longer kept, or is no picture that can be decoded."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle of a page, in points from its bottom left."""

    page: int
    """From 1."""
    left: float
    bottom: float
    width: float
    height: float
    turn: Turn = 0
    """Degrees anticlockwise by which it must be turned to be read."""


@dataclass(frozen=True, slots=True)
class PrintedText:
    """One key text on paper."""

    kind: KeyKind
    phrases: tuple[str, ...]
    """As the machine read them on the original."""
    points: float
    spots: tuple[Spot, ...]
    """Where it prints largest, in the order in which it is read."""


@dataclass(frozen=True, slots=True)
class PrintedPicture:
    """One exhibit that is a picture, with the pages that show it."""

    exhibit: int
    """Index of its entry."""
    number: int
    """Its number in the dossier."""
    name: str | None
    sha256: str
    pages: tuple[int, ...] = ()
    choice: Choice | None = None
    texts: tuple[PrintedText, ...] = ()
    missing: Missing | None = None
