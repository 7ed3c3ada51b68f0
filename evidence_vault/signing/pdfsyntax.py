"""How the objects of a PDF are written, read strictly: what is malformed is a `ValueError`, and nothing is guessed.

Nothing here opens a file: bytes go in, with the place where they stand, and values come out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

_MAX_DEPTH = 32

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
