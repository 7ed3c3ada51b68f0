"""The printed pages read again: each picture of a dossier looked at where its key text is printed, and a report of it.

The report stands beside the PDF and is no part of it: it is made afterwards, nobody signs it, and it names the digest
of the file that it speaks of.
"""

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from evidence_vault import durable
from evidence_vault.errors import ExportError, OcrError
from evidence_vault.exports.print_check import (
    CheckedPicture,
    Reason,
    compared,
    document,
    judged,
    unchecked,
    why_not,
)
from evidence_vault.exports.printed import PrintedPicture, Spot
from evidence_vault.exports.rendering import DPI, Rendered, for_engine, rendered, renderer, stacked
from evidence_vault.ocr.engine import SHEET, Engine

_BLOCK = 6
"""Tesseract's page segmentation mode for one block of text."""
_TIMEOUT = 60.0
_SUFFIX = ".render.json"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of every picture of a dossier, and with what."""

    pictures: tuple[CheckedPicture, ...]
    engine: str | None
    """Engine and model; None where nothing was read."""
    renderer: str | None


def report_path(pdf: Path) -> Path:
    """Where the report on `pdf` stands: `dossier.render.json` beside `dossier.pdf`."""
    return pdf.with_name((pdf.name[:-4] if pdf.name.lower().endswith(".pdf") else pdf.name) + _SUFFIX)


def proofread(
    pdf: Path,
    pictures: Sequence[PrintedPicture],
    engine: Engine | OcrError | None,
    tick: Callable[[], None] = lambda: None,
) -> Proof:
    """Look at every picture on the pages of `pdf`; without an `engine` say only that nobody looked.

    `engine` is None where it was not asked for. `tick` is called after each picture. What cannot be drawn or read is
    a result, and never raised.
    """
    if engine is None or isinstance(engine, OcrError):
        reason: Reason = "not_asked" if engine is None else "no_engine"
        return Proof(tuple(unchecked(picture, why_not(picture) or reason) for picture in pictures), None, None)
    done: list[CheckedPicture] = []
    drawn_by = None
    try:
        with rendered(pdf) as pages:
            drawn_by = renderer()
            for checked in _checked(pages, pictures, engine):
                done.append(checked)
                tick()
    except (ExportError, ImportError, OSError):
        rest = pictures[len(done) :]
        done += [unchecked(picture, why_not(picture) or "no_renderer") for picture in rest]
    return Proof(tuple(done), engine.describe(), drawn_by)


def write_report(pdf: Path, proof: Proof, *, sha256: str, made_at: str, program: str) -> Path:
    """Write what was found beside `pdf`, whole or not at all; raises `StorageError` where that cannot be."""
    about: dict[str, Any] = {
        "program": program,
        "made_at": made_at,
        "pdf": {"name": pdf.name, "sha256": sha256},
        "rendering": {"dpi": DPI, "shades": "grey", "by": proof.renderer},
        "engine": proof.engine,
    }
    text = json.dumps(document(proof.pictures, about), ensure_ascii=False, indent=2)
    path = report_path(pdf)
    durable.write_file(path, f"{text}\n".encode(), mode=durable.ORDINARY_FILE)
    return path


def _checked(pages: Rendered, pictures: Sequence[PrintedPicture], engine: Engine) -> Iterator[CheckedPicture]:
    """The pictures in their order: drawn here, one after the other, and read on every core meanwhile."""
    workers = os.cpu_count() or 1
    waiting: deque[Future[CheckedPicture]] = deque()
    with TemporaryDirectory(prefix="evidence-vault-") as folder, ThreadPoolExecutor(workers) as pool:
        try:
            for number, picture in enumerate(pictures):
                looked = (
                    () if why_not(picture) else tuple((spot, for_engine(pages.look(spot))) for spot in _spots(picture))
                )
                waiting.append(pool.submit(_one, picture, looked, engine, Path(folder) / f"{number}{SHEET}"))
                while len(waiting) >= 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _spots(picture: PrintedPicture) -> tuple[Spot, ...]:
    return tuple(dict.fromkeys(spot for text in picture.texts for spot in text.spots))


def _one(
    picture: PrintedPicture, looked: tuple[tuple[Spot, Image.Image], ...], engine: Engine, file: Path
) -> CheckedPicture:
    """One picture, its key texts read together; each that is not found so is looked at once more by itself."""
    if (reason := why_not(picture)) is not None:
        return unchecked(picture, reason)
    images = dict(looked)
    read = _read(list(images.values()), engine, file)
    if read is None:
        return unchecked(picture, "engine_failed")
    found = dict(zip(images, read, strict=True))
    texts = []
    for text in picture.texts:
        checked = compared(text, _joined(found, text.spots))
        if checked.result == "failed":
            alone = {spot: _read([images[spot]], engine, file) for spot in text.spots}
            again = compared(text, _joined({spot: (each or ("",))[0] for spot, each in alone.items()}, text.spots))
            checked = max(checked, again, key=lambda each: each.likeness or 0)
        texts.append(checked)
    return judged(picture, tuple(texts))


def _joined(found: dict[Spot, str], spots: Sequence[Spot]) -> str:
    return " ".join(found[spot] for spot in spots if found[spot])


def _read(images: Sequence[Image.Image], engine: Engine, file: Path) -> tuple[str, ...] | None:
    """What the engine reads on each picture, all in one run; None where it fails."""
    sheet, rows = stacked(images)
    sheet.save(file)
    look = engine.look(file, _BLOCK, _TIMEOUT)
    if look.status != "read":
        return None
    words = [word for line in look.lines for word in line.words]
    return tuple(
        " ".join(word.text for word in words if top <= word.box.top + word.box.height / 2 < bottom)
        for top, bottom in rows
    )
