"""Cases of one RFC 3161 token each, over a ledger of two entries; each token also stands alone in `tokens/`.

The verifier was given the signer's key and the root of the authority whose name the token bears.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import tsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from vectors.cases import Trust, add
from vectors.world import MORNING, Scene, authorities, begun, digest_of, fixed, request_for

from evidence_vault.signing.tokens import TokenState

CHANCE = "token"
"""All are about the same checkpoint."""
FAILS: dict[TokenState, tuple[list[int], list[int]]] = {
    "valid": ([], []),
    "untrusted": ([], [12]),
    "unverifiable": ([], [12]),
    "invalid": ([14], [12]),
}
"""By the state of the only token: the checks that fail, and those left open."""


@dataclass(frozen=True)
class Token:
    """A token alone: how it is made, and what it is worth."""

    note: str
    state: TokenState
    make: Callable[[], Scene]
    root: str
    openssl: bool
    """Whether `openssl ts -verify` accepts it about the data, at the time that it states."""


TOKENS: dict[str, Token] = {}


def token(
    name: str,
    note: str,
    state: TokenState,
    make: Callable[[], Scene],
    *,
    root: str = "p256",
    openssl: bool | None = None,
) -> None:
    """Enter a case of one token; openssl agrees on it unless told otherwise."""
    agrees = state == "valid" if openssl is None else openssl
    TOKENS[name] = Token(" ".join(note.split()), state, make, root, agrees)
    failed, open_ = FAILS[state]
    add(f"token-{name}", note, make, Trust(roots=(f"roots/{root}.pem",)), failed, open_, chance=CHANCE)


def stamp(
    name: str, note: str, state: TokenState, by: str = "p256", openssl: bool | None = None, **false: object
) -> None:
    """A token that is made as `tsa.Authority.stamp` says."""

    def make() -> Scene:
        scene = begun()
        scene.stamp(authorities()[by], **false)  # type: ignore[arg-type]
        return scene

    token(name, note, state, make, root="p256" if by == "stranger" else by, openssl=openssl)


stamp("by-rsa", "An honest token of an authority that signs with RSA and SHA-256.", "valid", by="rsa")
stamp("by-p256", "An honest token of an authority that signs with P-256, with a certificate between.", "valid")
stamp("by-p384", "An honest token of an authority that signs with P-384 and SHA-384.", "valid", by="p384")
stamp(
    "of-a-certificate-that-ended-since",
    "The certificate ended 20 days later: valid at the time of the token.",
    "valid",
    by="expired",
)
stamp("without-a-request", "The request was not kept: no nonce can be compared.", "valid", asked=False)
stamp(
    "with-fractions-of-a-second",
    "The token states fractions of a second.",
    "valid",
    at=MORNING + dt.timedelta(seconds=3, microseconds=250_000),
)
stamp("without-accuracy", "The token states no accuracy, which is zero.", "valid", accuracy=None)
stamp(
    "about-sha-512",
    "The imprint is by SHA-512: more than was asked for, where no request was kept.",
    "valid",
    digest="sha512",
    asked=False,
)
stamp(
    "naming-its-certificate-by-sha-1",
    "The signed attribute is signing-certificate (RFC 2634), as older authorities write it.",
    "valid",
    pointers=(1,),
)
stamp("naming-its-certificate-twice", "Both versions of the signed attribute.", "valid", pointers=(1, 2))
stamp(
    "with-certificates-out-of-order",
    "The certificates do not stand in the order of DER, as openssl writes them.",
    "valid",
    in_order=False,
)
stamp(
    "naming-its-whole-chain",
    "The signed attribute names the certificate between too, which is on the chain.",
    "valid",
    pointed_chain=True,
)
stamp(
    "naming-no-certificate",
    "No signing-certificate attribute: another certificate over the same key would fit.",
    "invalid",
    pointers=(),
)
stamp(
    "with-two-signatures",
    "Two signatures: a verifier that looks at one of them could look at the other.",
    "invalid",
    signatures=2,
)
stamp(
    "signed-about-something-else",
    "The signed content type is that of ordinary data: the signature was made for something else.",
    "invalid",
    content_kind="1.2.840.113549.1.7.1",
    openssl=True,
)
stamp("of-a-later-version", "A TSTInfo of version 2, which nobody knows.", "unverifiable", version=2)
stamp("refused", "The authority granted nothing.", "unverifiable", status=2)
stamp(
    "granted-with-changes",
    "Granted, with modifications: not what was asked for.",
    "unverifiable",
    status=1,
    openssl=True,
)
stamp(
    "signed-with-sha-1", "SHA-1 in the signature is not accepted.", "unverifiable", signed_digest="sha1", openssl=True
)
stamp("about-sha-1", "The imprint is by SHA-1.", "unverifiable", digest="sha1", asked=False, openssl=True)
stamp("of-an-unknown-authority", "Its root was not given: it neither counts nor fails.", "untrusted", by="stranger")
stamp(
    "after-its-certificate-ended",
    "Stamped after the certificate of the authority had ended.",
    "invalid",
    by="expired",
    at=MORNING + dt.timedelta(days=21),
)
BETWEEN_MISSING = "The certificate between is not enclosed, so that no chain leads to the root."


def _without_between() -> Scene:
    scene = begun()
    by = authorities()["p256"]
    scene.stamp(by, certificates=[by.signer])
    return scene


token("without-the-certificate-between", BETWEEN_MISSING, "untrusted", _without_between)


def _of_a_chain_that_ended() -> Scene:
    """A certificate between that had ended when the token was made, while that of the signer had not."""
    good = authorities()["p256"]
    root = good.root, tsa.private_key("p256", "root of Horloge P256")
    middle = tsa.private_key("p256", "between of Horloge P256")
    between = tsa.certificate("Horloge P256 intermédiaire", middle, root, authority=True, ended=MORNING)
    scene = begun()
    scene.stamp(replace(good, between=(between,)))
    return scene


token(
    "of-a-chain-that-had-ended",
    "A certificate between had ended when the token was made.",
    "untrusted",
    _of_a_chain_that_ended,
)


BEHAVIOURS: dict[str, tuple[str, TokenState]] = {
    "html": ("A web page came instead of a token.", "unverifiable"),
    "garbage": ("Bytes without any meaning.", "unverifiable"),
    "truncated": ("The last 40 bytes are missing.", "unverifiable"),
    "wrong_nonce": ("It answers another request: a token made earlier, or for somebody else.", "invalid"),
    "other_bytes": ("It is about other bytes than this checkpoint.", "invalid"),
    "no_certificates": ("No certificate is enclosed, so that the signature cannot be checked.", "unverifiable"),
    "injected_certificates": ("A certificate that nothing needs is enclosed: it is passed over.", "valid"),
    "spoofed": ("Somebody else signed under the name of the authority, to whose certificate it points.", "invalid"),
    "pointing_elsewhere": ("Somebody else signed, and it points to a certificate that is not enclosed.", "invalid"),
    "twin": ("Somebody else signed; two certificates of one name and serial number are enclosed.", "unverifiable"),
    "wrong_signature": ("The signature was made with another key.", "invalid"),
    "moved_time": ("The time was moved back by 90 days after signing.", "invalid"),
    "past": ("It is dated before the certificate of its signer began.", "invalid"),
    "future": ("It is dated after the certificate of its signer ended.", "invalid"),
}
"""Each way in which an authority may lie, and what its token is worth."""


def _behaving(how: str) -> Callable[[], Scene]:
    def make() -> Scene:
        scene = begun()
        request = request_for(scene.note(), int.from_bytes(digest_of("nonce", how)[:8], "big"))
        scene.name(2, authorities()["p256"].respond(request, how), request, time=tsa.STAMPED)
        return scene

    return make


for _how, (_note, _state) in BEHAVIOURS.items():
    token(_how.replace("_", "-"), _note, _state, _behaving(_how), openssl=_how == "wrong_nonce" or None)


def unfit(name: str, note: str, openssl: bool = False, **made: object) -> None:
    """A token of an authority whose certificate is not made for time stamps, under a root that was given."""

    def make() -> Scene:
        good = authorities()["p256"]
        above = good.between[0], tsa.private_key("p256", "between of Horloge P256")
        signer = tsa.certificate("Horloge P256", good.key, above, **made)  # type: ignore[arg-type]
        scene = begun()
        scene.stamp(replace(good, signer=signer))
        return scene

    token(f"of-a-certificate-{name}", note, "invalid", make, openssl=openssl)


STAMPING, SERVER = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH
unfit("without-purpose", "The certificate of the signer has no extended key usage.", purposes=None)
unfit("for-web-servers", "It is for web servers.", purposes=[SERVER])
unfit("for-two-purposes", "It is for time stamps and for something else.", purposes=[STAMPING, SERVER])
unfit("with-a-purpose-that-is-not-critical", "Its purpose is not marked critical.", purposes=[STAMPING], critical=False)
unfit(
    "that-may-sign-certificates",
    "Its key may sign certificates.",
    purposes=[STAMPING],
    usage={"digital_signature": True, "key_cert_sign": True},
)


def files() -> dict[str, bytes]:
    """The tokens alone, by the names of their files, with what they are about."""
    found: dict[str, bytes] = {}
    for name, one in TOKENS.items():
        with fixed(CHANCE):
            scene = one.make()
            found["tokens/data.note"] = scene.note(2)
        (proof,) = scene.proofs.values()
        found[f"tokens/{name}.tsr"] = proof.response
        if proof.request is not None:
            found[f"tokens/{name}.tsq"] = proof.request
    return found


def listed(made: dict[str, bytes]) -> list[dict[str, object]]:
    """What `cases.json` says of them."""
    return [
        {
            "name": name,
            "note": one.note,
            "data": "tokens/data.note",
            "response": f"tokens/{name}.tsr",
            "request": f"tokens/{name}.tsq" if f"tokens/{name}.tsq" in made else None,
            "roots": [f"roots/{one.root}.pem"],
            "state": one.state,
            "openssl": one.openssl,
        }
        for name, one in TOKENS.items()
    ]
