"""Two pictures laid over each other: where they differ by more than compression explains.

Both are brought to cells of some 4 pixels. Compression changes a cell in proportion to the contrast around it; how
much, is taken from the two pictures themselves, over all cells with lines or letters. A cell that differs by clearly
more is different, and where nothing was compressed, whatever differs is.

The factors lean towards finding a difference, since the other error accuses somebody. A pale digit some 12 pixels high
still escapes on a picture reduced or strongly compressed: so where no cell differs, `letters` looks closer.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from evidence_vault.capture.letters import letters_agree
from evidence_vault.capture.verdicts import Place

_CELL = 4
_WAYS = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.BOX)
_BUSY = 12
"""Levels of grey within three cells beyond which they hold lines or letters, where compression shows most."""
_FEWEST_BUSY = 24
_SOFTENED = 20
"""Levels added to the contrast around a cell, so that what is nearly flat is not judged by next to nothing."""
_SLACK = 2
_PERCENTILES = ((0.98, 1.75), (0.90, 2.4))
"""Shares of the cells, and how many times the change that they keep within a cell may change."""
_OTHER_COLOUR = 40
_MOST_DIFFERENT = 0.05
"""Share of the cells beyond which pictures that differ are no longer called alike."""
_MOST_PLACES = 3
_GROUP = 12


@dataclass(frozen=True, slots=True)
class Overlay:
    """What was found between two pictures laid over each other."""

    share: int
    """Part of the picture that differs, in hundredths of a percent; 0 where nothing does."""
    places: tuple[Place, ...]
    """The largest differences first, three at most."""
    telling: bool
    """Whether a difference would show: not on a blank page, nor where letters are too compressed to tell them apart."""


def lay_over(one: Image.Image, other: Image.Image) -> Overlay | None:
    """Two pictures (RGB) of the same content laid over each other; None where more than a twentieth differs."""
    brought = _at_one_size(one, other)
    first, second = map(_as_cells, brought)
    size = first.size
    greys = first.convert("L"), second.convert("L")
    apart = ImageChops.difference(*greys)
    around = ImageChops.lighter(*map(_contrast, greys))
    mask, busy = _mask(apart, around)
    mask = ImageChops.lighter(mask, _differing_colours(first, second))
    different = mask.histogram()[255]
    total = size[0] * size[1]
    if different > _MOST_DIFFERENT * total:
        return None
    if not different:
        return Overlay(0, (), busy >= _FEWEST_BUSY and letters_agree(*brought))
    scale = (other.width / size[0], other.height / size[1])
    places = tuple(_places(mask, scale, total))
    return Overlay(max(1, round(10_000 * different / total)), places, busy >= _FEWEST_BUSY)


def _at_one_size(one: Image.Image, other: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Both at the size of the smaller.

    Nobody says how a picture was reduced: of the usual ways, the one that leaves the least difference is taken.
    """
    size = (min(one.width, other.width), min(one.height, other.height))
    best: tuple[int, tuple[Image.Image, Image.Image]] | None = None
    for way in _WAYS[: 1 if one.size == other.size else None]:
        first, second = (image if image.size == size else image.resize(size, way) for image in (one, other))
        histogram = ImageChops.difference(*(_as_cells(image).convert("L") for image in (first, second))).histogram()
        left = sum(level * level * count for level, count in enumerate(histogram))
        if best is None or left < best[0]:
            best = left, (first, second)
    assert best is not None
    return best[1]


def _as_cells(image: Image.Image) -> Image.Image:
    cells = (max(1, image.width // _CELL), max(1, image.height // _CELL))
    return image.resize(cells, Image.Resampling.BOX)


def _differing_colours(first: Image.Image, second: Image.Image) -> Image.Image:
    """Cells of another colour though as light: looked for in groups of 4 × 4, as JPEG keeps colours coarsely."""
    size = (max(1, first.width // 4), max(1, first.height // 4))
    bands = ImageChops.difference(*(image.resize(size, Image.Resampling.BOX) for image in (first, second))).split()
    apart = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    mask = apart.point(lambda level: 255 if level > _OTHER_COLOUR else 0)
    return mask.resize(first.size, Image.Resampling.NEAREST)


def _contrast(grey: Image.Image) -> Image.Image:
    """How much each cell and its neighbours differ: a cell holds lines or letters where that is much."""
    return ImageChops.subtract(grey.filter(ImageFilter.MaxFilter(3)), grey.filter(ImageFilter.MinFilter(3)))


def _mask(apart: Image.Image, around: Image.Image) -> tuple[Image.Image, int]:
    """White where cells differ by more than the others let expect, and how many cells hold lines or letters."""
    seen = Counter(zip(apart.tobytes(), around.tobytes(), strict=True))
    busy = sum(count for (_, contrast), count in seen.items() if contrast > _BUSY)
    allowed = _allowed(seen, busy)
    bad = {(level, contrast) for level, contrast in seen if level > _most(allowed, contrast)}
    if not bad:
        return Image.new("L", apart.size, 0), busy
    pairs = zip(apart.tobytes(), around.tobytes(), strict=True)
    return Image.frombytes("L", apart.size, bytes(255 if pair in bad else 0 for pair in pairs)), busy


def _most(allowed: Sequence[tuple[float, float]], contrast: int) -> float:
    """What a cell may change by; nothing where nothing shows that anything was compressed."""
    return min((times * (change * (contrast + _SOFTENED) + _SLACK) for change, times in allowed if change), default=0.0)


def _allowed(seen: Counter[tuple[int, int]], busy: int) -> list[tuple[float, float]]:
    """What shares of the contrast around them most cells keep within, each with how many times it is allowed."""
    changes = sorted(
        (level / (contrast + _SOFTENED), count) for (level, contrast), count in seen.items() if contrast > _BUSY
    )
    return [(_change_at(changes, share * busy), times) for share, times in _PERCENTILES]


def _change_at(changes: list[tuple[float, int]], number: float) -> float:
    counted = 0
    for change, count in changes:
        counted += count
        if counted >= number:
            return change
    return 0.0


def _places(mask: Image.Image, scale: tuple[float, float], total: int) -> Iterator[Place]:
    """The different cells as a few rectangles: those near each other together, the largest groups first."""
    cells: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at, level in enumerate(mask.tobytes()):
        if level:
            y, x = divmod(at, mask.width)
            cells.setdefault((x // _GROUP, y // _GROUP), []).append((x, y))
    groups: list[list[tuple[int, int]]] = []
    while cells:
        pending, group = [next(iter(cells))], []
        while pending:
            x, y = pending.pop()
            group += cells.pop((x, y), [])
            pending += [(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (x + i, y + j) in cells]
        groups.append(group)
    for group in sorted(groups, key=lambda found: (-len(found), found))[:_MOST_PLACES]:
        across, down = [x for x, _ in group], [y for _, y in group]
        left, top = int(min(across) * scale[0]), int(min(down) * scale[1])
        right, bottom = round((max(across) + 1) * scale[0]), round((max(down) + 1) * scale[1])
        yield Place(left, top, right - left, bottom - top, max(1, round(10_000 * len(group) / total)))
