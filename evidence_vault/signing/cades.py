"""The signature in a PDF taken apart and checked (CAdES, ETSI EN 319 122-1; RFC 5652, RFC 5035).

Only what needs no trust: that the one signer signed these bytes with the key of the certificate that the signature
itself names. RSA (PKCS #1 v1.5) and ECDSA with SHA-256, 384 or 512.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from evidence_vault.messages import Message, say
from evidence_vault.signing import der
from evidence_vault.signing.algorithms import (
    CONTENT_TYPE,
    DIGESTS,
    ECDSA,
    HASHES,
    MESSAGE_DIGEST,
    RSA,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
)

_DATA_OID = bytes.fromhex("06092a864886f70d010701")  # 1.2.840.113549.1.7.1
_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"


class SignatureError(Exception):
    """A signature that is not one over these bytes, and why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that fits its certificate and the bytes."""

    certificate: bytes
    subject: str
    """The subject of the certificate, to be read by people."""
    value: bytes
    token: bytes | None
    """The DER of the time-stamp token over `value`, if one is enclosed; not judged."""


def check_signature(data: bytes, digest: Callable[[str], bytes]) -> Signature:
    """Check a detached CMS signature; `digest` gives the digest of what is signed, by the name of its algorithm.

    Raises `SignatureError`, or `ValueError` where the DER is malformed.
    """
    kind, wrapped = der.sequence(der.element(data))
    _version, _digests, content, *optional, signers = der.sequence(_unwrap(wrapped))
    if kind.oid() != SIGNED_DATA or [each.whole for each in der.sequence(content)] != [_DATA_OID]:
        raise SignatureError(say("what stands in the place of the signature is something else"))
    if len(der.set_of(signers)) != 1:
        raise SignatureError(say("the signature is not that of exactly one signer"))
    certificates = [each.whole for part in optional if part.tag == der.context(0) for each in part.children()]
    (signer,) = der.set_of(signers)
    _version, who, digest_algorithm, attributes, algorithm, value, *unsigned = der.sequence(signer)
    name = DIGESTS.get(der.sequence(digest_algorithm)[0].oid())
    if name is None:
        raise SignatureError(say("the signature uses a digest that is not accepted"))
    signed = _attributes(attributes)
    if signed[CONTENT_TYPE].whole != _DATA_OID or signed[MESSAGE_DIGEST].octets() != digest(name):
        raise SignatureError(say("the signed bytes are not those that were signed"))
    certificate = _named(signed, who, certificates)
    loaded = x509.load_der_x509_certificate(certificate)
    _check(loaded, algorithm, name, value.octets(), der.wrap(der.SET, attributes.content))
    return Signature(certificate, _readable(loaded.subject), value.octets(), _token(unsigned))


def _unwrap(found: der.Element) -> der.Element:
    if found.tag != der.context(0):
        raise ValueError("another kind of element than expected")
    (inner,) = found.children()
    return inner


def _attributes(found: der.Element) -> dict[str, der.Element]:
    """The signed attributes by their type, each with its one value."""
    if found.tag != der.context(0):
        raise SignatureError(say("the signature does not say what it is about"))
    signed: dict[str, der.Element] = {}
    for attribute in found.children():
        kind, values = der.sequence(attribute)
        (value,) = der.set_of(values)
        if signed.setdefault(kind.oid(), value) is not value:
            raise SignatureError(say("the signature says the same thing twice"))
    if not {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2} <= signed.keys():
        raise SignatureError(say("the signature does not name its certificate"))
    return signed


def _named(signed: dict[str, der.Element], who: der.Element, certificates: list[bytes]) -> bytes:
    """The enclosed certificate whose digest is signed, and which issuer and serial number name too."""
    first = der.sequence(der.sequence(der.sequence(signed[SIGNING_CERTIFICATE_V2])[0])[0])
    digest: str | None = "sha256"
    if first[0].tag == der.SEQUENCE:
        digest = DIGESTS.get(der.sequence(first.pop(0))[0].oid())
    if digest is None:
        raise SignatureError(say("the signature uses a digest that is not accepted"))
    for certificate in certificates:
        if hashlib.new(digest, certificate).digest() == first[0].octets():
            parts = der.sequence(der.sequence(der.element(certificate))[0])
            serial, _algorithm, issuer = parts[1:4] if parts[0].tag == der.context(0) else parts[0:3]
            if [each.whole for each in der.sequence(who)] == [issuer.whole, serial.whole]:
                return certificate
    raise SignatureError(say("the signature does not enclose the certificate that it names"))


def _check(certificate: x509.Certificate, algorithm: der.Element, digest: str, signature: bytes, signed: bytes) -> None:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    name = der.sequence(algorithm)[0].oid()
    try:
        if isinstance(key, rsa.RSAPublicKey) and RSA.get(name, "") in {None, digest}:
            key.verify(signature, signed, padding.PKCS1v15(), HASHES[digest])
        elif isinstance(key, ec.EllipticCurvePublicKey) and ECDSA.get(name) == digest:
            key.verify(signature, signed, ec.ECDSA(HASHES[digest]))
        else:
            raise SignatureError(say("the signature is made in a way that this program does not check"))
    except InvalidSignature:
        raise SignatureError(say("the signature is not that of the certificate")) from None


def _token(unsigned: list[der.Element]) -> bytes | None:
    for part in unsigned:
        for attribute in part.children():
            kind, values = der.sequence(attribute)
            if kind.oid() == _TIME_STAMP:
                return der.set_of(values)[0].whole
    return None


def _readable(name: x509.Name) -> str:
    return ", ".join(str(attribute.value) for attribute in reversed(list(name)))
