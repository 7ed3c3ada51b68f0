"""Pictures as a PDF holds them: the compressed bytes of PNG and JPEG files passed through, the rest decoded once.

What is printed is for reading; the evidence is the original, which travels apart under its digest. Here is also
which part of a picture shows the message that its reading rests on.
"""

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import ExifTags, Image

from evidence_vault.capture.pictures import open_rgb
from evidence_vault.kinds import Box, Reading, Word

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS = {0: "DeviceGray", 2: "DeviceRGB", 3: "DeviceRGB"}
# Four channels are ink, and an archive describes its colours for the screen only (PDF/A): those are decoded.
_JPEG_COLOURS = {1: "DeviceGray", 3: "DeviceRGB"}

# Baseline, extended and progressive Huffman: what DCTDecode takes (ISO 32000-1, 7.4.8).
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}
_JPEG_OTHER_FRAMES = {*range(0xC3, 0xD0)} - {0xC4, 0xC8, 0xCC}
# APP0 (JFIF) and APP14 (Adobe) say how colours are coded; the others hold what a page does not need: place, thumbnail.
_JPEG_KEPT = {0xE0, 0xEE}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture ready to stand in a PDF; width and height are those of the stored rows, before `turn`."""

    width: int
    height: int
    bits: int
    colours: str
    palette: bytes | None
    filter: str
    data: bytes
    turn: int = 1
    """EXIF orientation to apply when it is drawn."""


def encode(data: bytes) -> Encoded:
    """The picture in `data`, passed through where that shows the same as decoding it.

    Raises `InputFileError` where the bytes cannot be decoded.
    """
    return _png(data) or _jpeg(data) or _decoded(data)


def _decoded(data: bytes) -> Encoded:
    """Decoded, upright, on white, and packed again without loss."""
    packed = io.BytesIO()
    open_rgb(data).save(packed, "PNG", compress_level=6)
    encoded = _png(packed.getvalue())
    assert encoded is not None
    return encoded


def _png(data: bytes) -> Encoded | None:
    """The rows of a PNG as they are compressed; None for another format, or where showing them needs more than rows."""
    if not data.startswith(_PNG):
        return None
    (width, height, bits, colours, _, _, interlaced) = struct.unpack_from(">IIBBBBB", data, 16)
    if interlaced or bits == 16 or colours not in _PNG_COLOURS:
        return None
    palette: bytes | None = None
    rows: list[bytes] = []
    position = len(_PNG)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        if kind in {b"tRNS", b"eXIf"}:
            return None
        if kind == b"PLTE" and colours == 3:
            palette = body
        elif kind == b"IDAT":
            rows.append(body)
        position += 12 + length
    if colours == 3 and palette is None:
        return None
    return Encoded(width, height, bits, _PNG_COLOURS[colours], palette, "FlateDecode", b"".join(rows))


def _jpeg(data: bytes) -> Encoded | None:
    """A JPEG without its metadata, its coded picture untouched; None for what PDF readers do not decode."""
    if not data.startswith(b"\xff\xd8"):
        return None
    kept = [data[:2]]
    frame: tuple[int, int, int, int] | None = None
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        segment = data[position : position + 2 + length]
        if marker in _JPEG_OTHER_FRAMES:
            return None
        if marker in _JPEG_FRAMES:
            frame = struct.unpack_from(">BHHB", segment, 4)
        if marker == 0xDA:
            kept.append(data[position:])
            break
        if not 0xE0 <= marker <= 0xFE or marker in _JPEG_KEPT:
            kept.append(segment)
        position += 2 + length
    if frame is None:
        return None
    bits, height, width, channels = frame
    if bits != 8 or channels not in _JPEG_COLOURS or not (width and height):
        return None
    return Encoded(width, height, 8, _JPEG_COLOURS[channels], None, "DCTDecode", b"".join(kept), _orientation(data))


def _orientation(data: bytes) -> int:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "MPO"]) as image:
            found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001  # Pillow raises nearly anything; without the tag the picture is shown as stored
        return 1
    return found if found in range(1, 9) else 1


_MARGIN = 10
"""Pixels left around a message that is cut out."""
_MOST_LINES = 3


def message_part(reading: Reading, width: int, height: int) -> Box | None:
    """The part of a picture `width` × `height` that shows the message quoted, its whole sentence where words say more.

    The tab of a browser often repeats the title of the page: the longest quote is the message, then the largest, then
    the lowest. None where no quote says where it stands.
    """
    found = [(quote.text, quote.box) for quote in reading.quotes or () if quote.box is not None]
    if not found:
        return None
    _, main = max(found, key=lambda quote: (len(quote[0]), quote[1].height, quote[1].top))
    near = [box for _, box in found if abs(box.top - main.top) <= 4 * main.height and _beside(box, main)]
    part = _sentence(_union(near), main.height, reading.words or ())
    left, top = max(part.left - _MARGIN, 0), max(part.top - _MARGIN, 0)
    right, bottom = part.left + part.width + _MARGIN, part.top + part.height + _MARGIN
    return Box(left=left, top=top, width=max(min(right, width) - left, 1), height=max(min(bottom, height) - top, 1))


def _sentence(part: Box, letters: int, words: tuple[Word, ...]) -> Box:
    """`part` with the rest of its lines, and the lines on which its sentence begins and ends."""
    part, held = _whole_lines(part, words)
    for _ in range(_MOST_LINES):
        last = max(held, key=lambda word: (word.box.top // letters, word.box.left), default=None)
        if last is None or last.text.endswith((".", "!", "?")):
            break
        below = part.top + part.height
        part, held = _whole_lines(_union([part, *_line_at(below, below + 1.4 * letters, part, letters, words)]), words)
    for _ in range(_MOST_LINES):
        first = min(held, key=lambda word: (word.box.top // letters, word.box.left), default=None)
        if first is None or not first.text[:1].islower():
            break
        above = part.top - 1.9 * letters
        part, held = _whole_lines(
            _union([part, *_line_at(above, part.top - 0.5 * letters, part, letters, words)]), words
        )
    return part


def _line_at(start: float, end: float, part: Box, letters: int, words: Iterable[Word]) -> list[Box]:
    """Words of the same size that begin between two heights, above or under `part`."""
    return [
        word.box
        for word in words
        if start - 0.3 * letters <= word.box.top <= end
        and _beside(word.box, part)
        and word.box.height <= 1.6 * letters
        and not _within(word.box, part)
    ]


def _whole_lines(part: Box, words: Iterable[Word]) -> tuple[Box, list[Word]]:
    """`part` grown over the words that go on on its lines, and the words that it holds."""
    everything = list(words)
    while True:
        grown = _union([part, *(word.box for word in everything if _goes_on(word.box, part))])
        if grown == part:
            return part, [word for word in everything if _within(word.box, part)]
        part = grown


def _goes_on(box: Box, part: Box) -> bool:
    shared = min(box.top + box.height, part.top + part.height) - max(box.top, part.top)
    gap = max(part.left - box.left - box.width, box.left - part.left - part.width)
    return shared * 2 > box.height and gap <= 1.2 * box.height and box.height <= 1.3 * part.height


def _beside(box: Box, other: Box) -> bool:
    """Whether one stands above or under the other, at least in part."""
    return box.left < other.left + other.width and other.left < box.left + box.width


def _within(box: Box, part: Box) -> bool:
    middle = box.top + box.height / 2
    return _beside(box, part) and part.top <= middle <= part.top + part.height


def _union(boxes: Iterable[Box]) -> Box:
    found = list(boxes)
    left, top = min(box.left for box in found), min(box.top for box in found)
    return Box(
        left=left,
        top=top,
        width=max(box.left + box.width for box in found) - left,
        height=max(box.top + box.height for box in found) - top,
    )
