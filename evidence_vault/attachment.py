"""The archive inside a dossier, as a window on the file: a bundle of any size is opened without being read.

Rule D4 of docs/format.md: exactly one embedded file, `archive-de-preuve.zip`, the same stream under F and UF, without
a filter, so that its bytes stand in the PDF as they are.
"""

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evidence_vault.errors import EvidenceFileError
from evidence_vault.signing.pdfloose import LoosePdf
from evidence_vault.signing.pdfobjects import PdfObjects
from evidence_vault.signing.pdfsyntax import Object, Stream, array, dictionary, pointer, text_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MAX_NODES = 64
ATTACHMENT = "archive-de-preuve.zip"
"""Under this name the bundle is embedded in a dossier."""


class Window(io.RawIOBase):
    """`size` bytes of a file from `start` on, as a file of their own; closing it closes the file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self.file = file
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the start")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        wanted = max(0, min(len(view), self._size - self._position))
        self.file.seek(self._start + self._position)
        data = self.file.read(wanted)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self.file.close()
        super().close()


def embedded_bundle(path: Path) -> BinaryIO:
    """The bundle inside a dossier, to be closed by the caller; raise `EvidenceFileError` where there is not just one.

    A PDF that another program wrote anew, its archive still untouched, is read in the forms that such programs write.
    Whether its pages are still as signed is another question.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise EvidenceFileError(
            "{path} cannot be read ({detail}).", path=str(path), detail=error.strerror or str(error)
        ) from error
    try:
        found = _found(file, path)
    except BaseException:
        file.close()
        raise
    return io.BufferedReader(Window(file, found.start, found.size))


def _found(file: BinaryIO, path: Path) -> Stream:
    end = file.seek(0, io.SEEK_END)
    for reader in (PdfObjects, LoosePdf):
        with contextlib.suppress(ValueError):
            return _find(reader(file, end), path)
    raise EvidenceFileError("{path} is damaged and cannot be opened as a PDF. Ask for the file again.", path=str(path))


def _find(objects: PdfObjects | LoosePdf, path: Path) -> Stream:
    names = _names(objects)
    if len(names) > 2:
        raise _several(path)
    if not names or text_of(objects.follow(names[0])) != ATTACHMENT:
        raise _missing(path)
    streams = objects.follow(dictionary(objects.follow(names[1])).get(b"EF"))
    if not isinstance(streams, Mapping) or not {b"F", b"UF"} <= streams.keys():
        raise _missing(path)
    # Some readers take F and others UF: two archives would be shown to two people.
    if streams[b"F"] != streams[b"UF"]:
        raise _packed_again(path)
    found = objects.stream_at(pointer(streams[b"F"]))
    if found.dictionary.keys() & {b"Filter", b"FFilter", b"F"}:
        raise _packed_again(path)
    return found


def _names(objects: PdfObjects | LoosePdf) -> list[Object]:
    """The names of the embedded files and what they name, in turn, from their tree: two where there is one file."""
    named: list[Object] = []
    waiting = [dictionary(objects.follow(objects.catalog().get(b"Names", {}))).get(b"EmbeddedFiles", {})]
    for each in waiting:  # it grows while it is walked
        node = dictionary(objects.follow(each))
        named += array(objects.follow(node.get(b"Names", ())))
        waiting += array(objects.follow(node.get(b"Kids", ())))
        if len(named) % 2 or len(waiting) > _MAX_NODES:
            raise ValueError("a tree of names that is broken, or too large for one file")
    return named


def _several(path: Path) -> EvidenceFileError:
    return EvidenceFileError(
        "{path} holds several attachments: it is not as evidence-vault made it. Ask for the original file.",
        path=str(path),
    )


def _missing(path: Path) -> EvidenceFileError:
    return EvidenceFileError(
        "{path} is a PDF without the archive of a dossier: it was printed, re-saved or made elsewhere. "
        "Ask for the original file.",
        path=str(path),
    )


def _packed_again(path: Path) -> EvidenceFileError:
    return EvidenceFileError(
        "The archive in {path} was packed again by another program. Ask for the original file.", path=str(path)
    )
