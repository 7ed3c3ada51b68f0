"""Tesseract as a foreign tool: found by `probe`, run by `Engine.look`, trusted with nothing.

Two back ends stand behind one seam. A system `tesseract` is run through pytesseract; where there is none, the extra
`ocr` brings tesserocr, which runs inside this process. Both use the French model that travels with this package.
"""

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from subprocess import SubprocessError
from typing import Any, Literal

from evidence_vault.errors import OcrError
from evidence_vault.ocr.lines import Line
from evidence_vault.values import Box, Word
from evidence_vault.words import ReadingStatus

TESSDATA = Path(__file__).parent / "tessdata"
LANGUAGE = "fra"
CHOICE = "EVIDENCE_VAULT_OCR"
"""Environment variable that asks for a back end by its name."""

SHEET = ".bmp"
"""The suffix, and so the format, of a picture that is written for the engine alone.

BMP is neither compressed nor read pixel by pixel, as Leptonica reads PGM: that was a sixth of a run.
"""

Backend = Literal["tesseract", "tesserocr"]
_INVERTING = {"tessedit_do_invert": ("1", "0"), "invert_threshold": ("0.7", "0")}
"""Whether a line read badly is read once more inverted, and then again as it is: its own value, and never.

Tesseract 5.3 knows both names, older ones the first, 6 the second; an unknown one is a remark on its error output.
"""
_LONGEST_WORD = 200
_warm = threading.local()


@dataclass(frozen=True, slots=True)
class Look:
    """What one run of the engine gave: lines in the pixels of the picture it was given, or why there are none."""

    status: ReadingStatus
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """An OCR engine that was found on this machine, named well enough to repeat a reading."""

    name: Backend
    version: str
    model_sha256: str

    def describe(self) -> str:
        """Name, version and model, for the record."""
        return f"{self.name} {self.version}, {LANGUAGE} sha256:{self.model_sha256[:16]}"

    def look(self, picture: Path, psm: int, timeout: float, *, dark_on_white: bool = False) -> Look:
        """Run the engine once on the file `picture` (BMP, PGM, PPM or PNG) with page segmentation mode `psm`.

        Where all of it is `dark_on_white`, no line is tried inverted. Takes about `timeout` seconds at most. A run that
        fails or does not end in time is a status, never an empty text; nothing is raised for it.
        """
        if timeout <= 0:
            return Look("timeout")
        run = _run_tesseract if self.name == "tesseract" else _run_tesserocr
        settings = {name: values[dark_on_white] for name, values in _INVERTING.items()}
        return run(picture, psm, settings, timeout)


def probe(environ: Mapping[str, str] = os.environ) -> Engine:
    """Find an engine without reading anything; raise `OcrError` with what to install where there is none."""
    wanted = environ.get(CHOICE, "")
    if not (TESSDATA / f"{LANGUAGE}.traineddata").is_file():
        raise OcrError(
            "The French model of Tesseract is missing from this installation of evidence-vault; nothing was read. "
            "Install evidence-vault again."
        )
    if wanted != "tesserocr" and shutil.which("tesseract"):
        return Engine("tesseract", _tesseract_version(), _model_digest())
    if wanted != "tesseract" and find_spec("tesserocr"):
        return Engine("tesserocr", _tesserocr_version(), _model_digest())
    raise OcrError(
        "Tesseract, the program that reads screenshots, is not installed; nothing was read and nothing was lost. "
        "Install it with `sudo apt install tesseract-ocr` (Debian, Ubuntu), `sudo dnf install tesseract` (Fedora), "
        "`brew install tesseract` (macOS) or `winget install UB-Mannheim.TesseractOCR` (Windows); "
        "or, without administrator rights, `pip install 'evidence-vault[ocr]'`."
    )


def engine_or_error() -> Engine | OcrError:
    """The engine, or the error that says why there is none: an attempt is recorded either way."""
    try:
        return probe()
    except OcrError as error:
        return error


@cache
def _model_digest() -> str:
    with (TESSDATA / f"{LANGUAGE}.traineddata").open("rb") as model:
        return hashlib.file_digest(model, "sha256").hexdigest()


