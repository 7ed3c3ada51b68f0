"""Whether two pictures are the same one: by a perceptual hash first, then by what differs on them, and where.

A hash alone would accuse an honest person: two screenshots of one page on two days differ by a clock and little else.
So it only names `candidates`, which `overlay` then compares cell by cell. On a picture that was reduced or compressed
too far a digit of the clock leaves no trace: there no sameness is claimed, and the answer is that the two are alike.

What is said is about pixels. That two pictures are the same does not say that they are one screenshot: a page that
shows neither time nor date gives the same pixels twice. That a difference was found does not say who made it.
"""

import hashlib
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import dhash
from PIL import Image

from evidence_vault.capture.candidates import Shelf, is_cropped, is_scaled
from evidence_vault.capture.overlay import lay_over
from evidence_vault.capture.pictures import open_rgb
from evidence_vault.capture.verdicts import THUMB, Nearest, Place, Sketch, Verdict

_SIDE = 8
_STRIP = 512

_SMALLEST_SCALE, _SMALLEST_SIDE, _SMALLEST_SCALED_SIDE = 0.8, 200, 480
"""Below them a digit of a clock may leave no trace, so that no sameness is claimed."""

Load: TypeAlias = Callable[[str], Image.Image]
"""Gives the picture of a digest, as `opened` does."""


def opened(data: bytes) -> Image.Image:
    """The picture as it is compared; raise `InputFileError` where it cannot be decoded."""
    return open_rgb(data)


def sketch(image: Image.Image, sha256: str) -> Sketch:
    """The sketch of a picture; `sha256` is the digest of its file."""
    grey = image.convert("L")
    cells = list(grey.resize((_SIDE + 1, _SIDE + 1), Image.Resampling.BOX).tobytes())
    rows, columns = dhash.dhash_row_col(cells, _SIDE)
    thumb = zlib.compress(grey.resize((THUMB, THUMB), Image.Resampling.BOX).tobytes())
    pixels = _digest_of_pixels(image)
    return Sketch(sha256, pixels, image.width, image.height, dhash.format_hex(rows, columns, _SIDE), thumb)


def nearest(later: Sketch, earlier: Shelf, load: Load) -> Nearest | None:
    """Which of the earlier pictures a later one repeats or is most like; None where it is like none.

    Only the few candidates nearest by their sketches are opened, so that the cost in pixels does not grow with their
    number. Where many look the same, a repetition may be found of another than the first of them.
    """
    candidates = earlier.near(later)
    if candidates.same is not None:
        return Nearest(candidates.same.sha256, _of_same_pixels(candidates.same, later))
    found: list[Nearest] = []
    for one in (*candidates.scaled, *candidates.cropped):
        verdict = compare(one, later, load)
        if verdict is not None and verdict.relation != "alike":
            return Nearest(one.sha256, verdict)
        found += [Nearest(one.sha256, verdict)] if verdict is not None else []
    return min(found, key=lambda one: (not one.verdict.places, one.verdict.share), default=None)


def compare(earlier: Sketch, later: Sketch, load: Load) -> Verdict | None:
    """How two pictures are related; None where they are not."""
    if earlier.pixels == later.pixels:
        return _of_same_pixels(earlier, later)
    scaled, cropped = is_scaled(earlier, later), is_cropped(earlier, later)
    if not (scaled or cropped):
        return None
    one, other = load(earlier.sha256), load(later.sha256)
    found = [_scaled(one, other)] if scaled else []
    if cropped:
        found.append(_cropped(one, other))
    # A crop that keeps the proportions may be either: the one that leaves less to explain.
    return min((verdict for verdict in found if verdict), key=_unexplained, default=None)


def _of_same_pixels(earlier: Sketch, later: Sketch) -> Verdict:
    return Verdict("same_bytes" if earlier.sha256 == later.sha256 else "same_pixels")


def _unexplained(verdict: Verdict) -> tuple[bool, int]:
    return verdict.relation == "alike", verdict.share


def _scaled(one: Image.Image, other: Image.Image) -> Verdict | None:
    """The two as one picture at two sizes, or at the same."""
    scale = min(one.width / other.width, other.width / one.width)
    reduced = one.size != other.size and min(*one.size, *other.size) < _SMALLEST_SCALED_SIDE
    return _verdict(one, other, poor=reduced or scale < _SMALLEST_SCALE)


def _cropped(one: Image.Image, other: Image.Image) -> Verdict | None:
    """One of the two as cut out of the other: only the part that both show is compared."""
    smaller, larger = sorted((one, other), key=lambda image: image.width * image.height)
    left, top = _place_of(smaller, larger)
    found = _verdict(larger.crop((left, top, left + smaller.width, top + smaller.height)), smaller)
    if found is None:
        return None
    left, top = (0, 0) if smaller is other else (left, top)
    moved = tuple(Place(at.left + left, at.top + top, at.width, at.height, at.share) for at in found.places)
    return Verdict(found.relation, found.share, moved, partial=True)


def _verdict(one: Image.Image, other: Image.Image, *, poor: bool = False) -> Verdict | None:
    found = lay_over(one, other)
    if found is None:
        return None
    poor = poor or not found.telling or min(*one.size, *other.size) < _SMALLEST_SIDE
    same = not found.share and not poor
    return Verdict("same_picture" if same else "alike", found.share, found.places)


def _digest_of_pixels(image: Image.Image) -> str:
    digest = hashlib.sha256(f"{image.width}x{image.height}".encode())
    for top in range(0, image.height, _STRIP):
        digest.update(image.crop((0, top, image.width, min(top + _STRIP, image.height))).tobytes())
    return digest.hexdigest()


def _place_of(smaller: Image.Image, larger: Image.Image) -> tuple[int, int]:
    """Where the smaller picture was most likely cut out of the larger: where lines and columns agree best."""
    one, other = smaller.convert("L"), larger.convert("L")
    left = _shift(_profile(one, across=True), _profile(other, across=True))
    cut = other.crop((left, 0, left + one.width, other.height))
    top = _shift(_profile(one, across=False), _profile(cut, across=False))
    cut = other.crop((0, top, other.width, top + one.height))
    return _shift(_profile(one, across=True), _profile(cut, across=True)), top


def _profile(image: Image.Image, *, across: bool) -> list[int]:
    """How light each column, or each line, is, in sixteenths where Pillow keeps them."""
    size = (image.width, 16) if across else (16, image.height)
    small = image.resize(size, Image.Resampling.BOX).tobytes()
    if across:
        return [sum(small[at :: image.width]) for at in range(image.width)]
    return [sum(small[at : at + 16]) for at in range(0, len(small), 16)]


def _shift(part: list[int], whole: list[int]) -> int:
    """Where `part` lies in `whole`, by the smallest mean difference of steps from one value to the next."""
    steps = [after - before for before, after in pairwise(part)]
    within = [after - before for before, after in pairwise(whole)]
    room = range(len(whole) - len(part) + 1)
    return min(room, key=lambda at: sum(map(abs, map(int.__sub__, steps, within[at : at + len(steps)]))), default=0)
