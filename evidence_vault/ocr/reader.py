"""Reading one picture, or many: preparation, engine, outcome and legibility put together into a `kinds.Reading`."""

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace
from PIL import Image

from evidence_vault.capture import pictures
from evidence_vault.errors import InputFileError
from evidence_vault.kinds import Reading
from evidence_vault.ocr import facts, figures
from evidence_vault.ocr.blurs import blurred_lines
from evidence_vault.ocr.catalogue import load
from evidence_vault.ocr.covers import covering_bars
from evidence_vault.ocr.engine import Engine, probe
from evidence_vault.ocr.legibility import judge, measure
from evidence_vault.ocr.lines import around, text_of
from evidence_vault.ocr.outcome import Proposal
from evidence_vault.ocr.prepare import turned_box
from evidence_vault.ocr.resembling import tells_something
from evidence_vault.ocr.sentences import prose, told
from evidence_vault.ocr.ways import Seen, facing, look_at, mean_confidence
from evidence_vault.values import Fact, Reason
from evidence_vault.words import Outcome

PREPARATION = 7
"""Raised whenever `prepare` or the way of looking changes, so that a reading says how it was made."""


_PERSONAL: frozenset[Outcome] = frozenset({"appointment_obtained", "cancelled", "in_progress", "login"})
"""Pages that hold what a person may blacken without covering the message: a name, a number, an address."""


_large = threading.Lock()
"""Held while a very large picture is read, so that there is one in memory at a time."""


def read_picture(data: bytes, engine: Engine | None = None, *, timeout: float = 60) -> Reading:
    """Read a picture file: its text, whether it is legible, what it shows and on which words that rests.

    The reading names no exhibit yet. An ordinary screenshot costs one run of the engine; one that shows no message
    that we know is looked at again, turned or enlarged, within the same `timeout` (seconds for the whole picture).
    An engine that fails or does not end is a status of the reading, with no text. Raises `InputFileError` where
    the bytes are no picture and `OcrError` where no `engine` is given and none is installed.
    """
    with _large if pictures.is_large(data) else contextlib.nullcontext():
        return _read(data, engine, timeout)


def _read(data: bytes, engine: Engine | None, timeout: float) -> Reading:
    picture = pictures.open_rgb(data)
    engine = engine or probe()
    catalogue = load()
    deadline = time.monotonic() + timeout
    with TemporaryDirectory(prefix="evidence-vault-") as folder:
        best, looks = look_at(picture, engine, catalogue, Path(folder), deadline)
    described = (
        f"{engine.describe()}; preparation {PREPARATION}, {best.way.describe()}, looks {looks}; "
        f"catalogue {catalogue.version}; figures {figures.load().version}"
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

    Never more than two pictures a worker are held at once, so `jobs` may be a generator over thousands of files; very
    large ones are read one at a time.
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


def _reading(picture: Image.Image, seen: Seen, proposal: Proposal, described: str) -> Reading:
    words = seen.words
    lines = [line for paragraph in seen.page for line in paragraph]
    upright = seen.upright
    sentences = told(seen.page, picture.height) if upright else prose(seen.page)
    # The title of a step resembles a form, and stands on a page whose message is not to be seen as well.
    titled = upright and not sentences and _resembles_a_form(proposal)
    clock, address, dates = _shown(seen, picture.size)
    recognised = proposal.outcome != "unclassified" and not titled and not seen.in_a_tab
    places = [quote.box for quote in proposal.quotes if quote.box and not seen.in_a_tab]
    unknown = [] if recognised else [around(words) for words in sentences if tells_something(words, load().classifier)]
    measures = measure(picture, lines, places or unknown, along=seen.lies_along)
    blurred = upright and bool(blurred_lines(picture.convert("L"), lines))
    covered = proposal.outcome not in _PERSONAL and bool(covering_bars(picture, lines))
    judgement = judge(
        measures,
        recognised=recognised,
        told=bool(unknown),
        quoted=proposal.outcome == "unclassified" and bool(places),
        blurred=blurred,
        covered=covered,
        turned=not upright,
        size=picture.size,
    )
    return Reading(
        status="read",
        engine=described,
        text=text_of(seen.page),
        words=tuple(words),
        confidence=mean_confidence(words),
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


def _shown(seen: Seen, size: tuple[int, int]) -> tuple[Fact | None, Fact | None, tuple[Fact, ...]]:
    """The clock, the address and the dates of the platform, found where a reader of the turned picture finds them."""
    page, height = facing(seen.page, seen.way.turned, size)
    stands = seen.way.turned or seen.lies_along
    found = (facts.screen_clock(page, height), seen.address) if stands else (None, None)
    clock, address = (fact and _turned_back(fact, seen.way.turned, size) for fact in found)
    return (
        clock,
        address,
        tuple(_turned_back(date, seen.way.turned, size) for date in facts.platform_dates(page, height)),
    )


def _turned_back(fact: Fact, turned: int, size: tuple[int, int]) -> Fact:
    if not turned or fact.box is None:
        return fact
    facing = (size[1], size[0]) if turned % 180 else size
    return replace(fact, box=turned_box(fact.box, 360 - turned, facing))