def _pytesseract() -> Any:
    """The module, told to give its children an environment of their own.

    One thread per child: OpenMP on pictures of this size costs five times the processor for no gain. The model's
    folder goes through the environment too, because pytesseract cannot pass a path with blanks on Windows.
    """
    from pytesseract import pytesseract  # heavy, and not needed by a command that reads nothing

    pytesseract.environ = {**os.environ, "OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": str(TESSDATA)}
    return pytesseract


def _tesseract_version() -> str:
    try:
        version = str(_pytesseract().get_tesseract_version())
    except (OSError, SubprocessError, SystemExit, ValueError) as error:
        raise OcrError(
            "Tesseract is installed but does not answer; nothing was read. "
            "Run `tesseract --version` to see why, or install it again."
        ) from error
    if int(version.split(".", maxsplit=1)[0]) < 4:
        raise OcrError("Tesseract {version} is too old; nothing was read. Install version 4 or later.", version=version)
    return version


def _run_tesseract(picture: Path, psm: int, settings: Mapping[str, str], timeout: float) -> Look:
    module = _pytesseract()
    try:
        # One call, one child: the table of words holds the text as well.
        table = module.image_to_data(
            str(picture),
            lang=LANGUAGE,
            config=" ".join([f"--psm {psm}", *(f"-c {name}={value}" for name, value in settings.items())]),
            timeout=timeout,
            output_type=module.Output.STRING,
        )
    except module.TesseractError:
        return Look("failed")
    except RuntimeError:  # pytesseract's way of saying that it killed the child
        return Look("timeout")
    except (OSError, ValueError):  # it vanished since the probe, or wrote what is not UTF-8
        return Look("failed")
    return Look("read", tuple(_lines(table)))


def _tesserocr() -> Any:
    """The module; its OpenMP reads the limit once, when the library is loaded, and the variable is then put back."""
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        import tesserocr  # optional, and heavy
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before
    return tesserocr


def _tesserocr_version() -> str:
    try:
        return str(_tesserocr().tesseract_version()).split()[1]
    except (ImportError, OSError, IndexError) as error:
        raise OcrError(
            "tesserocr is installed but cannot be loaded; nothing was read. "
            "Install it again with `pip install --force-reinstall tesserocr`."
        ) from error


def _run_tesserocr(picture: Path, psm: int, settings: Mapping[str, str], timeout: float) -> Look:
    try:
        module = _tesserocr()
        api = getattr(_warm, "api", None)
        if api is None:  # one engine for each thread, kept warm: loading the model costs more than a small picture
            api = _warm.api = module.PyTessBaseAPI(path=str(TESSDATA), lang=LANGUAGE)
        started = time.monotonic()
        api.SetPageSegMode(psm)
        for name, value in settings.items():
            api.SetVariable(name, value)
        api.SetImageFile(str(picture))
        done = api.Recognize(max(1, int(timeout * 1000)))
        # At the deadline the library stops and keeps what it has; half a page must not pass for the page.
        if time.monotonic() - started >= timeout:
            return Look("timeout")
        table = api.GetTSVText(0) if done else ""
        api.Clear()
    except (RuntimeError, OSError, ValueError):
        return Look("failed")
    return Look("read", tuple(_lines(table))) if done else Look("failed")


def _lines(table: str) -> Iterator[Line]:
    """The lines of Tesseract's TSV: level, page, block, paragraph, line, word, four of box, confidence, text."""
    cells = (row.split("\t") for row in table.splitlines())
    words = (row for row in cells if len(row) == 12 and row[0] == "5" and row[11].strip())
    for _, row_group in groupby(words, key=lambda row: row[1:5]):
        yield Line(tuple(_word(row) for row in row_group))


def _word(row: list[str]) -> Word:
    left, top, width, height = (int(cell) for cell in row[6:10])
    return Word(
        text=row[11].strip()[:_LONGEST_WORD],
        box=Box(left=left, top=top, width=width, height=height),
        confidence=max(0, min(100, round(float(row[10])))),
    )
