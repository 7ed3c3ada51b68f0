"""What was found when the pictures of a case were compared, kept beside its ledger so that it is found only once.

Derived from the exhibits, never signed, no part of any export, and safe to lose: what is missing is made again by the
next recording. It holds small grey pictures of the exhibits in the clear, as the ledger beside it holds the words read
on them: whoever erases an exhibit must erase its line here.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evidence_vault import durable
from evidence_vault.alike import pictures_of
from evidence_vault.capture.verdicts import Nearest, Sketch
from evidence_vault.case_folder import CaseFolder
from evidence_vault.errors import EvidenceVaultError

if TYPE_CHECKING:
    from PIL import Image

SKETCHES = "likeness.json"
_FORM = "evidence-vault/likeness/1"
"""To be raised with every change of what is compared: what another version found is found again."""


@dataclass(frozen=True, slots=True)
class Line:
    """A picture and what it was found to repeat or to be like, among those recorded before it."""

    sketch: Sketch
    nearest: Nearest | None


@dataclass(frozen=True, slots=True)
class _Book:
    form: str = _FORM
    lines: dict[str, Line] = field(default_factory=dict)


def compared(case: CaseFolder) -> dict[str, Nearest | None]:
    """What was found so far, by the digest of the later picture; nothing is compared and nothing is written."""
    return {digest: line.nearest for digest, line in _read(case.folder / SKETCHES).items()}


def compare_all(case: CaseFolder, tick: Callable[[], None] = lambda: None) -> dict[str, Nearest | None]:
    """Compare every picture that was not compared yet with those recorded before it, and keep what was found.

    A picture that is missing or cannot be decoded is left out, and waits. `tick` is called after each picture. A disk
    that is full costs only the keeping.
    """
    from evidence_vault.capture.candidates import Shelf
    from evidence_vault.capture.likeness import nearest, opened, sketch

    book = _read(case.folder / SKETCHES)
    pictures = [view.exhibit.sha256 or "" for view in pictures_of(case.read())]
    known = {digest: book[digest] for digest in pictures if digest in book}
    with case.reader() as reader:
        kept = {digest: found.kept for digest, found in reader.objects().items()}

    @functools.lru_cache(maxsize=2)
    def load(digest: str) -> "Image.Image":
        return opened(case.store.get(kept[digest]))

    lines: dict[str, Line] = {}
    shelf = Shelf()
    try:
        for digest in pictures:
            if digest in known:
                lines[digest] = known[digest]
            elif digest in kept:
                try:
                    made = sketch(load(digest), digest)
                    lines[digest] = Line(made, nearest(made, shelf, load))
                except EvidenceVaultError:
                    continue
                tick()
            else:
                continue
            shelf.put(lines[digest].sketch)
    finally:  # interrupted, it goes on from here another time
        if book.keys() != known.keys() | lines.keys():
            _write(case.folder / SKETCHES, known | lines)
    return {digest: line.nearest for digest, line in lines.items()}


def _read(path: Path) -> dict[str, Line]:
    try:
        book = msgspec.json.decode(path.read_bytes(), type=_Book)
    except (OSError, msgspec.MsgspecError):
        return {}
    return book.lines if book.form == _FORM else {}


def _write(path: Path, lines: dict[str, Line]) -> None:
    try:
        durable.write_file(path, msgspec.json.encode(_Book(lines=lines)))
    except EvidenceVaultError:
        return
