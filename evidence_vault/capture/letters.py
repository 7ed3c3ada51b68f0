"""Whether every letter on two pictures agrees so well that another letter would have shown: a second, finer look.

Cells of some pixels miss a small pale digit once a picture was compressed or reduced, and two honest screenshots may
differ by one. So each window of 9 × 9 pixels that holds lines or letters is compared by itself: by how much the two
differ there, against how much there is to see. Measured on drawn clocks of 10 to 15 points, pale ones too, compressed
at quality 60 to 92: of 315 with another digit none passed, of 286 reduced to 94 % two did, of 306 reduced to 75 %
seven. Copies pass mostly at quality 80 and more, and hardly ever at 60.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

_AROUND = 4
_WINDOW = (2 * _AROUND + 1) ** 2
_BUSY = 150
"""Variance of grey levels beyond which a window holds lines or letters."""
_SOFTENED = 60
"""Added to the variance, so that next to nothing is not judged by nothing."""
_MOST_APART = 0.5
_STRIP = 256

_Integers: TypeAlias = npt.NDArray[np.int64]
_Numbers: TypeAlias = npt.NDArray[np.float64]


def letters_agree(one: Image.Image, other: Image.Image) -> bool:
    """Whether no window with lines or letters differs by as much as another letter would; both of the same size."""
    return not any(_apart(*strips) for strips in _strips(one, other))


def _strips(one: Image.Image, other: Image.Image) -> Iterator[tuple[_Integers, _Integers]]:
    """Both as grey levels from the top down, a margin of half a window around; pictures may be large."""
    padded = [np.pad(np.asarray(image.convert("L")), _AROUND, mode="edge") for image in (one, other)]
    for top in range(0, one.height, _STRIP):
        first, second = (grey[top : top + _STRIP + 2 * _AROUND].astype(np.int64) for grey in padded)
        yield first, second


def _apart(first: _Integers, second: _Integers) -> bool:
    difference = _means((first - second) ** 2)
    seen = np.maximum(_variances(first), _variances(second))
    return bool(((difference > _MOST_APART**2 * (seen + _SOFTENED)) & (seen > _BUSY)).any())


def _variances(grey: _Integers) -> _Numbers:
    return _means(grey * grey) - _means(grey) ** 2


def _means(values: _Integers) -> _Numbers:
    """The mean of each window, whole numbers summed so that nothing is lost."""
    side = 2 * _AROUND + 1
    sums = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    windows = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.asarray(windows / _WINDOW, dtype=np.float64)
