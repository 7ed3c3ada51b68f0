"""The ways in which one picture is looked at: strip by strip first, then turned or whole where nothing was recognised.

Each way gives a page and what it proposes; the first that settles the matter is kept.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from evidence_vault.ocr import facts
from evidence_vault.ocr.catalogue import Catalogue
from evidence_vault.ocr.engine import SHEET, Engine
from evidence_vault.ocr.lines import Line, Paragraph, paragraphs, wrapped
from evidence_vault.ocr.looking import read_strips, stands_in_a_bar
from evidence_vault.ocr.outcome import Proposal, propose
from evidence_vault.ocr.prepare import bands, sheets, turned_box
from evidence_vault.ocr.straighten import straightened
from evidence_vault.values import Fact, Word
from evidence_vault.words import ReadingStatus

MAX_WORDS = 2500
"""Words kept of one picture; a page of a booking site has a few hundred."""
_WHOLE_PAGE, _SCATTERED = 3, 11
"""Tesseract's page segmentation modes that are used."""
_FEW_WORDS = 8
_ANY_WORDS = 2
"""With fewer sure words in all earlier looks there is no text, and the engine would search noise for minutes."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to look at a picture."""

    turned: int = 0
    by_strips: bool = True
    enlarge: float = 1.0
    psm: int = _WHOLE_PAGE

    def describe(self) -> str:
        return f"strips, {self.turned}°" if self.by_strips else f"psm {self.psm}, ×{self.enlarge:g}, {self.turned}°"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one way of looking gave."""

    way: Way
    status: ReadingStatus
    page: tuple[Paragraph, ...] = ()
    proposal: Proposal | None = None
    address: Fact | None = None
    """The address bar, where a reader of the turned picture finds it."""
    height: int = 0
    """Of the picture, in pixels."""

    @property
    def words(self) -> list[Word]:
        return [word for paragraph in self.page for line in paragraph for word in line.words]

    @property
    def sure_words(self) -> int:
        return sum(word.confidence >= 70 and sum(c.isalpha() for c in word.text) >= 3 for word in self.words)

    @property
    def lies_along(self) -> bool:
        """Whether words lie along the picture, on their feet or head; the engine itself turns some that do not."""
        long = [word.box for word in self.words if len(word.text) >= 4]
        return 2 * sum(box.height > box.width for box in long) <= len(long)

    @property
    def upright(self) -> bool:
        """Whether words lie along the picture and stand on their feet."""
        return not self.way.turned and self.lies_along

    @property
    def in_a_tab(self) -> bool:
        """Whether all that was recognised stands above the address bar: a tab names a page and does not show it."""
        bar = self.address.box if self.address is not None and self.upright else None
        if bar is None or 2 * bar.top > self.height or not stands_in_a_bar(bar.top + bar.height / 2, self.height):
            return False  # a host in the page, or the bar at the foot of a phone
        places = [quote.box for quote in self.proposal.quotes] if self.proposal else []
        return bool(places) and all(box and box.top + box.height <= bar.top for box in places)

    @property
    def settled(self) -> bool:
        """Whether looking again would be fishing: a message was recognised, or two that contradict each other."""
        proposal = self.proposal
        return (
            proposal is not None and not self.in_a_tab and (proposal.outcome != "unclassified" or bool(proposal.quotes))
        )


def look_at(
    picture: Image.Image, engine: Engine, catalogue: Catalogue, folder: Path, deadline: float
) -> tuple[Seen, int]:
    """What the best way of looking at `picture` gave, and how many ways were tried.

    An ordinary screenshot costs one. `folder` is for the engine's sheets, `deadline` is one of `time.monotonic`.
    """
    best = _look(picture, Way(), engine, catalogue, folder, deadline)
    looks = 1
    if best.status == "read" and not best.settled and not _is_blank(picture):
        # Small figures and addresses are read best strip by strip, so that these lines are kept.
        lines = [line for paragraph in best.page for line in paragraph] if best.lies_along else []
        bars = [line for line in lines if _is_in_a_bar(line, picture.height)]
        most = best.sure_words
        for way in _other_ways(best):
            if way.psm == _SCATTERED and most < _ANY_WORDS:
                break
            seen = _look(picture, way, engine, catalogue, folder, deadline, () if way.turned else bars)
            looks += 1
            most = max(most, seen.sure_words)
            if seen.status == "read" and _is_better(seen, best):
                best = seen
            if best.settled:
                break
    return best, looks


def _look(
    picture: Image.Image,
    way: Way,
    engine: Engine,
    catalogue: Catalogue,
    folder: Path,
    deadline: float,
    bars: Sequence[Line] = (),
) -> Seen:
    status, page = (_by_strips if way.by_strips else _whole)(picture, way, engine, folder, deadline)
    if status != "read":
        return Seen(way, status)
    page = _within_limits(_with_bars(page, bars, picture.height) if bars else page)
    words = [word for paragraph in page for line in paragraph for word in line.words]
    bar = facts.address(*facing(page, way.turned, picture.size))
    proposal = propose(page, catalogue, bar.text if bar else None, mean_confidence(words))
    return Seen(way, "read", page, proposal, bar, picture.height)


def _by_strips(
    picture: Image.Image, way: Way, engine: Engine, folder: Path, deadline: float
) -> tuple[ReadingStatus, tuple[Paragraph, ...]]:
    page: list[Paragraph] = []
    for band in bands(picture, turned=way.turned):
        level = straightened(band.image)
        status, lines = read_strips(level.image, level.marks, engine, folder, deadline)
        if status != "read":
            return status, ()
        page.extend(tuple(band.restore(map(level.restore, paragraph))) for paragraph in wrapped(lines))
    return "read", tuple(page)


def _whole(
    picture: Image.Image, way: Way, engine: Engine, folder: Path, deadline: float
) -> tuple[ReadingStatus, tuple[Paragraph, ...]]:
    lines: list[Line] = []
    for sheet in sheets(picture, turned=way.turned, enlarge=way.enlarge):
        file = folder / f"sheet{SHEET}"
        sheet.image.save(file)
        look = engine.look(file, way.psm, deadline - time.monotonic())
        if look.status != "read":
            return look.status, ()
        lines.extend(sheet.restore(look.lines))
    return "read", paragraphs(lines) if not way.turned else tuple((line,) for line in lines)


def _other_ways(first: Seen) -> Iterator[Way]:
    """Further looks: turned where hardly a word was read, then the page whole, as the engine itself divides it."""
    if first.sure_words < _FEW_WORDS:
        for turned in (270, 90, 180):
            yield Way(turned=turned)
    yield Way(by_strips=False)
    yield Way(by_strips=False, enlarge=1.5, psm=_SCATTERED)


def _is_better(seen: Seen, best: Seen) -> bool:
    return seen.settled or seen.sure_words > max(_FEW_WORDS, best.sure_words * 1.3)


def _is_blank(picture: Image.Image) -> bool:
    shades = picture.convert("L").histogram()
    levels = [level for level, count in enumerate(shades) if count]
    return levels[-1] - levels[0] < 8


def _with_bars(page: Iterable[Paragraph], bars: Sequence[Line], height: int) -> tuple[Paragraph, ...]:
    """The `page` with other lines in place of its own in the bars."""
    rest = (tuple(line for line in paragraph if not _is_in_a_bar(line, height)) for paragraph in page)
    above = [(line,) for line in bars if 2 * line.box.top < height]
    below = [(line,) for line in bars if 2 * line.box.top >= height]
    return (*above, *filter(None, rest), *below)


def _is_in_a_bar(line: Line, height: int) -> bool:
    return stands_in_a_bar(line.box.top + line.box.height / 2, height)


def facing(page: tuple[Paragraph, ...], turned: int, size: tuple[int, int]) -> tuple[tuple[Paragraph, ...], int]:
    """The page as it stands once the picture is turned as it was for reading, and its height then."""
    if not turned:
        return page, size[1]
    facing = tuple(
        tuple(
            Line(tuple(replace(word, box=turned_box(word.box, turned, size)) for word in line.words))
            for line in paragraph
        )
        for paragraph in page
    )
    return facing, size[0] if turned % 180 else size[1]


def mean_confidence(words: list[Word]) -> int:
    return round(sum(word.confidence for word in words) / len(words)) if words else 0


def _within_limits(page: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """The page up to `MAX_WORDS`, cut between lines."""
    kept: list[Paragraph] = []
    room = MAX_WORDS
    for paragraph in page:
        lines: list[Line] = []
        for line in paragraph:
            if len(line.words) > room:
                return (*kept, tuple(lines)) if lines else tuple(kept)
            room -= len(line.words)
            lines.append(line)
        kept.append(tuple(lines))
    return tuple(kept)
