"""DER as nested elements, read strictly: enough of ASN.1 to look into a token that a library already parsed.

Only definite lengths in their shortest form and tags of one byte are read; anything else is a `ValueError`.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

SEQUENCE, SET, INTEGER, BOOLEAN, OCTETS, OID, GENERALIZED_TIME = 0x30, 0x31, 0x02, 0x01, 0x04, 0x06, 0x18
_CONTEXT_SPECIFIC = 0xA0
_TIME = re.compile(rb"([0-9]{4})" + rb"([0-9]{2})" * 5 + rb"(?:\.([0-9]*[1-9]))?Z")


class Element(NamedTuple):
    """One element: its tag, what it holds, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list["Element"]:
        """The elements that this one holds, which must be constructed."""
        if not self.tag & 0x20:
            raise ValueError("not a constructed element")
        return elements(self.content)

    def number(self) -> int:
        """The value of an INTEGER."""
        _expect(self, INTEGER)
        if not self.content:
            raise ValueError("an integer of no bytes")
        return int.from_bytes(self.content, "big", signed=True)

    def octets(self) -> bytes:
        """The value of an OCTET STRING."""
        _expect(self, OCTETS)
        return self.content

    def oid(self) -> str:
        """The value of an OBJECT IDENTIFIER, with dots."""
        _expect(self, OID)
        return _dotted(self.content)

    def time(self) -> dt.datetime:
        """The value of a GeneralizedTime in UTC (RFC 3161, section 2.4.2); digits below a microsecond are dropped."""
        _expect(self, GENERALIZED_TIME)
        match = _TIME.fullmatch(self.content)
        if match is None:
            raise ValueError("not a time in UTC")
        *parts, fraction = match.groups()
        year, month, day, hour, minute, second = map(int, parts)
        microsecond = int((fraction or b"")[:6].ljust(6, b"0"))
        return dt.datetime(year, month, day, hour, minute, second, microsecond, dt.UTC)


def elements(data: bytes) -> list[Element]:
    """The elements that stand one after the other in `data`, to its last byte."""
    found, start, end = [], 0, len(data)
    while start < end:
        if end < start + 2:
            raise ValueError("cut short")
        tag, size, body = data[start], data[start + 1], start + 2
        if tag & 0x1F == 0x1F:
            raise ValueError("a tag of several bytes")
        if size >= 0x80:
            size, body = _long_form(data, body, size & 0x7F)
        stop = body + size
        if end < stop:
            raise ValueError("cut short")
        found.append(Element(tag, data[body:stop], data[start:stop]))
        start = stop
    return found


def element(data: bytes) -> Element:
    """The one element that `data` is, with nothing after it."""
    (found,) = elements(data)
    return found


def sequence(data: Element) -> list[Element]:
    """The children of a SEQUENCE."""
    _expect(data, SEQUENCE)
    return data.children()


def set_of(data: Element) -> list[Element]:
    """The children of a SET."""
    _expect(data, SET)
    return data.children()


def context(number: int) -> int:
    """The tag of a constructed, context-specific element."""
    return _CONTEXT_SPECIFIC | number


def wrap(tag: int, content: bytes) -> bytes:
    """The element of `tag` that holds `content`."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


_LONGEST_IDENTIFIER = 64
"""Bytes; those in use are below twenty."""


@lru_cache(maxsize=256)
def _dotted(content: bytes) -> str:
    if len(content) > _LONGEST_IDENTIFIER:
        raise ValueError("an object identifier of absurd length")  # decoding takes the square of it
    arcs, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs or content[-1] & 0x80:
        raise ValueError("an object identifier cut short")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _long_form(data: bytes, start: int, count: int) -> tuple[int, int]:
    """The length in the `count` bytes from `start` on, and where the content begins."""
    body = start + count
    size = int.from_bytes(data[start:body], "big")
    if not 1 <= count <= 4 or len(data) < body or size < 0x80 or size.bit_length() <= 8 * (count - 1):
        raise ValueError("a length that is not in its only form")
    return size, body


def _expect(found: Element, tag: int) -> None:
    if found.tag != tag:
        raise ValueError("another kind of element than expected")
