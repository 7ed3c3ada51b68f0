"""What is enclosed so that certificates can be checked in ten years: found where they say, left out where it cannot."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from tsa import certificate

from evidence_vault.errors import StorageError
from evidence_vault.signing.revocation import gather

NOW = dt.datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001  # as the library takes it: UTC without saying so
ROOT_KEY, KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
ROOT = certificate("Racine", ROOT_KEY, authority=True)


def issued(*, answers: str | None = None, lists: str | None = None) -> x509.Certificate:
    """A certificate under the root that says where its state can be asked."""
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Maître Martin")]))
        .issuer_name(ROOT.subject)
        .public_key(KEY.public_key())
        .serial_number(77)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=365))
    )
    if answers is not None:
        place = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(answers))
        made = made.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    if lists is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(lists)], None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return made.sign(ROOT_KEY, hashes.SHA256())


def der(found: x509.Certificate) -> bytes:
    return found.public_bytes(Encoding.DER)


def answer(about: x509.Certificate) -> bytes:
    """What an OCSP service says of a certificate that is in order."""
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about, issuer=ROOT, algorithm=hashes.SHA1(), cert_status=ocsp.OCSPCertStatus.GOOD, this_update=NOW,
        next_update=None, revocation_time=None, revocation_reason=None,
    )  # fmt: skip
    said = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, ROOT).sign(ROOT_KEY, hashes.SHA256())
    return said.public_bytes(Encoding.DER)


def revoked(key: ec.EllipticCurvePrivateKey = ROOT_KEY) -> bytes:
    """The revocation list of the root, empty."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(ROOT.subject).last_update(NOW)
    return builder.next_update(NOW + dt.timedelta(days=30)).sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_the_answer_of_the_service() -> None:
    """The service is asked about the very certificate, and what it says is enclosed as it came."""
    mine = issued(answers="http://ocsp.example.org/", lists="http://crl.example.org/")

    def fetch(url: str, data: bytes | None, kind: str | None) -> bytes:
        assert (url, kind) == ("http://ocsp.example.org/", "application/ocsp-request")
        assert data is not None
        assert ocsp.load_der_ocsp_request(data).serial_number == 77
        return answer(mine)

    found = gather((der(mine), der(ROOT)), fetch)

    assert found.certificates == (der(mine), der(ROOT))
    assert found.revocation_lists == ()
    (kept,) = found.ocsp_responses
    assert ocsp.load_der_ocsp_response(kept).certificate_status == ocsp.OCSPCertStatus.GOOD


@pytest.mark.parametrize(
    "said", [b"", b"<html>", "other", "refused", OSError("no network"), StorageError("no network")], ids=str
)
def test_the_list_where_there_is_no_answer(said: object) -> None:
    """A service that is down, says something else, or speaks of another certificate: its list is taken."""
    mine = issued(answers="http://ocsp.example.org/", lists="http://crl.example.org/")

    def fetch(url: str, _data: bytes | None, _kind: str | None) -> bytes:
        if url.startswith("http://crl"):
            return revoked()
        if isinstance(said, Exception):
            raise said
        if said == "refused":
            kind = ocsp.OCSPResponseStatus.TRY_LATER
            return ocsp.OCSPResponseBuilder.build_unsuccessful(kind).public_bytes(Encoding.DER)
        return answer(certificate("Autre", KEY, (ROOT, ROOT_KEY), serial=5)) if said == "other" else bytes(said)  # type: ignore[call-overload]

    found = gather((der(mine), der(ROOT)), fetch)

    assert found.ocsp_responses == ()
    assert len(found.revocation_lists) == 1


def test_a_list_of_somebody_else() -> None:
    """A list that the issuer did not sign is left out."""
    mine = issued(lists="http://crl.example.org/")

    assert gather((der(mine), der(ROOT)), lambda *_: revoked(KEY)).revocation_lists == ()


@pytest.mark.parametrize("place", ["ldap://example.org/", "file:///etc/passwd"])
def test_other_places(place: str) -> None:
    """Only addresses of the web are fetched: a certificate comes from anybody."""

    def never(*_: object) -> bytes:
        raise AssertionError

    assert gather((der(issued(answers=place, lists=place)), der(ROOT)), never).ocsp_responses == ()


def test_our_own_certificates_ask_nobody() -> None:
    """A certificate that issued itself, or whose issuer is unknown, is enclosed alone."""

    def never(*_: object) -> bytes:
        raise AssertionError

    mine = issued(answers="http://ocsp.example.org/")
    assert gather((der(ROOT),), never).certificates == (der(ROOT),)
    assert gather((der(mine),), never).certificates == (der(mine),)
