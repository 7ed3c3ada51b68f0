"""RFC 3161 time stamps: the request, and what the answer of an authority is worth. No network, no files.

`rfc3161-client` reads the answer strictly and follows the chain of certificates at the time of the token; what it
leaves out, and what tells a lie from something unknown, is checked in `signing.cms`.
"""

import contextlib
import datetime as dt
import hashlib
import shlex
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

    from evidence_vault.signing.certificates import Certificate
    from evidence_vault.signing.cms import Claim, Token

MAX_RESPONSE_BYTES = 256 * 1024
"""The largest answers met hold some ten kilobytes of certificates."""

_LONGEST_CHAIN = 10
_MOST_ANCHORS = 256
_ANCHORED: dict[tuple[bytes, tuple[bytes, ...], tuple[bytes, ...]], tuple[int, int]] = {}
"""Signer, certificates and roots of which a chain was found, and the seconds between which that answer stands."""

TokenState: TypeAlias = Literal["valid", "untrusted", "unverifiable", "invalid"]


@dataclass(frozen=True, slots=True)
class Roots:
    """The certificates, in DER, in which chains may end; `shipped` if they came with this program."""

    certificates: tuple[bytes, ...]
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class TokenJudgement:
    """What a token is worth, and what it says.

    valid: signed by an authority whose chain ended in a given root at `gen_time`. untrusted: the same, without such a
    root. unverifiable: nothing can be said. invalid: it is about other bytes, or false. What stands beside the state
    is the token's own word unless the state is `valid`, and None where it could not be read.
    """

    state: TokenState
    reason: Message
    gen_time: dt.datetime | None = None
    accuracy: dt.timedelta = field(default=dt.timedelta())
    authority: str | None = None
    """The subject of the certificate that signed, to be read by people."""
    root: str | None = None
    """The subject of the root in which the chain ends, if it is one that was given."""
    policy: str | None = None
    certificate: bytes | None = field(default=None, repr=False)
    """The DER of the certificate that signed."""
    serial: int | None = None
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    """Every certificate enclosed, in DER: that of the signer, and those that may lead to a root."""


def make_request(data: bytes) -> bytes:
    """The DER of a TimeStampReq for the SHA-256 of `data`, with a random nonce, asking for the certificates."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    return TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()


def judge(response: bytes, data: bytes, request: bytes | None, roots: Roots) -> TokenJudgement:
    """Judge a TimeStampResp about `data` at the time that it states. Never raises.

    `request` is what it should answer: imprint, policy and nonce must agree. Without it only `data` is compared.
    Not asked: whether a certificate was revoked. A list of today says little about a token of years ago.
    """
    try:
        return _judge(response, data, request, roots)
    except BaseException as error:
        # Readers of hostile bytes raise what they please, and one in Rust a "panic" that is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return TokenJudgement("unverifiable", _unreadable(response))


def _judge(response: bytes, data: bytes, request: bytes | None, roots: Roots) -> TokenJudgement:
    from evidence_vault.signing.certificates import load_certificate
    from evidence_vault.signing.cms import TokenError, read_token, signer_of

    if len(response) > MAX_RESPONSE_BYTES:
        return TokenJudgement("unverifiable", say("The answer is larger than any time stamp."))
    try:
        token = read_token(response)
    except TokenError as error:
        return TokenJudgement(error.state, error.reason)
    claim = token.claim
    said = partial(
        TokenJudgement,
        gen_time=claim.gen_time,
        accuracy=claim.accuracy,
        policy=claim.policy,
        serial=claim.serial,
        chain=token.certificates,
    )
    try:
        _check_answer(claim, data, request)
        strict = _read_strictly(token)
        signer = signer_of(token)
    except TokenError as error:
        return said(error.state, error.reason)
    certificate = signer.certificate
    said = partial(said, authority=certificate.name, certificate=certificate.der)
    fault = certificate.fault or _outside(claim.gen_time, certificate)
    if fault is not None:
        return said("invalid", fault)
    trusted = _readable(roots.certificates)
    path = _path_of(certificate.der, token.certificates, trusted)
    # With two roots of one name the library may follow the other: it is asked about the one that was met first.
    if (
        not path
        or not signer.points_into(path)
        or not any(_is_anchored(strict, token, certificate, roots) for roots in (path[-1:], trusted))
    ):
        return said("untrusted", say("The certificate of the token leads to none of the roots that were given."))
    reason = say("The signature is right, and its certificate led to a root that was given.")
    return said("valid", reason, root=load_certificate(path[-1]).name)


def _check_answer(claim: "Claim", data: bytes, request: bytes | None) -> None:
    """Raise `TokenError` where the token is about other bytes, or answers another request."""
    from evidence_vault.signing.cms import invalid, read_request, unverifiable

    if hashlib.new(claim.digest, data).digest() != claim.imprint:
        raise invalid(say("The token is about other bytes."))
    if request is None:
        return
    try:
        asked = read_request(request)
    except (ValueError, LookupError):
        raise unverifiable(say("The request kept with the token cannot be read.")) from None
    if (asked.digest, asked.imprint) != (claim.digest, claim.imprint):
        raise invalid(say("The token does not answer the request kept with it."))
    if asked.nonce is not None and asked.nonce != claim.nonce:
        raise invalid(say("The token answers another request: the random number is not the one that was sent."))
    if asked.policy is not None and asked.policy != claim.policy:
        raise invalid(say("The token was made under another policy than was asked for."))


def _read_strictly(token: "Token") -> "TimeStampResponse":
    from rfc3161_client import decode_timestamp_response

    from evidence_vault.signing.cms import unverifiable

    try:
        return decode_timestamp_response(token.response)
    except ValueError:
        raise unverifiable(say("The answer is not written as strictly as a time stamp must be.")) from None


def _outside(moment: dt.datetime, signer: "Certificate") -> Message | None:
    if signer.begins <= int(moment.timestamp()) <= signer.ends:
        return None
    return say("The token is dated outside the time for which its certificate was made.")


@lru_cache(maxsize=16)
def _readable(roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Those roots that can be used: one that cannot must not keep the others from being trusted."""
    from evidence_vault.signing.certificates import load_certificate

    found = []
    for each in roots:
        with contextlib.suppress(ValueError):
            load_certificate(each)
            found.append(each)
    return tuple(found)


