"""The small frozen values that entries hold: a time, a place on a picture, a word that was read, a reason.

They know nothing of ledgers: whoever reads pictures or files needs these, and no kind of entry.
"""

import datetime as dt
from typing import Annotated, Literal, TypeAlias

import msgspec

from evidence_vault.words import RESEMBLES, Basis, ConfirmedBy, FactKind, TimeSource

Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Index: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z\Z"
"""How a moment is written; that its day exists is for `require_moment` to see."""
Instant: TypeAlias = Annotated[str, msgspec.Meta(pattern=INSTANT)]


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen value; unknown fields are refused, so that a newer program's entry is never half understood."""


def require_moment(instant: str | None) -> None:
    """Raise `ValueError` for a moment on a day that no calendar has, which would fail wherever it is shown."""
    if instant is not None:
        dt.datetime.fromisoformat(instant)


class DeclaredTime(Value, frozen=True, kw_only=True):
    """When an attempt took place, as somebody or something says; never proven by this alone."""

    text: str
    """The value as it was found or typed."""
    instant: Instant
    """The same moment in UTC (`entries.utc_text`), under the zone assumed."""
    zone: str
    """IANA name of the zone that was assumed, for instance `Europe/Paris`."""
    source: TimeSource
    precision: Literal["second", "minute", "day"] = "minute"
    confirmed_by: ConfirmedBy = "none"

    def __post_init__(self) -> None:
        require_moment(self.instant)


class EnvironmentItem(Value, frozen=True, kw_only=True):
    """One fact about the machine: what it is, and whether it was measured, declared, or is unknown."""

    name: str
    value: str | None
    basis: Basis


class Indication(Value, frozen=True, kw_only=True):
    """A time that a file claims for itself, kept beside the declared time and never mixed with it."""

    source: TimeSource
    text: str


class Box(Value, frozen=True, kw_only=True):
    """A rectangle on the original picture, in its own pixels."""

    left: int
    top: int
    width: int
    height: int


class Word(Value, frozen=True, kw_only=True):
    """One word that the machine read, where, and how sure the engine says it is (0 to 100)."""

    text: str
    box: Box
    confidence: int


class Reason(Value, frozen=True, kw_only=True):
    """Why a screenshot was judged legible or not: a code of `reasons.REASONS` and the values for its sentence."""

    code: str
    params: dict[str, int | str] = {}


class Quote(Value, frozen=True, kw_only=True):
    """Words of the picture that an outcome rests on, with the catalogue phrase that they match or resemble."""

    phrase: str
    """Identifier of the phrase in the catalogue of platform messages."""
    text: str
    """The words as the machine read them, uncorrected."""
    box: Box | None = None

    @property
    def resembles(self) -> bool:
        """Whether the words only resemble messages of their kind, and are no wording of the catalogue."""
        return self.phrase.startswith(RESEMBLES)


class Fact(Value, frozen=True, kw_only=True):
    """Something that the picture shows besides its message: as read, where, and how sure the engine is of it."""

    fact: FactKind
    text: str
    box: Box | None = None
    confidence: int | None = None
    """Of the least sure of its words, 0 to 100, as the engine states it."""
