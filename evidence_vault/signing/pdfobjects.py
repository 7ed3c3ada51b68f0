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
from typing import BinaryIO, TypeAlias

MAX_OBJECT_BYTES = 1 << 20
"""The largest object met that is not a stream: a signature with its zeros, some 60 kB."""
MAX_OBJECTS = 1_000_000
MAX_SECTIONS = 64
_MAX_DEPTH = 32
_TAIL = 1024

# Possessive: an attempt that fails is never tried in another way, so that no bytes can make it slow.
_TOKEN = re.compile(
    rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+)*+"
    rb"(?:(?P<reference>[0-9]{1,10} 0 R(?![^\0\t\n\f\r ()<>\[\]{}/%]))"
    rb"|(?P<number>[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?![^\0\t\n\f\r ()<>\[\]{}/%]))"
    rb"|(?P<name>/[^\0\t\n\f\r ()<>\[\]{}/%]*+)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<hex><[0-9A-Fa-f\0\t\n\f\r ]*+>)"
    rb"|(?P<text>\()"
    rb"|(?P<word>[a-z]++))"
)
ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)")
_SUBSECTION = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10})[ ]?(?:\r\n|\r|\n)")
_START = re.compile(rb"startxref(?:\r\n|\r|\n)([0-9]{1,12})(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?\Z")


@dataclass(frozen=True, slots=True)
class Reference:
    """Points to an object by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name, without its slash, its escapes undone."""

    text: bytes


@dataclass(frozen=True, slots=True)
class String:
    """A string as it is written, and where in the file it stands."""

    written: bytes
    start: int


Object: TypeAlias = (
    "Reference | Name | String | int | float | bool | tuple[Object, ...] | Mapping[bytes, Object] | None"
)


@dataclass(frozen=True, slots=True)
class Stream:
    """Where the bytes of a stream stand in the file, and what its dictionary says."""

    dictionary: Mapping[bytes, Object]
    start: int
    size: int


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

    def _parse_at(self, number: int) -> tuple[Object, "Lexer"]:
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
        self._file.seek(start)
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
        trailer, _rest = _parsed_trailer(self._read(position, 1 << 16), position)
        if {b"XRefStm", b"Encrypt"} & trailer.keys():
            raise ValueError("encrypted, or with a second cross-reference table")
        if any(offset is not None and offset >= start for offset in offsets.values()):
            raise ValueError("an object after the table that names it")
        return Section(start, offsets, trailer)


class CutShortError(ValueError):
    """The bytes at hand end inside the object."""


class Lexer:
    """The objects that are written in `data`, which stands in the file from `origin` on, one after the other."""

    def __init__(self, data: bytes, origin: int, position: int) -> None:
        self._data = data
        self._origin = origin
        self.position = position

    def next(self) -> re.Match[bytes]:
        """The next token; raise `CutShortError` where the data ends in or right after it."""
        match = _TOKEN.match(self._data, self.position)
        if match is None or match.end() == len(self._data):
            raise CutShortError("not an object of a PDF")
        self.position = match.end()
        return match

    def word(self) -> bytes:
        """The next token, which should be a bare word; empty where it is something else."""
        return self.next()["word"] or b""

    def after_line(self) -> int:
        """Where in the file the line after the word `stream` begins."""
        end = re.compile(rb"\r\n|\n").match(self._data, self.position)
        if end is None:
            raise ValueError("no line after the word stream")
        return self._origin + end.end()

    def value(self, depth: int = 0) -> Object:
        """The next object."""
        found = self._value(depth)
        if isinstance(found, _Close):
            raise ValueError("a bracket that was not opened")  # noqa: TRY004  # one error for all that is malformed
        return found

    def _value(self, depth: int) -> "Object | _Close":
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        match = self.next()
        kind = match.lastgroup
        assert kind is not None
        token = match[kind]
        match kind:
            case "reference":
                return Reference(int(token.split(b" ")[0]))
            case "number":
                return float(token) if b"." in token else int(token)
            case "name":
                return Name(_unescaped(token[1:]))
            case "hex":
                return String(token, self._origin + match.start(kind))
            case "text":
                return self._text(match.start(kind))
            case "open":
                return self._array(depth) if token == b"[" else self._dictionary(depth)
            case "close":
                return _Close(token)
            case _:
                return _word(token)

    def _array(self, depth: int) -> tuple[Object, ...]:
        items: list[Object] = []
        while not isinstance(item := self._value(depth + 1), _Close):
            items.append(item)
        _expect(item, b"]")
        return tuple(items)

    def _dictionary(self, depth: int) -> dict[bytes, Object]:
        items: dict[bytes, Object] = {}
        while not isinstance(key := self._value(depth + 1), _Close):
            if not isinstance(key, Name) or key.text in items:
                raise ValueError("a dictionary with a key that is no name, or that stands there twice")
            items[key.text] = self.value(depth + 1)
        _expect(key, b">>")
        return items

    def _text(self, start: int) -> String:
        depth, position = 1, start + 1
        for sign in re.compile(rb"\\.|[()]", re.DOTALL).finditer(self._data, position):
            depth += {b"(": 1, b")": -1}.get(sign[0], 0)
            if depth == 0:
                self.position = sign.end()
                return String(self._data[start : sign.end()], self._origin + start)
        raise CutShortError("a string without an end")


