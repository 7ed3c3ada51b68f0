"""What the signature of a dossier's pages is worth: rules D1 to D4 of docs/format.md, "The signature of the pages".

Nothing here trusts a certificate: whether it is the one that the ledger names is asked where the ledger is read.
"""

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_vault.messages import Message, say
from evidence_vault.signing import der
from evidence_vault.signing.pdfobjects import (
    MAX_OBJECTS,
    Name,
    Object,
    PdfObjects,
    Reference,
    String,
    array,
    dictionary,
    pointer,
    same,
    text_of,
    whole,
)

_CHUNK = 1 << 20
_PADES, _TIME_STAMP = Name(b"ETSI.CAdES.detached"), Name(b"ETSI.RFC3161")
_MAX_CONTENTS = 512 * 1024
_MAX_FIELDS = 16
"""One signature, and a time stamp over the whole every few years; each is a reading of the whole file."""
_GRANTED = bytes.fromhex("3003020100")  # PKIStatusInfo: granted
_SIGNED_AT = re.compile(r"D:([0-9]{14})(?:Z|([+-])([0-9]{2})'([0-9]{2})'?)")
# What a document time stamp adds may change these parts of the catalogue, of the form and of a page.
_CATALOG_MAY_CHANGE = {b"DSS", b"Extensions", b"AcroForm"}
_FORM_MAY_CHANGE = {b"Fields", b"SigFlags"}
_FIELD_KEYS = {b"FT", b"T", b"TU", b"Type", b"Subtype", b"F", b"Rect", b"P", b"V"}


