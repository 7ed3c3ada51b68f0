"""Pictures as a PDF holds them: the compressed bytes of PNG and JPEG files passed through, the rest decoded once.

What is printed is for reading; the evidence is the original, which travels apart under its digest.
"""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ExifTags, Image

from evidence_vault.capture.pictures import covered_png
from evidence_vault.values import Box

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


def encode(data: bytes, covered: Sequence[Box] = ()) -> Encoded:
    """The picture in `data`, passed through where that shows the same as decoding it; without its `covered` parts.

    Raises `InputFileError` where the bytes cannot be decoded.
    """
    passed = None if covered else _png(data) or _jpeg(data)
    return passed or _decoded(data, covered)


def _decoded(data: bytes, covered: Sequence[Box]) -> Encoded:
    """Decoded, upright, on white, and packed again without loss."""
    encoded = _png(covered_png(data, covered))
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
