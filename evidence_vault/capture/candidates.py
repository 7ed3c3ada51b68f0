"""Which earlier pictures are worth laying over a new one: told from their sketches, without opening any of them.

A difference hash names those that may be related, then thumbs say which are nearest. All sketches stand in arrays, so
that one pass over them costs microseconds for each; pictures themselves are opened for the few nearest only.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from evidence_vault.capture.verdicts import THUMB, Sketch

NEAR: Final = 24
"""Bits of the hash that may differ: re-compressed and reduced screenshots were within 21, 2 % of others too."""
_NEAR_CROPPED = 40
_CROPPED = 0.88
"""Share of each side that a crop must keep to be looked for."""
_ASPECT = 0.01
_LONGEST_SIDE = 12_000
"""Pixels beyond which no crop is looked for."""
MOST_TRIES: Final = 3
"""Candidates of each sort that are opened for one picture."""
_AT_ONCE = 256
"""Thumbs compared in one step: few enough to stay in the processor's cache."""

_Integers: TypeAlias = npt.NDArray[np.int64]
_Booleans: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The earlier pictures that one may be related to."""

    same: Sketch | None
    """The first that has the very same pixels."""
    scaled: tuple[Sketch, ...]
    """Those that may show the same at the same size or at another, the nearest on their thumbs first."""
    cropped: tuple[Sketch, ...]
    """Those of which one may be cut out of the other, the nearest by their hash first: thumbs of a part do not lie
    over those of the whole."""


class Shelf:
    """Sketches in the order in which they were put, to find among them those that a picture may be related to."""

    def __init__(self, sketches: Iterable[Sketch] = ()) -> None:
        self._sketches: list[Sketch] = []
        self._by_pixels: dict[str, Sketch] = {}
        self._hashes = np.zeros((16, 2), dtype=np.uint64)
        self._sizes = np.zeros((16, 2), dtype=np.int64)
        self._thumbs = np.zeros((16, THUMB * THUMB), dtype=np.uint8)
        for each in sketches:
            self.put(each)

    def put(self, sketch: Sketch) -> None:
        """Add one more."""
        at = len(self._sketches)
        if at == len(self._hashes):
            self._hashes = np.concatenate((self._hashes, np.zeros_like(self._hashes)))
            self._sizes = np.concatenate((self._sizes, np.zeros_like(self._sizes)))
            self._thumbs = np.concatenate((self._thumbs, np.zeros_like(self._thumbs)))
        self._sketches.append(sketch)
        self._by_pixels.setdefault(sketch.pixels, sketch)
        self._hashes[at] = _words(sketch)
        self._sizes[at] = sketch.width, sketch.height
        self._thumbs[at] = _thumb(sketch)

    def near(self, later: Sketch) -> Candidates:
        """Those worth comparing with `later`, a few of each sort however many there are."""
        count = len(self._sketches)
        hashes = self._hashes[:count]
        scaled, cropped = _kinship(later, hashes, self._sizes[:count])
        nearest = self._nearest(np.flatnonzero(scaled), _thumb(later))
        cut = np.flatnonzero(cropped & ~scaled)
        cut = cut[np.argsort(_bits(later, hashes[cut]), kind="stable")[:MOST_TRIES]]
        return Candidates(
            same=self._by_pixels.get(later.pixels),
            scaled=tuple(self._sketches[at] for at in nearest),
            cropped=tuple(self._sketches[at] for at in cut),
        )

    def _nearest(self, among: npt.NDArray[np.intp], thumb: npt.NDArray[np.uint8]) -> list[int]:
        """Places of the few whose thumbs are nearest.

        The largest difference comes first: compression leaves small ones everywhere, another clock a large one in a
        place.
        """
        largest = np.zeros(len(among), dtype=np.int64)
        summed = np.zeros(len(among), dtype=np.int64)
        for start in range(0, len(among), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            thumbs = self._thumbs[among[part]]
            apart = np.maximum(thumbs, thumb) - np.minimum(thumbs, thumb)
            largest[part], summed[part] = apart.max(axis=1), apart.sum(axis=1, dtype=np.int64)
        return [int(among[at]) for at in np.lexsort((summed, largest))[:MOST_TRIES]]


def is_scaled(one: Sketch, other: Sketch) -> bool:
    """Whether one may be the other at the same size, or at another in the same proportion."""
    return bool(_kinship(one, *_alone(other))[0][0])


def is_cropped(one: Sketch, other: Sketch) -> bool:
    """Whether one may be cut out of the other, at the same size of its pixels."""
    return bool(_kinship(one, *_alone(other))[1][0])


def _alone(sketch: Sketch) -> tuple[npt.NDArray[np.uint64], _Integers]:
    return np.array([_words(sketch)], dtype=np.uint64), np.array([(sketch.width, sketch.height)], dtype=np.int64)


def _kinship(one: Sketch, hashes: npt.NDArray[np.uint64], sizes: _Integers) -> tuple[_Booleans, _Booleans]:
    """Which of the others are worth comparing with one as it is, or scaled; and which as cut out of it, or it of them.

    What neither names is not the same picture, but for a chance of the hash.
    """
    bits = _bits(one, hashes)
    size = np.array((one.width, one.height), dtype=np.int64)
    factors = sizes / size
    rounding = 1 / one.width + 1 / sizes[:, 0]
    aspect = np.abs(factors[:, 0] - factors[:, 1]) <= factors.max(axis=1) * (_ASPECT + rounding)
    within = (sizes <= size).all(axis=1) | (sizes >= size).all(axis=1)
    enough = (np.minimum(sizes, size) >= _CROPPED * np.maximum(sizes, size)).all(axis=1)
    bounded = np.maximum(sizes, size).max(axis=1) <= _LONGEST_SIDE
    other_size = (sizes != size).any(axis=1)
    return (bits <= NEAR) & aspect, (bits <= _NEAR_CROPPED) & within & enough & bounded & other_size


def _bits(one: Sketch, hashes: npt.NDArray[np.uint64]) -> _Integers:
    """In how many bits each hash differs from that of one."""
    apart = np.bitwise_count(hashes ^ np.array(_words(one), dtype=np.uint64))
    return np.asarray(apart.sum(axis=1), dtype=np.int64)


def _words(sketch: Sketch) -> tuple[int, int]:
    """The hash as two words of 64 bits."""
    return int(sketch.hash[:16], 16), int(sketch.hash[16:], 16)


def _thumb(sketch: Sketch) -> npt.NDArray[np.uint8]:
    try:
        pixels = zlib.decompressobj().decompress(sketch.thumb, THUMB * THUMB)
    except zlib.error:
        pixels = b""  # kept badly: it costs the order of comparing, not more
    return np.frombuffer(pixels.ljust(THUMB * THUMB, b"\0"), dtype=np.uint8)
