"""The public half of an Ed25519 key: its name, its file, and the check of a signature."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64
# RFC 8410, section 4: what stands before the 32 raw bytes in the DER of an Ed25519 public key.
_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")


def key_id(raw: bytes) -> str:
    """The short name of a key: the first 8 bytes of the SHA-256 of its raw bytes, in hexadecimal.

    Short enough for a header. It is a name, not a proof: checks always use the 32 bytes it stands for.
    """
    return hashlib.sha256(raw).hexdigest()[:16]


def fingerprint(raw: bytes) -> str:
    """The full SHA-256 of the raw key in groups of four digits, to be compared by eye."""
    digest = hashlib.sha256(raw).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


# y coordinates of the points of small order (RFC 8032 allows them; one signature by such a key fits every message).
_FIELD = 2**255 - 19
_SMALL_ORDER_Y = {
    0,
    1,
    _FIELD - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
}


def is_weak(raw: bytes) -> bool:
    """Whether a key is a point of small order, or is not written in its only form: nobody makes such a key honestly."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    return y >= _FIELD or y in _SMALL_ORDER_Y


def load_public(raw: bytes) -> Ed25519PublicKey:
    """Load a raw public key; raise `ValueError` where the bytes are not one."""
    return Ed25519PublicKey.from_public_bytes(raw)


def is_valid(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over exactly `data` was made with the private half of `key`."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def to_pem(raw: bytes) -> bytes:
    """The key as `openssl pkey -pubin` reads it (SubjectPublicKeyInfo in PEM, RFC 8410)."""
    body = base64.b64encode(_SPKI_PREFIX + raw).decode("ascii")
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode("ascii")


def from_pem(data: bytes) -> bytes:
    """The raw key in a PEM file; raise `ValueError` where it holds no Ed25519 public key."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # slow to import, rarely needed

    try:
        loaded = load_pem_public_key(data)
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of another kind") from error
    if not isinstance(loaded, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")  # noqa: TRY004  # the caller turns every refusal into one error
    return loaded.public_bytes_raw()
