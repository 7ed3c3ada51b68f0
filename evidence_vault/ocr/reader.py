"""Reading one picture, or many: preparation, engine, outcome and legibility put together into a `kinds.Reading`."""

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace
from PIL import Image

from evidence_vault.capture import pictures
from evidence_vault.errors import InputFileError
from evidence_vault.kinds import Fact, Reading, Reason, Word
from evidence_vault.ocr import facts
from evidence_vault.ocr.blurs import blurred_lines
from evidence_vault.ocr.catalogue import Catalogue, load
from evidence_vault.ocr.engine import Engine, probe
from evidence_vault.ocr.legibility import judge, measure
from evidence_vault.ocr.lines import Line, Paragraph, around, paragraphs, text_of, wrapped
from evidence_vault.ocr.looking import read_strips
from evidence_vault.ocr.outcome import Proposal, propose
from evidence_vault.ocr.prepare import bands, sheets, turned_box
from evidence_vault.ocr.resembling import tells_something
from evidence_vault.ocr.sentences import told
from evidence_vault.ocr.straighten import straightened
from evidence_vault.words import ReadingStatus

PREPARATION = 3
"""Raised whenever `prepare` or the way of looking changes, so that a reading says how it was made."""
MAX_WORDS = 2500
"""Words kept of one picture; a page of a booking site has a few hundred."""
_WHOLE_PAGE, _SCATTERED = 3, 11
"""Tesseract's page segmentation modes that are used."""
_FEW_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Way:
    """How to look at a picture."""

    turned: int = 0
    by_strips: bool = True
    enlarge: float = 1.0
    psm: int = _WHOLE_PAGE

    def describe(self) -> str:
        return f"strips, {self.turned}°" if self.by_strips else f"psm {self.psm}, ×{self.enlarge:g}, {self.turned}°"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one way of looking gave."""

    way: _Way
    status: ReadingStatus
    page: tuple[Paragraph, ...] = ()
    proposal: Proposal | None = None

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
    def settled(self) -> bool:
        """Whether looking again would be fishing: a message was recognised, or two that contradict each other."""
        return self.proposal is not None and (self.proposal.outcome != "unclassified" or bool(self.proposal.quotes))


def read_picture(data: bytes, engine: Engine | None = None, *, timeout: float = 60) -> Reading:
    """Read a picture file: its text, whether it is legible, what it shows and on which words that rests.

    The reading names no exhibit yet. An ordinary screenshot costs one run of the engine; one that shows no message
    that we know is looked at again, turned or enlarged, within the same `timeout` (seconds for the whole picture).
    An engine that fails or does not end is a status of the reading, with no text. Raises `InputFileError` where
    the bytes are no picture and `OcrError` where no `engine` is given and none is installed.
    """
    picture = pictures.open_rgb(data)
    engine = engine or probe()
    catalogue = load()
    deadline = time.monotonic() + timeout
    with TemporaryDirectory(prefix="evidence-vault-") as folder:
        best = _look(picture, _Way(), engine, catalogue, Path(folder), deadline)
        looks = 1
        if best.status == "read" and not best.settled and not _is_blank(picture):
            for way in _other_ways(best):
                seen = _look(picture, way, engine, catalogue, Path(folder), deadline)
                looks += 1
                if seen.status == "read" and _is_better(seen, best):
                    best = seen
                if best.settled:
                    break
    described = (
        f"{engine.describe()}; preparation {PREPARATION}, {best.way.describe()}, looks {looks}; "
        f"catalogue {catalogue.version}"
    )
    if best.status != "read" or best.proposal is None:
        return Reading(
            status=best.status,
            engine=described,
            reasons=(Reason(code="not_read", params={"status": best.status}),),
        )
    return _reading(picture, best, best.proposal, described)


def read_many(
    jobs: Iterable[bytes], engine: Engine | None = None, *, workers: int | None = None, timeout: float = 60
) -> Iterator[Reading]:
    """Read picture files in parallel; yield their readings in the order of `jobs`, each as soon as it is its turn.

    Never more than two pictures a worker are held at once, so `jobs` may be a generator over thousands of files.
    Bytes that are no picture give a reading with the status `failed`. `workers` is the number of processors where
    None: the work is done in child processes, threads only wait for them.
    """
    engine = engine or probe()
    workers = workers or os.cpu_count() or 1
    waiting: deque[Future[Reading]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="reading")
    try:
        for data in jobs:
            waiting.append(pool.submit(_read_or_fail, data, engine, timeout))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read_or_fail(data: bytes, engine: Engine, timeout: float) -> Reading:
    try:
        return read_picture(data, engine, timeout=timeout)
    except InputFileError:
        return Reading(
            status="failed", engine=engine.describe(), reasons=(Reason(code="not_read", params={"status": "failed"}),)
        )


def _look(
    picture: Image.Image, way: _Way, engine: Engine, catalogue: Catalogue, folder: Path, deadline: float
) -> _Seen:
    status, page = (_by_strips if way.by_strips else _whole)(picture, way, engine, folder, deadline)
    if status != "read":
        return _Seen(way, status)
    page = _within_limits(page)
    words = [word for paragraph in page for line in paragraph for word in line.words]
    bar = facts.address(*_facing(page, way.turned, picture.size))
    return _Seen(way, "read", page, propose(page, catalogue, bar.text if bar else None, _mean_confidence(words)))


def _by_strips(
    picture: Image.Image, way: _Way, engine: Engine, folder: Path, deadline: float
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
    picture: Image.Image, way: _Way, engine: Engine, folder: Path, deadline: float
) -> tuple[ReadingStatus, tuple[Paragraph, ...]]:
    lines: list[Line] = []
    for sheet in sheets(picture, turned=way.turned, enlarge=way.enlarge):
        file = folder / "sheet.pgm"  # neither compressed nor re-encoded on its way to the engine
        sheet.image.save(file)
        look = engine.look(file, way.psm, deadline - time.monotonic())
        if look.status != "read":
            return look.status, ()
        lines.extend(sheet.restore(look.lines))
    return "read", paragraphs(lines) if not way.turned else tuple((line,) for line in lines)


def _other_ways(first: _Seen) -> Iterator[_Way]:
    """Further looks: turned where hardly a word was read, then the page whole, as the engine itself divides it."""
    if first.sure_words < _FEW_WORDS:
        for turned in (270, 90, 180):
            yield _Way(turned=turned)
    yield _Way(by_strips=False)
    yield _Way(by_strips=False, enlarge=1.5, psm=_SCATTERED)


def _is_better(seen: _Seen, best: _Seen) -> bool:
    return seen.settled or seen.sure_words > max(_FEW_WORDS, best.sure_words * 1.3)


def _is_blank(picture: Image.Image) -> bool:
    shades = picture.convert("L").histogram()
    levels = [level for level, count in enumerate(shades) if count]
    return levels[-1] - levels[0] < 8


def _reading(picture: Image.Image, seen: _Seen, proposal: Proposal, described: str) -> Reading:
    words = seen.words
    lines = [line for paragraph in seen.page for line in paragraph]
    upright = seen.upright
    sentences = told(seen.page, picture.height) if upright else []
    # The title of a step resembles a form, and stands on a page whose message is not to be seen as well.
    titled = upright and not sentences and _resembles_a_form(proposal)
    recognised = proposal.outcome != "unclassified" and not titled
    places = [quote.box for quote in proposal.quotes if quote.box]
    unknown = [] if recognised else [around(words) for words in sentences if tells_something(words, load().classifier)]
    measures = measure(picture, lines, places or unknown, along=seen.lies_along)
    blurred = upright and bool(blurred_lines(picture.convert("L"), lines))
    clock, address, dates = _shown(seen, picture.size)
    judgement = judge(
        measures, recognised=recognised, told=bool(unknown), blurred=blurred, turned=not upright, size=picture.size
    )
    return Reading(
        status="read",
        engine=described,
        text=text_of(seen.page),
        words=tuple(words),
        confidence=_mean_confidence(words),
        legible=judgement.legible,
        score=judgement.score,
        reasons=judgement.reasons,
        outcome=proposal.outcome,
        outcome_detail=proposal.detail,
        quotes=proposal.quotes,
        screen_clock=clock.text if clock else None,
        address=address.text if address else None,
        platform_dates=tuple(date.text for date in dates),
        facts=(*(fact for fact in (clock, address) if fact is not None), *dates),
    )


def _resembles_a_form(proposal: Proposal) -> bool:
    return proposal.outcome == "in_progress" and all(quote.resembles for quote in proposal.quotes)


def _shown(seen: _Seen, size: tuple[int, int]) -> tuple[Fact | None, Fact | None, tuple[Fact, ...]]:
    """The clock, the address and the dates of the platform, found where a reader of the turned picture finds them."""
    page, height = _facing(seen.page, seen.way.turned, size)
    stands = seen.way.turned or seen.lies_along
    found = (facts.screen_clock(page, height), facts.address(page, height)) if stands else (None, None)
    clock, address = (fact and _turned_back(fact, seen.way.turned, size) for fact in found)
    return (
        clock,
        address,
        tuple(_turned_back(date, seen.way.turned, size) for date in facts.platform_dates(page, height)),
    )


def _facing(page: tuple[Paragraph, ...], turned: int, size: tuple[int, int]) -> tuple[tuple[Paragraph, ...], int]:
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


def _turned_back(fact: Fact, turned: int, size: tuple[int, int]) -> Fact:
    if not turned or fact.box is None:
        return fact
    facing = (size[1], size[0]) if turned % 180 else size
    return replace(fact, box=turned_box(fact.box, 360 - turned, facing))


def _mean_confidence(words: list[Word]) -> int:
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
