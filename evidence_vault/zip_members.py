"""The members of a zip that comes from somebody else: which may be opened at all, and their bytes within bounds.

Pure but for the archive that is handed in. What a bundle may hold is for `unbundling` to say.
"""

import copy
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

PIECE = 1 << 20
_LOCAL_HEADER = 30
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
"""The extra field that gives a member another name, to the programs that know it."""


def is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether every unzip program makes the same ordinary file of a member."""
    mode = info.external_attr >> 16
    return (
        stat.S_IFMT(mode) in {0, stat.S_IFREG}
        and info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        and not info.flag_bits & 0x1
        and info.orig_filename == info.filename
        and _UNICODE_PATH not in _extra_fields(info.extra)
    )


def _extra_fields(extra: bytes) -> Iterator[int]:
    """The kinds of the extra fields of a member, as far as they can be read."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        yield kind
        place += 4 + size


def whole(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member, piece by piece; raise where they are not in every respect what the directory announces.

    The library reads what is there and bears with a stream that does not end, that ends early, or with another size:
    other programs do not, and what one of them refuses must not pass here.
    """
    packed = copy.copy(info)
    packed.compress_type, packed.file_size, packed.CRC = zipfile.ZIP_STORED, info.compress_size, None  # type: ignore[assignment]
    size = crc = 0
    with archive.open(packed) as file:
        pieces = iter(lambda: file.read(PIECE), b"")
        for data in _inflated(pieces) if info.compress_type == zipfile.ZIP_DEFLATED else pieces:
            size, crc = size + len(data), zlib.crc32(data, crc)
            if size > info.file_size:
                break
            yield data
    if (size, crc) != (info.file_size, info.CRC):
        raise ValueError("not what is announced")


def _inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Unfold one deflate stream in pieces of bounded size; raise `ValueError` unless it ends where its bytes do."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in packed:
        if stream.eof:
            break
        rest, data = piece, b""
        while rest or len(data) == PIECE:  # a full piece may leave more in the library than in the rest
            data = stream.decompress(rest, PIECE)
            rest = stream.unconsumed_tail
            yield data
    else:
        if stream.eof and not stream.unused_data:
            return
    raise ValueError("not one whole stream")


def entangled(members: Iterable[zipfile.ZipInfo]) -> set[int]:
    """Where the members begin that share bytes of the file with another.

    Members that quote one another let a few kilobytes unfold as often as there are members.
    """
    found: set[int] = set()
    start = end = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            found |= {start, info.header_offset}
        name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
        behind = info.header_offset + _LOCAL_HEADER + len(name) + info.compress_size
        if behind > end:
            start, end = info.header_offset, behind
    return found
