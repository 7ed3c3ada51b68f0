"""Whether a picture carries a C2PA manifest, and what that manifest says of itself: present, never verified.

Where a manifest store lies in each format, and the boxes inside: C2PA Technical Specification 2.3, annex A and 11.1;
JUMBF, ISO/IEC 19566-5; CBOR, RFC 8949. No signature, no hash and no trust list is looked at: anybody can write these
bytes, copy them from another picture, or take them out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evidence_vault.capture.containers import PNG, boxes, jpeg_segments, png_chunks, printable, riff_chunks

_LONGEST_STORE = 32 << 20
"""Bytes of a manifest store beyond which its content is not looked at; it is still said to be there."""
_DEEPEST = 8
_MOST_ITEMS = 5_000
_LONGEST_LABEL = 200

_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_STORE = b"c2pa"
_MANIFESTS = {b"c2ma", b"c2um", b"c2md"}
_CLAIM = b"c2cl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A C2PA manifest store that is present in a file; nothing about it was verified."""

    label: str | None
    """What the newest manifest is called, usually by a random number; None where that cannot be read."""
    generator: str | None
    """The program that says it wrote the claim; None where none is named or that cannot be read."""
    manifests: int
    """How many manifests were found in the store: each further one tells of an earlier state, as it says."""


def find_manifest(data: bytes, tagged: bytes | None = None) -> Manifest | None:
    """The manifest store in the bytes of a picture, or None; `tagged` is the content of TIFF tag 52545, if any.

    Nothing is raised, whatever the bytes are. A store that is linked to but lies elsewhere is not looked for.
    """
    store = tagged if tagged is not None else _store(data)
    if store is None:
        return None
    try:
        return _manifest(store[:_LONGEST_STORE])
    except (ValueError, RecursionError):
        return Manifest(None, None, 0)


def _store(data: bytes) -> bytes | None:
    """The bytes of the store, as far as the container gives them."""
    if data.startswith(b"\xff\xd8"):
        return _in_jpeg(data)
    if data.startswith(PNG):
        try:
            return next((body for kind, body in png_chunks(data) if kind == b"caBX"), None)
        except ValueError:
            return None
    if data.startswith(b"RIFF"):
        return next((body for kind, body in riff_chunks(data) if kind == b"C2PA"), None)
    if data.startswith(b"GIF8"):
        return b"" if b"\x21\xff\x0bC2PA_GIF" in data else None
    if data[4:8] == b"ftyp":
        return _in_boxes(data)
    return None


def _in_jpeg(data: bytes) -> bytes | None:
    """APP11 segments put together: each repeats the header of its box, which is kept once."""
    parts: list[bytes] = []
    instance = b""
    for marker, body in jpeg_segments(data):
        if marker != 0xEB or body[:2] != b"JP" or len(body) < 16:
            continue
        if not parts and body[12:16] == b"jumb" and body[24:28] == _STORE:
            instance = body[2:4]
            parts.append(body[8:])
        elif parts and body[2:4] == instance:
            parts.append(body[16:])
    return b"".join(parts) if parts else None


def _in_boxes(data: bytes) -> bytes | None:
    for kind, start, end in boxes(data):
        if kind == b"uuid" and data[start : start + 16] == _UUID:
            purpose, found, rest = data[start + 20 : end].partition(b"\0")
            if found and purpose == b"manifest":
                return rest[8:]
    return None


def _manifest(store: bytes) -> Manifest:
    """What the newest manifest of the store says; the last one is the active one."""
    found = [
        (label, start, end)
        for _, outer, outer_end in _superboxes(store, 0, len(store))
        for kind, label, start, end in _described(store, outer, outer_end)
        if kind in _MANIFESTS
    ]
    if not found:
        return Manifest(None, None, 0)
    label, start, end = found[-1]
    claims = (
        store[at:until]
        for kind, _, inner, inner_end in _described(store, start, end)
        if kind == _CLAIM
        for name, at, until in boxes(store, inner, inner_end)
        if name == b"cbor"
    )
    claim = next(claims, None)
    return Manifest(label, _generator(claim) if claim is not None else None, len(found))


def _superboxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    return (found for found in boxes(data, start, end) if found[0] == b"jumb")


def _described(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, str | None, int, int]]:
    """The superboxes inside one: what each holds, its label, and where its own content begins and ends."""
    for _, inner, inner_end in _superboxes(data, start, end):
        description = next(boxes(data, inner, inner_end), None)
        if description is None or description[0] != b"jumd":
            continue
        _, at, until = description
        label = None
        if until > at + 16 and data[at + 16] & 2:  # a label follows the toggles
            label = printable(data[at + 17 : until].partition(b"\0")[0].decode("utf-8", "replace"), _LONGEST_LABEL)
        yield data[at : at + 4], label or None, inner, inner_end


def _generator(claim: bytes) -> str | None:
    """`claim_generator`, or the name and version in `claim_generator_info`, of a claim in CBOR."""
    said = _Cbor(claim).value()
    if not isinstance(said, dict):
        return None
    if isinstance(stated := said.get("claim_generator"), str):
        return printable(stated, _LONGEST_LABEL) or None
    about = said.get("claim_generator_info")
    about = about[0] if isinstance(about, list) and about else about
    if not isinstance(about, dict):
        return None
    named = [part for key in ("name", "version") if isinstance(part := about.get(key), str)]
    return printable(" ".join(named), _LONGEST_LABEL) or None


class _Cbor:
    """The first item of some CBOR, read with bounds on depth and number; `ValueError` for whatever is beyond them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._left = _MOST_ITEMS

    def value(self, depth: int = 0) -> Any:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise ValueError("too much")
        first = self._take(1)[0]
        major, short = first >> 5, first & 31
        if major == 7:
            self._take({24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0))
            return None
        number = self._number(short)
        if major < 2:
            return number
        if major == 6:  # a tag, which changes nothing of what is looked for
            return self.value(depth + 1)
        if major < 4:
            return self._string(major, number, depth)
        return self._many(major, number, depth)

    def _string(self, major: int, number: int | None, depth: int) -> Any:
        if number is None:
            parts = list(self._until_break(depth))
            return "".join(part for part in parts if isinstance(part, str)) if major == 3 else b""
        found = self._take(number)
        return found.decode("utf-8", "replace") if major == 3 else found

    def _many(self, major: int, number: int | None, depth: int) -> Any:
        if number is not None and number > self._left:
            raise ValueError("too many")
        count = None if number is None else number * (2 if major == 5 else 1)
        items = list(self._until_break(depth)) if count is None else [self.value(depth + 1) for _ in range(count)]
        if major == 4:
            return items
        return {key: value for key, value in zip(items[::2], items[1::2], strict=False) if isinstance(key, str)}

    def _until_break(self, depth: int) -> Iterator[Any]:
        while self._data[self._position : self._position + 1] != b"\xff":
            yield self.value(depth + 1)
        self._position += 1

    def _number(self, short: int) -> int | None:
        """None for a length that is not stated."""
        if short < 24:
            return short
        if short == 31:
            return None
        if short > 27:
            raise ValueError("reserved")
        return int.from_bytes(self._take(1 << (short - 24)), "big")

    def _take(self, count: int) -> bytes:
        found = self._data[self._position : self._position + count]
        if len(found) != count:
            raise ValueError("cut short")
        self._position += count
        return found
