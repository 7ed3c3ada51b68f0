"""What may follow the signed bytes of a PDF: time stamps over all of it, and no more (rule D3 of docs/format.md)."""

from collections.abc import Mapping
from typing import BinaryIO

from evidence_vault.messages import say
from evidence_vault.signing import der
from evidence_vault.signing.coverage import BrokenError, Signed, digest_of
from evidence_vault.signing.pdfobjects import PdfObjects
from evidence_vault.signing.pdfsyntax import Name, Object, Reference, array, dictionary, pointer, same, whole

TIME_STAMP = Name(b"ETSI.RFC3161")
"""The SubFilter of a time stamp over a document."""
_GRANTED = bytes.fromhex("3003020100")  # PKIStatusInfo: granted
# What a document time stamp adds may change these parts of the catalogue, of the form and of a page.
_CATALOG_MAY_CHANGE = {b"DSS", b"Extensions", b"AcroForm"}
_FORM_MAY_CHANGE = {b"Fields", b"SigFlags"}
_FIELD_KEYS = {b"FT", b"T", b"TU", b"Type", b"Subtype", b"F", b"Rect", b"P", b"V"}


def check_additions(file: BinaryIO, now: PdfObjects, then: PdfObjects, stamps: list[Signed]) -> None:
    """D3: what follows the signed bytes adds time stamps over the document, the last over all of it, and no more."""
    changed = say("the PDF was changed after it was signed")
    added = len(now.sections) - len(then.sections)
    if added < 1 or any(new.start <= then.end for new in now.sections[:added]):
        raise BrokenError(changed)
    if [old.start for old in now.sections[added:]] != [old.start for old in then.sections]:
        raise BrokenError(changed)
    if max((stamp.end for stamp in stamps), default=0) != now.end:
        raise BrokenError(say("something was added to the PDF after it was signed, under no time stamp"))
    for section in now.sections[:added]:
        if not all(same(section.trailer.get(key), then.trailer.get(key)) for key in (b"Root", b"Info")):
            raise BrokenError(changed)
    # A smaller Size would take signed objects away from readers that go by it.
    sizes = [whole(section.trailer.get(b"Size")) for section in now.sections[: added + 1]]
    if sizes != sorted(sizes, reverse=True):
        raise BrokenError(changed)
    touched = {number: now.offsets[number] for section in now.sections[:added] for number in section.offsets if number}
    if any(offset is None or offset < then.end for offset in touched.values()):
        raise BrokenError(changed)
    if not {number for number in touched if number < then.size} <= _may_change(now, then):
        raise BrokenError(changed)
    for stamp in stamps:
        _check_stamp(file, stamp, then.end)


def _may_change(now: PdfObjects, then: PdfObjects) -> set[int]:
    """The numbers of signed objects that document time stamps changed, each in the one way that shows nothing else.

    Raises `BrokenError` where they changed in another way.
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
        raise BrokenError(changed)
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
            raise BrokenError(changed)
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
        or value.get(b"SubFilter") != TIME_STAMP
        or dictionary(then.at(page)).get(b"Type") != Name(b"Page")
    ):
        raise BrokenError(say("the PDF was changed after it was signed"))
    return page


def _alike(before: Mapping[bytes, Object], after: Mapping[bytes, Object], but: set[bytes]) -> bool:
    return all(
        key in before and key in after and same(before[key], after[key])
        for key in before.keys() | after.keys()
        if key not in but
    )


def _check_stamp(file: BinaryIO, stamp: Signed, signed_end: int) -> None:
    """A document time stamp is a sound token over its own part of the file, which takes in all that was signed."""
    from evidence_vault.signing.cms import TokenError, read_token, signer_of

    faulty = say("the time stamp over the document is faulty")
    try:
        token = read_token(response_of(stamp.contents))
        fault = signer_of(token).certificate.fault
    except TokenError:
        raise BrokenError(faulty) from None
    if fault is not None:
        raise BrokenError(faulty)
    if stamp.end <= signed_end or token.claim.imprint != digest_of(file, stamp, token.claim.digest):
        raise BrokenError(say("the time stamp over the document is about other bytes"))


def response_of(token: bytes) -> bytes:
    """A TimeStampResp that holds `token`: the form in which time stamps are judged."""
    return der.wrap(der.SEQUENCE, _GRANTED + token)
