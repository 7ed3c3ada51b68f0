"""Who signs the pages of a dossier: a certificate, and the private key behind it wherever it is kept.

By default a P-256 key of the case with a certificate that it issued to itself: it says who kept the record, and that
nobody vouches for it. P-256 and not Ed25519, which common PDF readers do not check. A person who has a certificate of
an authority gives its PKCS #12 file, or the card that holds it (PKCS #11).
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_vault.errors import InputFileError, PassphraseError, VaultError
from evidence_vault.signing.keys import load_private, private_pem, utf8
from evidence_vault.words import CertificateOrigin

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from pyhanko.sign.signers.pdf_cms import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

SELF_ISSUED = "certificat auto-émis, non qualifié"
"""Stands in the subject of our own certificates, where PDF readers show it."""
VALIDITY = dt.timedelta(days=365 * 30)
"""As long as anybody may still have to read a dossier; nobody could renew a certificate that nobody issued."""

_CLOCK_SKEW = dt.timedelta(days=1)
_LONGEST_NAME = 64  # bytes: X.520, ub-common-name


@dataclass(frozen=True, slots=True)
class DocumentIdentity:
    """A certificate in DER, those above it, and what can sign in its name."""

    certificate: bytes
    chain: tuple[bytes, ...]
    origin: CertificateOrigin
    signer: "Signer"


def make_document_identity(name: str, now: dt.datetime, passphrase: str | None) -> tuple[bytes, bytes]:
    """A new P-256 key as a PKCS #8 file, encrypted where a passphrase is given, and its own certificate in DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, SELF_ISSUED),
            x509.NameAttribute(NameOID.COMMON_NAME, _common_name(name)),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return private_pem(key, passphrase), certificate.public_bytes(Encoding.DER)


def _common_name(name: str) -> str:
    """`name` on one line and no longer than a certificate can hold."""
    shown = " ".join(name.split()).encode()[:_LONGEST_NAME].decode(errors="ignore").strip()
    return shown or "nom non renseigné"


def load_document_identity(key_pem: bytes, certificate: bytes, passphrase: str | None) -> DocumentIdentity:
    """Open the document key of a case; raise `PassphraseError`, or `VaultError` where key and certificate are apart."""
    key = load_private(key_pem, passphrase)
    identity = _identity(key, certificate, (), "self_issued")
    if identity is None:
        raise VaultError(
            "The document key of this case does not fit its certificate; nothing was signed. Restore both from a copy."
        )
    return identity


def load_pkcs12(data: bytes, passphrase: str | None) -> DocumentIdentity:
    """Open a PKCS #12 file (.p12, .pfx) with an RSA or elliptic key.

    Raises `PassphraseError` where it does not open with the passphrase, `InputFileError` where it cannot sign.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12 as load

    secret = None if passphrase is None else utf8(passphrase)
    try:
        store = load(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if data.startswith(b"\x30"):
            raise PassphraseError(
                "The certificate file does not open with this passphrase, or it is damaged; nothing was signed. "
                "Try again."
            ) from error
        raise InputFileError("This is not a certificate file (PKCS #12: .p12 or .pfx); nothing was signed.") from error
    if store.key is None or store.cert is None:
        raise InputFileError(
            "The certificate file holds no private key with its certificate; nothing was signed. "
            "Export it again with its key."
        )
    chain = tuple(each.certificate.public_bytes(Encoding.DER) for each in store.additional_certs)
    identity = _identity(store.key, store.cert.certificate.public_bytes(Encoding.DER), chain, "pkcs12")
    if identity is None:
        raise InputFileError(
            "The key in the certificate file cannot sign a dossier: it is neither RSA of at least 2048 bits nor an "
            "elliptic key of the P family. Nothing was signed."
        )
    return identity


def _identity(
    key: "PrivateKeyTypes", certificate: bytes, chain: tuple[bytes, ...], origin: CertificateOrigin
) -> DocumentIdentity | None:
    """What signs with a private key in memory; None where the key cannot, or is not the one of the certificate."""
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
    from cryptography.x509 import load_der_x509_certificate
    from pyhanko.sign.signers.pdf_cms import SimpleSigner

    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) or not _is_strong(key):
        return None
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if load_der_x509_certificate(certificate).public_key().public_bytes(*spki) != key.public_key().public_bytes(*spki):
        return None
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(certificate),
        signing_key=keys.PrivateKeyInfo.load(plain),
        cert_registry=_registry(chain),
    )
    return DocumentIdentity(certificate, chain, origin, signer)


def _is_strong(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size >= 2048
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(
        key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1
    )


def _registry(chain: tuple[bytes, ...]) -> "SimpleCertificateStore":
    from asn1crypto import x509
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([x509.Certificate.load(each) for each in chain])
    return registry


@contextlib.contextmanager
def token_identity(
    library: Path, pin: str, *, token: str | None = None, label: str | None = None
) -> Iterator[DocumentIdentity]:
    """The certificate on a card or a key, for as long as the context lasts; needs the extra `pkcs11`.

    `library` is the PKCS #11 library of its maker, `token` the label of the card where several are there, `label` that
    of the certificate where the card holds several. Raises `InputFileError` or `PassphraseError`.
    """
    try:
        import pkcs11
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError as error:
        raise InputFileError(
            "Signing with a card needs an extra package: run `pip install 'evidence-vault[pkcs11]'`."
        ) from error
    utf8(pin)
    criteria = None if token is None else TokenCriteria(label=token)
    try:
        session = open_pkcs11_session(str(library), token_criteria=criteria, user_pin=pin)
    except pkcs11.exceptions.PinIncorrect as error:
        raise PassphraseError(
            "The card refused this PIN; nothing was signed. Mind how many tries are left before it locks."
        ) from error
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise InputFileError(
            "The card could not be opened through {library} ({detail}); nothing was signed.",
            library=str(library),
            detail=type(error).__name__,
        ) from error
    with session:
        signer = PKCS11Signer(session, cert_label=label, use_raw_mechanism=True)
        try:
            certificate = signer.signing_cert
            chain = tuple(each.dump() for each in signer.cert_registry if each != certificate)
        except (pkcs11.exceptions.PKCS11Error, SigningError) as error:
            raise InputFileError(
                "No certificate to sign with was found on the card ({detail}); nothing was signed. "
                "Name it by its label.",
                detail=str(error) or type(error).__name__,
            ) from error
        if certificate is None:
            raise InputFileError("No certificate to sign with was found on the card; nothing was signed.")
        yield DocumentIdentity(certificate.dump(), chain, "pkcs11", signer)