@lru_cache(maxsize=64)
def _path_of(signer: bytes, enclosed: tuple[bytes, ...], roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The certificates from the signer up to a given root, by names and signatures only; none if no root is met.

    It is there to name what the library found, which decides whether to believe it.
    """
    from evidence_vault.signing.certificates import load_certificate

    path = [signer]
    while len(path) < _LONGEST_CHAIN:
        current = load_certificate(path[-1])
        if path[-1] in roots and current.subject == current.issuer:
            return tuple(path)
        others = (each for each in (*roots, *enclosed) if each not in path)
        above = next((each for each in others if load_certificate(each).issued(current)), None)
        if above is None:
            return ()
        path.append(above)
    return ()


def _is_anchored(strict: "TimeStampResponse", token: "Token", signer: "Certificate", roots: tuple[bytes, ...]) -> bool:
    """Whether the library finds a chain to a root at the time of the token.

    The answer depends on the certificates and on which of them are valid at that time, so a yes is kept for as long
    as none of them begins or ends: with thousands of tokens of one authority, each chain is followed once.
    """
    from rfc3161_client import VerificationError, VerifierBuilder

    from evidence_vault.signing.certificates import load_certificate

    moment = int(token.claim.gen_time.timestamp())
    key = (signer.der, token.certificates, roots)
    first, last = _ANCHORED.get(key, (1, 0))
    if first <= moment <= last:
        return True
    verifier = VerifierBuilder(roots=[load_certificate(each).x509 for each in roots]).build()
    try:
        verifier.verify(strict, token.claim.imprint)
    except VerificationError:
        return False
    known = [load_certificate(each) for each in (*token.certificates, *roots)]
    if len(_ANCHORED) >= _MOST_ANCHORS:
        _ANCHORED.clear()
    # At its last second a certificate holds for RFC 5280 and no longer for openssl, hence a bound on either side of it.
    changes = {bound for each in known for bound in (each.begins, each.ends, each.ends + 1)}
    first = max((each for each in changes if each <= moment), default=moment)
    last = min((each - 1 for each in changes if each > moment), default=moment)
    _ANCHORED[key] = (first, last)
    return True


def _unreadable(response: bytes) -> Message:
    if response.lstrip()[:1] == b"<":
        return say("A web page came instead of a time stamp.")
    return say("This is no time stamp, or only a part of one.")


def read_certificates(data: bytes) -> tuple[bytes, ...]:
    """The certificates in a PEM file (one or several) or a DER file, as DER; `ValueError` where there is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    found = x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
    return tuple(dict.fromkeys(each.public_bytes(Encoding.DER) for each in found))


def openssl_verify_command(
    data: str, response: str, roots: str, gen_time: dt.datetime, *, untrusted: str | None = None
) -> tuple[str, ...]:
    """The lines of the command by which anybody checks a token with openssl; the arguments are names of files.

    `-attime` is the time of the token: without it openssl refuses a token once the authority's certificate ended.
    `untrusted` is a PEM file of intermediate certificates, for a token that does not enclose them.
    """
    more = ("-untrusted", untrusted) if untrusted else ()
    first = ("openssl", "ts", "-verify", "-data", data, "-in", response)
    second = ("-CAfile", roots, *more, "-attime", str(int(gen_time.timestamp())))
    return (f"{shlex.join(first)} \\", f"  {shlex.join(second)}")
