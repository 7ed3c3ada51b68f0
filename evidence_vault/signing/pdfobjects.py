"""The objects of a PDF, read strictly and lazily: only the plainest form of the format, which is the one we write.

Classic cross-reference tables, no object streams, no encryption, generation 0, nothing before the header. What is
written otherwise is a `ValueError`: a reader that guesses can be shown another document than the next one. A stream
is never read, only found, so that memory does not grow with the file. No object reaches into the next: whoever reads
each object once has read no more than the file.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from evidence_vault.signing.pdfsyntax import CutShortError, Lexer, Object, Reference, Stream, dictionary, whole

MAX_OBJECT_BYTES = 1 << 20
"""The largest object met that is not a stream: a signature with its zeros, some 60 kB."""
MAX_OBJECTS = 1_000_000
MAX_SECTIONS = 64
_TAIL = 1024

ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)")
_SUBSECTION = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10})[ ]?(?:\r\n|\r|\n)")
_START = re.compile(rb"startxref(?:\r\n|\r|\n)([0-9]{1,12})(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?\Z")


@dataclass(frozen=True, slots=True)
class Section:
    """One cross-reference table with its trailer: where each object of one revision begins; None for a free one."""

    start: int
    offsets: Mapping[int, int | None]
    trailer: Mapping[bytes, Object]


class PdfObjects:
    """The objects of the first `end` bytes of a PDF, each in its newest revision; raises `ValueError` throughout."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self.end = end
        self.sections = tuple(self._read_sections())
        """From the newest to the oldest."""
        self.offsets: dict[int, int | None] = {}
        for section in reversed(self.sections):
            self.offsets.update(section.offsets)
        self.trailer = self.sections[0].trailer
        self._starts = sorted({offset for offset in self.offsets.values() if offset is not None})

    @property
    def size(self) -> int:
        """One more than the highest number of an object."""
        return whole(self.trailer.get(b"Size"))

    def catalog(self) -> Mapping[bytes, Object]:
        """The root of all objects."""
        return dictionary(self.follow(self.trailer.get(b"Root")))

    def follow(self, found: Object) -> Object:
        """`found`, or the object that it points to."""
        return self.at(found.number) if isinstance(found, Reference) else found

    def at(self, number: int) -> Object:
        """The object of this number, which is no stream."""
        value, rest = self._parse_at(number)
        if rest.word() != b"endobj":
            raise ValueError("an object does not end where it should")
        return value

    def stream_at(self, number: int) -> Stream:
        """The stream of this number, which says its length itself."""
        value, rest = self._parse_at(number)
        found = dictionary(value)
        if rest.word() != b"stream":
            raise ValueError("not a stream")
        start = rest.after_line()
        size = whole(found.get(b"Length"))
        after = self._read(start + size, 32)
        if not re.match(rb"(?:\r\n|\r|\n)?endstream[\0\t\n\f\r ]+endobj", after) or start + size > self.end:
            raise ValueError("a stream does not end where it should")
        return Stream(found, start, size)

    def _parse_at(self, number: int) -> tuple[Object, Lexer]:
        offset = self.offsets.get(number)
        if offset is None:
            raise ValueError("an object is missing")
        # Thousands of objects that begin in one another's strings or comments would each be read with all that follow.
        after = bisect_right(self._starts, offset)
        room = (self._starts[after] if after < len(self._starts) else self.end) - offset
        data = self._read(offset, min(room, 1 << 16))
        head = re.match(rb"([0-9]{1,10}) 0 obj(?![^\0\t\n\f\r ()<>\[\]{}/%])", data)
        if head is None or int(head[1]) != number:
            raise ValueError("an object does not stand where it should")
        try:
            return _parsed(data, offset, head.end())
        except CutShortError:
            data = self._read(offset, min(room, MAX_OBJECT_BYTES))
            return _parsed(data, offset, head.end())

    def _read(self, start: int, size: int) -> bytes:
        if start >= self.end:  # a number that a file states may be larger than any that can be sought
            return b""
        self._file.seek(start)
        return self._file.read(min(size, self.end - start))

    def _read_sections(self) -> list[Section]:
        if not re.match(rb"%PDF-1\.[0-7][\r\n]", self._read(0, 9)):
            raise ValueError("not the header of a PDF")
        tail = self._read(max(0, self.end - _TAIL), _TAIL)
        found = _START.search(tail)
        if found is None:
            raise ValueError("no end of a PDF")
        sections: list[Section] = []
        start, bound, known = int(found[1]), self.end, 0
        while True:
            if start >= bound or len(sections) == MAX_SECTIONS:
                raise ValueError("cross-reference tables in a circle, or too many")
            section = self._read_section(start)
            known += len(section.offsets)
            if known > MAX_OBJECTS:
                raise ValueError("too many objects")
            sections.append(section)
            previous = section.trailer.get(b"Prev")
            if previous is None:
                return sections
            start, bound = whole(previous), start

    def _read_section(self, start: int) -> Section:
        position = start
        head = re.match(rb"xref[ ]?(?:\r\n|\r|\n)", self._read(position, 8))
        if head is None:
            raise ValueError("no cross-reference table where one should be")
        position += head.end()
        offsets: dict[int, int | None] = {}
        while subsection := _SUBSECTION.match(self._read(position, 32)):
            first, count = int(subsection[1]), int(subsection[2])
            position += subsection.end()
            if len(offsets) + count > MAX_OBJECTS:
                raise ValueError("too many objects")
            table = self._read(position, 20 * count)
            if len(table) != 20 * count:
                raise ValueError("a cross-reference table cut short")
            for index in range(count):
                entry = ENTRY.fullmatch(table, 20 * index, 20 * index + 20)
                number = first + index
                if entry is None or number in offsets or (entry[3] == b"n" and entry[2] != b"00000"):
                    raise ValueError("a cross-reference table that is not as we write it")
                offsets[number] = int(entry[1]) if entry[3] == b"n" else None
            position += 20 * count
        trailer = _parsed_trailer(self._read(position, 1 << 16), position)
        if {b"XRefStm", b"Encrypt"} & trailer.keys():
            raise ValueError("encrypted, or with a second cross-reference table")
        if any(offset is not None and offset >= start for offset in offsets.values()):
            raise ValueError("an object after the table that names it")
        return Section(start, offsets, trailer)


def _parsed(data: bytes, origin: int, position: int) -> tuple[Object, Lexer]:
    lexer = Lexer(data, origin, position)
    return lexer.value(), lexer


def _parsed_trailer(data: bytes, origin: int) -> Mapping[bytes, Object]:
    lexer = Lexer(data, origin, 0)
    if lexer.word() != b"trailer":
        raise ValueError("no trailer after a cross-reference table")
    return dictionary(lexer.value())
