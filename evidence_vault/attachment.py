"""The archive inside a dossier, as a window on the file: a bundle of any size is opened without being read.

Rule D4 of docs/format.md: exactly one embedded file, `archive-de-preuve.zip`, the same stream under F and UF, without
a filter, so that its bytes stand in the PDF as they are.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evidence_vault.errors import EvidenceFileError
from evidence_vault.signing.pdfobjects import PdfObjects, Stream, array, dictionary, pointer, text_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

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

    A PDF that another program wrote anew, its archive still untouched, is read by a library that understands more
    forms of PDF, and the archive is then held in memory. Whether its pages are still as signed is another question.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise EvidenceFileError(
            "{path} cannot be read ({detail}).", path=str(path), detail=error.strerror or str(error)
        ) from error
    try:
        found = _find(PdfObjects(file, file.seek(0, io.SEEK_END)), path)
    except ValueError:
        file.close()
        return io.BytesIO(_read_by_library(path))
    except BaseException:
        file.close()
        raise
    return io.BufferedReader(Window(file, found.start, found.size))


def _find(objects: PdfObjects, path: Path) -> Stream:
    tree = dictionary(objects.follow(objects.catalog().get(b"Names", {}))).get(b"EmbeddedFiles", {})
    names = array(objects.follow(dictionary(objects.follow(tree)).get(b"Names", ())))
    if b"Kids" in dictionary(objects.follow(tree)) or len(names) % 2:
        raise ValueError("a tree of names that is not as we write it")
    if len(names) > 2:
        raise _several(path)
    if not names or text_of(objects.follow(names[0])) != ATTACHMENT:
        raise _missing(path)
    specification = dictionary(objects.follow(names[1]))
    streams = dictionary(objects.follow(specification.get(b"EF")))
    # Some readers take F and others UF: two archives would be shown to two people.
    if streams.get(b"F") != streams.get(b"UF"):
        raise _packed_again(path)
    found = objects.stream_at(pointer(streams.get(b"F")))
    if b"Filter" in found.dictionary or b"F" in found.dictionary:
        raise _packed_again(path)
    return found


def _read_by_library(path: Path) -> bytes:
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.attachments) > 1:
                raise _several(path)
            named = pdf.attachments[ATTACHMENT].obj.EF
            if named.F.objgen != named.UF.objgen or "/Filter" in named.F:
                raise _packed_again(path)
            return bytes(named.F.read_raw_bytes())
    except (KeyError, AttributeError) as error:
        raise _missing(path) from error
    except (pikepdf.PdfError, OSError, ValueError) as error:
        raise EvidenceFileError(
            "{path} is damaged and cannot be opened as a PDF. Ask for the file again.", path=str(path)
        ) from error


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
