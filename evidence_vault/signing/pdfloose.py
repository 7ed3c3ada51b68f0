"""A PDF in the forms that other programs give it, read only to find the archive in it.

Cross-reference streams, streams of objects, hybrid files, something after the end, a table that is lost. Whatever the
file says, what is unfolded, entered and parsed is bounded: libraries that read everything unfold a few megabytes to
gigabytes. Whether the pages are as they were signed is another question, which `pdfobjects` answers strictly.
"""

import re
import zlib
from collections import deque
from collections.abc import Mapping
from typing import BinaryIO

from evidence_vault.signing.pdfobjects import ENTRY, MAX_OBJECT_BYTES, MAX_OBJECTS, MAX_SECTIONS
from evidence_vault.signing.pdfsyntax import (
    CutShortError,
    Lexer,
    Name,
    Object,
    Reference,
    Stream,
    array,
    dictionary,
    whole,
)

MAX_INFLATED = 16 << 20
"""Of all streams of one file together: twice the table of a million objects."""
_MAX_HOPS = 8
_MAX_ENDS = 16
_SEARCHED = 4 << 20
_OVERLAP = 64
_CHUNK = 1 << 16
_END = re.compile(rb"startxref\s+([0-9]{1,15})\s+%%EOF")
_HEAD = re.compile(rb"\s*([0-9]{1,10})\s+[0-9]{1,5}\s+obj(?![A-Za-z0-9])")
_FOUND = re.compile(rb"(?<![^\r\n])([0-9]{1,10}) [0-9]{1,5} obj(?![A-Za-z0-9])|trailer")


