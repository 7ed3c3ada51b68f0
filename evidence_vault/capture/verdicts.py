"""How two pictures are related, and what is kept of a picture to tell: values, without the library that finds them."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec

Relation: TypeAlias = Literal["same_bytes", "same_pixels", "same_picture", "alike"]
"""From the same file to pictures that differ in places; only the last is no repetition."""

THUMB = 96
"""Pixels of each side of a thumb: fine enough for another clock to weigh more than compression."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a picture to compare it with others; derived from its bytes, and safe to lose."""

    sha256: str
    pixels: str
    """SHA-256 over size and pixels as a person sees them, upright and on white."""
    width: Annotated[int, msgspec.Meta(ge=1)]
    height: Annotated[int, msgspec.Meta(ge=1)]
    hash: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    """Difference hash, 128 bits as hexadecimal digits."""
    thumb: bytes
    """`THUMB` × `THUMB` grey pixels, deflated."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where two pictures differ, in pixels of the later one."""

    left: int
    top: int
    width: int
    height: int
    share: int
    """Part of the picture that differs here, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How two pictures are related."""

    relation: Relation
    share: int = 0
    """Part of the picture that differs, in hundredths of a percent."""
    places: tuple[Place, ...] = ()
    """The largest differences first, three at most; none for `alike` where one of the two is too poor to tell."""
    partial: bool = False
    """One was cut out of the other: only what both show was compared, and a clock may lie in the rest."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The earlier picture that a picture repeats, or else the one that it is most like."""

    sha256: str
    verdict: Verdict