@dataclass(frozen=True, slots=True)
class SignatureStamp:
    """The time-stamp token of a signature: a TimeStampResp around it, and the bytes it should be about."""

    response: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What the signature of a PDF says, and each reason why it does not hold.

    Not signed and without problems: nobody signed these pages. Any problem: they are not as they were signed.
    """

    signed: bool
    problems: tuple[Message, ...] = ()
    certificate: bytes | None = None
    """The DER of the certificate that the signature names and fits."""
    signer: str | None = None
    """Its subject, to be read by people."""
    signed_at: dt.datetime | None = None
    """What the signature says of its own time: a claim."""
    stamp: SignatureStamp | None = None
    """The time stamp over the signature, still to be judged."""
    level: str | None = None
    """B-B, B-T, B-LT or B-LTA, by what is there."""


class _BrokenError(Exception):
    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Signed:
    """A signature dictionary: its CMS in DER, and the ranges of the file that it covers."""

    dictionary: Mapping[bytes, Object]
    contents: bytes
    gap: tuple[int, int]
    end: int


def document_state(path: Path) -> DocumentState:
    """Judge the signature of the PDF at `path`; never raises, memory does not grow with the file."""
    try:
        with path.open("rb") as file:
            return state_of_open(file)
    except OSError as error:
        reason = say("the PDF cannot be read ({detail})", detail=error.strerror or str(error))
        return DocumentState(signed=False, problems=(reason,))


def state_of_open(file: BinaryIO) -> DocumentState:
    """The same for a file that is open already: what is judged cannot be exchanged for another in between."""
    end = file.seek(0, io.SEEK_END)
    try:
        objects = PdfObjects(file, end)
        fields = list(_signature_fields(objects))
        if not fields:
            return DocumentState(signed=False)
    except ValueError:
        if not _mentions_signature(file):
            return DocumentState(signed=False)
        reason = say("the PDF was written anew, or damaged, after it was signed")
        return DocumentState(signed=True, problems=(reason,))
    try:
        return _judge(file, objects, fields)
    except _BrokenError as error:
        return DocumentState(signed=True, problems=(error.reason,))
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return DocumentState(signed=True, problems=(say("the signature of the pages cannot be read"),))


def _judge(file: BinaryIO, objects: PdfObjects, fields: list[Mapping[bytes, Object]]) -> DocumentState:
    from evidence_vault.signing.cades import SignatureError, check_signature

    # D1
    found = [_signed(objects, field) for field in fields]
    stamps = [each for each in found if each.dictionary.get(b"SubFilter") == _TIME_STAMP]
    signatures = [each for each in found if each.dictionary.get(b"SubFilter") != _TIME_STAMP]
    if len(signatures) != 1:
        raise _BrokenError(say("the PDF bears {count} signatures where a dossier bears one", count=len(signatures)))
    (signed,) = signatures
    if signed.dictionary.get(b"SubFilter") != _PADES:
        raise _BrokenError(say("the signature of the pages is of a kind that a dossier never bears"))
    # D2
    try:
        signature = check_signature(signed.contents, lambda name: _digest(file, signed, name))
    except SignatureError as error:
        raise _BrokenError(error.reason) from None
    _check_files(objects)
    # D3
    if signed.end != objects.end:
        _check_additions(file, objects, PdfObjects(file, signed.end), stamps)
    elif stamps:
        raise _BrokenError(say("a time stamp over the document stands before its signature"))
    stamp = None if signature.token is None else SignatureStamp(_response(signature.token), signature.value)
    return DocumentState(
        signed=True,
        certificate=signature.certificate,
        signer=signature.subject,
        signed_at=_signed_at(signed.dictionary.get(b"M")),
        stamp=stamp,
        level=_level(objects, stamp, stamps),
    )


def _level(objects: PdfObjects, stamp: SignatureStamp | None, stamps: list[_Signed]) -> str:
    if stamp is None:
        return "B-B"
    if b"DSS" not in objects.catalog():
        return "B-T"
    return "B-LTA" if stamps else "B-LT"


def _signature_fields(objects: PdfObjects) -> Iterator[Mapping[bytes, Object]]:
    """The fields of the form that bear a value; a dossier has no other form."""
    form = objects.follow(objects.catalog().get(b"AcroForm"))
    if form is None:
        return
    references = array(objects.follow(dictionary(form).get(b"Fields", ())))
    if len(references) > _MAX_FIELDS:
        raise ValueError("too many fields")
    for reference in references:
        field = dictionary(objects.at(pointer(reference)))
        if b"Kids" in field:
            raise ValueError("a form with fields in fields")
        if b"V" in field:
            yield field


def _signed(objects: PdfObjects, field: Mapping[bytes, Object]) -> _Signed:
    """D1: the ranges are from 0 to the gap and from there on, and the gap is exactly the contents, in hexadecimal."""
    if field.get(b"FT") != Name(b"Sig"):
        raise _BrokenError(say("the PDF has a form that a dossier never has"))
    found = dictionary(objects.at(pointer(field[b"V"])))
    contents = found.get(b"Contents")
    ranges = array(found.get(b"ByteRange"))
    if len(ranges) != 4 or not isinstance(contents, String):
        raise _BrokenError(say("the signature does not say which bytes it covers"))
    start, first, second, length = map(whole, ranges)
    gap = (contents.start, contents.start + len(contents.written))
    if start != 0 or (first, second) != gap or not re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})*>", contents.written):
        raise _BrokenError(say("the signature leaves out more of the file than itself"))
    if second + length > objects.end:
        raise _BrokenError(say("the PDF was cut short after it was signed"))
    if len(contents.written) > _MAX_CONTENTS:
        raise _BrokenError(say("the signature is larger than any signature"))
    data = bytes.fromhex(contents.written[1:-1].decode("ascii"))
    size = _der_size(data)
    if any(data[size:]):
        raise _BrokenError(say("something stands after the signature, in its place"))
    return _Signed(found, data[:size], gap, second + length)


def _der_size(data: bytes) -> int:
    """How many bytes the SEQUENCE at the start of `data` takes; zeros follow it up to the room that was kept."""
    if len(data) < 2 or data[0] != der.SEQUENCE:
        raise ValueError("not a signature")
    count = data[1] & 0x7F if data[1] & 0x80 else 0
    size = 2 + count + (int.from_bytes(data[2 : 2 + count], "big") if count else data[1])
    if count > 4 or size > len(data):
        raise ValueError("not a signature")
    return size


def _digest(file: BinaryIO, signed: _Signed, name: str) -> bytes:
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


def _check_additions(file: BinaryIO, now: PdfObjects, then: PdfObjects, stamps: list[_Signed]) -> None:
    """D3: what follows the signed bytes adds time stamps over the document, the last over all of it, and no more."""
    changed = say("the PDF was changed after it was signed")
    added = len(now.sections) - len(then.sections)
    if added < 1 or any(new.start <= then.end for new in now.sections[:added]):
        raise _BrokenError(changed)
    if [old.start for old in now.sections[added:]] != [old.start for old in then.sections]:
        raise _BrokenError(changed)
    if max((stamp.end for stamp in stamps), default=0) != now.end:
        raise _BrokenError(say("something was added to the PDF after it was signed, under no time stamp"))
    for section in now.sections[:added]:
        if not all(same(section.trailer.get(key), then.trailer.get(key)) for key in (b"Root", b"Info")):
            raise _BrokenError(changed)
    # A smaller Size would take signed objects away from readers that go by it.
    sizes = [whole(section.trailer.get(b"Size")) for section in now.sections[: added + 1]]
    if sizes != sorted(sizes, reverse=True):
        raise _BrokenError(changed)
    touched = {number: now.offsets[number] for section in now.sections[:added] for number in section.offsets if number}
    if any(offset is None or offset < then.end for offset in touched.values()):
        raise _BrokenError(changed)
    if not {number for number in touched if number < then.size} <= _may_change(now, then):
        raise _BrokenError(changed)
    for stamp in stamps:
        _check_stamp(file, stamp, then.end)


def _check_files(objects: PdfObjects) -> None:
    """D4: the archive is the only file that the document carries, wherever readers look for files."""
    catalog = objects.catalog()
    tree = dictionary(objects.follow(dictionary(objects.follow(catalog.get(b"Names", {}))).get(b"EmbeddedFiles", {})))
    named = array(objects.follow(tree.get(b"Names", ())))[1::2]
    several = say("the PDF carries another file than its archive")
    if not set(array(objects.follow(catalog.get(b"AF", ())))) <= set(named):
        raise _BrokenError(several)
    for specification in named:
        streams = dictionary(objects.follow(dictionary(objects.follow(specification)).get(b"EF", {})))
        if not streams.keys() <= {b"F", b"UF"}:
            raise _BrokenError(several)
    waiting = [catalog.get(b"Pages")]
    for node in waiting:  # it grows while it is walked
        page = dictionary(objects.follow(node))
        waiting.extend(array(objects.follow(page.get(b"Kids", ()))))
        for note in array(objects.follow(page.get(b"Annots", ()))):
            if dictionary(objects.follow(note)).get(b"Subtype") == Name(b"FileAttachment"):
                raise _BrokenError(several)
        if len(waiting) > MAX_OBJECTS:
            raise ValueError("a tree of pages without end")


def _may_change(now: PdfObjects, then: PdfObjects) -> set[int]:
    """The numbers of signed objects that document time stamps changed, each in the one way that shows nothing else.

    Raises `_BrokenError` where they changed in another way.
    """
    changed = say("the PDF was changed after it was signed")
    catalog = pointer(then.trailer[b"Root"])
    before, after = then.catalog(), now.catalog()
    form = pointer(before[b"AcroForm"])
    form_before, form_after = dictionary(then.at(form)), dictionary(now.at(form))
    old, new = array(form_before.get(b"Fields")), array(form_after.get(b"Fields"))
    gained = new[len(old) :]
    if (
        not _alike(before, after, _CATALOG_MAY_CHANGE)
        or after.get(b"AcroForm") != Reference(form)
        or not _alike(form_before, form_after, _FORM_MAY_CHANGE)
        or new[: len(old)] != old
    ):
        raise _BrokenError(changed)
    pages = {_page_of(now, then, reference) for reference in gained}
    for page in pages:
        page_before, page_after = dictionary(then.at(page)), dictionary(now.at(page))
        shown = array(page_before.get(b"Annots", ()))
        shown_after = array(page_after.get(b"Annots", ()))
        extra = shown_after[len(shown) :]
        if (
            not _alike(page_before, page_after, {b"Annots"})
            or shown_after[: len(shown)] != shown
            or not set(extra) <= set(gained)
        ):
            raise _BrokenError(changed)
    security = before.get(b"DSS")
    return {catalog, form, *pages, *([security.number] if isinstance(security, Reference) else [])}


def _page_of(now: PdfObjects, then: PdfObjects, reference: Object) -> int:
    """The page that the field of a document time stamp hangs on; the field must be one that shows nothing."""
    number = pointer(reference)
    field = dictionary(now.at(number))
    page = pointer(field.get(b"P"))
    value = dictionary(now.at(pointer(field.get(b"V"))))
    if (
        number < then.size
        or not field.keys() <= _FIELD_KEYS
        or [field.get(key) for key in (b"FT", b"Subtype", b"Rect")] != [Name(b"Sig"), Name(b"Widget"), (0, 0, 0, 0)]
        or value.get(b"SubFilter") != _TIME_STAMP
        or dictionary(then.at(page)).get(b"Type") != Name(b"Page")
    ):
        raise _BrokenError(say("the PDF was changed after it was signed"))
    return page


def _alike(before: Mapping[bytes, Object], after: Mapping[bytes, Object], but: set[bytes]) -> bool:
    return all(
        key in before and key in after and same(before[key], after[key])
        for key in before.keys() | after.keys()
        if key not in but
    )


def _check_stamp(file: BinaryIO, stamp: _Signed, signed_end: int) -> None:
    """A document time stamp is a sound token over its own part of the file, which takes in all that was signed."""
    from evidence_vault.signing.cms import TokenError, read_token, signer_of

    faulty = say("the time stamp over the document is faulty")
    try:
        token = read_token(_response(stamp.contents))
        fault = signer_of(token).certificate.fault
    except TokenError:
        raise _BrokenError(faulty) from None
    if fault is not None:
        raise _BrokenError(faulty)
    if stamp.end <= signed_end or token.claim.imprint != _digest(file, stamp, token.claim.digest):
        raise _BrokenError(say("the time stamp over the document is about other bytes"))


def _response(token: bytes) -> bytes:
    """A TimeStampResp that holds `token`: the form in which time stamps are judged."""
    return der.wrap(der.SEQUENCE, _GRANTED + token)


def _signed_at(found: Object) -> dt.datetime | None:
    """The date of a signature dictionary (ISO 32000-1, 7.9.4); None where there is none that can be read."""
    match = _SIGNED_AT.fullmatch(text_of(found)) if isinstance(found, String) else None
    if match is None:
        return None
    offset = dt.timedelta()
    if match[2] is not None:
        offset = dt.timedelta(hours=int(match[3]), minutes=int(match[4])) * (-1 if match[2] == "-" else 1)
    try:
        moment = dt.datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
        return moment - offset
    except (ValueError, OverflowError):
        return None


def _mentions_signature(file: BinaryIO) -> bool:
    """Whether the file speaks of a signature anywhere, for what cannot be read in order."""
    file.seek(0)
    kept = b""
    while chunk := file.read(_CHUNK):
        if b"/ByteRange" in kept + chunk:
            return True
        kept = chunk[-16:]
    return False
