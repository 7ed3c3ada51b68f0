"""Pieces put together into strips, each of which may be one line of text. Pure geometry."""

from collections.abc import Iterable

from evidence_vault.ocr.segments import Piece

_WORD_GAP = 1.0
"""Pieces further apart than this many heights stand in different strips: a wider gap parts columns."""
_MANY_STRIPS, _MOST_STRIPS = 120, 300
"""Few pages of a booking site have so many lines; the grain of a photo has more. Then only wide ones are read."""
_WIDE = 2.2


class _Strip:
    """A strip that grows piece by piece, from left to right."""

    def __init__(self, piece: Piece) -> None:
        self.left, self.top, self.right, self.bottom = piece.left, piece.top, piece.right, piece.bottom
        self.heights = [piece.height]
        self.usual = piece.height

    def add(self, piece: Piece) -> None:
        self.left, self.right = min(self.left, piece.left), max(self.right, piece.right)
        self.top, self.bottom = min(self.top, piece.top), max(self.bottom, piece.bottom)
        self.heights.append(piece.height)
        self.usual = sorted(self.heights)[min(len(self.heights) - 1, 3 * len(self.heights) // 4)]

    def welcome(self, piece: Piece) -> float | None:
        """How well `piece` continues this strip; None where it does not."""
        gap = piece.left - self.right
        if 2 * piece.height < self.usual and piece.height < 8:
            return 0.3 if self._has_mark(piece, gap) else None
        shared = min(self.bottom, piece.bottom) - max(self.top, piece.top)
        if shared <= 0.5 * min(self.bottom - self.top, piece.height):
            return None
        reference = max(self.usual, min(piece.height, 1.6 * self.usual))
        if not -3 * reference <= gap <= _WORD_GAP * reference:
            return None
        if piece.height > 2.2 * self.usual or self.usual > 3 * piece.height:
            return None
        if max(self.bottom, piece.bottom) - min(self.top, piece.top) > 1.7 * max(self.usual, piece.height):
            return None
        return shared / reference - 0.3 * max(gap, 0) / reference

    def _has_mark(self, piece: Piece, gap: int) -> bool:
        """Whether a dash, a full stop or an accent belongs here."""
        return (
            -3 * self.usual < gap <= 0.9 * self.usual
            and piece.width < 1.3 * self.usual
            and self.top - 0.45 * self.usual <= piece.top
            and piece.bottom <= self.bottom + 0.3 * self.usual
        )


def strips_of(pieces: Iterable[Piece]) -> list[Piece]:
    """The strips that `pieces` make, from top to bottom; what cannot be a word is left out."""
    strips: list[_Strip] = []
    for piece in sorted(pieces, key=lambda piece: piece.left):
        fits = [(fit, strip) for strip in strips if (fit := strip.welcome(piece)) is not None]
        if fits:
            max(fits, key=lambda found: found[0])[1].add(piece)
        else:
            strips.append(_Strip(piece))
    wide = sorted(strip.usual for strip in strips if strip.right - strip.left > 3 * strip.usual and strip.usual >= 5)
    usual = wide[len(wide) // 2] if wide else 8
    kept = [Piece(strip.left, strip.top, strip.right, strip.bottom) for strip in strips if _is_word(strip, usual)]
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
