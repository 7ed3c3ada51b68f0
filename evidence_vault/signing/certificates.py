"""X.509 certificates as time-stamp tokens and trusted lists need them (cryptography)."""

from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence_vault.messages import Message, say
from evidence_vault.signing import der

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, with what is asked of it for each token."""

    der: bytes
    x509: x509.Certificate
    name: str
    """Its subject as people read it."""
    begins: int
    ends: int
    """The first and the last second for which it was made, since 1970."""
    issuer: bytes
    serial: bytes
    subject: bytes
    """Issuer, serial number and subject as they stand in the DER."""
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | None
    """None for a key of a kind that `openssl ts` does not check either."""
    fault: Message | None
    """Why it must not sign time stamps, or None."""

    def issued(self, other: "Certificate") -> bool:
        """Whether `other` names this one as its issuer and bears its signature. Dates are not looked at."""
        if other.issuer != self.subject and other.x509.issuer != self.x509.subject:
            return False
        try:
            other.x509.verify_directly_issued_by(self.x509)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True

    def is_same_holder(self, other: "Certificate") -> bool:
        """Whether both are for one name and one key: a service stays the same when its certificate is renewed."""
        return self.x509.subject == other.x509.subject and self._spki() == other._spki()

    def _spki(self) -> bytes:
        return self.x509.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def readable(name: x509.Name) -> str:
    """A name of a certificate as people read it: common name, organisation, country."""
    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.COUNTRY_NAME)
    found = [str(each.value) for kind in kinds for each in name.get_attributes_for_oid(kind)]
    return (", ".join(found) or name.rfc4514_string())[:_LONGEST_NAME]


@lru_cache(maxsize=128)
def load_certificate(data: bytes) -> Certificate:
    """Read an X.509 certificate; raise `ValueError` where it is none."""
    parts = der.sequence(der.sequence(der.element(data))[0])
    serial, _algorithm, issuer, _validity, subject = parts[1:6] if parts[0].tag == der.context(0) else parts[0:5]
    if serial.number() < 0:  # some old roots have 0
        raise ValueError("a negative serial number")  # the library only warns, as yet
    try:
        certificate = x509.load_der_x509_certificate(data)
    except x509.InvalidVersion as error:
        raise ValueError("not a certificate of a known version") from error
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    return Certificate(
        der=data,
        x509=certificate,
        name=readable(certificate.subject),
        begins=int(certificate.not_valid_before_utc.timestamp()),
        ends=int(certificate.not_valid_after_utc.timestamp()),
        issuer=issuer.whole,
        serial=serial.whole,
        subject=subject.whole,
        key=key if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else None,
        fault=_fault(certificate),
    )


def _fault(certificate: x509.Certificate) -> Message | None:
    """Why a certificate may not sign time stamps (RFC 3161, section 2.3), or None."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        usages = [each.value for each in certificate.extensions if isinstance(each.value, x509.KeyUsage)]
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return say("The certificate of the signer is not made for time stamps.")
    if list(purposes.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        return say("The certificate of the signer is made for something other than time stamps.")
    if not purposes.critical:
        return say("The certificate of the signer does not insist that it is for time stamps only.")
    for usage in usages:
        others = (usage.key_encipherment, usage.data_encipherment, usage.key_agreement, usage.key_cert_sign)
        if any(others) or usage.crl_sign or not (usage.digital_signature or usage.content_commitment):
            return say("The certificate of the signer is made for something other than time stamps.")
    return None