@dataclass(frozen=True, slots=True)
class _Close:
    bracket: bytes


def _expect(found: _Close, bracket: bytes) -> None:
    if found.bracket != bracket:
        raise ValueError("brackets that do not fit")


def _word(token: bytes) -> bool | None:
    words = {b"true": True, b"false": False, b"null": None}
    if token not in words:
        raise ValueError("a word that is no object")
    return words[token]


def _unescaped(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode("ascii")), name)


def _parsed(data: bytes, origin: int, position: int) -> tuple[Object, Lexer]:
    lexer = Lexer(data, origin, position)
    return lexer.value(), lexer


def _parsed_trailer(data: bytes, origin: int) -> tuple[Mapping[bytes, Object], Lexer]:
    lexer = Lexer(data, origin, 0)
    if lexer.word() != b"trailer":
        raise ValueError("no trailer after a cross-reference table")
    return dictionary(lexer.value()), lexer


def dictionary(found: Object) -> Mapping[bytes, Object]:
    """`found`, which must be a dictionary."""
    if not isinstance(found, Mapping):
        raise ValueError("not a dictionary")  # noqa: TRY004  # one error for all that is malformed
    return found


def array(found: Object) -> tuple[Object, ...]:
    """`found`, which must be an array."""
    if not isinstance(found, tuple):
        raise ValueError("not an array")  # noqa: TRY004  # the same
    return found


def whole(found: Object) -> int:
    """`found`, which must be a whole number from 0 on."""
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise ValueError("not a whole number")
    return found


def pointer(found: Object) -> int:
    """The number of the object that `found`, which must be a reference, points to."""
    if not isinstance(found, Reference):
        raise ValueError("not a reference")  # noqa: TRY004  # the same
    return found.number


def same(first: Object, second: Object) -> bool:
    """Whether two objects say the same: strings by how they are written, wherever they stand."""
    match first, second:
        case String(written=one), String(written=other):
            return one == other
        case (tuple(), tuple()):
            return len(first) == len(second) and all(map(same, first, second))
        case (dict(), dict()):
            return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
        case _:
            return type(first) is type(second) and first == second


def text_of(found: Object) -> str:
    """The text of a string; raise `ValueError` where `found` is none."""
    if not isinstance(found, String):
        raise ValueError("not a string")  # noqa: TRY004  # the same
    if found.written.startswith(b"<"):
        data = bytes.fromhex(found.written[1:-1].decode("ascii"))
    else:
        data = re.sub(rb"\\([0-7]{1,3}|\r\n|.)", _escaped, found.written[1:-1], flags=re.DOTALL)
    if data.startswith(b"\xfe\xff"):
        return data[2:].decode("utf-16-be")
    return data.decode("latin-1")


def _escaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    if sign.isdigit():
        return bytes((int(sign, 8) & 0xFF,))
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
    return plain.get(sign, sign)