class LoosePdf:
    """The objects of the first `end` bytes of a PDF that any program wrote; raises `ValueError` throughout.

    Encrypted files, and filters other than one Flate, are not read.
    """

    trailer: Mapping[bytes, Object]
    _places: dict[int, int | tuple[int, int] | None]
    """By number: an offset, or a stream of objects and the place in it; None for what was freed."""
    _unfolded: dict[int, tuple[Mapping[bytes, Object], bytes]]
    _is_unfolding: bool
    _entries: int

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self.end = end
        self._room = MAX_INFLATED
        self._clear()
        for start in self._starts():
            try:
                self._read_tables(start)
            except ValueError:
                continue
            break
        else:
            self._rebuild()
        if b"Root" not in self.trailer or b"Encrypt" in self.trailer:
            raise ValueError("no trailer, or encrypted")

    def catalog(self) -> Mapping[bytes, Object]:
        """The root of all objects."""
        return dictionary(self.follow(self.trailer.get(b"Root")))

    def follow(self, found: Object) -> Object:
        """`found`, or the object that it points to, by however many references."""
        for _ in range(_MAX_HOPS):
            if not isinstance(found, Reference):
                return found
            place = self._places.get(found.number)
            if isinstance(place, tuple):
                found = self._packed_at(found.number, *place)
            else:
                found = None if place is None else self._parse_at(place, found.number)[0]
        raise ValueError("references in a circle")

    def stream_at(self, number: int) -> Stream:
        """Where the bytes of the stream of this number stand; it is not read."""
        place = self._places.get(number)
        if not isinstance(place, int):
            raise ValueError("no stream of this number")  # noqa: TRY004  # one error for all that is malformed
        return self._stream(*self._parse_at(place, number))

    def _stream(self, value: Object, rest: Lexer) -> Stream:
        found = dictionary(value)
        if rest.word() != b"stream":
            raise ValueError("not a stream")
        start, size = rest.after_line(), whole(self.follow(found.get(b"Length")))
        if not re.match(rb"\s{0,2}endstream", self._read(start + size, 16)):
            raise ValueError("a stream does not end where it should")
        return Stream(found, start, size)

    def _parse_at(self, offset: int, number: int | None) -> tuple[Object, Lexer]:
        for size in (_CHUNK, MAX_OBJECT_BYTES):
            data = self._read(offset, size)
            head = _HEAD.match(data)
            if head is None or number not in {None, int(head[1])}:
                raise ValueError("an object does not stand where it should")
            try:
                lexer = Lexer(data, offset, head.end())
                return lexer.value(), lexer
            except CutShortError:
                continue
        raise ValueError("an object is cut short")

    def _packed_at(self, number: int, stream: int, index: int) -> Object:
        """The object of this number, out of a stream of objects."""
        if stream not in self._unfolded:
            if self._is_unfolding:  # streams whose lengths stand in one another would never end
                raise ValueError("a stream of objects that needs another")
            self._is_unfolding = True
            found = self.stream_at(stream)
            self._unfolded[stream] = (found.dictionary, self._inflated(found))
            self._is_unfolding = False
        told, data = self._unfolded[stream]
        first = whole(told.get(b"First"))
        if first > MAX_OBJECT_BYTES:
            raise ValueError("a stream of too many objects")
        numbers = data[:first].split()
        if 2 * index + 1 >= len(numbers) or int(numbers[2 * index]) != number:
            raise ValueError("another object than the table says")
        start = first + int(numbers[2 * index + 1])
        return Lexer(data[start : start + MAX_OBJECT_BYTES] + b"\n", 0, 0).value()

    def _read(self, start: int, size: int) -> bytes:
        if start >= self.end:
            return b""
        self._file.seek(start)
        return self._file.read(min(size, self.end - start))

    def _starts(self) -> list[int]:
        """Where the tables of the revisions begin, the newest first, as far as they end near the end of the file."""
        tail = self._read(max(0, self.end - _SEARCHED), _SEARCHED)
        return [int(found[1]) for found in deque(_END.finditer(tail), _MAX_ENDS)][::-1]

    def _read_tables(self, start: int) -> None:
        self._clear()
        waiting, met = [start], set[int]()
        for at in waiting:  # it grows while it is walked
            if at in met or len(met) == MAX_SECTIONS or at >= self.end:
                raise ValueError("cross-reference tables in a circle, or too many")
            met.add(at)
            trailer = self._classic_table(at) if self._read(at, 4) == b"xref" else self._table_stream(at)
            self.trailer = self.trailer or trailer
            # Of a hybrid file the stream comes before what is earlier, and after the table itself.
            waiting += [whole(trailer[key]) for key in (b"XRefStm", b"Prev") if key in trailer]
        self.catalog()

    def _clear(self) -> None:
        self.trailer, self._places, self._unfolded = {}, {}, {}
        self._is_unfolding, self._entries = False, 0

    def _announce(self, count: int) -> None:
        self._entries += count
        if self._entries > MAX_OBJECTS:
            raise ValueError("too many objects")

    def _classic_table(self, at: int) -> Mapping[bytes, Object]:
        position = at + _length(rb"xref\s*", self._read(at, 32))
        while subsection := re.match(rb"([0-9]{1,10}) ([0-9]{1,10})\s*", self._read(position, 32)):
            first, count = int(subsection[1]), int(subsection[2])
            self._announce(count)
            position += subsection.end()
            table = self._read(position, 20 * count)
            for index in range(count):
                entry = ENTRY.fullmatch(table, 20 * index, 20 * index + 20)
                if entry is None:
                    raise ValueError("a broken cross-reference table")
                self._places.setdefault(first + index, int(entry[1]) if entry[3] == b"n" else None)
            position += 20 * count
        return self._trailer_at(position)

    def _trailer_at(self, position: int) -> Mapping[bytes, Object]:
        lexer = Lexer(self._read(position, _CHUNK), position, 0)
        if lexer.word() != b"trailer":
            raise ValueError("no trailer after a cross-reference table")
        return dictionary(lexer.value())

    def _table_stream(self, at: int) -> Mapping[bytes, Object]:
        stream = self._stream(*self._parse_at(at, None))
        told = stream.dictionary
        widths = [whole(width) for width in array(told.get(b"W"))]
        if told.get(b"Type") != Name(b"XRef") or len(widths) != 3 or not 0 < sum(widths) <= 24:
            raise ValueError("no cross-reference stream")
        data, row = self._inflated(stream), sum(widths)
        index = [whole(each) for each in array(told.get(b"Index", (0, told.get(b"Size"))))]
        place = 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            self._announce(count)
            for number in range(first, first + count):
                if place + row > len(data):
                    raise ValueError("a cross-reference stream cut short")
                ends = (place + widths[0], place + widths[0] + widths[1], place + row)
                kind = int.from_bytes(data[place : ends[0]], "big") if widths[0] else 1
                second, third = (int.from_bytes(data[ends[each] : ends[each + 1]], "big") for each in (0, 1))
                self._places.setdefault(number, second if kind == 1 else (second, third) if kind == 2 else None)
                place += row
        return told

    def _inflated(self, stream: Stream) -> bytes:
        """The bytes of a stream, unfolded; all of them together are bounded."""
        named = self.follow(stream.dictionary.get(b"Filter"))
        if named is None and stream.size <= self._room:
            self._room -= stream.size
            return self._read(stream.start, stream.size)
        if named not in (Name(b"FlateDecode"), (Name(b"FlateDecode"),)):
            raise ValueError("packed by an unknown method")
        inflater, out = zlib.decompressobj(), bytearray()
        for start in range(stream.start, stream.start + stream.size, _CHUNK):
            packed = self._read(start, min(_CHUNK, stream.start + stream.size - start))
            try:
                out += inflater.decompress(packed, self._room - len(out) + 1)
            except zlib.error as error:
                raise ValueError("a damaged stream") from error
            if len(out) > self._room:
                raise ValueError("streams that unfold without end")
        self._room -= len(out)
        told = self.follow(stream.dictionary.get(b"DecodeParms"))
        if isinstance(told, tuple):
            told = self.follow(told[0]) if told else None
        return _predicted(bytes(out), dictionary(told or {}))

    def _rebuild(self) -> None:
        """A file whose table is lost: of every number the last object that stands in it, as other readers mend it."""
        self._clear()
        trailers: deque[int] = deque(maxlen=_MAX_ENDS)
        for start in range(0, self.end, _SEARCHED):
            base = max(0, start - _OVERLAP)  # what a window cuts through is whole in the next one
            for found in _FOUND.finditer(self._read(base, _SEARCHED + 2 * _OVERLAP)):
                position = base + found.start()
                if not start <= position < start + _SEARCHED:
                    continue
                if found[1] is None:
                    trailers.append(position)
                    continue
                self._places[int(found[1])] = position
                if len(self._places) > MAX_OBJECTS:
                    raise ValueError("too many objects")
        for position in reversed(trailers):
            try:
                trailer = self._trailer_at(position)
            except ValueError:
                continue
            if b"Root" in trailer:
                self.trailer = trailer
                return


def _length(pattern: bytes, data: bytes) -> int:
    found = re.match(pattern, data)
    return found.end() if found else 0


def _predicted(data: bytes, told: Mapping[bytes, Object]) -> bytes:
    """Undo the predictors of PNG, with which tables are packed more tightly (ISO 32000-1, 7.4.4.4)."""
    if told.get(b"Predictor", 1) == 1:
        return data
    width = whole(told.get(b"Columns", 1))
    if (
        whole(told.get(b"Predictor")) < 10
        or not 0 < width <= MAX_OBJECT_BYTES
        or told.keys() & {b"Colors", b"BitsPerComponent"}
    ):
        raise ValueError("packed by an unknown method")
    out = bytearray()
    before = bytes(width)
    for start in range(0, len(data) - width, width + 1):
        line = bytearray(data[start + 1 : start + 1 + width])
        match data[start]:
            case 0:
                pass
            case 1:
                for place in range(1, width):
                    line[place] = (line[place] + line[place - 1]) & 0xFF
            case 2:
                line = bytearray((one + other) & 0xFF for one, other in zip(line, before, strict=True))
            case _:
                raise ValueError("packed by an unknown method")  # of tables, which no program packs so
        out += line
        before = bytes(line)
    return bytes(out)
