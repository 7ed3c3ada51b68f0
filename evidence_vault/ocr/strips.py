"""Patches put together into strips, each of which may be one line of text. Pure geometry."""

from collections import defaultdict
from collections.abc import Iterable

from evidence_vault.ocr.segments import Patch

_WORD_GAP = 1.0
"""Patches further apart than this many heights stand in different strips: a wider gap parts columns."""
_TALLER = 1.6
"""A patch that is taller than its strip widens the gap by this factor at most."""
_BAND = 64
_MANY_STRIPS, _MOST_STRIPS = 120, 300
"""Few pages of a booking site have so many lines; the grain of a photo has more. Then only wide ones are read."""
_WIDE = 2.2


class _Strip:
    """A strip that grows patch by patch, from left to right."""

    def __init__(self, patch: Patch) -> None:
        self.left, self.top, self.right, self.bottom = patch.left, patch.top, patch.right, patch.bottom
        self.heights = [patch.height]
        self.usual = patch.height

    def add(self, patch: Patch) -> None:
        self.left, self.right = min(self.left, patch.left), max(self.right, patch.right)
        self.top, self.bottom = min(self.top, patch.top), max(self.bottom, patch.bottom)
        self.heights.append(patch.height)
        self.usual = sorted(self.heights)[min(len(self.heights) - 1, 3 * len(self.heights) // 4)]

    def welcome(self, patch: Patch) -> float | None:
        """How well `patch` continues this strip; None where it does not."""
        gap = patch.left - self.right
        if 2 * patch.height < self.usual and patch.height < 8:
            return 0.3 if self._has_mark(patch, gap) else None
        shared = min(self.bottom, patch.bottom) - max(self.top, patch.top)
        if shared <= 0.5 * min(self.bottom - self.top, patch.height):
            return None
        reference = max(self.usual, min(patch.height, _TALLER * self.usual))
        if not -3 * reference <= gap <= _WORD_GAP * reference:
            return None
        if patch.height > 2.2 * self.usual or self.usual > 3 * patch.height:
            return None
        if max(self.bottom, patch.bottom) - min(self.top, patch.top) > 1.7 * max(self.usual, patch.height):
            return None
        return shared / reference - 0.3 * max(gap, 0) / reference

    def is_out_of_reach(self, left: int) -> bool:
        """Whether nothing that begins at `left` or further right can continue this strip."""
        return left - self.right > _WORD_GAP * _TALLER * self.usual

    def _has_mark(self, patch: Patch, gap: int) -> bool:
        """Whether a dash, a full stop or an accent belongs here."""
        return (
            -3 * self.usual < gap <= 0.9 * self.usual
            and patch.width < 1.3 * self.usual
            and self.top - 0.45 * self.usual <= patch.top
            and patch.bottom <= self.bottom + 0.3 * self.usual
        )


class _OpenStrips:
    """The strips that the next patch may continue, by height on the page: a picture may hold ten thousand marks."""

    def __init__(self) -> None:
        self._bands: dict[int, dict[int, _Strip]] = defaultdict(dict)

    def put(self, strip: _Strip) -> None:
        """Let the strip be found wherever a patch that continues it may stand."""
        reach = strip.usual // 2
        for band in range((strip.top - reach) // _BAND, (strip.bottom + reach) // _BAND + 1):
            self._bands[band][id(strip)] = strip

    def near(self, patch: Patch) -> list[_Strip]:
        """The strips at the height of `patch` that are not out of its reach; patches come from left to right."""
        found: dict[int, _Strip] = {}
        for band in range(patch.top // _BAND, patch.bottom // _BAND + 1):
            strips = self._bands[band]
            for name in [name for name, strip in strips.items() if strip.is_out_of_reach(patch.left)]:
                del strips[name]
            found |= strips
        return list(found.values())


def strips_of(patches: Iterable[Patch]) -> list[Patch]:
    """The strips that `patches` make, from top to bottom; what cannot be a word is left out."""
    strips: list[_Strip] = []
    open_ones = _OpenStrips()
    for patch in sorted(patches, key=lambda patch: patch.left):
        fits = [(fit, strip) for strip in open_ones.near(patch) if (fit := strip.welcome(patch)) is not None]
        strip = max(fits, key=lambda found: found[0])[1] if fits else None
        if strip is None:
            strip = _Strip(patch)
            strips.append(strip)
        else:
            strip.add(patch)
        open_ones.put(strip)
    wide = sorted(strip.usual for strip in strips if strip.right - strip.left > 3 * strip.usual and strip.usual >= 5)
    usual = wide[len(wide) // 2] if wide else 8
    kept = [Patch(strip.left, strip.top, strip.right, strip.bottom) for strip in strips if _is_word(strip, usual)]
    if len(kept) > _MANY_STRIPS:
        kept = [strip for strip in kept if strip.width >= _WIDE * strip.height]
    if len(kept) > _MOST_STRIPS:
        kept = sorted(kept, key=lambda strip: -strip.width)[:_MOST_STRIPS]
    return sorted(kept, key=lambda strip: (strip.top, strip.left))


def _is_word(strip: _Strip, usual: int) -> bool:
    width, height = strip.right - strip.left, strip.bottom - strip.top
    if height < 5 or width < max(4, height):
        return False
    if strip.usual < 0.5 * usual and width < 4 * strip.usual:
        return False
    return len(strip.heights) > 1 or width >= 1.6 * height or height <= 2.2 * usual
