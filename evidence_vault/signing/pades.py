"""Signing the pages of a dossier (PAdES, ETSI EN 319 142-1), last of all: one signature over the whole file.

    B-B    the signature and the certificate
    B-T    also a time stamp over the signature
    B-LT   also what is needed to check the certificates later, inside the signed file
    B-LTA  also a time stamp over all of it, appended

Nothing here opens a connection: the caller gives what asks a time-stamp authority. Whatever fails there costs a level,
never the dossier.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias

from evidence_vault.errors import ExportError
from evidence_vault.messages import Message, say
from evidence_vault.signing.document import DocumentState, document_state
from evidence_vault.signing.identities import DocumentIdentity
from evidence_vault.signing.tokens import MAX_RESPONSE_BYTES, Roots, judge

if TYPE_CHECKING:
    from asn1crypto import tsp
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.timestamps import TimeStamper

Level: TypeAlias = Literal["B-B", "B-T", "B-LT", "B-LTA"]
Ask: TypeAlias = Callable[[bytes], bytes]
"""Takes a TimeStampReq to an authority and gives its TimeStampResp, both in DER."""

FIELD, ARCHIVE_FIELD = "Signature", "Archivage"
_DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class LongTerm:
    """What later readers need to check certificates without asking anybody: all in DER."""

    certificates: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningOptions:
    """When the signature says it is made, how far to go, and with whose help."""

    now: dt.datetime
    name: str | None = None
    """Who signs, as PDF readers show it."""
    level: Level = "B-LTA"
    """The highest level to try; without `ask` it is B-B."""
    ask: Ask | None = None
    long_term: Callable[[tuple[bytes, ...]], LongTerm] = LongTerm
    """Given the certificates of signer and authority, what to enclose from B-LT on; by default these alone."""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """How far the signature got, and for people why it got no further."""

    level: Level
    notes: tuple[Message, ...]


def sign_document(path: Path, identity: DocumentIdentity, options: SigningOptions) -> SignedDocument:
    """Sign the PDF at `path` by adding to it; what was there keeps its bytes, and the result was read back.

    Raises `ExportError` where it cannot be signed at all: the file is then as it was.
    """
    notes: list[Message] = []
    with path.open("r+b") as file:
        document = _Document(path, file, identity)
        level: Level = "B-B"
        if options.ask is not None and options.level != "B-B":
            level = _sign_stamped(document, options, _timestamper(options.ask), notes)
        if level == "B-B" and (reason := document.add(lambda writer: _sign(writer, identity, options, None))):
            raise ExportError(
                "The pages could not be signed; nothing in the case changed. {detail} Try again, or export without "
                "a signature.",
                detail=reason,
            )
    return SignedDocument(level, tuple(notes))


def _sign_stamped(
    document: "_Document", options: SigningOptions, timestamper: "TimeStamper", notes: list[Message]
) -> Level:
    """Sign with a time stamp and as much more as can be had; B-B, and nothing added, where there is no time stamp."""
    identity = document.identity
    enclosed: LongTerm | None = None

    def add(writer: "IncrementalPdfFileWriter") -> None:
        if enclosed is not None:
            _enclose(writer, enclosed)
        _sign(writer, identity, options, timestamper)

    if options.level != "B-T":
        try:
            certificates = (identity.certificate, *identity.chain, *_certificates_of(timestamper))
            enclosed = options.long_term(tuple(dict.fromkeys(certificates)))
        except Exception as error:  # noqa: BLE001  # authorities answer anything, and the dossier must be made
            detail = _reason(error)
            notes.append(
                say("What later readers need to check certificates could not be gathered. {detail}", detail=detail)
            )
    if reason := document.add(add):
        notes.append(
            say(
                "The signature of the pages bears no time stamp. {detail} The pages are signed all the same, and "
                "the time stamps of the ledger are not concerned.",
                detail=reason,
            )
        )
        return "B-B"
    if enclosed is None:
        return "B-T"
    if options.level == "B-LT":
        return "B-LT"
    if reason := document.add(lambda writer: _stamp_archive(writer, timestamper)):
        notes.append(say("The time stamp over the whole document could not be added. {detail}", detail=reason))
        return "B-LT"
    return "B-LTA"


class _Document:
    """An open PDF that is only ever added to; what fails is taken off again."""

    def __init__(self, path: Path, file: BinaryIO, identity: DocumentIdentity) -> None:
        self._path = path
        self._file = file
        self.identity = identity

    def add(self, change: Callable[["IncrementalPdfFileWriter"], None]) -> Message | None:
        """Make one change and read the document back; why it failed, or None."""
        size = self._file.seek(0, 2)
        try:
            change(_writer(self._file))
            self._file.flush()
            _expect_sound(document_state(self._path), self.identity)
        except Exception as error:  # noqa: BLE001  # authorities answer anything, and the dossier must be made
            self._file.truncate(size)
            return _reason(error)
        except BaseException:
            self._file.truncate(size)
            raise
        return None


def _expect_sound(state: DocumentState, identity: DocumentIdentity) -> None:
    if state.problems:
        raise ValueError(str(state.problems[0]))
    if state.certificate != identity.certificate:
        raise ValueError("not signed as it should be")
    if state.stamp is not None:
        judgement = judge(state.stamp.response, state.stamp.data, None, Roots(()))
        if judgement.state in {"invalid", "unverifiable"}:
            raise ValueError(str(judgement.reason))


def _writer(file: BinaryIO) -> "IncrementalPdfFileWriter":
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def ensure_output_version(self, version: tuple[int, int]) -> None:
            """PDF/A-3 is PDF 1.7: signatures of PAdES may stand in it, and the version stays."""

        def _update_meta(self) -> None:
            """What the document says of itself, its date and its maker, is no matter of the signature."""

    return Writer(file)


def _sign(
    writer: "IncrementalPdfFileWriter", identity: DocumentIdentity, options: SigningOptions,
    timestamper: "TimeStamper | None",
) -> None:  # fmt: skip
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession

    class AtGivenTime(PdfSigner):
        def init_signing_session(
            self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
        ) -> PdfSigningSession:
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = options.now
            return session

    metadata = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=_DIGEST, subfilter=SigSeedSubFilter.PADES, name=options.name
    )
    signer = AtGivenTime(metadata, identity.signer, timestamper=timestamper, new_field_spec=SigFieldSpec(FIELD))
    signer.sign_pdf(writer, in_place=True)


def _enclose(writer: "IncrementalPdfFileWriter", found: LongTerm) -> None:
    from asn1crypto import crl, ocsp, x509
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(each) for each in found.certificates],
        ocsps=[ocsp.OCSPResponse.load(each) for each in found.ocsp_responses],
        crls=[crl.CertificateList.load(each) for each in found.revocation_lists],
    )


def _stamp_archive(writer: "IncrementalPdfFileWriter", timestamper: "TimeStamper", field: str = ARCHIVE_FIELD) -> None:
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

    PdfTimeStamper(timestamper, field_name=field).timestamp_pdf(writer, _DIGEST, in_place=True)


def _timestamper(ask: Ask) -> "TimeStamper":
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    class Asker(TimeStamper):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            return _answer(ask, req)

    return Asker()  # type: ignore[no-untyped-call]


def _answer(ask: Ask, request: "tsp.TimeStampReq") -> "tsp.TimeStampResp":
    """What the authority answers; what it is worth is judged when the signed document is read back."""
    from asn1crypto import tsp

    response = ask(request.dump())
    if len(response) > MAX_RESPONSE_BYTES:
        raise ValueError("the answer is larger than any time stamp")
    return tsp.TimeStampResp.load(response)


def _certificates_of(timestamper: "TimeStamper") -> tuple[bytes, ...]:
    """The certificates that the authority encloses; it is asked about nothing for that."""
    import asyncio

    from asn1crypto import cms

    token: cms.ContentInfo = asyncio.run(timestamper.async_dummy_response(_DIGEST))
    enclosed = token["content"]["certificates"]
    return tuple(each.chosen.dump() for each in enclosed if each.name == "certificate")


def _reason(error: Exception) -> Message:
    """Our own sentence where there is one; what libraries say is theirs, in English."""
    message = getattr(error, "message", None)
    if isinstance(message, Message):
        return message
    return say("Reason: {detail}.", detail=str(error).rstrip(".") or type(error).__name__)
