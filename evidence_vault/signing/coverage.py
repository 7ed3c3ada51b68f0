"""One signature dictionary of a PDF, and the bytes that it covers: rule D1 of docs/format.md."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from evidence_vault.messages import Message, say
from evidence_vault.signing import der
from evidence_vault.signing.pdfobjects import PdfObjects
from evidence_vault.signing.pdfsyntax import Name, Object, String, array, dictionary, pointer, whole

_CHUNK = 1 << 20
_MAX_CONTENTS = 512 * 1024


class BrokenError(Exception):
    """The pages are not as they were signed, and why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature dictionary: its CMS in DER, and the ranges of the file that it covers."""

    dictionary: Mapping[bytes, Object]
    contents: bytes
    gap: tuple[int, int]
    end: int


def signed_by(objects: PdfObjects, field: Mapping[bytes, Object]) -> Signed:
    """D1: the ranges are from 0 to the gap and from there on, and the gap is exactly the contents, in hexadecimal."""
    if field.get(b"FT") != Name(b"Sig"):
        raise BrokenError(say("the PDF has a form that a dossier never has"))
    found = dictionary(objects.at(pointer(field[b"V"])))
    contents = found.get(b"Contents")
    ranges = array(found.get(b"ByteRange"))
    if len(ranges) != 4 or not isinstance(contents, String):
        raise BrokenError(say("the signature does not say which bytes it covers"))
    start, first, second, length = map(whole, ranges)
    gap = (contents.start, contents.start + len(contents.written))
    if start != 0 or (first, second) != gap or not re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})*>", contents.written):
        raise BrokenError(say("the signature leaves out more of the file than itself"))
    if second + length > objects.end:
        raise BrokenError(say("the PDF was cut short after it was signed"))
    if len(contents.written) > _MAX_CONTENTS:
        raise BrokenError(say("the signature is larger than any signature"))
    data = bytes.fromhex(contents.written[1:-1].decode("ascii"))
    size = _der_size(data)
    if any(data[size:]):
        raise BrokenError(say("something stands after the signature, in its place"))
    return Signed(found, data[:size], gap, second + length)


def _der_size(data: bytes) -> int:
    """How many bytes the SEQUENCE at the start of `data` takes; zeros follow it up to the room that was kept."""
    if len(data) < 2 or data[0] != der.SEQUENCE:
        raise ValueError("not a signature")
    count = data[1] & 0x7F if data[1] & 0x80 else 0
    size = 2 + count + (int.from_bytes(data[2 : 2 + count], "big") if count else data[1])
    if count > 4 or size > len(data):
        raise ValueError("not a signature")
    return size


def digest_of(file: BinaryIO, signed: Signed, name: str) -> bytes:
    """The digest of what a signature covers, read piece by piece."""
    digest = hashlib.new(name)
    for start, end in ((0, signed.gap[0]), (signed.gap[1], signed.end)):
        file.seek(start)
        left = end - start
        while left:
            chunk = file.read(min(_CHUNK, left))
            if not chunk:
                raise ValueError("cut short")
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()
