"""The blocks that a picture file is made of, walked without decoding them: segments, chunks and boxes.

Only `png_chunks` judges what it walks over. The others stop quietly where a file is cut short or makes no sense, and
after `MOST_BLOCKS`: they serve to find what a file says about itself, never to decide whether it is sound.
Sources: JPEG, ITU-T T.81 annex B; PNG, W3C third edition, 5; boxes, ISO/IEC 14496-12, 4.2; RIFF as in RFC 9649, 2.3.
"""

import struct
import zlib
from collections.abc import Iterator

MOST_BLOCKS = 10_000
"""Blocks of one file that are looked at; an honest picture has some dozens."""
_MOST_CHUNKS = 200_000
"""Of a PNG: image data of 200 MB come in some 25,000 chunks of the usual 8 KiB."""

PNG = b"\x89PNG\r\n\x1a\n"

_BARE = {0x01, *range(0xD0, 0xD8)}
"""JPEG markers without a length."""
_START_OF_SCAN, _END = 0xDA, 0xD9


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG up to IEND; raise `ValueError` where one is cut short or fails its own check.

    Pillow alone accepts a PNG that lost its end, and image data whose CRC is wrong.
    """
    position = len(PNG)
    kind = b""
    seen = 0
    while kind != b"IEND":
        seen += 1
        if seen > _MOST_CHUNKS:
            raise ValueError("more chunks than a picture has")
        try:
            length, kind = struct.unpack_from(">I4s", data, position)
            body = data[position + 8 : position + 8 + length]
            (crc,) = struct.unpack_from(">I", data, position + 8 + length)
        except struct.error as error:
            raise ValueError("cut short") from error
        if zlib.crc32(body, zlib.crc32(kind)) != crc:
            raise ValueError("damaged chunk")
        yield kind, body
        position += 12 + length


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each segment of a JPEG, up to and with the start of its first scan."""
    position = 2
    for _ in range(MOST_BLOCKS):
        if data[position : position + 2] == b"\xff\xff":  # a fill byte
            position += 1
            continue
        if position + 4 > len(data) or data[position] != 0xFF:
            return
        marker = data[position + 1]
        if marker in _BARE:
            position += 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker == _END or length < 2 or position + 2 + length > len(data):
            return
        yield marker, data[position + 4 : position + 2 + length]
        if marker == _START_OF_SCAN:
            return
        position += 2 + length


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Type, beginning and end of the content of each box between two places of `data`, not of the boxes inside."""
    position, limit = start, len(data) if end is None else min(end, len(data))
    for _ in range(MOST_BLOCKS):
        if position + 8 > limit:
            return
        size, kind = struct.unpack_from(">I4s", data, position)
        content = position + 8
        if size == 1:
            if content + 8 > limit:
                return
            (size,) = struct.unpack_from(">Q", data, content)
            content += 8
        after = limit if size == 0 else position + size
        if not content <= after <= limit:
            return
        yield kind, content, after
        position = after


def riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk of a RIFF file such as a WebP."""
    position = 12
    for _ in range(MOST_BLOCKS):
        if position + 8 > len(data):
            return
        kind, size = struct.unpack_from("<4sI", data, position)
        if position + 8 + size > len(data):
            return
        yield kind, data[position + 8 : position + 8 + size]
        position += 8 + size + size % 2


def printable(text: str, longest: int) -> str:
    """Words of a file made fit to stand on one line: nothing that cannot be printed, and no more than `longest`."""
    return "".join(sign for sign in text[: 8 * longest] if sign.isprintable()).strip()[:longest]
