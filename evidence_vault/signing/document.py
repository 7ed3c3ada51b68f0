"""What the signature of a dossier's pages is worth: rules D1 to D4 of docs/format.md, "The signature of the pages".

Nothing here trusts a certificate: whether it is the one that the ledger names is asked where the ledger is read.
"""

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_vault.messages import Message, say
from evidence_vault.signing.additions import TIME_STAMP, check_additions, response_of
from evidence_vault.signing.coverage import BrokenError, Signed, digest_of, signed_by
from evidence_vault.signing.pdfobjects import PdfObjects
from evidence_vault.signing.pdfsyntax import Name, Object, Reference, String, array, dictionary, pointer, text_of

_CHUNK = 1 << 20
_PADES = Name(b"ETSI.CAdES.detached")
_MAX_FIELDS = 16
"""One signature, and a time stamp over the whole every few years; each is a reading of the whole file."""
_SIGNED_AT = re.compile(r"D:([0-9]{14})(?:Z|([+-])([0-9]{2})'([0-9]{2})'?)")


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
    except BrokenError as error:
        return DocumentState(signed=True, problems=(error.reason,))
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return DocumentState(signed=True, problems=(say("the signature of the pages cannot be read"),))


def _judge(file: BinaryIO, objects: PdfObjects, fields: list[Mapping[bytes, Object]]) -> DocumentState:
    from evidence_vault.signing.cades import SignatureError, check_signature

    # D1
    found = [signed_by(objects, field) for field in fields]
    stamps = [each for each in found if each.dictionary.get(b"SubFilter") == TIME_STAMP]
    signatures = [each for each in found if each.dictionary.get(b"SubFilter") != TIME_STAMP]
    if len(signatures) != 1:
        raise BrokenError(say("the PDF bears {count} signatures where a dossier bears one", count=len(signatures)))
    (signed,) = signatures
    if signed.dictionary.get(b"SubFilter") != _PADES:
        raise BrokenError(say("the signature of the pages is of a kind that a dossier never bears"))
    # D2
    try:
        signature = check_signature(signed.contents, lambda name: digest_of(file, signed, name))
    except SignatureError as error:
        raise BrokenError(error.reason) from None
    _check_files(objects)
    # D3
    if signed.end != objects.end:
        check_additions(file, objects, PdfObjects(file, signed.end), stamps)
    elif stamps:
        raise BrokenError(say("a time stamp over the document stands before its signature"))
    stamp = None if signature.token is None else SignatureStamp(response_of(signature.token), signature.value)
    return DocumentState(
        signed=True,
        certificate=signature.certificate,
        signer=signature.subject,
        signed_at=_signed_at(signed.dictionary.get(b"M")),
        stamp=stamp,
        level=_level(objects, stamp, stamps),
    )


def _level(objects: PdfObjects, stamp: SignatureStamp | None, stamps: list[Signed]) -> str:
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


def _check_files(objects: PdfObjects) -> None:
    """D4: the archive is the only file that the document carries, wherever readers look for files."""
    catalog = objects.catalog()
    tree = dictionary(objects.follow(dictionary(objects.follow(catalog.get(b"Names", {}))).get(b"EmbeddedFiles", {})))
    named = array(objects.follow(tree.get(b"Names", ())))[1::2]
    several = say("the PDF carries another file than its archive")
    if len(named) > 1 or not set(array(objects.follow(catalog.get(b"AF", ())))) <= set(named):
        raise BrokenError(several)
    for specification in named:
        streams = dictionary(objects.follow(dictionary(objects.follow(specification)).get(b"EF", {})))
        if not streams.keys() <= {b"F", b"UF"}:
            raise BrokenError(several)
    # A tree may name one object of a megabyte a million times: each is read once, and a page has one place.
    nodes: set[int] = set()
    notes: set[int] = set()
    waiting = [catalog.get(b"Pages")]
    for node in waiting:  # it grows while it is walked
        page = dictionary(_unmet(objects, node, nodes, None))
        waiting.extend(array(_unmet(objects, page.get(b"Kids", ()), nodes, None)))
        for note in array(_unmet(objects, page.get(b"Annots", ()), notes, ())):
            if dictionary(_unmet(objects, note, notes, {})).get(b"Subtype") == Name(b"FileAttachment"):
                raise BrokenError(several)


def _unmet(objects: PdfObjects, found: Object, met: set[int], otherwise: Object) -> Object:
    """`found`, or the object that it points to; `otherwise` where that was met before."""
    if isinstance(found, Reference):
        if found.number in met:
            return otherwise
        met.add(found.number)
    return objects.follow(found)


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
