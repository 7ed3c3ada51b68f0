"""What issuers answer about the revocation of certificates, to be enclosed for later readers, who judge it.

Nothing here opens a connection: the caller gives what fetches an address. What cannot be had is left out.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from evidence_vault.errors import EvidenceVaultError
from evidence_vault.signing.pades import LongTerm

if TYPE_CHECKING:
    from cryptography import x509

Fetch: TypeAlias = Callable[[str, bytes | None, str | None], bytes]
"""Fetches an address: with a body and its media type to be sent, or without."""

_OCSP_REQUEST = "application/ocsp-request"


def gather(certificates: tuple[bytes, ...], fetch: Fetch) -> LongTerm:
    """For each certificate whose issuer is there too: the answer of its OCSP service, else its revocation list.

    Raises nothing of its own; an error of ours, an `OSError` or a `ValueError` of `fetch` leaves a certificate without.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    loaded = [x509.load_der_x509_certificate(each) for each in certificates]
    answers: list[bytes] = []
    lists: list[bytes] = []
    for certificate in loaded:
        issuer = _issuer(certificate, loaded)
        if issuer is None:
            continue
        answer = next(_answers(certificate, issuer, fetch), None)
        if answer is not None:
            answers.append(answer)
            continue
        found = next(_lists(certificate, issuer, fetch), None)
        if found is not None:
            lists.append(found.public_bytes(Encoding.DER))
    return LongTerm(certificates, tuple(dict.fromkeys(answers)), tuple(dict.fromkeys(lists)))


def _issuer(certificate: "x509.Certificate", known: "list[x509.Certificate]") -> "x509.Certificate | None":
    """The certificate above, where it is known and another; nobody revokes a certificate that issued itself."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    for issuer in known:
        if issuer.subject == certificate.issuer and issuer != certificate:
            with contextlib.suppress(ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
                certificate.verify_directly_issued_by(issuer)
                return issuer
    return None


def _answers(certificate: "x509.Certificate", issuer: "x509.Certificate", fetch: Fetch) -> Iterator[bytes]:
    """Each OCSP answer about the certificate that is one."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import AuthorityInformationAccess, ExtensionNotFound, UniformResourceIdentifier, ocsp
    from cryptography.x509.oid import AuthorityInformationAccessOID

    # SHA-1 names the certificate asked about, as every service understands (RFC 5019); nothing rests on it.
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    try:
        places = certificate.extensions.get_extension_for_class(AuthorityInformationAccess).value
    except (ExtensionNotFound, ValueError):
        return
    for place in places:
        location = place.access_location
        if place.access_method != AuthorityInformationAccessOID.OCSP or not _is_web(location):
            continue
        assert isinstance(location, UniformResourceIdentifier)
        with contextlib.suppress(EvidenceVaultError, OSError, ValueError):
            data = fetch(location.value, request.public_bytes(Encoding.DER), _OCSP_REQUEST)
            answer = ocsp.load_der_ocsp_response(data)
            if (
                answer.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL
                and answer.serial_number == certificate.serial_number
            ):
                yield data


def _lists(
    certificate: "x509.Certificate", issuer: "x509.Certificate", fetch: Fetch
) -> "Iterator[x509.CertificateRevocationList]":
    """Each revocation list of the issuer that is signed by it."""
    from cryptography.x509 import (
        CRLDistributionPoints,
        ExtensionNotFound,
        UniformResourceIdentifier,
        load_der_x509_crl,
    )

    try:
        points = certificate.extensions.get_extension_for_class(CRLDistributionPoints).value
    except (ExtensionNotFound, ValueError):
        return
    for location in (name for point in points for name in point.full_name or ()):
        if not _is_web(location):
            continue
        assert isinstance(location, UniformResourceIdentifier)
        with contextlib.suppress(EvidenceVaultError, OSError, ValueError, TypeError):
            found = load_der_x509_crl(fetch(location.value, None, None))
            if found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # other kinds are a TypeError
                yield found


def _is_web(location: object) -> bool:
    from cryptography.x509 import UniformResourceIdentifier

    return isinstance(location, UniformResourceIdentifier) and location.value.startswith(("http://", "https://"))
