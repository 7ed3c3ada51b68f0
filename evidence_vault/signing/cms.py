"""A time-stamp token taken apart (RFC 3161, RFC 5652, RFC 5816), and its own signature checked.

What is checked here needs no trust: that the parts fit together and were signed by the certificate enclosed.
Whether that certificate deserves belief is asked in `tokens`. RSA (PKCS #1 v1.5) and ECDSA with SHA-256, 384 or 512.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidSignature
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
from evidence_vault.signing.certificates import Certificate, load_certificate

_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_COARSEST = dt.timedelta(days=1)
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
"""Some signers name the kind of their key here, instead of an algorithm."""


class TokenError(Exception):
    """A token that is not what it should be, and whether that is a falsehood or only something we cannot judge."""

    def __init__(self, state: Literal["invalid", "unverifiable"], reason: Message) -> None:
        super().__init__(str(reason))
        self.state = state
        self.reason = reason


def unverifiable(reason: Message) -> TokenError:
    """The error for a token of which nothing can be said."""
    return TokenError("unverifiable", reason)


def invalid(reason: Message) -> TokenError:
    """The error for a token that contradicts itself, its signature or the rules of RFC 3161."""
    return TokenError("invalid", reason)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the authority says (TSTInfo)."""

    policy: str
    digest: str
    imprint: bytes
    serial: int
    gen_time: dt.datetime
    accuracy: dt.timedelta
    nonce: int | None
    authority: bytes | None
    """The name in DER that it gives itself, if it does."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of the authority (TimeStampReq)."""

    digest: str
    imprint: bytes
    policy: str | None
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Token:
    """A time-stamp response that grants a token, taken apart. Nothing in it is checked yet but its form."""

    response: bytes
    """The response with its certificates in the order of DER."""
    claim: Claim
    content: bytes
    """The DER of the claim: what is signed."""
    certificates: tuple[bytes, ...]
    signers: tuple[der.Element, ...]
    """Each SignerInfo."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """An ESSCertID or ESSCertIDv2: which certificate a signature names, by digest and perhaps also by name."""

    digest: str
    value: bytes
    issuer: bytes | None
    serial: bytes | None
    first: bool

    def fits(self, certificate: Certificate) -> bool:
        found = hashlib.new(self.digest, certificate.der, usedforsecurity=self.digest != "sha1").digest()
        named = self.issuer is None or (self.issuer, self.serial) == (certificate.issuer, certificate.serial)
        return found == self.value and named


@dataclass(frozen=True, slots=True)
class Signer:
    """The certificate that signed a token, and what else the signature points to."""

    certificate: Certificate
    others: tuple[Pointer, ...]

    def points_into(self, path: Sequence[bytes]) -> bool:
        """Whether every other certificate that the signature names is on the path from the signer to the root.

        An authority may name its whole chain; `openssl ts` then insists on that chain, and so do we.
        """
        return all(any(other.fits(load_certificate(each)) for each in path) for other in self.others)


def read_request(data: bytes) -> Request:
    """Read a TimeStampReq; raise `ValueError` where it is none that we could have made."""
    _version, imprint, *rest = der.sequence(der.element(data))
    digest, value = _imprint(imprint)
    policy = next((each.oid() for each in rest if each.tag == der.OID), None)
    nonce = next((each.number() for each in rest if each.tag == der.INTEGER), None)
    return Request(digest, value, policy, nonce)


def read_token(response: bytes) -> Token:
    """Take a TimeStampResp apart; raise `TokenError` or `ValueError` where that cannot be done.

    Certificates that do not stand in the order of DER are put into it. Their order is signed by nobody and means
    nothing, and RFC 5652 (section 5.1) asks for DER in the signed parts only; `openssl ts` writes them as they come,
    so that a reader who insists would refuse honest tokens.
    """
    status, *rest = der.sequence(der.element(response))
    granted = der.sequence(status)[0].number()
    if granted != 0 or not rest:
        raise unverifiable(say("The authority granted no time stamp: its status is {status}.", status=granted))
    (token,) = rest
    kind, wrapped = der.sequence(token)
    version, digests, content, *optional, signers = der.sequence(_unwrap(wrapped))
    content_kind, content_wrapped = der.sequence(content)
    if kind.oid() != SIGNED_DATA or content_kind.oid() != _TST_INFO:
        raise unverifiable(say("The answer holds something other than a time-stamp token."))
    said = _unwrap(content_wrapped).octets()
    enclosed = [each.whole for part in optional if part.tag == der.context(0) for each in part.children()]
    if enclosed != sorted(enclosed):
        enclosed.sort()
        optional = [der.element(der.wrap(der.context(0), b"".join(enclosed))), *optional[1:]]
        parts = b"".join(part.whole for part in (version, digests, content, *optional, signers))
        signed_data = der.wrap(der.context(0), der.wrap(der.SEQUENCE, parts))
        response = der.wrap(der.SEQUENCE, status.whole + der.wrap(der.SEQUENCE, kind.whole + signed_data))
    return Token(
        response=response,
        claim=_read_claim(said),
        content=said,
        certificates=tuple(enclosed),
        signers=tuple(der.set_of(signers)),
    )


def _read_claim(data: bytes) -> Claim:
    version, policy, imprint, serial, gen_time, *rest = der.sequence(der.element(data))
    if version.number() != 1:
        raise unverifiable(say("The token is of a version that is not known here."))
    digest, value = _imprint(imprint)
    accuracy = next((_accuracy(each) for each in rest if each.tag == der.SEQUENCE), dt.timedelta())
    nonce = next((each.number() for each in rest if each.tag == der.INTEGER), None)
    if accuracy > _COARSEST:
        raise unverifiable(say("The token states an accuracy so coarse that it dates nothing."))
    name = next((_unwrap(each).content for each in rest if each.tag == der.context(0)), None)
    return Claim(policy.oid(), digest, value, serial.number(), gen_time.time(), accuracy, nonce, name)


def _imprint(found: der.Element) -> tuple[str, bytes]:
    algorithm, value = der.sequence(found)
    return _digest_name(algorithm), value.octets()


def _digest_name(algorithm: der.Element) -> str:
    name = DIGESTS.get(_algorithm(algorithm.whole))
    if name is None:
        raise unverifiable(say("The token uses a digest that is not accepted."))
    return name


@lru_cache(maxsize=64)
def _algorithm(identifier: bytes) -> str:
    """The object identifier in an AlgorithmIdentifier; parameters are left to the library that reads strictly."""
    return der.sequence(der.element(identifier))[0].oid()


def _accuracy(found: der.Element) -> dt.timedelta:
    """RFC 3161, section 2.4.2; what is left out is zero."""
    units = {der.INTEGER: "seconds", 0x80: "milliseconds", 0x81: "microseconds"}
    return dt.timedelta(**{units[each.tag]: int.from_bytes(each.content, "big") for each in found.children()})


def _unwrap(found: der.Element) -> der.Element:
    """The one element under an explicit tag of number 0."""
    if found.tag != der.context(0):
        raise ValueError("another kind of element than expected")
    (inner,) = found.children()
    return inner


def signer_of(token: Token) -> Signer:
    """Who signed the token, after checking that they did and that the token points to their certificate.

    Raise `TokenError` otherwise: unverifiable where the certificate is not enclosed or an algorithm is unknown.
    """
    if not token.certificates:
        raise unverifiable(say("No certificate is enclosed in the token, so its signature cannot be checked."))
    if len(token.signers) != 1:
        raise invalid(say("The token does not bear exactly one signature."))
    _version, who, digest_algorithm, attributes, algorithm, signature, *_unsigned = der.sequence(token.signers[0])
    if attributes.tag != der.context(0):
        raise invalid(say("The signature of the token does not say what it is about."))
    digest = _digest_name(digest_algorithm)
    signed = _attributes(attributes)
    if signed[CONTENT_TYPE].oid() != _TST_INFO:
        raise invalid(say("The signature is about something other than a time stamp."))
    if signed[MESSAGE_DIGEST].octets() != hashlib.new(digest, token.content).digest():
        raise invalid(say("What the authority signed is not what the token says."))
    pointers = _pointers(signed)
    named = _named(who, token.certificates)
    certificate = _pointed_at(pointers, named)
    _check_signature(certificate, algorithm, digest, signature.octets(), der.wrap(der.SET, attributes.content))
    if len(named) > 1:
        raise unverifiable(say("Two certificates are enclosed under the name and number of the signer."))
    if token.claim.authority not in {None, certificate.subject}:
        raise unverifiable(say("The token does not name its authority as the certificate does."))
    return Signer(certificate, tuple(pointer for pointer in pointers if not pointer.first))


def _pointers(signed: dict[str, der.Element]) -> list[Pointer]:
    """The signing-certificate attributes (RFC 2634, RFC 5035), of which there must be one.

    They are what keeps another certificate over the same key, or with the same name, from being put in its place.
    """
    found = []
    for kind, standard in ((_SIGNING_CERTIFICATE, "sha1"), (SIGNING_CERTIFICATE_V2, "sha256")):
        if kind in signed:
            for number, each in enumerate(der.sequence(der.sequence(signed[kind])[0])):
                parts = der.sequence(each)
                digest = standard
                if kind == SIGNING_CERTIFICATE_V2 and parts[0].tag == der.SEQUENCE:
                    digest = _digest_name(parts.pop(0))
                issuer = serial = None
                if len(parts) > 1:
                    names, number_of = der.sequence(parts[1])
                    (name,) = der.sequence(names)
                    issuer, serial = name.content, number_of.whole
                found.append(Pointer(digest, parts[0].octets(), issuer, serial, first=number == 0))
    if not found:
        raise invalid(say("The signature does not name the certificate of its signer."))
    return found


def _named(who: der.Element, certificates: tuple[bytes, ...]) -> list[Certificate]:
    """The enclosed certificates that a SignerInfo names by issuer and serial number: one, if all is well."""
    issuer, serial = (each.whole for each in der.sequence(who))
    loaded = map(load_certificate, dict.fromkeys(certificates))
    return [each for each in loaded if (each.issuer, each.serial) == (issuer, serial)]


def _pointed_at(pointers: list[Pointer], named: list[Certificate]) -> Certificate:
    """The one among `named` that the signed pointers name by digest."""
    if not named:
        raise unverifiable(say("The certificate of the signer is not enclosed in the token."))
    for certificate in named:
        if all(pointer.fits(certificate) for pointer in pointers if pointer.first):
            return certificate
    raise invalid(say("The signature names another certificate than the one enclosed."))


def _attributes(found: der.Element) -> dict[str, der.Element]:
    """The signed attributes by their type, each with its one value."""
    signed: dict[str, der.Element] = {}
    for attribute in found.children():
        kind, values = der.sequence(attribute)
        (value,) = der.set_of(values)
        if signed.setdefault(kind.oid(), value) is not value:
            raise invalid(say("The signature says the same thing twice."))
    if not {CONTENT_TYPE, MESSAGE_DIGEST} <= set(signed):
        raise invalid(say("The signature of the token does not say what it is about."))
    return signed


def _check_signature(
    certificate: Certificate, algorithm: der.Element, digest: str, signature: bytes, signed: bytes
) -> None:
    key, name = certificate.key, _algorithm(algorithm.whole)
    table = RSA if isinstance(key, rsa.RSAPublicKey) else {_EC_PUBLIC_KEY: None, **ECDSA}
    if key is None or table.get(name, "") not in {None, digest}:
        raise unverifiable(say("The token is signed in a way that is not known here."))
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), HASHES[digest])
        else:
            key.verify(signature, signed, ec.ECDSA(HASHES[digest]))
    except InvalidSignature:
        raise invalid(say("The signature of the authority is wrong.")) from None
