"""The private half: making an Ed25519 key, keeping it in a PKCS#8 file, signing with it.

With a passphrase the file is PBES2 with scrypt (RFC 8018, RFC 7914), which `openssl pkey` still opens. The library's
own choice, PBKDF2 with 2,048 rounds, lets a thief of the laptop try passphrases some hundreds of times faster.

What reads and writes key files is imported where that is done: it is slow to import, and `list` opens no key.
"""

import base64
import os
import unicodedata
from typing import TYPE_CHECKING

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence_vault.errors import PassphraseError, VaultError
from evidence_vault.signing.public import key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

# The strongest setting that the openssl command opens without a flag: it refuses scrypt above 32 MiB.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 5

_OID_PBES2 = bytes.fromhex("06092a864886f70d01050d")  # 1.2.840.113549.1.5.13
_OID_SCRYPT = bytes.fromhex("06092b06010401da47040b")  # 1.3.6.1.4.1.11591.4.11
_OID_AES256_CBC = bytes.fromhex("060960864801650304012a")  # 2.16.840.1.101.3.4.1.42


class Signer:
    """A private key ready to sign; the only object in the program that can."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public_key)

    @classmethod
    def generate(cls) -> "Signer":
        """Make a new random key."""
        return cls(Ed25519PrivateKey.generate())

    def sign(self, data: bytes) -> bytes:
        """The 64-byte Ed25519 signature over exactly `data` (RFC 8032)."""
        return self._key.sign(data)

    def to_pem(self, passphrase: str | None) -> bytes:
        """The private key as a PKCS#8 file, encrypted where a passphrase is given."""
        return private_pem(self._key, passphrase)


def private_pem(key: "Ed25519PrivateKey | EllipticCurvePrivateKey", passphrase: str | None) -> bytes:
    """A private key as a PKCS#8 file, encrypted where a passphrase is given."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if passphrase == "":
        raise PassphraseError("An empty passphrase protects nothing; nothing was created. Type one, or use none.")
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    if passphrase is None:
        return _armour("PRIVATE KEY", plain)
    return _armour("ENCRYPTED PRIVATE KEY", _encrypt(plain, passphrase))


def load_signer(pem: bytes, passphrase: str | None) -> Signer:
    """Open a private key file; raise `PassphraseError` where the passphrase is missing or wrong."""
    key = load_private(pem, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise VaultError(
            "The key file of this case is not an Ed25519 key; nothing was recorded. Restore it from a copy."
        )
    return Signer(key)


def load_private(pem: bytes, passphrase: str | None) -> "PrivateKeyTypes":
    """Open a private key file of any kind; raise `PassphraseError` where the passphrase is missing or wrong."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if is_encrypted(pem) and passphrase is None:
        raise PassphraseError(
            "The key of this vault is protected by a passphrase and none was given; nothing was recorded. "
            "Type it when asked, or put it in the variable EVIDENCE_VAULT_PASSPHRASE."
        )
    secret = _secret(passphrase) if passphrase is not None and is_encrypted(pem) else None
    try:
        return load_pem_private_key(pem, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError) as error:
        if is_encrypted(pem):
            raise PassphraseError(
                "The passphrase is not the one of this vault; nothing was recorded and nothing is lost. Try again."
            ) from error
        raise VaultError(
            "The key file of this case is damaged; nothing was recorded. Restore it from a copy."
        ) from error


def is_encrypted(pem: bytes) -> bool:
    """Whether a private key file needs a passphrase."""
    return b"ENCRYPTED PRIVATE KEY" in pem


def utf8(secret: str) -> bytes:
    """The bytes of a passphrase or a PIN; raise `PassphraseError` for what the environment gave and is no text."""
    try:
        return secret.encode()
    except UnicodeEncodeError as error:
        raise PassphraseError(
            "The passphrase or the PIN is not text in UTF-8; nothing was created, recorded or signed. "
            "Type it when asked, or set its variable again."
        ) from error


def _secret(passphrase: str) -> bytes:
    """The bytes of a passphrase: « é » typed on a Mac and on Windows must be the same."""
    return utf8(unicodedata.normalize("NFC", passphrase))


def _encrypt(plain: bytes, passphrase: str) -> bytes:
    """EncryptedPrivateKeyInfo (RFC 5958) with PBES2, scrypt and AES-256-CBC."""
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt, vector = os.urandom(16), os.urandom(16)
    secret = Scrypt(salt=salt, length=32, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(_secret(passphrase))
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    derivation = _sequence(
        _OID_SCRYPT, _sequence(_octets(salt), _integer(SCRYPT_N), _integer(SCRYPT_R), _integer(SCRYPT_P), _integer(32))
    )
    scheme = _sequence(_OID_AES256_CBC, _octets(vector))
    return _sequence(_sequence(_OID_PBES2, _sequence(derivation, scheme)), _octets(sealed))


def _tagged(tag: int, content: bytes) -> bytes:
    """One DER element; every length here is below 65,536."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _octets(content: bytes) -> bytes:
    return _tagged(0x04, content)


def _integer(value: int) -> bytes:
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _armour(label: str, der: bytes) -> bytes:
    text = base64.b64encode(der).decode("ascii")
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode("ascii")
